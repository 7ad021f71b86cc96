"""A progress bar."""

import sys
import time

WIDTH = 40


class Bar:
    """A progress bar on the last line of a terminal, redrawn at most ten times per second.

    It counts to `total`, in units such as `epochs`, and is drawn only if standard error is a terminal.
    """

    def __init__(self, total: int, unit: str) -> None:
        self._total = total
        self._unit = unit
        self._shown = sys.stderr.isatty()
        self._due = 0.0

    def draw(self, count: int) -> None:
        """Show that `count` are finished."""
        if self._shown and time.monotonic() >= self._due:
            done = WIDTH * count // self._total
            self._put(f"[{'█' * done}{'·' * (WIDTH - done)}] {count:,} of {self._total:,} {self._unit}")
            self._due = time.monotonic() + 0.1

    def clear(self) -> None:
        """Clear the line for other output."""
        if self._shown:
            self._put("")
            self._due = 0.0

    def _put(self, text: str) -> None:
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)
