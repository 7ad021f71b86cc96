"""How features and activations are written in NumPy, PyTorch and Keras."""

from typing import NamedTuple

FEATURE_CODE = {
    "x": "x1",
    "y": "x2",
    "xSquared": "x1**2",
    "ySquared": "x2**2",
    "xTimesY": "x1 * x2",
    "sinX": "np.sin(x1)",
    "sinY": "np.sin(x2)",
}


class Function(NamedTuple):
    """An activation: value and slope at z for NumPy, how it is called in PyTorch and Keras, and what that needs.

    `before` is a line that both value and slope need.
    """

    value: str
    slope: str
    torch: str
    keras: str
    torch_class: str = ""
    keras_function: str = ""
    before: str = ""


_TORCH_CLASS = '''class {name}(nn.Module):
    """{text}"""

    def forward(self, z):
        return {value}'''
_KERAS_FUNCTION = '''def {name}(z):
    """{text}"""
    return {value}'''

_STEP_TEXT = "1 from 0 on, else 0; on the way back the gradient passes as it is."

_MAXOUT_TEXT = "Units that answer the largest of several sums, on a tie the first."
_TORCH_MAXOUT = f'''class Maxout(nn.Module):
    """{_MAXOUT_TEXT}"""

    def __init__(self, inputs, units, pieces, normed=False):
        super().__init__()
        self.pieces = nn.ModuleList(
            nn.Sequential(nn.Linear(inputs, units), nn.BatchNorm1d(units) if normed else nn.Identity())
            for _ in range(pieces)
        )

    def forward(self, inputs):
        largest, *others = (piece(inputs) for piece in self.pieces)
        for other in others:
            largest = torch.where(largest >= other, largest, other)
        return largest'''
_KERAS_MAXOUT = f'''class Maxout(keras.layers.Layer):
    """{_MAXOUT_TEXT}"""

    def __init__(self, units, pieces, normed=False):
        super().__init__()
        self.pieces = [
            keras.Sequential([dense(units), *([batch_norm()] if normed else [])]) for _ in range(pieces)
        ]

    def call(self, inputs, training=None):
        largest, *others = (piece(inputs, training=training) for piece in self.pieces)
        for other in others:
            largest = keras.ops.where(largest >= other, largest, other)
        return largest'''

FUNCTION_CODE = {
    "relu": Function("np.maximum(z, 0)", "(z > 0).astype(float)", "nn.ReLU()", '"relu"'),
    "tanh": Function("np.tanh(z)", "1 - np.tanh(z) ** 2", "nn.Tanh()", '"tanh"'),
    "sigmoid": Function("0.5 * (1 + np.tanh(z / 2))", "sigmoid(z) * (1 - sigmoid(z))", "nn.Sigmoid()", '"sigmoid"'),
    "linear": Function("z", "np.ones_like(z)", "nn.Identity()", '"linear"'),
    "leaky_relu": Function(
        "np.where(z > 0, z, LEAKY_SLOPE * z)",
        "np.where(z > 0, 1, LEAKY_SLOPE)",
        "nn.LeakyReLU(LEAKY_SLOPE)",
        "lambda z: keras.ops.leaky_relu(z, LEAKY_SLOPE)",
    ),
    "elu": Function(
        "np.where(z > 0, z, ELU_ALPHA * np.expm1(np.minimum(z, 0)))",
        "np.where(z > 0, 1, ELU_ALPHA * np.exp(np.minimum(z, 0)))",
        "nn.ELU(ELU_ALPHA)",
        "lambda z: keras.ops.elu(z, ELU_ALPHA)",
    ),
    "softplus": Function(
        "np.logaddexp(0, z)",
        "0.5 * (1 + np.tanh(z / 2))",
        "nn.Softplus(threshold=40)",  # from PyTorch's 20 on z itself would be wrong in the ninth digit
        "lambda z: keras.ops.logaddexp(z, keras.ops.zeros_like(z))",
    ),
    "swish": Function("z * s", "s * (1 + z * (1 - s))", "nn.SiLU()", '"silu"', before="s = 0.5 * (1 + np.tanh(z / 2))"),
    "gelu": Function(
        "z / 2 * (1 + t)",
        "(1 + t) / 2 + z / 2 * (1 - t**2) * np.sqrt(2 / np.pi) * (1 + 3 * 0.044715 * z**2)",
        'nn.GELU(approximate="tanh")',
        "lambda z: keras.ops.gelu(z, approximate=True)",
        before="t = np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3))",
    ),
    "sine": Function(
        "np.sin(z)",
        "np.cos(z)",
        "Sine()",
        "keras.ops.sin",
        _TORCH_CLASS.format(name="Sine", text="The sine of z.", value="torch.sin(z)"),
    ),
    "maxout": Function("z", "np.ones_like(z)", "Maxout", "Maxout", _TORCH_MAXOUT, _KERAS_MAXOUT),
    "step": Function(
        "(z >= 0).astype(float)",
        "np.ones_like(z)  # the true slope, 0, would teach nothing",
        "Step()",
        "step",
        _TORCH_CLASS.format(name="Step", text=_STEP_TEXT, value="(z >= 0).to(z.dtype) + (z - z.detach())"),
        _KERAS_FUNCTION.format(
            name="step", text=_STEP_TEXT, value="keras.ops.cast(z >= 0, z.dtype) + (z - keras.ops.stop_gradient(z))"
        ),
    ),
    "softmax": Function(
        "powers / powers.sum(axis=1, keepdims=True)",
        "",
        "nn.Identity()",
        '"linear"',
        before="powers = np.exp(z - z.max(axis=1, keepdims=True))",
    ),
    "sign": Function("np.where(z >= 0, 1.0, -1.0)", "", "nn.Identity()", '"linear"'),
}
"""All activations, those that only outputs have among them.

What `maxout` is given is the largest sum already; in PyTorch and Keras it is a layer of its own.
"""
