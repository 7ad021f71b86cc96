"""How losses are written in NumPy, PyTorch and Keras."""

from typing import NamedTuple


class LossCode(NamedTuple):
    """A loss: its mean, and its derivative by z, for NumPy; its mean for PyTorch; that of each example for Keras.

    `has_output` says whether the networks of the latter two end with the output's activation or with z; what makes an
    answer of z then are `torch_output` and `keras_output`. `encode` makes the targets of their `{targets}`.
    `torch_value` is the loss that is shown, if it is not the one descended; `before` is a line that `value` needs.
    """

    value: str
    delta: str
    torch: str
    keras: str
    encode: str = "np.array({targets})[:, None]"
    has_output: bool = False
    torch_output: str = "outputs"
    keras_output: str = "z"
    torch_value: str = "criterion(outputs, targets).item()"
    before: str = ""


LOSS_CODE = {
    "squared_error": LossCode(
        "0.5 * np.sum((outputs - targets) ** 2) / len(outputs)",
        "(outputs - targets) * {output}_slope(z)",
        "0.5 * nn.functional.mse_loss(outputs, targets)",
        "0.5 * keras.ops.sum((outputs - targets) ** 2, axis=-1)",
        has_output=True,
    ),
    "cross_entropy": LossCode(
        "np.sum(np.logaddexp(0, z) - targets * z) / len(outputs)",
        "outputs - targets",
        "nn.functional.binary_cross_entropy_with_logits(outputs, targets)",
        "keras.ops.binary_crossentropy(targets, outputs, from_logits=True)[:, 0]",
        "(np.array({targets})[:, None] > 0).astype(float)",
        torch_output="torch.sigmoid(outputs)",
        keras_output="0.5 * (1 + np.tanh(z / 2))",
    ),
    "hinge": LossCode(
        "np.sum(np.maximum(0, 1 - targets * outputs)) / len(outputs)",
        "-targets * (targets * outputs < 1)",
        "torch.relu(1 - targets * outputs).mean()",
        "keras.ops.sum(keras.ops.relu(1 - targets * outputs), axis=-1)",
    ),
    # its gradient is the rule: half of answer minus target, which is not 0 for a wrong answer of exactly z = 0
    "perceptron": LossCode(
        "np.sum(outputs != targets) / len(outputs)",
        "(outputs - targets) / 2",
        "((torch.where(outputs >= 0, 1.0, -1.0) - targets) / 2 * outputs).mean()",
        "keras.ops.sum((keras.ops.where(outputs >= 0, 1.0, -1.0) - targets) / 2 * outputs, axis=-1)",
        torch_output="torch.where(outputs >= 0, 1.0, -1.0)",
        keras_output="np.where(z >= 0, 1.0, -1.0)",
        torch_value="(torch.where(outputs >= 0, 1.0, -1.0) != targets).double().mean().item()",
    ),
}
"""The losses that can be chosen."""

MULTICLASS_CODE = LossCode(
    "np.sum(np.log(np.exp(shifted).sum(axis=1)) - (targets * shifted).sum(axis=1)) / len(outputs)",
    "outputs - targets",
    "nn.functional.cross_entropy(outputs, targets)",
    "keras.ops.categorical_crossentropy(targets, outputs, from_logits=True)",
    "np.eye({classes})[np.array({targets}, dtype=int)]",
    torch_output="torch.softmax(outputs, dim=1)",
    keras_output="keras.ops.convert_to_numpy(keras.ops.softmax(z))",
    before="shifted = z - z.max(axis=1, keepdims=True)",
)
"""The loss of more than two classes."""
