"""One step in slow motion: an example forward, its loss, the deltas backward, and what gradient descent makes of them.

The four equations of backpropagation as in Nielsen, *Neural Networks and Deep Learning* (2015), chapter 2.
"""

from typing import Any

import numpy as np

from engine.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS
from engine.features import FEATURES, transform
from engine.function import Layer
from engine.inspection.layers import find_unit, pieces_of
from engine.inspection.view import Look, Subject, Vector, View
from engine.operations import run
from engine.trainer import Trainer

_TERMS = 8
"""Terms of a sum that are written out; of longer ones the largest."""


_SOFTMAX = "exp(z) / Σ exp(z)"


def opened() -> Look:
    """A look at one step."""
    return look


def look(subject: Subject) -> View:
    """What every unit answers to one example, every unit's delta, and what one step changes at each parameter."""
    trainer, options = subject.trainer, subject.options
    number = options.example if options.example is not None and options.example < len(trainer.inputs) else 0
    one = _Step(trainer, number)
    x1, x2 = (float(number) for number in trainer.inputs[number])
    lines = one.of_parameter(options.parameter) or one.of_unit(options.unit)
    values: dict[str, Any] = {
        "example": {"x1": x1, "x2": x2, "target": float(trainer.targets[number]), "number": number},
        "formula": lines,
        "loss": one.loss,
        "learning_rate": one.learning_rate,
        "note": _note(trainer),
    }
    arrays = {
        "activations": np.concatenate([layer.a[:, 0] for layer in one.layers]),
        "deltas": np.concatenate(one.deltas),
        "changes": one.changes,
    }
    return View(values, arrays)


def _note(trainer: Trainer) -> str:
    """What training does beside the step that is shown."""
    config = trainer.config
    more = []
    if config.optimizer != "sgd":
        more.append("the optimizer makes something else of this gradient")
    if config.batch_size > 1:
        more.append(f"the gradients of {config.batch_size} examples are averaged")
    if config.batch_norm:
        more.append("normalisation is shown as part of the weights")
    if config.regularizer != "none" and config.regularization_rate:
        more.append("the penalty pulls at the weights")
    return f"Plain gradient descent on one example. In training, {', and '.join(more)}." if more else ""


class _Step:
    """One example on its way through the network and back."""

    def __init__(self, trainer: Trainer, number: int) -> None:
        config = self._config = trainer.config
        point = trainer.inputs[number : number + 1]
        self._target = float(trainer.targets[number])
        self.learning_rate = float(trainer.learning_rate)
        function = trainer.function()
        self.layers: list[Layer] = function.trace(point)
        self._pieces = function.matrices()
        self._wins = [
            [layer.wins(piece)[:, 0] for piece in range(len(own))]
            for layer, own in zip(self.layers, self._pieces, strict=True)
        ]
        self._winning = [
            sum(
                (matrix * won[:, None] for matrix, won in zip(own, wins, strict=True)),
                start=np.zeros_like(own[0]),
            )
            for own, wins in zip(self._pieces, self._wins, strict=True)
        ]
        """Of each layer one matrix: the weights and biases of the piece that wins at each unit."""
        self._features = transform(config.features, point)[:, 0]
        self._given = [self._features, *(layer.a[:, 0] for layer in self.layers[:-1])]
        loss, z, outputs = config.active_loss, self.layers[-1].z, self.layers[-1].a
        encoded = self._encoded = loss.encode(trainer.targets[number : number + 1], config.classes)
        self.loss = loss.value(z, outputs, encoded)
        self._slopes = [slope[:, 0] for slope in function.derivatives(point)]
        self._pull = np.zeros_like(outputs)
        run(loss.gradient(np.vstack([outputs, encoded]), np.array([[1.0, -1.0]]), self._pull))
        if loss.from_z:
            self._slopes[-1] = np.ones_like(self._slopes[-1])
        self.deltas = self._backward()
        # what normalisation learns beside weights and biases is not part of the picture
        self.changes = np.zeros(config.parameter_count)
        for layer, pieces in enumerate(pieces_of(self.changes, config)):
            for piece, change in enumerate(pieces):
                delta = self.deltas[layer] * self._wins[layer][piece]
                change[:] = -self.learning_rate * np.column_stack([np.outer(delta, self._given[layer]), delta])

    def _backward(self) -> list[Vector]:
        delta = self._pull[:, 0] * self._slopes[-1]
        deltas = [delta]
        for matrix, slope in zip(self._winning[:0:-1], self._slopes[-2::-1], strict=True):
            delta = (matrix[:, :-1].T @ delta) * slope
            deltas.insert(0, delta)
        return deltas

    def of_unit(self, unit: int | None) -> list[str]:
        """The formulas of one unit, the output's if none is chosen, with their numbers."""
        config = self._config
        last = len(self.layers) - 1
        layer, place = find_unit(unit, config) or (last, 0)
        z, a = float(self.layers[layer].z[place, 0]), float(self.layers[layer].a[place, 0])
        name = config.activations[layer]
        label = (OUTPUT_ACTIVATIONS if layer == last else ACTIVATIONS)[name].label
        sums = [float(own[place, 0]) for own in self.layers[layer].sums]
        lines = []
        for sign, total, matrix in zip(_signs(len(sums)), sums, self._pieces[layer], strict=True):
            *weights, bias = matrix[place]
            lines.append(f"z{sign} = Σ w·a + b = {_sum_of(weights, self._given[layer], bias)} = {_number(total)}")
        if len(sums) > 1:
            lines.append(f"a = max({', '.join(_number(total) for total in sums)}) = {_number(a)}")
        else:
            lines.append(f"a = {_SOFTMAX if name == 'softmax' else f'{label}({_number(z)})'} = {_number(a)}")
        delta, slope = float(self.deltas[layer][place]), float(self._slopes[layer][place])
        if layer == last:
            lines.append(f"loss = {_number(self.loss)} for the target {_number(self._target)}")
            pull = float(self._pull[place, 0])
            if config.active_loss.from_z:
                wanted = float(self._encoded[place, 0])
                lines.append(f"δ = ∂loss/∂z = a − {_number(wanted)} = {_number(delta)}")
            else:
                lines.append(f"δ = ∂loss/∂a · f′(z) = {_factor(pull)} · {_factor(slope)} = {_number(delta)}")
        else:
            ways = _sum_of(self._winning[layer + 1][:, place], self.deltas[layer + 1])
            lines.append(f"δ = (Σ w·δ of the next layer) · f′(z) = ({ways}) · {_factor(slope)} = {_number(delta)}")
        rate = _number(self.learning_rate)
        sign = _signs(len(sums))[[bool(won[place]) for won in self._wins[layer]].index(True)]
        lines.append(
            f"Δb{sign} = −learning rate · δ = −{rate} · {_factor(delta)} = {_number(-self.learning_rate * delta)}"
        )
        return lines

    def of_parameter(self, parameter: int | None) -> list[str]:
        """The formula of one weight's or bias's change with its numbers; nothing if there is none of this number."""
        if parameter is None or not 0 <= parameter < len(self.changes):
            return []
        numbers = pieces_of(np.arange(len(self.changes), dtype=np.float64), self._config)
        for layer, pieces in enumerate(numbers):
            for piece, matrix in enumerate(pieces):
                found = np.argwhere(matrix == parameter)
                if len(found):
                    return self._change(layer, piece, *(int(place) for place in found[0]))
        return []

    def _change(self, layer: int, piece: int, unit: int, place: int) -> list[str]:
        matrix = self._pieces[layer][piece]
        weight, won = float(matrix[unit, place]), bool(self._wins[layer][piece][unit])
        delta = float(self.deltas[layer][unit]) * won
        sign = _signs(len(self._pieces[layer]))[piece]
        lines = [] if won else [f"z{sign} is not the largest: nothing of δ goes to its weights."]
        rate = _number(self.learning_rate)
        if place == matrix.shape[1] - 1:
            change = -self.learning_rate * delta
            lines.append(f"Δb{sign} = −learning rate · δ = −{rate} · {_factor(delta)} = {_number(change)}")
            return [*lines, f"b{sign} = {_number(weight)} → {_number(weight + change)}"]
        given = float(self._given[layer][place])
        change = -self.learning_rate * delta * given
        source = FEATURES[self._config.features[place]].label if layer == 0 else "a of the unit before"
        return [
            *lines,
            f"∂loss/∂w{sign} = δ · {source} = {_factor(delta)} · {_factor(given)} = {_number(delta * given)}",
            f"Δw{sign} = −learning rate · ∂loss/∂w{sign} = −{rate} · {_factor(delta * given)} = {_number(change)}",
            f"w{sign} = {_number(weight)} → {_number(weight + change)}",
        ]


def _signs(pieces: int) -> tuple[str, ...]:
    """What tells the pieces of a unit apart: nothing if there is but one."""
    return ("₁", "₂")[:pieces] if pieces > 1 else ("",)


def _number(value: float) -> str:
    """A number in few digits, with a true minus sign."""
    # a zero has no sign here
    return f"{value + 0.0:.4g}".replace("-", "−")


def _factor(value: float) -> str:
    """A number as part of a formula: a negative one in brackets."""
    return _number(value) if value >= 0 else f"({_number(value)})"


def _sum_of(weights: Any, values: Any, bias: float | None = None) -> str:
    """Σ w·a + b written out; of a long sum the terms that count most."""
    products = [float(weight) * float(value) for weight, value in zip(weights, values, strict=True)]
    shown = sorted(sorted(range(len(products)), key=lambda place: -abs(products[place]))[:_TERMS])
    terms = [f"{_factor(float(weights[place]))}·{_factor(float(values[place]))}" for place in shown]
    if len(products) > _TERMS:
        terms.append(f"… ({len(products) - _TERMS} more)")
    if bias is not None:
        terms.append(_factor(float(bias)))
    return " + ".join(terms) or "0"
