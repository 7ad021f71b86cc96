"""The stack: the arrays in which the members of an ensemble are trained and evaluated together.

Every array has an axis for the members, each of which has a lane of it. What a lane holds never depends on the others,
to the last bit: no operation adds up over members, and all of them have the same shape for each member.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.config import Config
from engine.evaluation import Evaluation
from engine.examples import Examples, Inputs, epoch_examples, masks_generator
from engine.network import Network
from engine.operations import unbounded
from engine.plan import Plan, is_best_stacked
from engine.training import rates_of, rules_of, varies_by_epoch

Vector = NDArray[np.float64]
Mask = NDArray[np.bool_]

_LARGEST_OUTPUT = 140.0
"""The power of ten up to which the square of an output is certainly finite, and a sum of many of them."""


class Lane:
    """What one member needs for training: its config, its examples, and these as inputs and targets of a network.

    `inputs` (features, n) and `targets` (outputs, n) are of all examples.
    """

    def __init__(self, config: Config, examples: Examples) -> None:
        self.config = config
        self.examples = examples
        self.scaled = Inputs(config, examples)
        self.inputs = self.scaled.of(examples.points)
        self.targets = np.asarray(config.active_loss.encode(examples.targets, config.classes), np.float64)


def network_of(config: Config, members: int | None = None) -> Network:
    """The network of a config, or an ensemble of that many."""
    is_stacked = is_best_stacked(config.layer_sizes, config.batch_size)
    return Network(config.layer_sizes, is_stacked, config.batch_norm, config.pieces, members)


class Stack:
    """The arrays of some lanes, whose configs differ only in seeds and whose examples are equally many.

    `vectors` are all arrays that training changes, each with the lanes as its first axis: the parameters, the carried
    gradient, and what the rules remember for each member. `counters` are what they remember of the number of updates.
    """

    def __init__(self, lanes: Sequence[Lane]) -> None:
        self.lanes = lanes
        self._config = config = lanes[0].config
        examples = lanes[0].examples
        self.network = network = network_of(config, len(lanes))
        self.rules = rules = rules_of(config, examples)
        n = examples.train_size
        inputs, targets = _joined([lane.inputs for lane in lanes]), _joined([lane.targets for lane in lanes])
        moves = config.shuffle or config.jitter
        trained = (self._whole(inputs), self._whole(targets)) if moves else (inputs, targets)
        self.plan = plan = Plan(network, rules, trained[0][..., :n], trained[1][..., :n])
        self.vectors: list[Vector] = [network.params, plan.carry]
        self.counters: list[Vector] = []
        for name, slot in plan.remembered.items():
            (self.counters if slot.counts else self.vectors).append(plan.slots[name])
        self.statistics = [vector for name, vector in plan.slots.items() if name.startswith("running_")]
        self.evaluation = Evaluation(
            network, rules.activations, rules.loss, inputs, targets, examples.parts, self.statistics
        )
        self._largest = self._largest_safe_parameter(float(np.abs(inputs).max(initial=1.0)))
        self._set_rates(0)

    def _whole(self, rows: Vector) -> Vector:
        return np.broadcast_to(rows, (rows.shape[0], len(self.lanes), rows.shape[2]))

    def _set_rates(self, epoch: int) -> None:
        self.plan.set_rates(rates_of(self._config, epoch), self._config.regularization_rate)

    # --- an epoch -------------------------------------------------------------------------------------------------

    def run_epoch(self, epoch: int) -> None:
        """Train all lanes for an epoch."""
        if varies_by_epoch(self._config):
            self._prepare(epoch)
        with unbounded():
            self.plan.run(0, self.plan.batches)

    def _prepare(self, epoch: int) -> None:
        config = self._config
        self._set_rates(epoch)
        if config.shuffle or config.jitter:
            moved = [
                epoch_examples(lane.config, lane.examples, lane.scaled, lane.targets, epoch) for lane in self.lanes
            ]
            self.plan.fill(
                np.stack([own.inputs for own in moved], axis=1), np.stack([own.targets for own in moved], axis=1)
            )
        if config.dropouts:
            self.plan.draw_masks([masks_generator(lane.config, epoch) for lane in self.lanes])

    def losses(self) -> dict[str, Vector]:
        """The mean loss (lanes,) over each part of the examples that is not empty."""
        with unbounded():
            return self.evaluation.losses()

    # --- what is finite -------------------------------------------------------------------------------------------

    def _largest_safe_parameter(self, largest_input: float) -> float:
        """The largest parameter with which the losses are certainly finite; 0 if nothing is certain.

        A layer's sums are at most (inputs + 1) times the largest parameter times the largest input or 1, and no
        activation increases that by more than 10.
        """
        if self._config.batch_norm:
            return 0.0
        sizes = self.network.sizes
        # jitter moves a coordinate by a few of its deviations, and a feature is at most a square
        spread = math.log10((largest_input + 100.0) ** 2) + sum(math.log10(size + 11) for size in sizes[:-1])
        power: float = max(0.0, (_LARGEST_OUTPUT - spread) / len(sizes[1:]))
        return math.pow(10.0, power)

    def is_surely_finite(self) -> bool:
        """Whether all vectors, and the losses with them, are certainly finite. They may be even if this is False."""
        with unbounded():
            total = sum(float(np.add.reduce(vector, axis=None)) for vector in self.vectors)
            return math.isfinite(total) and float(np.abs(self.network.params).max()) <= self._largest

    def finite_lanes(self) -> Mask:
        """Which lanes (lanes,) hold only finite numbers. The carried gradient shows in these once applied."""
        finite = np.ones(len(self.lanes), np.bool_)
        for vector in (self.network.params, *self.vectors[2:]):
            finite &= np.isfinite(vector).all(axis=1)
        return finite

    # --- lanes ----------------------------------------------------------------------------------------------------

    def copy(self) -> list[Vector]:
        """Copies of all vectors."""
        return [vector.copy() for vector in self.vectors]

    def put_back(self, copies: Sequence[Vector], lanes: Mask) -> None:
        """Restore the vectors of some lanes from copies of all."""
        for vector, kept in zip(self.vectors, copies, strict=True):
            vector[lanes] = kept[lanes]

    def silence(self, lanes: Mask) -> None:
        """Set lanes to a network that is 0 everywhere: nobody looks at them any more, but they are trained on."""
        self.vectors[0][lanes] = self.vectors[1][lanes] = 0.0
        own = [vector for name, vector in self.plan.slots.items() if not self.plan.remembered[name].counts]
        fills = [slot.fill for slot in self.plan.remembered.values() if not slot.counts]
        for vector, fill in zip(own, fills, strict=True):
            vector[lanes] = fill

    def only(self, kept: Sequence[int]) -> "Stack":
        """A stack that continues with some of the lanes."""
        other = Stack([self.lanes[index] for index in kept])
        for vector, own in zip(other.vectors, self.vectors, strict=True):
            vector[:] = own[list(kept)]
        for vector, own in zip(other.counters, self.counters, strict=True):
            vector[:] = own
        other.plan.set_carried(self.plan.carried)
        return other


def _joined(rows: Sequence[Vector]) -> Vector:
    """The arrays (rows, n) of all lanes as (rows, lanes, n), or (rows, 1, n) if all are the same."""
    first = rows[0]
    if all(own is first or np.array_equal(own, first) for own in rows):
        return first[:, np.newaxis]
    return np.stack(rows, axis=1)
