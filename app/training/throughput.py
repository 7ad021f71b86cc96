"""An estimate of how much can be trained in a given time."""

from collections.abc import Callable


class Throughput:
    """The recent duration of a minibatch, in seconds of `clock`, to size pieces of training by."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._seconds = 1e-5

    def train(self, run: Callable[[int], None], most: int, seconds: float) -> int:
        """Let `run` train as many minibatches as should fit into `seconds`, 1 to `most`. Returns how many."""
        # a clock may stand still while a little is trained
        count = max(1, int(min(most, seconds / max(self._seconds, 1e-9))))
        started = self._clock()
        run(count)
        self._seconds += ((self._clock() - started) / count - self._seconds) / 4
        return count
