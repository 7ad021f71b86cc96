"""The plan: an epoch of training, compiled into a flat list of operations over preallocated buffers.

A minibatch is: forward -> slopes -> output delta -> backward -> gradient -> update. Each of these is a short function
here that gives the operations for it. Examples are columns; a layer's biases are the last column of its matrix, against
a row of ones, so that a layer is one product.

The rest of the training set which does not fill a minibatch is not applied at the end of an epoch: its gradient is
carried and joins the first minibatch of the next epoch, whose mean is then over more examples.
"""

from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.activations import Activation
from engine.losses import Loss
from engine.network import Columns, Network, forward
from engine.operations import Array, Operations, run
from engine.optimizers import Optimizer
from engine.regularizers import Regularizer

if TYPE_CHECKING:
    from collections.abc import Mapping

Vector = NDArray[np.float64]


def is_best_stacked(sizes: tuple[int, ...], batch_size: int) -> bool:
    """Whether a network of these sizes trains faster in the stacked layout (as measured: deep, narrow, one width)."""
    hidden = set(sizes[1:-1])
    return len(hidden) == 1 and len(sizes) >= 5 and sizes[0] <= max(hidden) <= 16 and batch_size < 32


_GATHERED_PRODUCT = 400
"""Up to this size one product of all deltas with all activations, most of it not needed, beats one a layer."""


class _Deltas:
    """Room for a minibatch's deltas, a row for each row of what the layers after the first are given, then the outputs.

    `full[l]` are the deltas of layer l's answer with those of its row of ones, which nobody needs but which keep the
    products free of copies; `units[l]` are those of its units.
    """

    def __init__(self, network: Network, buffer: NDArray[np.float64]) -> None:
        outputs = network.sizes[-1]
        starts = [0, *accumulate(network.rows[1:])]
        sizes = [*network.rows[1:], outputs]
        self.buffer = buffer
        self.starts = starts
        self.full = [buffer[start : start + size] for start, size in zip(starts, sizes, strict=True)]
        self.units = [full[:size] for full, size in zip(self.full, network.sizes[1:], strict=True)]

    @staticmethod
    def height(network: Network) -> int:
        last = network.rows[-1] if network.stacked else network.sizes[-1]
        return sum(network.rows[1:]) + last


class Plan:
    """Training compiled for one network, one training set and one choice of rules.

    `inputs` (features, n) and `targets` (outputs, n) are the training set in its fixed order. The network's `params`
    are changed in place; so are `slots`, the vectors that optimizer and regularizer remember, and `carry`, the summed
    gradient of the `carried` examples whose turn is still to come.
    """

    def __init__(
        self,
        network: Network,
        hidden_activation: Activation,
        output_activation: Activation,
        loss: Loss,
        optimizer: Optimizer,
        regularizer: Regularizer,
        batch_size: int,
        inputs: Vector,
        targets: Vector,
    ) -> None:
        self._network = network
        self._activations = hidden_activation, output_activation
        self._loss = loss
        self._optimizer = optimizer
        self._batch_size = batch_size
        self._grad: Vector = network.vector()
        self._strength: Vector = network.vector()
        self._learning_rate = np.zeros(1)
        self._factor = 0.0
        self._scale, self._first_scale = np.zeros((1, 2)), np.zeros((1, 2))
        self._carry_scale = np.zeros(())
        self.carry: Vector = network.vector()
        self.carried = 0
        self.slots: Mapping[str, Vector] = {
            **{name: network.vector() for name in optimizer.slots},
            **{name: network.vector(fill) for name, fill in regularizer.slots.items()},
        }
        before, after = regularizer.compile(network.params, self._strength, self.slots)
        step = optimizer.update(network.params, self._grad, self.slots, self._learning_rate)
        self._update = [*before, *step, *after]

        self._inputs, self._targets = inputs, targets
        self.steps, self.rest = divmod(inputs.shape[1], batch_size)
        """Updates in an epoch, and examples that are left over by them."""
        self.batches: int = self.steps + (1 if self.steps and self.rest else 0)
        """Pieces of an epoch: minibatches, and the rest that is carried."""
        self._buffers = np.zeros((self.steps, Columns.height(network), batch_size))
        self._slope_buffers = np.zeros_like(self._buffers)
        self._delta_buffers = np.zeros((self.steps, _Deltas.height(network), batch_size))
        self._epoch: Operations = []
        self._starts = [0]

    def set_rates(self, learning_rate: float, regularization_rate: float) -> None:
        """Train with these rates from the next minibatch on; nothing is compiled anew."""
        self._learning_rate[0] = learning_rate
        self._factor = self._optimizer.gradient_factor(learning_rate)
        self._strength[:] = learning_rate * regularization_rate * self._network.is_weight
        self._set_scale(self._scale, self._batch_size)
        self.set_carried(self.carried)

    def set_carried(self, carried: int) -> None:
        """Say that `carry` holds the gradients of so many examples, which join the next epoch's first minibatch."""
        self.carried = carried
        self._set_scale(self._first_scale, self._batch_size + carried)
        self._carry_scale[...] = self._factor / (self._batch_size + carried) if carried else 0.0

    def _set_scale(self, scale: Array, examples: int) -> None:
        factor = self._factor / examples
        scale[0] = factor, -factor

    def run(self, start: int, stop: int) -> None:
        """Train on the pieces `start` up to `stop` of an epoch, which has `batches` of them."""
        while len(self._starts) <= stop:
            self._compile(len(self._starts) - 1)
        whole = start == 0 and stop == self.batches
        run(self._epoch if whole else self._epoch[self._starts[start] : self._starts[stop]])
        if stop == self.batches and self.rest and self.steps and self.carried != self.rest:
            self.set_carried(self.rest)

    def _compile(self, piece: int) -> None:
        """Add the next piece of the epoch. That takes longer than to train on it, so it waits until it is needed."""
        compiled = self._compile_rest() if piece == self.steps else self._compile_minibatch(piece)
        self._epoch += compiled
        self._starts.append(len(self._epoch))

    def _compile_minibatch(self, index: int) -> Operations:
        """A minibatch that is applied; the first takes up what was carried."""
        place = slice(index * self._batch_size, (index + 1) * self._batch_size)
        columns = Columns(self._network, self._buffers[index]).fill(self._inputs[:, place], self._targets[:, place])
        first = index == 0 and self.rest > 0
        scale = self._first_scale if first else self._scale
        return [
            *self._differentiate(columns, self._slope_buffers[index], self._delta_buffers[index], scale, self._grad),
            *(self._take_up_carry() if first else []),
            *self._update,
        ]

    def _compile_rest(self) -> Operations:
        """The rest, whose gradients are summed into `carry` and not applied."""
        inputs, targets = (examples[:, -self.rest :] for examples in (self._inputs, self._targets))
        columns = Columns(self._network, np.zeros((Columns.height(self._network), self.rest))).fill(inputs, targets)
        deltas = np.zeros((_Deltas.height(self._network), self.rest))
        return self._differentiate(columns, np.zeros_like(columns.buffer), deltas, np.array([[1.0, -1.0]]), self.carry)

    def _take_up_carry(self) -> Operations:
        scaled = self._network.vector()
        return [(np.multiply, self.carry, self._carry_scale, scaled), (np.add, self._grad, scaled, self._grad)]

    def _differentiate(
        self, columns: Columns, slopes: Vector, delta_buffer: Vector, scale: Array, grad: Vector
    ) -> Operations:
        """Forward, slopes, output delta, backward, gradient: puts the scaled, summed gradient into `grad`."""
        network = self._network
        matrices = network.matrices(network.params)
        deltas = _Deltas(network, delta_buffer)
        return [
            *forward(matrices, columns, *self._activations),
            *self._slopes(columns, slopes),
            *self._output_delta(columns, slopes, deltas, scale),
            *self._backward(matrices, columns, slopes, deltas),
            *_gradient(network, columns, deltas, grad),
        ]

    def _slopes(self, columns: Columns, slopes: Vector) -> Operations:
        """The derivatives of the activations: all hidden layers at once, with the outputs if they are alike."""
        hidden, output = self._activations
        start, end = self._network.rows[0], columns.hidden_end
        bottom = end + len(columns.outputs)
        alike = hidden is output
        operations: Operations = []
        if hidden.derivative is not None and (end > start or alike):
            reach = slice(start, bottom if alike else end)
            operations += hidden.derivative(columns.buffer[reach], slopes[reach])
        if output.derivative is not None and not alike:
            operations += output.derivative(columns.outputs, slopes[end:bottom])
        return operations

    def _output_delta(self, columns: Columns, slopes: Vector, deltas: _Deltas, scale: Array) -> Operations:
        delta = deltas.full[-1]
        if self._activations[1].derivative is None:
            return self._loss.gradient(columns.pair, scale, delta)
        end = columns.hidden_end
        gradient = np.zeros_like(delta) if delta.size == 1 else delta
        return [
            *self._loss.gradient(columns.pair, scale, gradient),
            (np.multiply, gradient, slopes[end : end + len(delta)], delta),
        ]

    def _backward(self, matrices: list[Vector], columns: Columns, slopes: Vector, deltas: _Deltas) -> Operations:
        operations: Operations = []
        bent = self._activations[0].derivative is not None
        for layer in range(len(matrices) - 1, 0, -1):
            delta = deltas.full[layer - 1]
            start = columns.starts[layer]
            operations.append((matrices[layer].T.dot, deltas.units[layer], delta))
            if bent:
                operations.append((np.multiply, delta, slopes[start : start + len(delta)], delta))
        return operations


def _gradient(network: Network, columns: Columns, deltas: _Deltas, grad: Vector) -> Operations:
    """The products of deltas and activations, in the way that is fastest for the network's size."""
    product = len(deltas.buffer) * columns.hidden_end
    method = _stacked if network.stacked else _gathered if product <= _GATHERED_PRODUCT else _separate
    return method(network, columns, deltas, grad)


def _separate(network: Network, columns: Columns, deltas: _Deltas, grad: Vector) -> Operations:
    """One product a layer."""
    return [
        (delta.dot, given.T, out)
        for delta, given, out in zip(deltas.units, columns.inputs, network.matrices(grad), strict=True)
    ]


def _gathered(network: Network, columns: Columns, deltas: _Deltas, grad: Vector) -> Operations:
    """One product of all deltas with all activations; the blocks that are needed are taken out of it."""
    width = columns.hidden_end
    product = np.zeros((len(deltas.buffer), width))
    blocks = [
        (top + np.arange(len(units))[:, None]) * width + np.arange(left, left + len(given))
        for top, units, left, given in zip(deltas.starts, deltas.units, columns.starts, columns.inputs, strict=True)
    ]
    places = np.concatenate([block.ravel() for block in blocks])
    return [
        (deltas.buffer.dot, columns.buffer[:width].T, product),
        (product.ravel().take, places, None, grad, "clip"),
    ]


def _stacked(network: Network, columns: Columns, deltas: _Deltas, grad: Vector) -> Operations:
    """One batched product over the layers."""
    depth, width = network.depth, network.rows[0]
    stacked_deltas = deltas.buffer.reshape(depth, width, -1)[:, : width - 1]
    stacked_inputs = columns.buffer[: columns.hidden_end].reshape(depth, width, -1).transpose(0, 2, 1)
    return [(np.matmul, stacked_deltas, stacked_inputs, grad.reshape(depth, width - 1, width))]
