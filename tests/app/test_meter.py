"""The processor time that sessions are charged for."""

import gc
import time

from app.workers.meter import processor_time


class Garbage:
    """Takes a while to be collected, because it refers to itself."""

    def __init__(self) -> None:
        self.itself = self

    def __del__(self) -> None:
        work(0.05)


def work(seconds: float) -> None:
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


def test_garbage_collection_is_not_charged() -> None:
    before = processor_time()
    Garbage()
    gc.collect()
    collected = processor_time()
    work(0.05)
    # the first 50 ms are left out, the other 50 are not
    assert collected - before < 0.05 <= processor_time() - collected
