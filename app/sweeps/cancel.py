"""How a task that is being carried out learns that its results are no longer wanted.

The process of an executor says with `watch` how to find out, and what takes long asks `is_canceled` now and then: once
an epoch is often enough, and costs almost nothing. In any other process, no task is ever canceled.
"""

from collections.abc import Callable


class _Watch:
    """What this process asks."""

    is_canceled: Callable[[], bool] | None = None


def watch(is_canceled: Callable[[], bool]) -> None:
    """Let `is_canceled` say whether the task that this process carries out has been canceled."""
    _Watch.is_canceled = staticmethod(is_canceled)


def is_canceled() -> bool:
    """Whether the task that this process carries out has been canceled; to be passed to `train`."""
    return _Watch.is_canceled is not None and _Watch.is_canceled()
