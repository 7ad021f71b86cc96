"""A trial step: the minibatch of an example, and the result of an update. Training is not affected."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.buffers import Batch
from engine.config import Config
from engine.network import Network
from engine.operations import unbounded
from engine.plan import Plan
from engine.rules import Rules

Vector = NDArray[np.float64]


class ExampleBatch(NamedTuple):
    """The n examples of a minibatch as used in training; the one in `column` is inspected.

    `inputs` (features, n) are the network's inputs, `targets` (outputs, n) are in the form of the loss. `masks` holds
    the dropout mask (units, n) of each hidden layer: 0 for dropped units; it is empty without dropout. `minibatch` is
    the index in the epoch, or None if the example is not used in this epoch; then `is_dropped` says whether that is
    because it does not fill a minibatch. The gradient of a minibatch that `is_carried` is added to the first one of the
    next epoch.
    """

    inputs: Vector
    targets: Vector
    masks: list[Vector]
    column: int = 0
    minibatch: int | None = None
    is_carried: bool = False
    is_dropped: bool = False


class TrialUpdate(NamedTuple):
    """The parameters, and the vectors that the rules remember, after an update, in the public order."""

    params: Vector
    memory: Mapping[str, Vector]


def alone(inputs: Vector, targets: Vector, *, is_dropped: bool) -> ExampleBatch:
    """The batch of a single example (features, 1) that is not trained on."""
    return ExampleBatch(inputs, targets, [], is_dropped=is_dropped)


def batch_with(batch: Batch, network: Network, minibatch: int, column: int, updates: int) -> ExampleBatch:
    """The batch of the example in a column of a minibatch; an epoch applies `updates` minibatches."""
    columns = batch.columns
    starts = columns.starts[1:] if batch.masks.size else []
    masks = [batch.masks[start : start + size].copy() for start, size in zip(starts, network.sizes[1:], strict=False)]
    inputs = columns.inputs[0][: network.sizes[0]].copy()
    return ExampleBatch(inputs, columns.targets.copy(), masks, column, minibatch, minibatch >= updates)


def trial_update(
    plan: Plan, network: Network, rules: Rules, gradient: Vector, rates: tuple[Mapping[str, float], Config]
) -> TrialUpdate:
    """An update by a mean gradient (public order) of copies of a network and of what its plan remembers.

    `rates` are the values of `optimizers.RATES`, and the config with the rate of the penalty.
    """
    twin = network.twin()
    features, outputs = network.sizes[0], network.sizes[-1]
    rules = rules._replace(batch_size=1, remainder="dropped", dropout=())
    tried = Plan(twin, rules, np.zeros((features, 1)), np.zeros((outputs, 1)))
    for name, vector in plan.slots.items():
        tried.slots[name][:] = vector
    values, config = rates
    tried.set_rates(values, config.regularization_rate)
    laid_out = twin.vector()
    twin.write(laid_out, gradient)
    with unbounded():
        tried.update(laid_out)
    memory = {
        name: tried.slots[name].copy() if slot.length else twin.read(tried.slots[name])
        for name, slot in tried.remembered.items()
    }
    return TrialUpdate(twin.read(twin.params), memory)
