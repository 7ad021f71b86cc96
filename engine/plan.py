"""The plan: an epoch of training, compiled into a flat list of operations over preallocated buffers.

A minibatch is: forward -> slopes -> output delta -> backward -> gradient -> update. Each of these is a short function
here that returns its operations. Examples are columns; a layer's biases are the last column of its matrix, multiplied
by a row of ones, so that a layer is one product.

As in the original, training examples that do not fill a minibatch are not applied at the end of an epoch: their
gradient is carried over to the first minibatch of the next epoch, whose mean is then over more examples. Other rules
for the remainder are settings.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.activations import Activation
from engine.buffers import AnyBatches, Batch, Batches, batches_for
from engine.network import Columns, Network, forward
from engine.normalization import Normalization, norms
from engine.operations import Array, Loop, Operations, Slot, product, run, squared_norm
from engine.optimizers import new_rates, set_rates
from engine.products import products, products_of_others
from engine.rules import Rules

Vector = NDArray[np.float64]


def is_best_stacked(sizes: tuple[int, ...], batch_size: int) -> bool:
    """Whether a network of these sizes trains faster in the stacked layout (as measured: deep, narrow, one width)."""
    hidden = set(sizes[1:-1])
    return len(hidden) == 1 and len(sizes) >= 5 and sizes[0] <= max(hidden) <= 16 and batch_size < 32


@cache
def kernel() -> Callable[..., Loop | None]:
    """The function that finds the compiled loop for a plan (`kernel.loop_of`); without Numba, it finds none."""
    try:
        from engine.kernel import loop_of  # noqa: PLC0415 - Numba is optional, and takes a while to load
    except (ImportError, OSError):
        return lambda *arguments: None
    return loop_of


class Plan:
    """Training compiled for one network, one training set and one set of rules.

    `inputs` (features, n) and `targets` (outputs, n) are the training set in its order. The network's `params` are
    changed in place; so are `slots`, the vectors that the rules remember (listed in `remembered`), and `carry`, the
    summed gradient of the `carried` examples that have not been applied yet. The inputs of pictures are bytes.

    For an ensemble, `inputs` and `targets` have the members as an axis before the last one, or 1 there if all have the
    same examples.

    >>> from engine.activations import ACTIVATIONS
    >>> from engine.losses import LOSSES
    >>> from engine.optimizers import OPTIMIZERS
    >>> from engine.regularizers import REGULARIZERS
    >>> network = Network((1, 1))
    >>> rules = Rules((ACTIVATIONS["linear"],), LOSSES["squared_error"], OPTIMIZERS["sgd"], REGULARIZERS["none"], 1)
    >>> plan = Plan(network, rules, np.array([[2.0]]), np.array([[1.0]]))
    >>> rates = {"learning_rate": 0.1, "momentum": 0, "beta2": 0, "rho": 0, "epsilon": 1e-8, "weight_decay": 0}
    >>> plan.set_rates(rates, 0.0)
    >>> plan.run(0, plan.batches)
    >>> network.params  # w and b, moved by 0.1 times error times input: the error was 0 - 1
    array([0.2, 0.1])
    """

    def __init__(self, network: Network, rules: Rules, inputs: NDArray[Any], targets: Vector) -> None:
        self._network = network
        self._rules = rules
        self._matrices = network.pieces(network.params)
        self._grad: Vector = network.vector()
        self._strength: Vector = network.vector()
        self._rates = new_rates()
        self._factor = 0.0
        self._scales = np.zeros((3, 2))
        self._scale, self._first_scale, self._remainder_scale = np.split(self._scales, 3)
        self._carry_scale, self._clip = np.zeros(()), np.zeros(())
        self.carry: Vector = network.vector()
        self.carried = 0
        self.remembered: Mapping[str, Slot] = remembered(network, rules)
        self.slots: Mapping[str, Vector] = {
            name: np.full((slot.length,) if slot.counts else network.shape(slot.length or network.length), slot.fill)
            for name, slot in self.remembered.items()
        }
        before, after = rules.regularizer.compile(network.params, self._strength, self.slots)
        step = rules.optimizer.update(network.params, self._grad, self.slots, self._rates)
        self._update = [*before, *step, *after, *self._bound_norms()]

        full, self.remainder = divmod(inputs.shape[-1], rules.batch_size)
        is_carried, is_applied = rules.remainder == "carried" and full > 0, rules.remainder == "applied"
        self.steps: int = full + (1 if self.remainder and is_applied else 0)
        """The number of updates in an epoch."""
        self.batches: int = full + (1 if self.remainder and (is_carried or is_applied) else 0)
        """The number of minibatches in an epoch, including an incomplete last one unless it is dropped."""
        self._is_carried = bool(is_carried and self.remainder)
        self._full = batches_for(network, inputs, full, rules.batch_size)
        self._left = batches_for(network, inputs, self.batches - full, self.remainder)
        if rules.dropout:
            outputs = [0.0] * (Columns.height(network) - sum(network.rows))
            rates = [0.0, *rules.dropout]
            self._dropout = np.concatenate([np.repeat(rates, network.rows), outputs])[:, None]
            self.draw_masks([np.random.default_rng(0)] * (network.members or 1))
        self.fill(inputs, targets)
        self._epoch: Operations = []
        self._starts = [0]
        self._shared: dict[str, Operations] = {}
        """The operations of minibatches that share their buffers: first, middle and last ones."""
        self._loop = self._find_loop()

    @property
    def is_compiled(self) -> bool:
        """Whether minibatches run as one compiled loop instead of operations."""
        return self._loop is not None

    def fill(self, inputs: NDArray[Any], targets: Vector) -> None:
        """Use these examples from now on: the same number, moved or in another order."""
        self._full.fill(inputs, targets)
        if self._left.count:
            self._left.fill(inputs[..., -self.remainder :], targets[..., -self.remainder :])

    def draw_masks(self, generators: Sequence[np.random.Generator]) -> None:
        """Draw the dropout masks that apply until the next call, with one generator, or one for each member."""
        for batches in (self._full, self._left):
            batches.draw_masks(generators, self._dropout)

    def set_rates(self, values: Mapping[str, float], regularization_rate: float) -> None:
        """Use these rates (`optimizers.RATES`) from the next minibatch on; nothing is recompiled."""
        set_rates(self._rates, values)
        learning_rate = values["learning_rate"]
        self._factor = self._rules.optimizer.gradient_factor(learning_rate)
        self._strength[:] = learning_rate * regularization_rate * self._network.is_weight
        # a schedule may reach a learning rate of 0
        self._clip[...] = max(self._rules.clip_norm * self._factor, 1e-300)
        self._set_scale(self._scale, self._rules.batch_size)
        if self.remainder:
            self._set_scale(self._remainder_scale, self.remainder)
        self.set_carried(self.carried)

    def set_carried(self, carried: int) -> None:
        """Set the number of examples whose gradients `carry` holds; they join the next epoch's first minibatch."""
        self.carried = carried
        size = self._rules.batch_size + carried
        self._set_scale(self._first_scale, size)
        self._carry_scale[...] = self._factor / size if carried else 0.0

    def _set_scale(self, scale: Array, examples: int) -> None:
        factor = self._factor / examples
        scale[0] = factor, -factor

    def run(self, start: int, stop: int) -> None:
        """Train on the minibatches from `start` up to `stop` (exclusive) of an epoch with `batches` of them."""
        if self._loop:
            self._loop(start, stop)
        else:
            self._run(start, stop)
        if stop == self.batches and self._is_carried and self.carried != self.remainder:
            self.set_carried(self.remainder)

    def _run(self, start: int, stop: int) -> None:
        while len(self._starts) <= stop:
            self._compile(len(self._starts) - 1)
        whole = start == 0 and stop == self.batches
        run(self._epoch if whole else self._epoch[self._starts[start] : self._starts[stop]])

    def _find_loop(self) -> Loop | None:
        full, left = self._full, self._left
        if not (isinstance(full, Batches) and isinstance(left, Batches)):
            return None
        vectors = self.carry, self.slots.get("alive", self._grad), self._strength, self._grad
        return kernel()(self._network, self._rules, (full, left), vectors, self._scales)

    def gradient(self) -> Vector:
        """The mean gradient over the examples of the first minibatch, in the network's layout; nothing is updated."""
        scale = np.array([[1.0, -1.0]]) / self._rules.batch_size
        run([*self._full.load(0), *self._differentiate(self._full.batch(0), scale, self._grad)])
        return self._grad

    def minibatch(self, index: int) -> Batch:
        """The buffers of a minibatch, or, after the last, those of the remainder: its examples and dropout masks.

        They may be shared with other minibatches, and hold this one until the next call, or until training goes on.
        """
        batches, place = self._place_of(index)
        run(batches.load(place))
        return batches.batch(place)

    def _place_of(self, index: int) -> tuple[AnyBatches, int]:
        """The minibatches that a minibatch belongs to, the full ones or the remainder, and its number among them."""
        return (self._full, index) if index < self._full.count else (self._left, index - self._full.count)

    def update(self, gradient: Vector) -> None:
        """Apply the update that follows a minibatch with this mean gradient, in the network's layout."""
        np.multiply(gradient, self._factor, out=self._grad)
        run([*self._clipped(), *self._update])

    def _compile(self, index: int) -> None:
        """Compile the next minibatch. That takes longer than training on it, so it is postponed until needed."""
        batches, place = self._place_of(index)
        kind = "last" if batches is self._left else "middle" if index else "first"
        if isinstance(batches, Batches):
            compiled = self._compile_kind(kind, batches.batch(place))
        else:
            if kind not in self._shared:
                self._shared[kind] = self._compile_kind(kind, batches.batch(place))
            compiled = self._shared[kind]
        self._epoch += [*batches.load(place), *compiled]
        self._starts.append(len(self._epoch))

    def _compile_kind(self, kind: str, batch: Batch) -> Operations:
        """A minibatch: the first includes the carried gradient; the last is incomplete, and carried or applied."""
        if kind == "last":
            if self._is_carried:
                return self._differentiate(batch, np.array([[1.0, -1.0]]), self.carry)
            return self._compile_applied(batch, self._remainder_scale)
        if kind == "first" and self._is_carried:
            return self._compile_applied(batch, self._first_scale, self._take_up_carry())
        return self._compile_applied(batch, self._scale)

    def _compile_applied(self, batch: Batch, scale: Array, more: Operations | None = None) -> Operations:
        return [*self._differentiate(batch, scale, self._grad), *(more or []), *self._clipped(), *self._update]

    def _take_up_carry(self) -> Operations:
        scaled = self._network.vector()
        return [(np.multiply, self.carry, self._carry_scale, scaled), (np.add, self._grad, scaled, self._grad)]

    def _clipped(self) -> Operations:
        """Gradient clipping to a maximum norm (Pascanu, Mikolov and Bengio, 2013)."""
        if not self._rules.clip_norm:
            return []
        grad, members = self._grad, self._network.members
        norm = np.zeros(()) if members is None else np.zeros((members, 1))
        return [
            squared_norm(grad, norm),
            (np.sqrt, norm, norm),
            (np.fmax, norm, self._clip, norm),
            (np.divide, self._clip, norm, norm),
            (np.multiply, grad, norm, grad),
        ]

    def _bound_norms(self) -> Operations:
        """The max-norm constraint on the incoming weights of every unit (Srivastava et al., 2014, section 5.1).

        For a unit with several pieces, it applies to each piece.
        """
        operations: Operations = []
        limit = self._rules.max_norm
        for matrix in chain.from_iterable(self._matrices) if limit else []:
            weights = matrix[..., :-1]
            squares, norm = np.zeros_like(weights), np.zeros((*weights.shape[:-1], 1))
            operations += [
                (np.square, weights, squares),
                (np.add.reduce, squares, -1, None, norm, True),
                (np.sqrt, norm, norm),
                (np.fmax, norm, limit, norm),
                (np.divide, limit, norm, norm),
                (np.multiply, weights, norm, weights),
            ]
        return operations

    def _differentiate(self, batch: Batch, scale: Array, grad: Vector) -> Operations:
        """Forward, slopes, output delta, backward, gradient: puts the scaled, summed gradient into `grad`."""
        network, matrices = self._network, self._matrices
        forward_pass = self._forward(matrices, batch, grad)
        deltas = [[own] for own in batch.deltas.units]
        return [
            *forward_pass.operations,
            *self._output_delta(batch, scale),
            *self._backward(matrices, batch, forward_pass, deltas),
            *products(network, batch.columns, batch.deltas, grad),
            *products_of_others(network, batch.columns, deltas, grad),
        ]

    # --- forward and slopes ---------------------------------------------------------------------------------------

    def _forward(self, matrices: list[list[Vector]], batch: Batch, grad: Vector) -> "_ForwardPass":
        activations, network = self._rules.activations, self._network
        is_plain = len(set(activations[:-1])) <= 1 and not network.normed and not self._rules.dropout
        if is_plain and not network.further and not (activations[:-1] and activations[0].from_z):
            layers = forward(matrices, batch.columns, activations)
            return _ForwardPass([*chain.from_iterable(layers), *self._slopes_at_once(batch)], [], {})
        return self._forward_by_layer(matrices, batch, grad)

    def _slopes_at_once(self, batch: Batch) -> Operations:
        """The derivatives of the activations: all hidden layers at once, with the outputs if they have the same."""
        columns, slopes, (hidden, output) = batch.columns, batch.slopes, self._ends()
        start, end = self._network.rows[0], columns.hidden_end
        bottom = end + len(columns.outputs)
        alike = hidden is output and self._has_output_slope
        operations: Operations = []
        if hidden.derivative is not None and (end > start or alike):
            reach = slice(start, bottom if alike else end)
            operations += hidden.derivative(columns.buffer[reach], slopes[reach])
        if not alike:
            operations += self._output_slope(batch)
        return operations

    def _ends(self) -> tuple[Activation, Activation]:
        activations = self._rules.activations
        return activations[0], activations[-1]

    @property
    def _has_output_slope(self) -> bool:
        """Whether the loss's gradient is by the outputs, and the derivative of their activation is not taken as 1."""
        return not self._rules.loss.from_z and self._rules.activations[-1].derivative is not None

    def _output_slope(self, batch: Batch) -> Operations:
        derivative, end = self._rules.activations[-1].derivative, batch.columns.hidden_end
        if derivative is None or not self._has_output_slope:
            return []
        outputs = batch.columns.outputs
        return derivative(outputs, batch.slopes[end : end + len(outputs)])

    def _forward_by_layer(self, matrices: list[list[Vector]], batch: Batch, grad: Vector) -> "_ForwardPass":
        """Layer by layer: products, normalization, the largest piece, activation, slope, dropout."""
        columns, activations = batch.columns, self._rules.activations
        given = norms(self._network, grad, *self._statistics()) if self._network.normed else []
        forward_pass = _ForwardPass([], [], {})
        operations = forward_pass.operations
        zs = columns.preactivations(activations)
        for layer, (pieces, activation) in enumerate(zip(matrices, activations, strict=True)):
            z, units, is_hidden = zs[layer], columns.units[layer], layer < len(matrices) - 1
            sums = [z, *(np.zeros_like(z) for _ in pieces[1:])]
            operations += [
                product(matrix, columns.inputs[layer], own) for matrix, own in zip(pieces, sums, strict=True)
            ]
            if given and is_hidden:
                normalized = [Normalization(norm, own) for norm, own in zip(given[layer], sums, strict=True)]
                forward_pass.normalizations.append(normalized)
                operations += chain.from_iterable(one.forward() for one in normalized)
            if len(sums) > 1:
                forward_pass.wins[layer] = _Wins([np.zeros_like(z) for _ in sums])
                operations += forward_pass.wins[layer].choose(sums)
            operations += activation.forward(z, units)
            if is_hidden:
                operations += self._slope(layer, z, batch)
        operations += self._output_slope(batch)
        return forward_pass

    def _slope(self, layer: int, z: Array, batch: Batch) -> Operations:
        """The derivative of one layer's activation, and its dropout."""
        columns, activation = batch.columns, self._rules.activations[layer]
        units, start = columns.units[layer], columns.starts[layer + 1]
        position = slice(start, start + len(units))
        slopes = batch.slopes[position]
        slopes[:] = 1.0
        derivative = activation.derivative
        operations = derivative(z if activation.from_z else units, slopes) if derivative else []
        if not self._drops(layer):
            return operations
        masks = batch.masks[position]
        if derivative is None:
            return [(np.copyto, slopes, masks), (np.multiply, units, masks, units)]
        return [*operations, (np.multiply, slopes, masks, slopes), (np.multiply, units, masks, units)]

    def _drops(self, layer: int) -> bool:
        """Whether dropout applies to a hidden layer."""
        return bool(self._rules.dropout and self._rules.dropout[layer])

    def _statistics(self) -> tuple[Vector, Vector]:
        return self.slots["running_mean"], self.slots["running_variance"]

    # --- deltas ---------------------------------------------------------------------------------------------------

    def _output_delta(self, batch: Batch, scale: Array) -> Operations:
        columns, delta, loss = batch.columns, batch.deltas.full[-1], self._rules.loss
        if not self._has_output_slope:
            return loss.gradient(columns.pair, scale, delta)
        end = columns.hidden_end
        gradient = np.zeros_like(delta) if delta.size == 1 else delta
        return [
            *loss.gradient(columns.pair, scale, gradient),
            (np.multiply, gradient, batch.slopes[end : end + len(delta)], delta),
        ]

    def _backward(
        self, matrices: list[list[Vector]], batch: Batch, forward_pass: "_ForwardPass", deltas: list[list[Vector]]
    ) -> Operations:
        """`deltas` are those of each layer's first pieces; those of other pieces are appended."""
        operations: Operations = []
        for layer in range(len(matrices) - 1, 0, -1):
            delta, below = batch.deltas.full[layer - 1], deltas[layer - 1]
            start = batch.columns.starts[layer]
            operations += _passed_back(matrices[layer], deltas[layer], delta)
            if self._rules.activations[layer - 1].derivative is not None or self._drops(layer - 1):
                operations.append((np.multiply, delta, batch.slopes[start : start + len(delta)], delta))
            if layer - 1 in forward_pass.wins:
                below += [np.zeros_like(below[0]) for _ in forward_pass.wins[layer - 1].masks[1:]]
                operations += forward_pass.wins[layer - 1].part(below)
            if forward_pass.normalizations:
                for normalized, own in zip(forward_pass.normalizations[layer - 1], below, strict=True):
                    operations += normalized.backward(own)
        return operations


class _Wins(NamedTuple):
    """The winning piece of each unit: a mask (units, n), 1 where a piece is the first largest one."""

    masks: list[Vector]

    def choose(self, sums: list[Vector]) -> Operations:
        """The operations that compute the masks, and put the largest sums into those of the first piece."""
        z, other, *more = sums
        first, second, *later = self.masks
        operations: Operations = [
            (np.greater_equal, z, other, first),
            (np.subtract, 1.0, first, second),
            (np.fmax, z, other, z),
        ]
        stays = np.zeros_like(first)
        for position, (own, mask) in enumerate(zip(more, later, strict=True), 2):
            operations += [
                (np.greater_equal, z, own, stays),
                (np.subtract, 1.0, stays, mask),
                *((np.multiply, before, stays, before) for before in self.masks[:position]),
                (np.fmax, z, own, z),
            ]
        return operations

    def part(self, deltas: list[Vector]) -> Operations:
        """The operations that leave the first piece's share in the first of `deltas`; the rest goes to the others."""
        delta, *others = deltas
        first, *later = self.masks
        return [
            *((np.multiply, delta, mask, other) for mask, other in zip(later, others, strict=True)),
            (np.multiply, delta, first, delta),
        ]


class _ForwardPass(NamedTuple):
    """The forward pass; by hidden layer, its normalizations, and which pieces won."""

    operations: Operations
    normalizations: list[list[Normalization]]
    wins: dict[int, _Wins]


def _passed_back(pieces: list[Vector], deltas: list[Vector], out: Array) -> Operations:
    """Put into `out` the deltas of a layer's inputs, from those of its pieces."""
    transposed = [matrix.swapaxes(-1, -2) for matrix in pieces]
    operations: Operations = [product(transposed[0], deltas[0], out)]
    for matrix, delta in zip(transposed[1:], deltas[1:], strict=True):
        more = np.zeros_like(out)
        operations += [product(matrix, delta, more), (np.add, out, more, out)]
    return operations


def remembered(network: Network, rules: Rules) -> dict[str, Slot]:
    """The vectors that the rules of training keep from one update to the next."""
    statistics = {"running_mean": Slot(0.0, network.sums), "running_variance": Slot(1.0, network.sums)}
    return {
        **rules.optimizer.slots,
        **rules.regularizer.slots,
        **(statistics if network.normed else {}),
    }
