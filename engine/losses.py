"""The losses: how wrong the outputs are, as the mean over examples.

Formulas: Goodfellow, Bengio and Courville, *Deep Learning* (2016), section 6.2; the hinge from Bishop, *Pattern
Recognition and Machine Learning* (2006), section 7.1; the perceptron's rule from Rosenblatt (1958).
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from engine.code import LossCode
from engine.operations import Array, Operations, by_member, run, squared_norm


class Loss(NamedTuple):
    """A loss of outputs (n_out, n) against targets (n_out, n), as `encode` computes them.

    `output` is the matching output activation; if empty, it depends on the problem: tanh or linear. `encode(targets,
    classes)` converts the targets of the data (n,), which are -1 and +1, class numbers, or values, to (n_out, n).
    `value(z, outputs, targets)` is the mean over the n examples, where `z` are the outputs before their activation; if
    `from_z`, `z` is a separate array, else it is the outputs. For an ensemble, whose arrays are (n_out, members, n), it
    is one for each member (members,).

    `gradient(pair, scale, out)` returns the operations that put factor * d value_of_one_example into `out` (n_out, n):
    by the outputs, or, if `from_z`, by z. `pair` (2 * n_out, n) holds the outputs above the targets, and `scale` (1, 2)
    holds [factor, -factor]. With members, `pair` is (2 * n_out, members, n). `is_exact` is False if the gradient is a
    learning rule and not the gradient of the value. `help` describes the loss in a sentence or two, `formula` writes it
    out, and `code` spells it for other libraries.

    >>> LOSSES["squared_error"].value(np.zeros((1, 2)), np.array([[1.0, 0.5]]), np.array([[1.0, -0.5]]))
    0.25
    """

    label: str
    value: Callable[[Array, Array, Array], Any]
    gradient: Callable[[Array, Array, Array], Operations]
    encode: Callable[[Array, int], Array]
    help: str
    formula: str
    code: LossCode
    output: str = ""
    from_z: bool = False
    is_exact: bool = True


def _as_they_are(targets: Array, classes: int) -> Array:
    return targets[None, :]


def _probabilities(targets: Array, classes: int) -> Array:
    return (targets[None, :] > 0).astype(targets.dtype)


def _one_of_many(targets: Array, classes: int) -> Array:
    chosen: Array = (np.arange(classes)[:, None] == targets[None, :]).astype(targets.dtype)
    return chosen


def _mean(each: Array) -> Any:
    """The mean over n examples of the sum of rows (rows, n): a float; of (rows, members, n), an array (members,)."""
    if each.ndim == 2:
        return float(each.sum()) / each.shape[1]
    # axis by axis, so that a member's result does not depend on the number of members
    return each.sum(axis=-1).sum(axis=0) / each.shape[-1]


def _squared_error(z: Array, outputs: Array, targets: Array) -> Any:
    error, n = outputs - targets, int(outputs.shape[-1])
    if error.ndim == 2:
        flat = error.ravel()
        return 0.5 * float(flat.dot(flat)) / n
    own = by_member(error).reshape(error.shape[1], -1)
    total = np.zeros((len(own), 1))
    run([squared_norm(own, total)])
    return 0.5 * total[:, 0] / n


def _difference(pair: Array, scale: Array, out: Array) -> Operations:
    # [factor, -factor] @ [outputs; targets]: the difference and its factor in one call
    return [(scale.dot, pair.reshape(2, -1), out.reshape(1, -1))]


def _binary_cross_entropy(z: Array, outputs: Array, targets: Array) -> Any:
    # -t log p - (1 - t) log(1 - p) = max(z, 0) - t z + log(1 + exp(-|z|)), with p = sigmoid(z)
    return _mean(np.maximum(z, 0.0) - targets * z + np.log1p(np.exp(-np.abs(z))))


def _cross_entropy(z: Array, outputs: Array, targets: Array) -> Any:
    # -log p of the right class = log sum exp z - z of the right class
    top = z.max(axis=0, keepdims=True)
    total = np.exp(z - top).sum(axis=0, keepdims=True)
    return _mean(top + np.log(total) - (targets * z).sum(axis=0, keepdims=True))


def _hinge(z: Array, outputs: Array, targets: Array) -> Any:
    return _mean(np.maximum(0.0, 1.0 - outputs * targets))


def _hinge_gradient(pair: Array, scale: Array, out: Array) -> Operations:
    outputs, targets = pair.reshape(2, *out.shape)
    inside = np.zeros_like(out)
    return [
        (np.multiply, outputs, targets, inside),
        (np.subtract, 1.0, inside, inside),
        (np.heaviside, inside, 0.0, inside),
        (np.multiply, inside, targets, inside),
        (np.multiply, inside, scale[:, 1:], out),
    ]


def _share_of_errors(z: Array, outputs: Array, targets: Array) -> Any:
    return 0.5 * _mean(np.abs(outputs - targets))


def _perceptron_rule(pair: Array, scale: Array, out: Array) -> Operations:
    # half the difference between output and target is 0 for a correct output, else minus the target
    return [*_difference(pair, scale, out), (np.multiply, out, 0.5, out)]


_CROSS_ENTROPY_HELP = "Measures how surprised the network is by the correct answer."

LOSSES: dict[str, Loss] = {
    "squared_error": Loss(
        "Squared error",
        _squared_error,
        _difference,
        _as_they_are,
        help="Half the squared difference between output and target.",
        formula="L = ½ (y − t)²",
        code=LossCode(
            "0.5 * np.sum((outputs - targets) ** 2) / len(outputs)",
            "(outputs - targets) * {output}_slope(z)",
            "0.5 * nn.functional.mse_loss(outputs, targets)",
            "0.5 * keras.ops.sum((outputs - targets) ** 2, axis=-1)",
            has_output=True,
        ),
    ),
    "cross_entropy": Loss(
        "Cross-entropy",
        _binary_cross_entropy,
        _difference,
        _probabilities,
        help=_CROSS_ENTROPY_HELP,
        formula="L = −t ln p − (1 − t) ln(1 − p), with several classes L = −ln p of the correct class",
        code=LossCode(
            "np.sum(np.logaddexp(0, z) - targets * z) / len(outputs)",
            "outputs - targets",
            "nn.functional.binary_cross_entropy_with_logits(outputs, targets)",
            "keras.ops.binary_crossentropy(targets, outputs, from_logits=True)[:, 0]",
            "(np.array({targets})[:, None] > 0).astype(float)",
            torch_output="torch.sigmoid(outputs)",
            keras_output="0.5 * (1 + np.tanh(z / 2))",
        ),
        output="sigmoid",
        from_z=True,
    ),
    "hinge": Loss(
        "Hinge",
        _hinge,
        _hinge_gradient,
        _as_they_are,
        help="The loss of support vector machines (Bishop, section 7.1). Outputs that are correct by a margin "
        "of at least 1 cost nothing and teach nothing; all others pull with the same strength.",
        formula="L = max(0, 1 − t y), t = ±1",
        code=LossCode(
            "np.sum(np.maximum(0, 1 - targets * outputs)) / len(outputs)",
            "-targets * (targets * outputs < 1)",
            "torch.relu(1 - targets * outputs).mean()",
            "keras.ops.sum(keras.ops.relu(1 - targets * outputs), axis=-1)",
        ),
        output="linear",
    ),
    "perceptron": Loss(
        "Perceptron rule",
        _share_of_errors,
        _perceptron_rule,
        _as_they_are,
        help="A misclassified example pulls the weights toward its own side; a correctly classified one "
        "changes nothing.",
        formula="w ← w + η t x, only if the output is wrong",
        # its gradient is the rule: half of output minus target, which is not 0 for a wrong output at exactly z = 0
        code=LossCode(
            "np.sum(outputs != targets) / len(outputs)",
            "(outputs - targets) / 2",
            "((torch.where(outputs >= 0, 1.0, -1.0) - targets) / 2 * outputs).mean()",
            "keras.ops.sum((keras.ops.where(outputs >= 0, 1.0, -1.0) - targets) / 2 * outputs, axis=-1)",
            torch_output="torch.where(outputs >= 0, 1.0, -1.0)",
            keras_output="np.where(z >= 0, 1.0, -1.0)",
            torch_value="(torch.where(outputs >= 0, 1.0, -1.0) != targets).double().mean().item()",
        ),
        output="sign",
        is_exact=False,
    ),
}
"""The losses for two classes. `squared_error` is half the squared difference, as in the original."""

MULTICLASS_LOSS = Loss(
    "Cross-entropy",
    _cross_entropy,
    _difference,
    _one_of_many,
    help=_CROSS_ENTROPY_HELP,
    formula="L = −ln p of the correct class",
    code=LossCode(
        "np.sum(np.log(np.exp(shifted).sum(axis=1)) - (targets * shifted).sum(axis=1)) / len(outputs)",
        "outputs - targets",
        "nn.functional.cross_entropy(outputs, targets)",
        "keras.ops.categorical_crossentropy(targets, outputs, from_logits=True)",
        "np.eye({classes})[np.array({targets}, dtype=int)]",
        torch_output="torch.softmax(outputs, dim=1)",
        keras_output="keras.ops.convert_to_numpy(keras.ops.softmax(z))",
        before="shifted = z - z.max(axis=1, keepdims=True)",
    ),
    output="softmax",
    from_z=True,
)
"""The loss for three or more classes."""

MULTICLASS_SQUARED_ERROR = LOSSES["squared_error"]._replace(
    encode=_one_of_many,
    help="Half the squared distance between the outputs and those wanted: 1 for the correct class, 0 for all others.",
    formula="L = ½ Σ (yₖ − tₖ)²",
    code=LossCode(
        "0.5 * np.sum((outputs - targets) ** 2) / len(outputs)",
        "(outputs - targets) * {output}_slope(z)",
        "0.5 * ((outputs - targets) ** 2).sum(dim=1).mean()",
        "0.5 * keras.ops.sum((outputs - targets) ** 2, axis=-1)",
        "np.eye({classes})[np.array({targets}, dtype=int)]",
        has_output=True,
    ),
    output="sigmoid",
)
"""The squared error of a sigmoid for each class (Nielsen, *Neural Networks and Deep Learning*, 2015, chapter 1)."""
