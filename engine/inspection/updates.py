"""What an update does to one parameter, as formulas with their numbers: each optimizer by its own rule.

The rules are those of `engine.optimizers`; the numbers before and after come from the trainer's own state, and from the
same update tried out on a copy of it.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from engine.config import Config
from engine.figures import figure


class Change(NamedTuple):
    """An update of one parameter, called `name`: its value `before` and `after`, and the `gradient` that is used.

    `gradient_name` is what that is called. `memory` holds, by name, what the optimizer remembers of the parameter
    before and after; `powers` are Adam's β₁ᵗ and β₂ᵗ after it.
    """

    name: str
    before: float
    after: float
    gradient: float
    gradient_name: str
    rate: float
    memory: Mapping[str, tuple[float, float]]
    powers: tuple[float, float]


def factor(value: float) -> str:
    """A number as part of a formula: a negative one, or one with a power of ten, in brackets."""
    text = figure(value)
    return text if value >= 0 and "10" not in text.partition("·")[2] and not text.startswith("10⁻") else f"({text})"


def _bracketed(symbol: str) -> str:
    return symbol if len(symbol) == 1 else f"({symbol})"


def lines_of(change: Change, config: Config) -> tuple[list[str], float]:
    """The lines that lead to what the optimizer adds to the parameter, and that number."""
    return _RULES[config.optimizer](change, config)


_Rule = Callable[[Change, Config], tuple[list[str], float]]


def _sgd(change: Change, config: Config) -> tuple[list[str], float]:
    step = -change.rate * change.gradient
    return [_step(change, change.gradient_name, factor(change.gradient), step)], step


def _step(change: Change, symbol: str, number: str, step: float) -> str:
    return f"Δ{change.name} = −learning rate · {symbol} = −{figure(change.rate)} · {number} = {figure(step)}"


def _momentum(change: Change, config: Config) -> tuple[list[str], float]:
    (old, new), step = change.memory["velocity"], -change.rate * change.memory["velocity"][1]
    return [_velocity(change, config, old, new), _step(change, "v", factor(new), step)], step


def _velocity(change: Change, config: Config, old: float, new: float) -> str:
    beta, gradient = figure(config.momentum), factor(change.gradient)
    return f"Velocity: v = momentum · v + {change.gradient_name} = {beta} · {factor(old)} + {gradient} = {figure(new)}"


def _nesterov(change: Change, config: Config) -> tuple[list[str], float]:
    old, new = change.memory["velocity"]
    ahead = change.gradient + config.momentum * new
    look = (
        f"Look ahead: {change.gradient_name} + momentum · v = "
        f"{factor(change.gradient)} + {figure(config.momentum)} · {factor(new)} = {figure(ahead)}"
    )
    step = -change.rate * ahead
    velocity = _velocity(change, config, old, new)
    return [velocity, look, _step(change, f"({change.gradient_name} + momentum · v)", factor(ahead), step)], step


def _over_root(change: Change, config: Config, squares: float) -> tuple[str, float]:
    """The step of a gradient over the root of squares."""
    step = -change.rate * change.gradient / (squares**0.5 + config.epsilon)
    line = (
        f"Δ{change.name} = −learning rate · {change.gradient_name} / (√s + ε) = −{figure(change.rate)} · "
        f"{factor(change.gradient)} / (√{factor(squares)} + {figure(config.epsilon)}) = {figure(step)}"
    )
    return line, step


def _adagrad(change: Change, config: Config) -> tuple[list[str], float]:
    old, new = change.memory["square"]
    squared = f"{_bracketed(change.gradient_name)}² = {figure(old)} + {factor(change.gradient)}²"
    total = f"Sum of squares: s = s + {squared} = {figure(new)}"
    line, step = _over_root(change, config, new)
    return [total, line], step


def _mean_of_squares(change: Change, rho: float, symbol: str) -> str:
    old, new = change.memory["square"]
    rule = f"s = {symbol} · s + (1 − {symbol}) · {_bracketed(change.gradient_name)}²"
    put_in = f"{figure(rho)} · {figure(old)} + {figure(1 - rho)} · {factor(change.gradient)}²"
    return f"Mean square: {rule} = {put_in} = {figure(new)}"


def _rmsprop(change: Change, config: Config) -> tuple[list[str], float]:
    line, step = _over_root(change, config, change.memory["square"][1])
    return [_mean_of_squares(change, config.rho, "ρ"), line], step


def _adadelta(change: Change, config: Config) -> tuple[list[str], float]:
    (_, square), (old, new), rho = change.memory["square"], change.memory["moved"], config.rho
    length = ((old + config.epsilon) / (square + config.epsilon)) ** 0.5
    direction, step = length * change.gradient, -change.rate * length * change.gradient
    scaled = (
        f"d = √((u + ε) / (s + ε)) · {change.gradient_name} = √(({figure(old)} + {figure(config.epsilon)}) / "
        f"({figure(square)} + {figure(config.epsilon)})) · {factor(change.gradient)} = {figure(direction)}"
    )
    moved = (
        f"For the next step: u = ρ · u + (1 − ρ) · d² = {figure(rho)} · {figure(old)} + "
        f"{figure(1 - rho)} · {factor(direction)}² = {figure(new)}"
    )
    return [_mean_of_squares(change, rho, "ρ"), scaled, _step(change, "d", factor(direction), step), moved], step


def _adam(change: Change, config: Config) -> tuple[list[str], float]:
    (old, mean), (_, square), beta = change.memory["mean"], change.memory["square"], config.momentum
    first, second = (1 - power for power in change.powers)
    mean_hat, square_hat = mean / first, square / second
    step = -change.rate * mean_hat / (square_hat**0.5 + config.epsilon)
    faded = f"{figure(beta)} · {factor(old)} + {figure(1 - beta)} · {factor(change.gradient)}"
    below = f"(√{factor(square_hat)} + {figure(config.epsilon)})"
    along = f"−{figure(change.rate)} · {factor(mean_hat)}"
    lines = [
        f"Mean gradient: m = β₁ · m + (1 − β₁) · {change.gradient_name} = {faded} = {figure(mean)}",
        _mean_of_squares(change, config.beta2, "β₂"),
        f"Corrected for the start at 0: m̂ = m / (1 − β₁ᵗ) = {factor(mean)} / {figure(first)} = {figure(mean_hat)}",
        f"ŝ = s / (1 − β₂ᵗ) = {figure(square)} / {figure(second)} = {figure(square_hat)}",
        f"Δ{change.name} = −learning rate · m̂ / (√ŝ + ε) = {along} / {below} = {figure(step)}",
    ]
    return lines, step


def _adamw(change: Change, config: Config) -> tuple[list[str], float]:
    decay = -change.rate * config.weight_decay * change.before
    lines, step = _adam(change, config)
    shrunk = (
        f"Weight decay: −learning rate · decay · {change.name} = −{figure(change.rate)} · "
        f"{figure(config.weight_decay)} · {factor(change.before)} = {figure(decay)}"
    )
    return [*lines, shrunk], step + decay


_RULES: dict[str, _Rule] = {
    "sgd": _sgd,
    "momentum": _momentum,
    "nesterov": _nesterov,
    "adagrad": _adagrad,
    "adadelta": _adadelta,
    "rmsprop": _rmsprop,
    "adam": _adam,
    "adamw": _adamw,
}


def penalty_of(name: str, before: float, strength: float, kind: str) -> tuple[list[str], float]:
    """The line of what the penalty `kind` adds to a weight, and that number; `strength` is learning rate times rate."""
    if kind == "none" or not strength:
        return [], 0.0
    slope = before if kind == "L2" else float((before > 0) - (before < 0))
    pull = -strength * slope
    shape = name if kind == "L2" else f"sign({name})"
    line = (
        f"{kind} penalty: −learning rate · regularization rate · {shape} = −{figure(strength)} · {factor(slope)} = "
        f"{figure(pull)}"
    )
    return [line], pull
