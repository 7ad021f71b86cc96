"""Evaluation: the losses of a network on each part of the examples, compiled like training.

Points pass through the network all at once. Pictures pass in pieces, through buffers that all networks of one shape
share, because as numbers they would take too much memory.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.activations import Activation
from engine.losses import Loss
from engine.network import Columns, Network, forward
from engine.normalization import fold
from engine.operations import Operations, run

Vector = NDArray[np.float64]

_PIECE = 500
"""How many pictures pass through a network at once: their numbers should fit into the processor's caches."""


class _Pass(NamedTuple):
    """The operations that take examples through a network, and where they put outputs and their z."""

    operations: Operations
    outputs: Vector
    z: Vector


class Evaluation:
    """The outputs of a network for all examples, by part, and their losses.

    `inputs` (inputs, n) and `targets` (outputs, n) are all examples, and `parts` holds the slice of each part; the
    inputs of pictures are bytes. For an ensemble, they have the members as an axis before the last one, or 1 there if
    all have the same examples.
    `statistics` (mean and variance) normalize the network if it uses batch normalization. Dropout is not applied.
    """

    def __init__(
        self,
        network: Network,
        activations: Sequence[Activation],
        loss: Loss,
        inputs: NDArray[Any],
        targets: Vector,
        parts: Mapping[str, slice],
        statistics: Sequence[Vector],
    ) -> None:
        self._network = network
        self._activations = activations
        self._loss = loss
        self._parts = parts
        self._statistics = statistics
        self._inputs, self._targets = inputs, targets
        self._folded: Vector = network.vector() if statistics else network.params
        self._pass = self._passing(self._folded, slice(None))
        rows = (self._pass.z, self._pass.outputs, targets)
        # what each part's loss is computed from: views, cut once
        self._loss_inputs = {
            part: tuple(row[..., position] for row in rows)
            for part, position in parts.items()
            if targets[..., position].size
        }

    def _passing(self, vector: Vector, position: slice) -> _Pass:
        """The pass of some of the examples through the network with a parameter vector."""
        inputs, network, activations = self._inputs[..., position], self._network, self._activations
        if inputs.dtype == np.uint8:
            return _in_pieces(network, vector, activations, inputs)
        columns = _columns(network, inputs)
        zs = columns.preactivations(activations, separate_outputs=self._loss.from_z)
        layers = forward(network.pieces(vector), columns, activations, zs)
        return _Pass(list(chain.from_iterable(layers)), columns.outputs, zs[-1])

    def losses(self) -> dict[str, Any]:
        """The mean loss over each nonempty part, with the current parameters; of an ensemble, arrays (members,)."""
        if self._statistics:
            self._folded[:] = self._network.params
            fold(self._network, self._folded, *self._statistics)
        run(self._pass.operations)
        return {part: self._loss.value(*arrays) for part, arrays in self._loss_inputs.items()}

    def outputs(self, part: str) -> Vector:
        """The outputs (outputs, n) for the examples of a part, as of the last computation of the losses."""
        outputs: Vector = self._pass.outputs[..., self._parts[part]]
        return outputs

    def loss_at(self, params: Vector, part: str) -> float:
        """The mean loss over a part with other parameters (public order); inf where it is not finite.

        Raises ValueError if the part has no examples.
        """
        if part not in self._loss_inputs:
            raise ValueError(f"there are no examples in {part!r}")
        position, network = self._parts[part], self._network
        vector = network.vector()
        network.write(vector, params)
        if self._statistics:
            fold(network, vector, *self._statistics)
        passed = self._passing(vector, position)
        run(passed.operations)
        loss = self._loss.value(passed.z, passed.outputs, self._targets[..., position])
        return loss if np.isfinite(loss) else float("inf")


def _columns(network: Network, inputs: Vector) -> Columns:
    members = () if network.members is None else (network.members,)
    columns = Columns(network, np.zeros((Columns.height(network), *members, inputs.shape[-1])))
    columns.inputs[0][: len(inputs)] = inputs
    return columns


def _in_pieces(network: Network, vector: Vector, activations: Sequence[Activation], inputs: NDArray[np.uint8]) -> _Pass:
    """The pass of pictures, whose bytes are (pixels, n), through a network that is no ensemble."""
    pixels, n = inputs.shape
    outputs, z = np.zeros((2, network.sizes[-1], n))
    operations: Operations = []
    for start in range(0, n, _PIECE):
        part = slice(start, min(start + _PIECE, n))
        columns = _piece(network.sizes, part.stop - start)
        zs = columns.preactivations(activations, separate_outputs=True)
        operations += [
            (np.divide, inputs[:, part].T, 255.0, columns.inputs[0].T[:, :pixels]),
            *chain.from_iterable(forward(network.pieces(vector), columns, activations, zs)),
            (np.copyto, outputs[:, part], columns.outputs),
            (np.copyto, z[:, part], zs[-1]),
        ]
    return _Pass(operations, outputs, z)


@lru_cache(maxsize=16)
def _piece(sizes: tuple[int, ...], n: int) -> Columns:
    """Buffers for n pictures on their way through networks of one shape. Those of their pixels are row by row."""
    network = Network(sizes)
    columns = Columns(network, np.zeros((Columns.height(network), n)))
    columns.inputs[0] = np.ones((n, network.rows[0])).T
    return columns
