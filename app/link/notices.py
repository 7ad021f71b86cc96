"""What is said of a link that does not get all that it asks for."""

from dataclasses import dataclass

from app.text import shown

MAX_NOTICES = 40
"""Notices that are kept of one link."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that a link asked for and did not get as it asked.

    `code` is `ignored` (nothing is done with it), `changed` (another value is used), `clamped` (the nearest allowed
    value is used), `unused` (kept, but without effect) or `refused` (over a limit of this server). `got` has at most
    64 characters; `used` is None where nothing is used instead.
    """

    code: str
    key: str
    got: str
    used: str | None
    message: str


class Notices(list[Notice]):
    """The notices of one link, of which a bounded number is kept."""

    def say(self, code: str, key: str, got: str, used: str | None, sentence: str) -> None:
        """Add one; `sentence` goes on after the key's name."""
        if len(self) < MAX_NOTICES:
            name = shown(key)
            used = None if used is None else shown(used)
            self.append(Notice(code, name, shown(got), used, f"{name} {sentence}"))
