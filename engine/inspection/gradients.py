"""Gradients: their size in each layer, and how they change on the backward pass.

On the way from the output back to a unit, the gradient is multiplied in every layer by a weight and a slope, w σ'(z):
Nielsen, *Neural Networks and Deep Learning* (2015), chapter 5; Hochreiter (1991).
"""

from typing import NamedTuple

import numpy as np

from engine.activations import ACTIVATIONS
from engine.config import Config
from engine.inspection.layers import find_unit, number_of, pieces_of, sample, spread, weights_of
from engine.inspection.passes import Passes, untrained
from engine.inspection.view import Look, Subject, Vector, View
from engine.number_text import short
from engine.trainer import Trainer

APART = 10
"""A notice requires the first layer's gradient to be this many times smaller or larger than the last layer's, or any
layer's to exceed `_TOO_LARGE`."""

_APART_AT_ONCE = 30
_FEW = 2
"""With at most two steps from the last layer back to the first, layer sizes alone can cause such a ratio, so a notice
of a vanishing gradient requires `_APART_AT_ONCE`."""

_LEARNED = 0.5
"""Fraction of the loss of the best constant output; below it, the network has learned and a small gradient is fine."""

_TOO_LARGE = 1e3
_TOO_FAR = 0.1
"""Relative to the norm of the first layer's weights: a gradient descent step of that length overshoots."""

_VALUES = 20_000
_PICTURES = 1000


def opened() -> Look:
    """A look at the gradients."""
    return look


def look(subject: Subject) -> View:
    """The norm (layers,) of each layer's gradient, its interpretation, and the factors on a unit's strongest path."""
    trainer = subject.trainer
    config = trainer.config
    norms = np.array([np.linalg.norm(layer) for layer in pieces_of(mean_gradient(trainer), config)])
    unit = find_unit(subject.options.unit, config)
    path = _strongest_path(trainer, unit)
    notice = _vanishing(norms, trainer) or _exploding(norms, trainer)
    return View(
        {
            "notice": notice,
            "why": _explain(notice, norms, path, config),
            "unit": path.units[0],
            "path": path.units,
            "factors": path.factors,
            "product": float(np.prod(path.factors)),
        },
        {"norms": norms},
    )


def mean_gradient(trainer: Trainer) -> Vector:
    """The gradient of the mean training loss; of pictures, over some of them, since all take long."""
    if not trainer.config.has_pictures:
        return trainer.gradient()
    numbers = spread(trainer.train_size, _PICTURES)
    return Passes(trainer, untrained(trainer, trainer.inputs[numbers], trainer.targets[numbers])).gradient(slice(None))


class _Path(NamedTuple):
    """A path from a unit to the output: its units, numbered like the pictures, and the factor of each link."""

    units: list[int]
    factors: list[float]


def _strongest_path(trainer: Trainer, unit: tuple[int, int] | None) -> _Path:
    """The path with the largest product of mean |w σ'(z)| from a unit, or from the best one of the first layer."""
    config = trainer.config
    points, function = sample(trainer, _VALUES), trainer.function()
    slopes = [np.abs(slope) for slope in function.derivatives(points)]
    if config.active_loss.from_z:
        # the gradient of such a loss is by the sums before the output activation
        slopes[-1] = np.ones_like(slopes[-1])
    links = [
        sum(
            (
                np.abs(matrix[:, :-1]) * (slope * layer.wins(piece)).mean(axis=1)[:, None]
                for piece, matrix in enumerate(pieces)
            ),
            start=np.zeros(1),
        )
        for pieces, slope, layer in zip(function.matrices(), slopes, function.forward_activations(points), strict=True)
    ]
    best, nexts = np.ones(config.outputs), [np.zeros(0, np.intp)] * len(links)
    bests = [best]
    for layer in range(len(links) - 1, 0, -1):
        products = links[layer] * best[:, None]
        nexts[layer] = products.argmax(axis=0)
        best = products.max(axis=0)
        bests.insert(0, best)
    layer, position = unit or (0, int(np.argmax(bests[0])))
    units, factors = [number_of(layer, position, config)], []
    for above in range(layer + 1, len(links)):
        target = int(nexts[above][position])
        factors.append(float(links[above][target, position]))
        position = target
        units.append(number_of(above, position, config))
    return _Path(units, factors)


def _vanishing(norms: Vector, trainer: Trainer) -> str | None:
    """Whether the gradient vanishes on the backward pass while there is something left to learn."""
    apart = APART if len(norms) - 1 > _FEW else _APART_AT_ONCE
    is_fading = norms[-1] > apart * norms[0]
    return "vanishing" if is_fading and (trainer.train_loss or 0.0) > _LEARNED * constant_loss(trainer) else None


def _exploding(norms: Vector, trainer: Trainer) -> str | None:
    """Whether the gradient explodes on the backward pass, so that steps overshoot."""
    weights = weights_of(trainer.state().arrays["params"], trainer.config)[0]
    step = trainer.learning_rate * norms[0]
    is_growing = len(norms) > 1 and norms[0] > APART * norms[-1] and step > _TOO_FAR * np.linalg.norm(weights)
    return "exploding" if is_growing or norms.max() > _TOO_LARGE else None


def constant_loss(trainer: Trainer) -> float:
    """The training loss of the best constant output."""
    config, loss = trainer.config, trainer.config.active_loss
    targets = np.asarray(loss.encode(trainer.targets[: trainer.train_size], config.classes), np.float64)
    mean = targets.mean(axis=1, keepdims=True)
    if loss.from_z:
        share = np.clip(mean, 1e-12, 1 - 1e-12)
        z = np.log(share) if len(share) > 1 else np.log(share / (1 - share))
        return float(loss.value(np.broadcast_to(z, targets.shape), targets, targets))
    outputs = [np.broadcast_to(output, targets.shape) for output in (mean, np.ones(1), -np.ones(1))]
    return min(float(loss.value(output, output, targets)) for output in outputs)


def _explain(notice: str | None, norms: Vector, path: _Path, config: Config) -> str:
    """The notice as a sentence or two; empty if there is none."""
    if notice is None:
        return ""
    first, last = float(norms[0]), float(norms[-1])
    mean = float(np.prod(path.factors) ** (1 / len(path.factors))) if path.factors else 1.0
    way = f"Each layer on the way back multiplies it by about |w·σ'(z)| = {short(mean, 2)} on the strongest path."
    if notice == "exploding":
        return f"The gradient of the first layer is {short(first, 2)}, that of the last {short(last, 2)}. {way}"
    much = f"{_times(last / first)} times smaller than" if first else "zero, unlike"
    notes = (ACTIVATIONS[name].gradient_note for name in dict.fromkeys(config.activations[:-1]))
    return " ".join([f"The gradient of the first layer is {much} that of the last.", way, *filter(None, notes)])


def _times(ratio: float) -> str:
    """A large factor, rounded, with a power of ten if it is huge."""
    return f"{float(f'{ratio:.2g}'):,.0f}" if ratio < 1e6 else short(ratio, 2)
