"""How optimizers are written in NumPy, PyTorch and Keras."""

from collections.abc import Iterable
from typing import NamedTuple


class OptimizerCode(NamedTuple):
    """An optimizer: its lines for NumPy, its object for PyTorch and for Keras, and what settings it reads.

    `memory` is what it remembers of each parameter. `keras_step` are its lines in a Keras optimizer of our own, for
    where Keras's differs: `keras_differs` says how, if it always does, and `keras_remembers_rates` whether it does
    under a schedule. `decoupled` is a PyTorch optimizer that does the same and whose `weight_decay` makes weights
    smaller just as the page's L2 penalty does, if there is one.
    """

    lines: tuple[str, ...]
    torch: str
    keras: str
    keras_step: tuple[str, ...]
    settings: tuple[str, ...] = ()
    memory: tuple[str, ...] = ()
    keras_differs: str = ""
    keras_remembers_rates: bool = False
    decoupled: str = ""


PLURALS = {"velocity": "VELOCITIES", "mean": "MEAN_GRADIENTS", "square": "SQUARES", "move": "MOVES"}


def _steps(memory: Iterable[str], *lines: str) -> tuple[str, ...]:
    """The lines of a rule that is applied to each parameter with its gradient and what is remembered of it."""
    singular = ["parameter", "gradient", *memory]
    plural = ["PARAMETERS", "gradients", *(PLURALS[name] for name in memory)]
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
_KERAS_ADAM_STEP = (
    "mean.assign(mean + (1 - MOMENTUM) * (gradient - mean))",
    "square.assign(square + (1 - BETA2) * (gradient**2 - square))",
    "steps = keras.ops.cast(self.iterations + 1, variable.dtype)",
    "root = keras.ops.sqrt(square / (1 - BETA2**steps))",
    "variable.assign(variable - learning_rate * mean / (1 - MOMENTUM**steps) / (root + EPSILON))",
)
_IN_ROOT = "Keras puts ε inside the root; the page, as PyTorch, adds it to the root."
_HAT = "Keras adds ε before the square is corrected for its start at 0 (ε-hat); the page, as PyTorch, after that."
_ADAM = "lr=LEARNING_RATE, betas=(MOMENTUM, BETA2), eps=EPSILON"
_KERAS_ADAM = "LEARNING_RATE, beta_1=MOMENTUM, beta_2=BETA2, epsilon=EPSILON"

OPTIMIZER_CODE = {
    "sgd": OptimizerCode(
        _steps((), "parameter -= learning_rate * gradient"),
        "SGD(lr=LEARNING_RATE)",
        "SGD(LEARNING_RATE{clip})",
        ("variable.assign(variable - learning_rate * gradient)",),
        decoupled="SGD(lr=LEARNING_RATE)",
    ),
    "momentum": OptimizerCode(
        _steps(
            ("velocity",),
            "velocity[...] = MOMENTUM * velocity + gradient",
            "parameter -= learning_rate * velocity",
        ),
        "SGD(lr=LEARNING_RATE, momentum=MOMENTUM)",
        "SGD(LEARNING_RATE, momentum=MOMENTUM{clip})",
        (
            "velocity.assign(MOMENTUM * velocity + gradient)",
            "variable.assign(variable - learning_rate * velocity)",
        ),
        ("momentum",),
        ("velocity",),
        keras_remembers_rates=True,
    ),
    "nesterov": OptimizerCode(
        _steps(
            ("velocity",),
            "velocity[...] = MOMENTUM * velocity + gradient",
            "parameter -= learning_rate * (gradient + MOMENTUM * velocity)",
        ),
        "SGD(lr=LEARNING_RATE, momentum=MOMENTUM, nesterov=MOMENTUM > 0)",
        "SGD(LEARNING_RATE, momentum=MOMENTUM, nesterov=True{clip})",
        (
            "velocity.assign(MOMENTUM * velocity + gradient)",
            "variable.assign(variable - learning_rate * (gradient + MOMENTUM * velocity))",
        ),
        ("momentum",),
        ("velocity",),
        keras_remembers_rates=True,
    ),
    "adagrad": OptimizerCode(
        _steps(
            ("square",),
            "square += gradient**2",
            "parameter -= learning_rate * gradient / (np.sqrt(square) + EPSILON)",
        ),
        "Adagrad(lr=LEARNING_RATE, eps=EPSILON)",
        "Adagrad(LEARNING_RATE, initial_accumulator_value=0.0, epsilon=EPSILON{clip})",
        (
            "square.assign(square + gradient**2)",
            "variable.assign(variable - learning_rate * gradient / (keras.ops.sqrt(square) + EPSILON))",
        ),
        ("epsilon",),
        ("square",),
        keras_differs=_IN_ROOT,
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
        (
            "square.assign(square + (1 - RHO) * (gradient**2 - square))",
            "step = gradient * keras.ops.sqrt((move + EPSILON) / (square + EPSILON))",
            "move.assign(move + (1 - RHO) * (step**2 - move))",
            "variable.assign(variable - learning_rate * step)",
        ),
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
        (
            "square.assign(square + (1 - RHO) * (gradient**2 - square))",
            "variable.assign(variable - learning_rate * gradient / (keras.ops.sqrt(square) + EPSILON))",
        ),
        ("rho", "epsilon"),
        ("square",),
        keras_differs=_IN_ROOT,
    ),
    "adam": OptimizerCode(
        _ADAM_STEPS,
        f"Adam({_ADAM})",
        f"Adam({_KERAS_ADAM}{{clip}})",
        _KERAS_ADAM_STEP,
        ("momentum", "beta2", "epsilon"),
        ("mean", "square"),
        keras_differs=_HAT,
        decoupled=f"AdamW({_ADAM})",
    ),
    "adamw": OptimizerCode(
        (
            "for parameter in PARAMETERS:",
            "    parameter -= learning_rate * WEIGHT_DECAY * parameter",
            *_ADAM_STEPS,
        ),
        f"AdamW({_ADAM}, weight_decay=WEIGHT_DECAY)",
        f"AdamW({_KERAS_ADAM}, weight_decay=WEIGHT_DECAY{{clip}})",
        ("variable.assign(variable - learning_rate * WEIGHT_DECAY * variable)", *_KERAS_ADAM_STEP),
        ("momentum", "beta2", "epsilon", "weight_decay"),
        ("mean", "square"),
        keras_differs=_HAT,
        decoupled=f"AdamW({_ADAM})",
    ),
}
