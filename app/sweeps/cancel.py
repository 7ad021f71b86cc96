"""How a task that is being carried out learns that its results are no longer wanted.

What carries out tasks says with `watch` how to find out, and what takes long asks `is_canceled` now and then: once an
epoch is often enough, and costs almost nothing. Elsewhere, no task is ever canceled.
"""

import threading
from collections.abc import Callable

_watch = threading.local()
"""What to ask in each thread."""


def watch(is_canceled: Callable[[], bool]) -> None:
    """Let `is_canceled` say whether the task that this thread carries out has been canceled."""
    _watch.is_canceled = is_canceled


def is_canceled() -> bool:
    """Whether the task that this thread carries out has been canceled; to be passed to `train`."""
    ask: Callable[[], bool] | None = getattr(_watch, "is_canceled", None)
    return ask is not None and ask()
