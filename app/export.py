"""The present network and its training as code that runs elsewhere, in NumPy, PyTorch or Keras, weights filled in.

The texts are templates in `app/code`; the tables here say how each entry of the engine's registries is written there.
"""

import dataclasses
import itertools
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from numpy.typing import NDArray

from engine import ACTIVATIONS, INITIALIZERS, OPTIMIZERS, Config, Trainer
from engine.examples import Examples, Inputs
from engine.network import Network

if TYPE_CHECKING:
    import jinja2

Vector = NDArray[Any]

FORMATS = {"numpy": "NumPy", "pytorch": "PyTorch", "keras": "Keras"}
"""The libraries that code is written for."""


def export(trainer: Trainer, format: str) -> tuple[str, str]:  # noqa: A002 - the word of the wire
    """A file name and the text of a program, for one of `FORMATS`."""
    text = _environment().get_template(f"{format}.jinja").render(_context(trainer, format))
    return f"network_{format}.py", text


@lru_cache(maxsize=1)
def _environment() -> "jinja2.Environment":
    import jinja2  # noqa: PLC0415 - most engine processes never export anything

    # what is written is Python and no markup; every value comes from the engine's tables or is a number
    return jinja2.Environment(
        loader=jinja2.PackageLoader("app", "code"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701
    )


# --- how the registries' entries are written ----------------------------------------------------------------------

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

_MAXOUT_TEXT = "Units that answer the larger one of two sums, on a tie the first."
_TORCH_MAXOUT = f'''class Maxout(nn.Module):
    """{_MAXOUT_TEXT}"""

    def __init__(self, inputs, units, normed=False):
        super().__init__()
        self.pieces = nn.ModuleList(
            nn.Sequential(nn.Linear(inputs, units), nn.BatchNorm1d(units) if normed else nn.Identity())
            for _ in range(2)
        )

    def forward(self, inputs):
        first, second = (piece(inputs) for piece in self.pieces)
        return torch.where(first >= second, first, second)'''
_KERAS_MAXOUT = f'''class Maxout(keras.layers.Layer):
    """{_MAXOUT_TEXT}"""

    def __init__(self, units, normed=False):
        super().__init__()
        self.pieces = [
            keras.Sequential([dense(units), *([batch_norm()] if normed else [])]) for _ in range(2)
        ]

    def call(self, inputs, training=None):
        first, second = (piece(inputs, training=training) for piece in self.pieces)
        return keras.ops.where(first >= second, first, second)'''

FUNCTION_CODE = {
    "relu": Function("np.maximum(z, 0)", "(z > 0).astype(float)", "nn.ReLU()", '"relu"'),
    "tanh": Function("np.tanh(z)", "1 - np.tanh(z) ** 2", "nn.Tanh()", '"tanh"'),
    "sigmoid": Function("1 / (1 + np.exp(-z))", "sigmoid(z) * (1 - sigmoid(z))", "nn.Sigmoid()", '"sigmoid"'),
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
    "softplus": Function("np.logaddexp(0, z)", "1 / (1 + np.exp(-z))", "nn.Softplus()", '"softplus"'),
    "swish": Function("z * s", "s * (1 + z * (1 - s))", "nn.SiLU()", '"silu"', before="s = 1 / (1 + np.exp(-z))"),
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
        _TORCH_CLASS.format(name="Step", text=_STEP_TEXT, value="z + ((z >= 0).to(z.dtype) - z).detach()"),
        _KERAS_FUNCTION.format(
            name="step", text=_STEP_TEXT, value="z + keras.ops.stop_gradient(keras.ops.cast(z >= 0, z.dtype) - z)"
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


class LossCode(NamedTuple):
    """A loss: its mean, and its derivative by z, for NumPy; summed over examples for PyTorch; of each for Keras.

    `has_output` says whether the networks of the latter two end with the output's activation or with z; what makes an
    answer of z then are `torch_output` and `keras_output`. `encode` makes the targets of their `{targets}`.
    `torch_value` is the sum that is told, if it is not the one descended; `before` is a line that `value` needs.
    """

    value: str
    delta: str
    torch: str
    keras: str
    encode: str = "np.array({targets})[:, None]"
    has_output: bool = False
    torch_output: str = "outputs"
    keras_output: str = "z"
    torch_value: str = "summed_loss(outputs, targets)"
    before: str = ""


LOSS_CODE = {
    "squared_error": LossCode(
        "0.5 * np.sum((outputs - targets) ** 2) / len(outputs)",
        "(outputs - targets) * {output}_slope(z)",
        "0.5 * ((outputs - targets) ** 2).sum()",
        "0.5 * keras.ops.sum((outputs - targets) ** 2, axis=-1)",
        has_output=True,
    ),
    "cross_entropy": LossCode(
        "np.sum(np.logaddexp(0, z) - targets * z) / len(outputs)",
        "outputs - targets",
        'nn.functional.binary_cross_entropy_with_logits(outputs, targets, reduction="sum")',
        "keras.ops.binary_crossentropy(targets, outputs, from_logits=True)[:, 0]",
        "(np.array({targets})[:, None] > 0).astype(float)",
        torch_output="torch.sigmoid(outputs)",
        keras_output="1 / (1 + np.exp(-z))",
    ),
    "hinge": LossCode(
        "np.sum(np.maximum(0, 1 - targets * outputs)) / len(outputs)",
        "-targets * (targets * outputs < 1)",
        "torch.relu(1 - targets * outputs).sum()",
        "keras.ops.sum(keras.ops.relu(1 - targets * outputs), axis=-1)",
    ),
    "perceptron": LossCode(
        "np.sum(outputs != targets) / len(outputs)",
        "(outputs - targets) / 2",
        "torch.relu(-targets * outputs).sum()",
        "keras.ops.sum(keras.ops.relu(-targets * outputs), axis=-1)",
        torch_output="torch.where(outputs >= 0, 1.0, -1.0)",
        keras_output="np.where(z >= 0, 1.0, -1.0)",
        torch_value="(torch.where(outputs >= 0, 1.0, -1.0) != targets).sum()",
    ),
}
"""The losses that can be chosen."""

MULTICLASS_CODE = LossCode(
    "np.sum(np.log(np.exp(shifted).sum(axis=1)) - (targets * shifted).sum(axis=1)) / len(outputs)",
    "outputs - targets",
    'nn.functional.cross_entropy(outputs, targets, reduction="sum")',
    "keras.ops.categorical_crossentropy(targets, outputs, from_logits=True)",
    "np.eye({classes})[np.array({targets}, dtype=int)]",
    torch_output="torch.softmax(outputs, dim=1)",
    keras_output="keras.ops.convert_to_numpy(keras.ops.softmax(z))",
    before="shifted = z - z.max(axis=1, keepdims=True)",
)


class OptimizerCode(NamedTuple):
    """An optimizer: lines and memory for NumPy, its object for PyTorch and for Keras, and what settings it reads."""

    lines: tuple[str, ...]
    torch: str
    keras: str
    settings: tuple[str, ...] = ()
    memory: tuple[str, ...] = ()


_PLURALS = {"velocity": "VELOCITIES", "mean": "MEAN_GRADIENTS", "square": "SQUARES", "move": "MOVES"}


def _steps(memory: Iterable[str], *lines: str) -> tuple[str, ...]:
    """The lines of a rule that is applied to each parameter with its gradient and what is remembered of it."""
    singular = ["parameter", "gradient", *memory]
    plural = ["PARAMETERS", "gradients", *(_PLURALS[name] for name in memory)]
    return (f"for {', '.join(singular)} in zip({', '.join(plural)}):", *(f"    {line}" for line in lines))


_ADAM_STEPS = (
    "STEPS[0] += 1",
    *_steps(
        ("mean", "square"),
        "mean += (1 - MOMENTUM) * (gradient - mean)",
        "square += (1 - BETA2) * (gradient**2 - square)",
        "root = np.sqrt(square / (1 - BETA2 ** STEPS[0]))",
        "parameter -= learning_rate * mean / (1 - MOMENTUM ** STEPS[0]) / (root + EPSILON)",
    ),
)
_ADAM = "lr=LEARNING_RATE, betas=(MOMENTUM, BETA2), eps=EPSILON"
_KERAS_ADAM = "LEARNING_RATE, beta_1=MOMENTUM, beta_2=BETA2, epsilon=EPSILON"

OPTIMIZER_CODE = {
    "sgd": OptimizerCode(
        _steps((), "parameter -= learning_rate * gradient"),
        "SGD(lr=LEARNING_RATE)",
        "SGD(LEARNING_RATE{clip})",
    ),
    "momentum": OptimizerCode(
        _steps(
            ("velocity",),
            "velocity[...] = MOMENTUM * velocity + gradient",
            "parameter -= learning_rate * velocity",
        ),
        "SGD(lr=LEARNING_RATE, momentum=MOMENTUM)",
        "SGD(LEARNING_RATE, momentum=MOMENTUM{clip})",
        ("momentum",),
        ("velocity",),
    ),
    "nesterov": OptimizerCode(
        _steps(
            ("velocity",),
            "velocity[...] = MOMENTUM * velocity + gradient",
            "parameter -= learning_rate * (gradient + MOMENTUM * velocity)",
        ),
        "SGD(lr=LEARNING_RATE, momentum=MOMENTUM, nesterov=True)",
        "SGD(LEARNING_RATE, momentum=MOMENTUM, nesterov=True{clip})",
        ("momentum",),
        ("velocity",),
    ),
    "adagrad": OptimizerCode(
        _steps(
            ("square",),
            "square += gradient**2",
            "parameter -= learning_rate * gradient / (np.sqrt(square) + EPSILON)",
        ),
        "Adagrad(lr=LEARNING_RATE, eps=EPSILON)",
        "Adagrad(LEARNING_RATE, initial_accumulator_value=0.0, epsilon=EPSILON{clip})",
        ("epsilon",),
        ("square",),
    ),
    "adadelta": OptimizerCode(
        _steps(
            ("square", "move"),
            "square += (1 - RHO) * (gradient**2 - square)",
            "step = gradient * np.sqrt((move + EPSILON) / (square + EPSILON))",
            "move += (1 - RHO) * (step**2 - move)",
            "parameter -= learning_rate * step",
        ),
        "Adadelta(lr=LEARNING_RATE, rho=RHO, eps=EPSILON)",
        "Adadelta(LEARNING_RATE, rho=RHO, epsilon=EPSILON{clip})",
        ("rho", "epsilon"),
        ("square", "move"),
    ),
    "rmsprop": OptimizerCode(
        _steps(
            ("square",),
            "square += (1 - RHO) * (gradient**2 - square)",
            "parameter -= learning_rate * gradient / (np.sqrt(square) + EPSILON)",
        ),
        "RMSprop(lr=LEARNING_RATE, alpha=RHO, eps=EPSILON)",
        "RMSprop(LEARNING_RATE, rho=RHO, epsilon=EPSILON{clip})",
        ("rho", "epsilon"),
        ("square",),
    ),
    "adam": OptimizerCode(
        _ADAM_STEPS,
        f"Adam({_ADAM})",
        f"Adam({_KERAS_ADAM}{{clip}})",
        ("momentum", "beta2", "epsilon"),
        ("mean", "square"),
    ),
    "adamw": OptimizerCode(
        (
            "for parameter in PARAMETERS:",
            "    parameter -= learning_rate * WEIGHT_DECAY * parameter",
            *_ADAM_STEPS,
        ),
        f"AdamW({_ADAM}, weight_decay=WEIGHT_DECAY)",
        f"AdamW({_KERAS_ADAM}, weight_decay=WEIGHT_DECAY{{clip}})",
        ("momentum", "beta2", "epsilon", "weight_decay"),
        ("mean", "square"),
    ),
}

SCHEDULE_CODE = {
    "constant": ("LEARNING_RATE", ()),
    "inverse_time": ("LEARNING_RATE / (1 + SCHEDULE_DECAY * epoch)", ("schedule_decay",)),
    "exponential": ("LEARNING_RATE * SCHEDULE_FACTOR**epoch", ("schedule_factor",)),
    "inverse_sqrt": ("LEARNING_RATE / np.sqrt(epoch + 1)", ()),
    "step": ("LEARNING_RATE * SCHEDULE_FACTOR ** (epoch // SCHEDULE_PERIOD)", ("schedule_factor", "schedule_period")),
    "cosine": (
        "LEARNING_RATE * 0.5 * (1 + np.cos(np.pi * min(epoch, SCHEDULE_PERIOD) / SCHEDULE_PERIOD))",
        ("schedule_period",),
    ),
    "warm_up": ("LEARNING_RATE * min(1, (epoch + 1) / SCHEDULE_PERIOD)", ("schedule_period",)),
}
"""The learning rate of an epoch, and the settings that it reads."""


# --- what the templates are given ---------------------------------------------------------------------------------


def _context(trainer: Trainer, format: str) -> dict[str, Any]:  # noqa: A002
    config = trainer.config
    state = trainer.state()
    layers = trainer.pieces()
    pieces = list(chain.from_iterable(layers))
    rest = trainer.train_size % trainer.batch_size
    is_carried = config.rest == "carried" and rest > 0 and trainer.train_size > trainer.batch_size
    loss = LOSS_CODE[_name_of_loss(config)] if config.classes <= 2 else MULTICLASS_CODE
    optimizer = OPTIMIZER_CODE[config.optimizer]
    schedule, of_schedule = SCHEDULE_CODE[config.schedule]
    has_penalty = config.regularizer != "none" and config.regularization_rate > 0
    targets = _literal(trainer.targets, "")
    watched = "validation" if trainer.validation_size else "test" if trainer.test_size else "training"
    fields = dataclasses.asdict(config) | {"batch_size": trainer.batch_size}
    # what does not fill a minibatch is dropped, too, where there is no full one that it could join
    fields["rest"] = "applied" if not rest or is_carried else config.rest.replace("carried", "dropped")
    fields["dropout"] = list(config.dropouts)
    fields["patience"] = config.patience if trainer.train_size else 0
    return {
        "config": fields,
        "about": _about(trainer),
        "began": _began(trainer),
        "epoch": trainer.epoch,
        "constants": [*_constants(config, fields, has_penalty), *optimizer.settings, *of_schedule],
        "is_random": bool(config.dropouts or config.jitter or config.shuffle),
        "is_carried": is_carried,
        "has_penalty": has_penalty,
        "columns": [FEATURE_CODE[name] for name in config.features],
        "functions": _functions(config, loss),
        "activations": _literal_names(config.activations),
        "slopes": _literal_names(f"{name}_slope" for name in config.activations[:-1]),
        "classes": [name for name in dict.fromkeys(config.activations[:-1]) if _needs_source(name, format)],
        "modules": {name: {"call": f.torch, "source": f.torch_class} for name, f in FUNCTION_CODE.items()},
        "keras_functions": {name: {"call": f.keras, "source": f.keras_function} for name, f in FUNCTION_CODE.items()},
        "layers": [
            {
                "inputs": inputs,
                "units": units,
                "activation": name,
                "pieces": len(layers[place]),
                "is_hidden": place < len(layers) - 1,
            }
            for place, ((inputs, units), name) in enumerate(
                zip(pairwise(config.layer_sizes), config.activations, strict=True)
            )
        ],
        "pieces": _numbers_of(layers) if config.paired_layers else [],
        "loss": {
            **loss._asdict(),
            "delta": loss.delta.format(output=config.output_activation),
            "encode": loss.encode.format(targets=targets, classes=config.classes),
        },
        "loss_label": config.active_loss.label.lower(),
        "outputs": config.outputs,
        "optimizer": _optimizer(optimizer, config),
        "optimizer_label": OPTIMIZERS[config.optimizer].label,
        "schedule": schedule,
        "watched": watched,
        "parts": _parts(trainer),
        "weights": [_literal(weights) for weights, _ in pieces],
        "biases": [_literal(biases) for _, biases in pieces],
        "normalization": _normalization(config, state.arrays) if config.batch_norm else {},
        "alive": _alive(state.arrays["alive"], config) if config.regularizer == "L1" and has_penalty else [],
        "scaling": _scaling(trainer),
        "train_size": trainer.train_size,
        "validation_size": trainer.validation_size,
        "test_size": trainer.test_size,
        "sizes": _sizes(trainer),
        "points": _literal(trainer.inputs, "") if len(trainer.inputs) else "np.zeros((0, 2))",
        "targets": targets,
        "remarks": _remarks(config, is_carried, has_penalty) if format == "keras" else [],
    }


def _name_of_loss(config: Config) -> str:
    return config.loss if config.problem == "classification" else "squared_error"


def _needs_source(name: str, format: str) -> bool:  # noqa: A002
    function = FUNCTION_CODE[name]
    return bool({"numpy": "", "pytorch": function.torch_class, "keras": function.keras_function}[format])


def _about(trainer: Trainer) -> str:
    config = trainer.config
    shape = "-".join(str(size) for size in config.layer_sizes)
    return textwrap.fill(
        f"The network {shape} of NumPy Playground ({', '.join(config.activations)}) as it was after {trainer.epoch} "
        f"epochs, on the data set {config.active_dataset!r}. What its optimizer remembers is not part of this file.",
        100,
    )


def _began(trainer: Trainer) -> str:
    config = trainer.config
    how = INITIALIZERS[config.initializer].label
    return f"Its weights began as {how!r}; these are those after {trainer.epoch} epochs."


def _numbers_of(layers: Sequence[Sequence[Any]]) -> list[list[int]]:
    """The pieces of each layer as numbers, counted through all layers."""
    count = itertools.count()
    return [[next(count) for _ in pieces] for pieces in layers]


def _constants(config: Config, fields: Mapping[str, Any], has_penalty: bool) -> list[str]:
    """The settings that are in use, besides those of optimizer and schedule."""
    shaped = {ACTIVATIONS[name].parameter for name in config.activations[:-1]} - {""}
    used = [name for name in ("dropout", "jitter", "clip_norm", "max_norm", "patience") if fields[name]]
    return [*sorted(shaped), *(["regularization_rate"] if has_penalty else []), *used]


def _functions(config: Config, loss: LossCode) -> list[dict[str, str]]:
    """The functions that the NumPy code defines, each once."""
    hidden, output = config.activations[:-1], config.output_activation
    sloped = {*hidden, *([output] if "{output}" in loss.delta else [])}
    chosen = {name: FUNCTION_CODE[name] for name in config.activations}
    return [
        {"name": name, "value": code.value, "slope": code.slope if name in sloped else "", "before": code.before}
        for name, code in chosen.items()
    ]


def _optimizer(code: OptimizerCode, config: Config) -> dict[str, Any]:
    zeros = "[np.zeros_like(parameter) for parameter in PARAMETERS]"
    memory = {_PLURALS[name]: zeros for name in code.memory}
    if any("STEPS" in line for line in code.lines):
        memory["STEPS"] = "[0]"
    clip = ", global_clipnorm=CLIP_NORM" if config.clip_norm else ""
    return {**code._asdict(), "memory": memory, "keras": code.keras.format(clip=clip)}


def _parts(trainer: Trainer) -> str:
    """The parts of the examples as a dictionary of slices."""
    train, end = trainer.train_size, trainer.train_size + trainer.validation_size
    parts = ['"training": slice(0, TRAIN_SIZE)'] if train else []
    if trainer.validation_size:
        parts.append(f'"validation": slice({train}, {end})')
    if trainer.test_size:
        parts.append('"test": slice(-TEST_SIZE, None)')
    return f"{{{', '.join(parts)}}}"


def _sizes(trainer: Trainer) -> str:
    counts = ((trainer.validation_size, "for validation"), (trainer.test_size, "to test"))
    more = [f", then {count} {what}" for count, what in counts if count]
    return f"{trainer.train_size} for training{''.join(more)}"


def _normalization(config: Config, arrays: Mapping[str, Vector]) -> dict[str, list[str]]:
    network = _network(config)
    learned = list(chain.from_iterable(network.learned(arrays["params"])))
    means, variances = (network.by_piece(arrays[f"running_{name}"]) for name in ("mean", "variance"))
    return {
        "FACTORS": [_literal(factor) for factor, _ in learned],
        "SHIFTS": [_literal(shift) for _, shift in learned],
        "MEANS": [_literal(part) for part in chain.from_iterable(means)],
        "VARIANCES": [_literal(part) for part in chain.from_iterable(variances)],
    }


def _network(config: Config) -> Network:
    """A network whose layout is the public order."""
    return Network(config.layer_sizes, normed=config.batch_norm, paired=config.paired_layers)


def _alive(vector: Vector, config: Config) -> list[str]:
    """Which links have not died, piece by piece."""
    return [_literal(matrix[:, :-1]) for matrix in chain.from_iterable(_network(config).pieces(vector))]


def _scaling(trainer: Trainer) -> dict[str, str]:
    examples = Examples(trainer.inputs, trainer.targets, trainer.train_size, trainer.validation_size)
    scaling = Inputs(trainer.config, examples).scaling
    return {"mean": _literal(scaling.mean[:, 0]), "deviation": _literal(scaling.deviation[:, 0])}


def _remarks(config: Config, is_carried: bool, has_penalty: bool) -> list[str]:
    """What Keras does in its own way."""
    remarks = []
    if is_carried:
        remarks.append("Keras applies what does not fill a minibatch as a smaller one; the playground carries it over.")
    if has_penalty:
        remarks.append("Keras adds the penalty to the gradient; in the playground it pulls after the optimizer's step.")
    return remarks


def _literal(array: Vector, indent: str = "    ") -> str:
    """An array as nested lists, exact; `indent` is that of the line it stands in."""
    if array.ndim == 1:
        text = ", ".join(_digits(number) for number in array)
        inner = f"{indent}    "
        filled = textwrap.fill(text, 100, initial_indent=inner, subsequent_indent=inner, break_on_hyphens=False)
        return f"[{text}]" if len(text) <= 75 else f"[\n{filled},\n{indent}]"
    rows = ",\n".join(f"{indent}    {_literal(row, f'{indent}    ')}" for row in array)
    return f"[\n{rows},\n{indent}]"


def _literal_names(names: Iterable[str]) -> str:
    """A list of names as code, in lines that are not too long."""
    text = textwrap.fill(", ".join(names), 100, initial_indent="    ", subsequent_indent="    ")
    return f"[{text.strip()}]" if "\n" not in text else f"[\n{text},\n]"


def _digits(number: float) -> str:
    """A number in as few digits as tell it apart from all others."""
    return repr(float(number))
