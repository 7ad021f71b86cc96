"""The optimizers: how the mean gradient of a minibatch changes the parameters.

Each is here in all its forms: the operations of a plan, the lines that explain one update of one parameter, and its
code for other libraries. Where several forms of a rule are known, it is that of PyTorch's documentation of
`torch.optim`. In formulas, w is a parameter, g its gradient and η the learning rate.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from engine.code import OptimizerCode, steps
from engine.number_text import factor, short
from engine.operations import Array, Operations, Slot

RATES = ("learning_rate", "momentum", "beta2", "rho", "epsilon", "weight_decay")
"""The hyperparameters of optimizers; `momentum` is also Adam's first beta, so it comes before the second."""

Rates = Mapping[str, Array]
"""Each of `RATES`, and `one_minus_…` of it, as a zero-dimensional array that is updated in place; and Adam's `betas`.

Zero-dimensional, because with shape (1,), NumPy takes more than twice as long to multiply a short vector.
"""

Slots = Mapping[str, Array]
Update = Callable[[Array, Array, Slots, Rates], Operations]


class Change(NamedTuple):
    """An update of one parameter, called `name`: its value `before` the update, and the `gradient` that is used.

    `gradient_name` is the name of that gradient. `rates` are the values of `RATES`, with the learning rate of the
    current epoch. `memory` holds, by name, the optimizer's values for the parameter before and after; `beta_powers` are
    Adam's β₁ᵗ and β₂ᵗ after it.
    """

    name: str
    before: float
    gradient: float
    gradient_name: str
    rates: Mapping[str, float]
    memory: Mapping[str, tuple[float, float]]
    beta_powers: tuple[float, float]


Explanation = tuple[list[str], float]
"""The lines that lead to the number that an optimizer adds to a parameter, and that number."""


class Optimizer(NamedTuple):
    """An optimizer over the flat vector of parameters.

    The plan computes `gradient_factor(learning_rate)` times the mean gradient, because a factor costs nothing there.
    `update(params, grad, slots, rates)` returns the operations that change `params` by it; `grad` may be changed, too.
    `slots` are the vectors that it remembers, by their names in saved training states. `settings` are the config fields
    that it reads besides the learning rate. `usual` are settings that it is designed for, where the defaults keep it
    from learning. `help` describes it in a sentence or two, `formula` writes it out, and `explain(change)` does so with
    numbers. `code` spells it for other libraries.

    >>> OPTIMIZERS["nesterov"].settings
    ('momentum',)
    """

    label: str
    slots: Mapping[str, Slot]
    update: Update
    help: str
    formula: str
    explain: Callable[[Change], Explanation]
    code: OptimizerCode
    settings: tuple[str, ...] = ()
    gradient_factor: Callable[[float], float] = lambda learning_rate: 1.0
    usual: Mapping[str, float] = MappingProxyType({})


def new_rates() -> Rates:
    """Buffers for all rates."""
    numbers, others = np.zeros(len(RATES)), np.zeros(len(RATES))
    rates = {name: numbers[index, ...] for index, name in enumerate(RATES)}
    complements = {f"one_minus_{name}": others[index, ...] for index, name in enumerate(RATES)}
    first, second = RATES.index("momentum"), RATES.index("beta2")
    return MappingProxyType({**rates, **complements, "betas": numbers[first : second + 1]})


def set_rates(rates: Rates, values: Mapping[str, float]) -> None:
    """Set the values; plans that were compiled with these rates use them from then on."""
    for name in RATES:
        rates[name][...] = values[name]
        rates[f"one_minus_{name}"][...] = 1.0 - values[name]


def _sgd(params: Array, grad: Array, slots: Slots, rates: Rates) -> Operations:
    return [(np.subtract, params, grad, params)]


def _step(params: Array, direction: Array, rates: Rates) -> Operations:
    """`params` -= learning_rate * direction; overwrites `direction`."""
    return [(np.multiply, direction, rates["learning_rate"], direction), (np.subtract, params, direction, params)]


def _fade(average: Array, news: Array, weight_of_news: Array) -> Operations:
    """`average` += weight * (news - average): an exponential moving average; overwrites `news`."""
    return [
        (np.subtract, news, average, news),
        (np.multiply, news, weight_of_news, news),
        (np.add, average, news, average),
    ]


def _momentum(params: Array, grad: Array, slots: Slots, rates: Rates) -> Operations:
    """The velocity v = momentum * v + g (Polyak, 1964)."""
    velocity, scratch = slots["velocity"], np.zeros_like(params)
    return [
        (np.multiply, velocity, rates["momentum"], velocity),
        (np.add, velocity, grad, velocity),
        (np.positive, velocity, scratch),
        *_step(params, scratch, rates),
    ]


def _nesterov(params: Array, grad: Array, slots: Slots, rates: Rates) -> Operations:
    """A look ahead along the velocity: g + momentum * v (Nesterov, 1983; Sutskever et al., 2013)."""
    velocity, scratch = slots["velocity"], np.zeros_like(params)
    return [
        (np.multiply, velocity, rates["momentum"], velocity),
        (np.add, velocity, grad, velocity),
        (np.multiply, velocity, rates["momentum"], scratch),
        (np.add, scratch, grad, scratch),
        *_step(params, scratch, rates),
    ]


def _adagrad(params: Array, grad: Array, slots: Slots, rates: Rates) -> Operations:
    """Steps over the root of all squares so far (Duchi, Hazan and Singer, 2011)."""
    total, scratch = slots["square"], np.zeros_like(params)
    return [
        (np.square, grad, scratch),
        (np.add, total, scratch, total),
        *_over_root(grad, total, scratch, rates),
        *_step(params, grad, rates),
    ]


def _over_root(direction: Array, squares: Array, scratch: Array, rates: Rates) -> Operations:
    """`direction` /= sqrt(squares) + epsilon."""
    return [
        (np.sqrt, squares, scratch),
        (np.add, scratch, rates["epsilon"], scratch),
        (np.divide, direction, scratch, direction),
    ]


def _rmsprop(params: Array, grad: Array, slots: Slots, rates: Rates) -> Operations:
    """Steps over the root of a moving average of squares (Hinton's lecture 6e, 2012)."""
    second_moment, scratch = slots["square"], np.zeros_like(params)
    return [
        (np.square, grad, scratch),
        *_fade(second_moment, scratch, rates["one_minus_rho"]),
        *_over_root(grad, second_moment, scratch, rates),
        *_step(params, grad, rates),
    ]


def _adadelta(params: Array, grad: Array, slots: Slots, rates: Rates) -> Operations:
    """Steps about as long as recent ones, whatever the gradient's unit (Zeiler, 2012)."""
    second_moment, update_average = slots["square"], slots["moved"]
    scratch, length = np.zeros_like(params), np.zeros_like(params)
    return [
        (np.square, grad, scratch),
        *_fade(second_moment, scratch, rates["one_minus_rho"]),
        (np.add, update_average, rates["epsilon"], length),
        (np.add, second_moment, rates["epsilon"], scratch),
        (np.divide, length, scratch, length),
        (np.sqrt, length, length),
        (np.multiply, grad, length, grad),
        (np.square, grad, scratch),
        *_fade(update_average, scratch, rates["one_minus_rho"]),
        *_step(params, grad, rates),
    ]


def _adam(params: Array, grad: Array, slots: Slots, rates: Rates) -> Operations:
    """Moving averages of gradient and square, each bias-corrected for its start at zero (Kingma and Ba, 2015)."""
    first_moment, second_moment, beta_powers = slots["mean"], slots["square"], slots["powers"]
    scratch, direction = np.zeros_like(params), np.zeros_like(params)
    # 1 - beta^t for both betas
    ones, corrections, root, factor = np.ones(2), np.zeros(2), np.zeros(()), np.zeros(())
    return [
        (np.multiply, beta_powers, rates["betas"], beta_powers),
        (np.subtract, ones, beta_powers, corrections),
        (np.square, grad, scratch),
        *_fade(second_moment, scratch, rates["one_minus_beta2"]),
        *_fade(first_moment, grad, rates["one_minus_momentum"]),
        (np.sqrt, corrections[1, ...], root),
        (np.sqrt, second_moment, scratch),
        (np.divide, scratch, root, scratch),
        (np.add, scratch, rates["epsilon"], scratch),
        (np.divide, rates["learning_rate"], corrections[0, ...], factor),
        (np.multiply, first_moment, factor, direction),
        (np.divide, direction, scratch, direction),
        (np.subtract, params, direction, params),
    ]


def _adamw(params: Array, grad: Array, slots: Slots, rates: Rates) -> Operations:
    """Adam with decoupled weight decay of all parameters (Loshchilov and Hutter, 2019)."""
    shrink, scratch = np.zeros(()), np.zeros_like(params)
    return [
        (np.multiply, rates["learning_rate"], rates["weight_decay"], shrink),
        (np.multiply, params, shrink, scratch),
        (np.subtract, params, scratch, params),
        *_adam(params, grad, slots, rates),
    ]


# --- one update of one parameter, with its numbers -------------------------------------------------------------------


def _squared(symbol: str) -> str:
    return f"{symbol}²" if len(symbol) == 1 else f"({symbol})²"


def _explain_step(change: Change, symbol: str, direction: float) -> Explanation:
    rate = change.rates["learning_rate"]
    added = -rate * direction
    text = f"Δ{change.name} = −learning rate · {symbol} = −{short(rate)} · {factor(direction)} = {short(added)}"
    return [text], added


def _explain_sgd(change: Change) -> Explanation:
    return _explain_step(change, change.gradient_name, change.gradient)


def _explain_velocity(change: Change) -> str:
    old, new = change.memory["velocity"]
    beta, gradient = short(change.rates["momentum"]), factor(change.gradient)
    return f"Velocity: v = momentum · v + {change.gradient_name} = {beta} · {factor(old)} + {gradient} = {short(new)}"


def _explain_momentum(change: Change) -> Explanation:
    lines, added = _explain_step(change, "v", change.memory["velocity"][1])
    return [_explain_velocity(change), *lines], added


def _explain_nesterov(change: Change) -> Explanation:
    momentum, velocity = change.rates["momentum"], change.memory["velocity"][1]
    ahead = change.gradient + momentum * velocity
    look = (
        f"Look ahead: {change.gradient_name} + momentum · v = "
        f"{factor(change.gradient)} + {short(momentum)} · {factor(velocity)} = {short(ahead)}"
    )
    lines, added = _explain_step(change, f"({change.gradient_name} + momentum · v)", ahead)
    return [_explain_velocity(change), look, *lines], added


def _explain_over_root(change: Change, squares: float) -> Explanation:
    """The step of a gradient over the root of squares."""
    rate, epsilon = change.rates["learning_rate"], change.rates["epsilon"]
    added = -rate * change.gradient / (squares**0.5 + epsilon)
    line = (
        f"Δ{change.name} = −learning rate · {change.gradient_name} / (√s + ε) = −{short(rate)} · "
        f"{factor(change.gradient)} / (√{factor(squares)} + {short(epsilon)}) = {short(added)}"
    )
    return [line], added


def _explain_adagrad(change: Change) -> Explanation:
    old, new = change.memory["square"]
    squared = f"{_squared(change.gradient_name)} = {short(old)} + {factor(change.gradient)}²"
    lines, added = _explain_over_root(change, new)
    return [f"Sum of squares: s = s + {squared} = {short(new)}", *lines], added


def _explain_mean_square(change: Change, rho: float, symbol: str) -> str:
    old, new = change.memory["square"]
    rule = f"s = {symbol} · s + (1 − {symbol}) · {_squared(change.gradient_name)}"
    numbers = f"{short(rho)} · {short(old)} + {short(1 - rho)} · {factor(change.gradient)}²"
    return f"Mean square: {rule} = {numbers} = {short(new)}"


def _explain_rmsprop(change: Change) -> Explanation:
    lines, added = _explain_over_root(change, change.memory["square"][1])
    return [_explain_mean_square(change, change.rates["rho"], "ρ"), *lines], added


def _explain_adadelta(change: Change) -> Explanation:
    (_, square), (old, new) = change.memory["square"], change.memory["moved"]
    rho, epsilon = change.rates["rho"], change.rates["epsilon"]
    direction = ((old + epsilon) / (square + epsilon)) ** 0.5 * change.gradient
    scaled = (
        f"d = √((u + ε) / (s + ε)) · {change.gradient_name} = √(({short(old)} + {short(epsilon)}) / "
        f"({short(square)} + {short(epsilon)})) · {factor(change.gradient)} = {short(direction)}"
    )
    moved = (
        f"For the next step: u = ρ · u + (1 − ρ) · d² = {short(rho)} · {short(old)} + "
        f"{short(1 - rho)} · {factor(direction)}² = {short(new)}"
    )
    lines, added = _explain_step(change, "d", direction)
    return [_explain_mean_square(change, rho, "ρ"), scaled, *lines, moved], added


def _explain_adam(change: Change) -> Explanation:
    (old, mean), (_, square) = change.memory["mean"], change.memory["square"]
    rate, beta, epsilon = (change.rates[name] for name in ("learning_rate", "momentum", "epsilon"))
    first, second = (1 - power for power in change.beta_powers)
    mean_hat, square_hat = mean / first, square / second
    added = -rate * mean_hat / (square_hat**0.5 + epsilon)
    faded = f"{short(beta)} · {factor(old)} + {short(1 - beta)} · {factor(change.gradient)}"
    below = f"(√{factor(square_hat)} + {short(epsilon)})"
    along = f"−{short(rate)} · {factor(mean_hat)}"
    lines = [
        f"Mean gradient: m = β₁ · m + (1 − β₁) · {change.gradient_name} = {faded} = {short(mean)}",
        _explain_mean_square(change, change.rates["beta2"], "β₂"),
        f"Corrected for the start at 0: m̂ = m / (1 − β₁ᵗ) = {factor(mean)} / {short(first)} = {short(mean_hat)}",
        f"ŝ = s / (1 − β₂ᵗ) = {short(square)} / {short(second)} = {short(square_hat)}",
        f"Δ{change.name} = −learning rate · m̂ / (√ŝ + ε) = {along} / {below} = {short(added)}",
    ]
    return lines, added


def _explain_adamw(change: Change) -> Explanation:
    rate, weight_decay = change.rates["learning_rate"], change.rates["weight_decay"]
    decay = -rate * weight_decay * change.before
    lines, added = _explain_adam(change)
    shrunk = (
        f"Weight decay: −learning rate · decay · {change.name} = −{short(rate)} · "
        f"{short(weight_decay)} · {factor(change.before)} = {short(decay)}"
    )
    return [*lines, shrunk], added + decay


# --- the registry -----------------------------------------------------------------------------------------------------

_VELOCITY = {"velocity": "VELOCITIES"}
_SQUARE = {"square": "SQUARES"}
_MEANS = {"mean": "MEAN_GRADIENTS", "square": "SQUARES"}
_ADAM_SLOTS = {"mean": Slot(), "square": Slot(), "powers": Slot(1.0, 2, counts=True)}
_ADAM_LINES = (
    "STEPS[0] += 1",
    *steps(
        _MEANS,
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

OPTIMIZERS: dict[str, Optimizer] = {
    "sgd": Optimizer(
        "SGD",
        {},
        _sgd,
        help="Stochastic gradient descent: each step follows the gradient of a few examples, a minibatch "
        "(Robbins and Monro 1951).",
        formula="w ← w − ηg",
        explain=_explain_sgd,
        code=OptimizerCode(
            steps({}, "parameter -= learning_rate * gradient"),
            "SGD(lr=LEARNING_RATE)",
            "SGD(LEARNING_RATE{clip})",
            ("variable.assign(variable - learning_rate * gradient)",),
            decoupled="SGD(lr=LEARNING_RATE)",
        ),
        gradient_factor=lambda learning_rate: learning_rate,
    ),
    "momentum": Optimizer(
        "Momentum",
        {"velocity": Slot()},
        _momentum,
        help="Steps keep a fraction μ of their velocity, like a rolling ball (Polyak 1964). Along a valley, "
        "they add up to as much as 1/(1 − μ) times the length; across it, they cancel out.",
        formula="v ← μv + g, w ← w − ηv",
        explain=_explain_momentum,
        code=OptimizerCode(
            steps(
                _VELOCITY,
                "velocity[...] = MOMENTUM * velocity + gradient",
                "parameter -= learning_rate * velocity",
            ),
            "SGD(lr=LEARNING_RATE, momentum=MOMENTUM)",
            "SGD(LEARNING_RATE, momentum=MOMENTUM{clip})",
            (
                "velocity.assign(MOMENTUM * velocity + gradient)",
                "variable.assign(variable - learning_rate * velocity)",
            ),
            _VELOCITY,
            keras_remembers_rates=True,
        ),
        settings=("momentum",),
    ),
    "nesterov": Optimizer(
        "Nesterov",
        {"velocity": Slot()},
        _nesterov,
        help="Momentum that looks ahead: in effect, the gradient is computed where the velocity is about to "
        "carry the weights (Nesterov 1983; Sutskever and others 2013), so it brakes sooner.",
        formula="v ← μv + g, w ← w − η(g + μv)",
        explain=_explain_nesterov,
        code=OptimizerCode(
            steps(
                _VELOCITY,
                "velocity[...] = MOMENTUM * velocity + gradient",
                "parameter -= learning_rate * (gradient + MOMENTUM * velocity)",
            ),
            "SGD(lr=LEARNING_RATE, momentum=MOMENTUM, nesterov=MOMENTUM > 0)",
            "SGD(LEARNING_RATE, momentum=MOMENTUM, nesterov=True{clip})",
            (
                "velocity.assign(MOMENTUM * velocity + gradient)",
                "variable.assign(variable - learning_rate * (gradient + MOMENTUM * velocity))",
            ),
            _VELOCITY,
            keras_remembers_rates=True,
        ),
        settings=("momentum",),
    ),
    "adagrad": Optimizer(
        "AdaGrad",
        {"square": Slot()},
        _adagrad,
        help="Weights with small or infrequent gradients take larger steps (Duchi, Hazan and Singer 2011). "
        "Because the sum s only grows, all steps keep getting shorter, sometimes too soon.",
        formula="s ← s + g², w ← w − η g / (√s + ε)",
        explain=_explain_adagrad,
        code=OptimizerCode(
            steps(
                _SQUARE,
                "square += gradient**2",
                "parameter -= learning_rate * gradient / (np.sqrt(square) + EPSILON)",
            ),
            "Adagrad(lr=LEARNING_RATE, eps=EPSILON)",
            "Adagrad(LEARNING_RATE, initial_accumulator_value=0.0, epsilon=EPSILON{clip})",
            (
                "square.assign(square + gradient**2)",
                "variable.assign(variable - learning_rate * gradient / (keras.ops.sqrt(square) + EPSILON))",
            ),
            _SQUARE,
            keras_differs=_IN_ROOT,
        ),
        settings=("epsilon",),
    ),
    "adadelta": Optimizer(
        "AdaDelta",
        {"square": Slot(), "moved": Slot()},
        _adadelta,
        help="Like RMSProp, but each step is about as long as recent steps were, so it has the same units as "
        "the weight itself (Zeiler 2012). It was designed to need no learning rate, so the usual one is "
        "1.",
        formula="Δ = g √(u + ε) / √(s + ε), u ← ρu + (1 − ρ)Δ²",
        explain=_explain_adadelta,
        code=OptimizerCode(
            steps(
                {**_SQUARE, "move": "MOVES"},
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
            {**_SQUARE, "move": "MOVES"},
        ),
        settings=("rho", "epsilon"),
        # Zeiler (2012) has no learning rate, which is 1, and an epsilon of 1e-6; PyTorch takes both over
        usual=MappingProxyType({"learning_rate": 1.0, "epsilon": 1e-6}),
    ),
    "rmsprop": Optimizer(
        "RMSProp",
        {"square": Slot()},
        _rmsprop,
        help="AdaGrad with a fading memory (Hinton’s lecture 6e, 2012), so its steps do not die out. ρ sets "
        "how slowly the memory fades.",
        formula="s ← ρs + (1 − ρ)g², w ← w − η g / (√s + ε)",
        explain=_explain_rmsprop,
        code=OptimizerCode(
            steps(
                _SQUARE,
                "square += (1 - RHO) * (gradient**2 - square)",
                "parameter -= learning_rate * gradient / (np.sqrt(square) + EPSILON)",
            ),
            "RMSprop(lr=LEARNING_RATE, alpha=RHO, eps=EPSILON)",
            "RMSprop(LEARNING_RATE, rho=RHO, epsilon=EPSILON{clip})",
            (
                "square.assign(square + (1 - RHO) * (gradient**2 - square))",
                "variable.assign(variable - learning_rate * gradient / (keras.ops.sqrt(square) + EPSILON))",
            ),
            _SQUARE,
            keras_differs=_IN_ROOT,
        ),
        settings=("rho", "epsilon"),
    ),
    "adam": Optimizer(
        "Adam",
        _ADAM_SLOTS,
        _adam,
        help="Momentum and RMSProp combined (Kingma and Ba 2015). Both averages start at 0 and would be too "
        "small at first; m̂ = m/(1 − β₁ᵗ) and ŝ = s/(1 − β₂ᵗ) correct for that.",
        formula="m ← β₁m + (1 − β₁)g, s ← β₂s + (1 − β₂)g², w ← w − η m̂ / (√ŝ + ε)",
        explain=_explain_adam,
        code=OptimizerCode(
            _ADAM_LINES,
            f"Adam({_ADAM})",
            f"Adam({_KERAS_ADAM}{{clip}})",
            _KERAS_ADAM_STEP,
            _MEANS,
            keras_differs=_HAT,
            decoupled=f"AdamW({_ADAM})",
        ),
        settings=("momentum", "beta2", "epsilon"),
    ),
    "adamw": Optimizer(
        "AdamW",
        _ADAM_SLOTS,
        _adamw,
        help="Adam with weight decay, which shrinks the weights a little at each step, separately from the "
        "step itself (Loshchilov and Hutter 2019).",
        formula="w ← w − ηλw − (the step of Adam)",
        explain=_explain_adamw,
        code=OptimizerCode(
            (
                "for parameter in PARAMETERS:",
                "    parameter -= learning_rate * WEIGHT_DECAY * parameter",
                *_ADAM_LINES,
            ),
            f"AdamW({_ADAM}, weight_decay=WEIGHT_DECAY)",
            f"AdamW({_KERAS_ADAM}, weight_decay=WEIGHT_DECAY{{clip}})",
            ("variable.assign(variable - learning_rate * WEIGHT_DECAY * variable)", *_KERAS_ADAM_STEP),
            _MEANS,
            keras_differs=_HAT,
            decoupled=f"AdamW({_ADAM})",
        ),
        settings=("momentum", "beta2", "epsilon", "weight_decay"),
    ),
}
