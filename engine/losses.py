"""The losses: how wrong the outputs are, as the mean over examples."""

from collections.abc import Callable
from typing import NamedTuple

from engine.operations import Array, Operations


class Loss(NamedTuple):
    """A loss of outputs (n_out, n) against targets (n_out, n).

    `value(outputs, targets)` is the mean over the n examples; `gradient(pair, scale, out)` gives the operations that
    put `factor * d value_of_one_example / d outputs` into `out` (n_out, n). There `pair` (2 * n_out, n) holds the
    outputs above the targets, and `scale` (1, 2) holds [factor, -factor].
    """

    label: str
    value: Callable[[Array, Array], float]
    gradient: Callable[[Array, Array, Array], Operations]


def _squared_error(outputs: Array, targets: Array) -> float:
    error = (outputs - targets).ravel()
    return 0.5 * float(error @ error) / int(outputs.shape[1])


def _squared_error_gradient(pair: Array, scale: Array, out: Array) -> Operations:
    # [factor, -factor] @ [outputs; targets]: the difference and its factor in one call
    return [(scale.dot, pair.reshape(2, -1), out.reshape(1, -1))]


LOSSES: dict[str, Loss] = {
    "squared_error": Loss("Squared error", _squared_error, _squared_error_gradient),
}
"""`squared_error` is half the square of the difference, as in the original."""
