"""The kernel: training small, plain networks in one compiled loop. It needs Numba, which may not be installed.

At these sizes, calls take longer than arithmetic, and here there are none. The loop works on the arrays of a plan and
does the same, so that either can continue what the other has begun; only last digits may differ, because sums are added
up in another order. It covers what the original can do. Plans do everything else.
"""

from collections.abc import Callable
from math import factorial
from pickle import PickleError
from typing import Any, TypeVar

import numba
import numpy as np
from numpy.typing import NDArray

from engine.activations import ACTIVATIONS
from engine.buffers import Batches
from engine.losses import LOSSES
from engine.network import Network
from engine.operations import Loop
from engine.optimizers import OPTIMIZERS
from engine.regularizers import REGULARIZERS
from engine.rules import Rules

Vector = NDArray[np.float64]
Table = NDArray[np.int64]

_ACTIVATIONS = [ACTIVATIONS[name] for name in ("linear", "relu", "tanh", "sigmoid")]
_, _RELU, _TANH, _SIGMOID = range(len(_ACTIVATIONS))
_PENALTIES = [REGULARIZERS[name] for name in ("none", "L1", "L2")]
_, _L1, _L2 = range(len(_PENALTIES))
_COVERED = Rules((), LOSSES["squared_error"], OPTIMIZERS["sgd"], _PENALTIES[0], batch_size=1)
"""Rules that the kernel covers, with any of these activations and penalties, any batch size and any remainder."""
_LARGEST = 500
"""The number of parameters up to which the loop is faster than NumPy's products, whatever the batch size."""


def loop_of(
    network: Network, rules: Rules, batches: tuple[Batches, Batches], vectors: tuple[Vector, ...], scales: Vector
) -> Loop | None:
    """The loop that does what a plan with these arrays does; None if the kernel does not cover it.

    `batches` are the complete minibatches and the incomplete one. `vectors` are the carried gradient, the mask of links
    that are not dead (any vector without L1), the strength of the penalty, and one to work in. The rows of `scales`
    begin with the factors of a minibatch, of one that takes up the carried gradient, and of an incomplete one.
    """
    others = rules._replace(activations=(), regularizer=_PENALTIES[0], batch_size=1, remainder=_COVERED.remainder)
    is_covered = others == _COVERED and rules.regularizer in _PENALTIES and not network.normed
    if not is_covered or network.count > _LARGEST or any(own not in _ACTIVATIONS for own in rules.activations):
        return None
    arrays = (batches[0].columns, batches[1].columns), (network.params, *vectors), scales, _layers(network, rules)
    penalty, is_carried = _PENALTIES.index(rules.regularizer), rules.remainder == "carried"
    return lambda start, stop: _loop(start, stop, *arrays, penalty, is_carried)


def _layers(network: Network, rules: Rules) -> Table:
    """A row for each layer: what `_forward` and `_differentiate` unpack."""
    sizes, given, deltas = network.sizes, network.input_starts, np.cumsum([0, *network.sizes[1:-1]])
    units = [*given[1:], network.inputs_end]
    activations = [_ACTIVATIONS.index(own) for own in rules.activations]
    table = [sizes[1:], sizes[:-1], network.rows, network.starts, given, units, deltas, activations]
    return np.array(table, np.int64).T.copy()


# --- compiled ---------------------------------------------------------------------------------------------------------

_Function = TypeVar("_Function", bound=Callable[..., Any])

# sums in any order, but NaN and infinity as they are, so that divergence shows
_OPTIONS: dict[str, Any] = {"error_model": "numpy", "fastmath": {"contract", "reassoc", "nsz"}}
_compiled: Callable[[_Function], _Function] = numba.njit(**_OPTIONS)

_TERMS = tuple(1 / factorial(n) for n in range(13, 0, -1))


@_compiled
def _tanh(z: float) -> float:
    """Without branches and calls, so that many are computed at once; to 15 digits."""
    # exp(y) - 1 for a small y, from its series; then e ↦ e (e + 2), which doubles y
    y, power = min(abs(z), 20.0) / 64, 0.0
    for term in _TERMS:
        power = (power + term) * y
    for _ in range(7):
        power *= power + 2.0
    tanh = power / (power + 2.0)
    return -tanh if z < 0.0 else tanh


@_compiled
def _activate(a: Vector, activation: int) -> None:
    """Replace sums by activations."""
    if activation == _RELU:
        for n in range(len(a)):
            a[n] = max(0.0, a[n])
    elif activation == _TANH:
        for n in range(len(a)):
            a[n] = _tanh(a[n])
    elif activation == _SIGMOID:
        for n in range(len(a)):
            a[n] = 0.5 + 0.5 * _tanh(0.5 * a[n])


@_compiled
def _slope(delta: Vector, a: Vector, activation: int) -> None:
    """Multiply deltas by the derivative."""
    if activation == _RELU:
        for n in range(len(a)):
            delta[n] *= np.sign(a[n])
    elif activation == _TANH:
        for n in range(len(a)):
            delta[n] *= 1.0 - a[n] * a[n]
    elif activation == _SIGMOID:
        for n in range(len(a)):
            delta[n] *= a[n] - a[n] * a[n]


@_compiled
def _forward(params: Vector, columns: Vector, layers: Table, size: int) -> None:
    for units, inputs, width, start, given, own, _, activation in layers:
        for unit in range(units):
            at, z = start + unit * width, columns[(own + unit) * size : (own + unit + 1) * size]
            z[:] = params[at + width - 1]
            for link in range(inputs):
                weight, a = params[at + link], columns[(given + link) * size : (given + link + 1) * size]
                for n in range(size):
                    z[n] += weight * a[n]
        _activate(columns[own * size : (own + units) * size], activation)


@_compiled
def _differentiate(params: Vector, columns: Vector, layers: Table, size: int, factor: float, grad: Vector) -> None:
    """Put `factor` times the summed gradient into `grad`."""
    _forward(params, columns, layers, size)
    deltas, last = np.empty(layers[:, 0].sum() * size), layers[-1, 0] * size
    for n in range(last):
        deltas[n - last] = factor * (columns[n - 2 * last] - columns[n - last])
    for layer in range(len(layers) - 1, -1, -1):
        units, inputs, width, start, given, own, first, activation = layers[layer]
        _slope(deltas[first * size : (first + units) * size], columns[own * size : (own + units) * size], activation)
        lower = first - inputs
        if layer:
            deltas[lower * size : first * size] = 0.0
        for unit in range(units):
            at, delta = start + unit * width, deltas[(first + unit) * size : (first + unit + 1) * size]
            total = 0.0
            for n in range(size):
                total += delta[n]
            grad[at + width - 1] = total
            for link in range(inputs):
                a, total = columns[(given + link) * size : (given + link + 1) * size], 0.0
                for n in range(size):
                    total += delta[n] * a[n]
                grad[at + link] = total
                if layer:
                    weight, below = params[at + link], deltas[(lower + link) * size : (lower + link + 1) * size]
                    for n in range(size):
                        below[n] += weight * delta[n]


@_compiled
def _update(params: Vector, grad: Vector, alive: Vector, strength: Vector, penalty: int) -> None:
    for n in range(len(params)):
        pull = 0.0
        if penalty == _L1:
            pull = np.sign(params[n]) * strength[n]
        elif penalty == _L2:
            pull = params[n] * strength[n]
        stepped = params[n] - grad[n]
        params[n] = stepped - pull
        if penalty == _L1:
            if stepped * params[n] < 0.0:
                alive[n] = 0.0
            params[n] *= alive[n]


def _train(
    start: int, stop: int, batches: Any, vectors: Any, scales: Vector, layers: Table, penalty: int, is_carried: bool
) -> None:
    (full, left), (params, carry, alive, strength, grad) = batches, vectors
    for index in range(start, stop):
        is_left = index >= len(full)
        columns = left[0] if is_left else full[index]
        takes_up, puts_off = is_carried and index == 0, is_carried and is_left
        total = carry if puts_off else grad
        factor = 1.0 if puts_off else scales[1 if takes_up else 2 if is_left else 0, 0]
        if columns.shape[1] == 1:
            # a constant: without loops over examples, it takes half the time
            _differentiate(params, columns.ravel(), layers, 1, factor, total)
        else:
            _differentiate(params, columns.ravel(), layers, columns.shape[1], factor, total)
        for n in range(len(grad) if takes_up else 0):
            grad[n] += carry[n] * factor
        if not puts_off:
            _update(params, grad, alive, strength, penalty)


def _kept(function: _Function) -> _Function:
    """Compile `_train` for the one kind of arguments that it gets, and keep that on disk: it takes seconds."""
    signature = "void(i8, i8, UniTuple(f8[:, :, ::1], 2), UniTuple(f8[::1], 5), f8[:, ::1], i8[:, ::1], i8, b1)"
    try:
        compiled: _Function = numba.njit(signature, cache=True, **_OPTIONS)(function)
    except (RuntimeError, OSError, EOFError, PickleError):
        # no folder can be written to, the disk is full, or the file is damaged
        compiled = numba.njit(signature, **_OPTIONS)(function)
    return compiled


_loop = _kept(_train)
