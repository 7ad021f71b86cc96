"""How training ends by itself: it diverges, or early stopping ends it because nothing improves.

Early stopping as in Prechelt, *Early Stopping – But When?* (1998): the best weights are kept and restored.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.config import Config
from engine.network import Network
from engine.number_text import short

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Divergence:
    """Training diverged in `epoch`; `reason` says what happened, `hint` names the likely cause and the cure."""

    epoch: int
    reason: str
    hint: str


def diverged(epoch: int, what: str, config: Config) -> Divergence:
    """Describes the divergence of the loss or the weights (`what`) in an epoch."""
    return Divergence(epoch, f"the {what} became infinite", _hint(config))


RISE = 2.0
"""How many times the lowest value still counts as low, because minibatches make every loss fluctuate."""


def before_rise(values: Sequence[float]) -> int:
    """The index of the last of `values` before they rose for good; there is at least one, and training then diverged.

    That is the last one within `RISE` times the lowest, or an earlier one if the values were already rising there.
    """
    least = min(values)
    position = max(position for position, value in enumerate(values) if value <= RISE * least or value == least)
    while position and values[position - 1] < values[position]:
        position -= 1
    return position


def _hint(config: Config) -> str:
    product = config.learning_rate * config.regularization_rate
    if config.regularizer == "L2" and product > 2:
        return (
            f"learning rate × regularization rate is {short(product)}: above 2, every update flips the sign of the "
            "weights and makes them larger. Lower one of the two."
        )
    return (
        f"the learning rate of {short(config.learning_rate)} is too large here: each step overshoots further than the "
        "one before. Lower it."
    )


@dataclass(frozen=True, slots=True)
class EarlyStop:
    """Early stopping ended training in `epoch` and restored the weights of `best_epoch`; `reason` is a sentence."""

    epoch: int
    best_epoch: int
    reason: str


@dataclass(frozen=True, slots=True)
class Best:
    """The best epoch so far: its loss, and every vector that determines the outputs, in the network's own layout.

    `since` is the epoch where patience began, `stopped` the one where it ended, or -1.
    """

    epoch: int
    loss: float
    since: int
    stopped: int
    vector: Vector

    @classmethod
    def now(cls, epoch: int, loss: float | None, vector: Vector) -> "Best":
        """The current epoch as the best; without a loss, any later loss will be better."""
        return cls(epoch, sys.float_info.max if loss is None else loss, epoch, -1, vector)

    def again(self, epoch: int) -> "Best":
        """The same, with patience restarting in `epoch`."""
        return replace(self, since=epoch, stopped=-1)

    def ended(self, epoch: int) -> "Best":
        """The same, with patience ending in `epoch`."""
        return replace(self, stopped=epoch)

    def stop(self, part: str) -> EarlyStop | None:
        """The early stop, if patience has ended; the loss was that of a `part` of the examples."""
        if self.stopped < 0:
            return None
        watched = "training" if part == "train" else part
        reason = (
            f"the {watched} loss has not been below {short(self.loss, 3)}, that of epoch {self.epoch}, "
            f"for {self.stopped - self.since} epochs"
        )
        return EarlyStop(self.stopped, self.epoch, reason)

    def arrays(self, network: Network) -> dict[str, Vector]:
        """The vectors of a training state that store it."""
        length = network.length
        vector = np.concatenate([network.read(self.vector[:length]), self.vector[length:]])
        return {"best": vector, "best_mark": np.array([self.epoch, self.loss, self.since, self.stopped], float)}


def unwatched(output_vectors: Vector) -> dict[str, Vector]:
    """The vectors that a training state stores before any epoch has been tracked, for these `output_vectors`."""
    return {"best": output_vectors, "best_mark": np.full(4, -1.0)}


def best_of(arrays: Mapping[str, Vector], network: Network) -> Best | None:
    """The best epoch in a training state; None if none has been tracked yet."""
    epoch, loss, since, stopped = arrays["best_mark"].tolist()
    if epoch < 0:
        return None
    best, count = arrays["best"], len(arrays["params"])
    params = network.vector()
    network.write(params, best[:count])
    return Best(int(epoch), loss, int(since), int(stopped), np.concatenate([params, best[count:]]))
