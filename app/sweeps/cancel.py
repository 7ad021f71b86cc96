"""How a task that is being carried out learns that its results are no longer wanted, and tells how far it is.

What carries out tasks says with `watch` how to find out, and what takes long asks `is_canceled` now and then: once an
epoch is often enough, and costs almost nothing. Elsewhere, no task is ever canceled, and nobody hears how far it is.
"""

import threading
from collections.abc import Callable

_watch = threading.local()
"""What to ask in each thread."""


def watch(is_canceled: Callable[[], bool], hear: Callable[[float], None] | None = None) -> None:
    """Let `is_canceled` say whether the task of this thread has been canceled, and let `hear` hear what it tells."""
    _watch.is_canceled, _watch.hear = is_canceled, hear


def is_canceled() -> bool:
    """Whether the task that this thread carries out has been canceled; to be passed to `train`."""
    ask: Callable[[], bool] | None = getattr(_watch, "is_canceled", None)
    return ask is not None and ask()


def tell(share: float) -> None:
    """Tell what share of the task that this thread carries out is done, 0 to 1; to be passed to `train`."""
    hear: Callable[[float], None] | None = getattr(_watch, "hear", None)
    if hear is not None:
        hear(share)
