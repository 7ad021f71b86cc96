"""Evaluation: the losses of a network on each part of the examples, compiled like training."""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.activations import Activation
from engine.losses import Loss
from engine.network import Columns, Network, forward
from engine.normalization import fold
from engine.operations import Operations, run

Vector = NDArray[np.float64]


class Evaluation:
    """The outputs of a network for all examples, by part, and their losses.

    `inputs` (features, n) and `targets` (outputs, n) are all examples, and `parts` holds the slice of each part. For an
    ensemble, they have the members as an axis before the last one, or 1 there if all have the same examples.
    `statistics` (mean and variance) normalize the network if it uses batch normalization. Dropout is not applied.
    """

    def __init__(
        self,
        network: Network,
        activations: Sequence[Activation],
        loss: Loss,
        inputs: Vector,
        targets: Vector,
        parts: Mapping[str, slice],
        statistics: Sequence[Vector],
    ) -> None:
        self._network = network
        self._activations = activations
        self._loss = loss
        self._parts = parts
        self._statistics = statistics
        self._columns = _columns(network, inputs, targets)
        self._folded: Vector = network.vector() if statistics else network.params
        self._operations, z = self._passing(self._folded, self._columns)
        rows = (z, self._columns.outputs, self._columns.targets)
        # what each part's loss is computed from: views, cut once
        self._loss_inputs = {
            part: tuple(row[..., position] for row in rows)
            for part, position in parts.items()
            if targets[..., position].size
        }

    def _passing(self, vector: Vector, columns: Columns) -> tuple[Operations, Vector]:
        """The operations that evaluate a parameter vector on the examples in `columns`, and the outputs' z."""
        zs = columns.preactivations(self._activations, separate_outputs=self._loss.from_z)
        layers = forward(self._network.pieces(vector), columns, self._activations, zs)
        return list(chain.from_iterable(layers)), zs[-1]

    def losses(self) -> dict[str, Any]:
        """The mean loss over each nonempty part, with the current parameters; of an ensemble, arrays (members,)."""
        if self._statistics:
            self._folded[:] = self._network.params
            fold(self._network, self._folded, *self._statistics)
        run(self._operations)
        return {part: self._loss.value(*arrays) for part, arrays in self._loss_inputs.items()}

    def outputs(self, part: str) -> Vector:
        """The outputs (outputs, n) for the examples of a part, as of the last computation of the losses."""
        outputs: Vector = self._columns.outputs[..., self._parts[part]]
        return outputs

    def loss_at(self, params: Vector, part: str) -> float:
        """The mean loss over a part with other parameters (public order); inf where it is not finite.

        Raises ValueError if the part has no examples.
        """
        if part not in self._loss_inputs:
            raise ValueError(f"there are no examples in {part!r}")
        position, network, all_columns = self._parts[part], self._network, self._columns
        vector = network.vector()
        network.write(vector, params)
        if self._statistics:
            fold(network, vector, *self._statistics)
        inputs = all_columns.inputs[0][: network.sizes[0], position]
        columns = _columns(network, inputs, all_columns.targets[:, position])
        operations, z = self._passing(vector, columns)
        run(operations)
        loss = self._loss.value(z, columns.outputs, columns.targets)
        return loss if np.isfinite(loss) else float("inf")


def _columns(network: Network, inputs: Vector, targets: Vector) -> Columns:
    members = () if network.members is None else (network.members,)
    buffer = np.zeros((Columns.height(network), *members, inputs.shape[-1]))
    return Columns(network, buffer).fill(inputs, targets)
