"""How optimizers are written in NumPy, PyTorch and Keras."""

from collections.abc import Iterable
from typing import NamedTuple


class OptimizerCode(NamedTuple):
    """An optimizer: lines and memory for NumPy, its object for PyTorch and for Keras, and what settings it reads."""

    lines: tuple[str, ...]
    torch: str
    keras: str
    settings: tuple[str, ...] = ()
    memory: tuple[str, ...] = ()


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
