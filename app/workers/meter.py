"""The processor time that sessions are charged for."""

import gc
import threading
import time
from typing import Any


class _Collections(threading.local):
    """The garbage collections of a thread, in seconds of processor time."""

    began = 0.0
    seconds = 0.0


_collections = _Collections()


def processor_time() -> float:
    """The processor time of this thread without garbage collection.

    That goes through the objects of all sessions, and would be charged to the one whose turn it happens to interrupt.
    """
    return time.thread_time() - _collections.seconds


def _note(phase: str, _: dict[str, Any]) -> None:
    if phase == "start":
        _collections.began = time.thread_time()
    else:
        _collections.seconds += time.thread_time() - _collections.began


gc.callbacks.append(_note)
