"""An estimate of how much can be trained in a given time."""

from collections.abc import Callable


class Throughput:
    """The recent duration of a minibatch, in seconds of `clock`, to size pieces of training by."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._seconds = 1e-5

    def train(self, run: Callable[[int], None], most: int, seconds: float, slack: float = 0.0) -> int:
        """Let `run` train as many minibatches as should fit into `seconds`, 1 to `most`. Returns how many.

        It is `most` if that should take at most `slack` seconds longer.
        """
        # a clock may stand still while a little is trained
        fitting = seconds / max(self._seconds, 1e-9)
        count = most if most * self._seconds <= seconds + slack else max(1, int(min(most, fitting)))
        started = self._clock()
        run(count)
        self._seconds += ((self._clock() - started) / count - self._seconds) / 4
        return count
