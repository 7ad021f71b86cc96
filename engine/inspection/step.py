"""One step in slow motion: an example's forward pass, its loss, the deltas, and the resulting update.

The step is that of a minibatch with only this example, including everything that training does: the real parameters,
the inputs after standardization and jitter, dropout masks, the statistics of batch normalization, and the rules of the
optimizer, penalty, clipping and max-norm. It also shows the effect of the whole minibatch.
"""

from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from engine.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS, Activation
from engine.features import FEATURES, transform
from engine.inspection.layers import find_unit
from engine.inspection.passes import Normed, Passes
from engine.inspection.view import Look, Subject, Vector, View
from engine.number_text import factor, short
from engine.optimizers import OPTIMIZERS, RATES, Change
from engine.regularizers import REGULARIZERS
from engine.trainer import Trainer
from engine.trial_update import TrialUpdate

_TERMS = 8
"""Maximum number of terms of a sum to write out; longer sums show the largest ones."""

_SOFTMAX = "exp(z) / Σ exp(z)"

_STRAIGHT_THROUGH = (
    "The slope of a step is 0 wherever it has one, so nothing could learn. Training uses f′(z) = 1 instead: the "
    "straight-through estimator (Bengio, Léonard and Courville, 2013)."
)
_PERCEPTRON = (
    "The sign has no slope to follow. The perceptron rule (Rosenblatt, 1958) does without: δ = 0 for a correct answer, "
    "and −target for a wrong one."
)


class Line(NamedTuple):
    """A line of text, with its stage (`forward`, `loss`, `backward`, `update`) and layer (from 1)."""

    stage: str
    layer: int
    text: str


def opened() -> Look:
    """A look at one step."""
    return look


def look(subject: Subject) -> View:
    """Every unit's activation and delta for one example, and the change of each parameter in one step."""
    trainer, options = subject.trainer, subject.options
    number = options.example if options.example is not None and options.example < len(trainer.inputs) else 0
    one = _Step(trainer, number)
    x1, x2 = (float(number) for number in trainer.inputs[number])
    position = one.position_of(options.parameter)
    lines = one.of_unit(options.unit) if position is None else one.of_parameter(position)
    values: dict[str, Any] = {
        "example": {"x1": x1, "x2": x2, "target": float(trainer.targets[number]), "number": number},
        "inputs": one.given.tolist(),
        "formula": [line.text for line in lines],
        "stages": [[line.stage, line.layer] for line in lines],
        "parameter": None if position is None else one.numbers_of(position),
        "loss": one.loss,
        "learning_rate": one.learning_rate,
        "note": _note(one),
    }
    column, layers = one.column, one.passes.layers
    arrays = {
        "activations": np.concatenate([layer.passed_on[:, column] for layer in layers]),
        "deltas": np.concatenate([layer.deltas[:, column] for layer in one.passes.deltas]),
        "changes": one.changes,
        "left_out": np.concatenate([_left_out(layer.mask, len(layer.z), column) for layer in layers]),
    }
    return View(values, arrays)


def _left_out(mask: Vector | None, units: int, column: int) -> Any:
    """1 for units (units,) that dropout drops, else 0."""
    return np.zeros(units, np.uint8) if mask is None else (mask[:, column] == 0).astype(np.uint8)


def _note(one: "_Step") -> str:
    """How the displayed step differs from that of training."""
    example_batch, size, config = one.passes.example_batch, one.batch_size, one.config
    if example_batch.is_dropped:
        return "This example is not used in this epoch: it is in the incomplete last batch, which is dropped."
    if example_batch.minibatch is None:
        return "This example is not in the training set: training never takes this step."
    more = []
    if size > 1:
        more.append(f"A step on this example alone. In training, the gradients of {size} examples are averaged.")
    if example_batch.is_carried:
        more.append("Its gradient is carried over to the first minibatch of the next epoch.")
    if config.batch_norm and size == 1 and config.hidden_layer_sizes:
        more.append("A minibatch of one example equals its own mean, so normalization leaves nothing but the shift β.")
    return " ".join(more)


class _Position(NamedTuple):
    """The position of a parameter: its `number` in the public order, layer, piece, unit, and matrix column.

    For parameters of normalization, `learned` is "γ" or "β" and the column is 0.
    """

    number: int
    layer: int
    piece: int
    unit: int
    column: int
    learned: str = ""


class _Step:
    """The passes of one example through the network and back."""

    def __init__(self, trainer: Trainer, number: int) -> None:
        self._trainer = trainer
        self.config = trainer.config
        example_batch = trainer.example_batch(number)
        self.batch_size = example_batch.inputs.shape[1]
        self.column = example_batch.column
        self.learning_rate = float(trainer.learning_rate)
        self._target = float(trainer.targets[number])
        self.passes = Passes(trainer, example_batch)
        self.given: Vector = example_batch.inputs[:, self.column]
        self._features = transform(self.config.features, trainer.inputs[number : number + 1])[:, 0]
        self.loss = self.passes.loss_of(self.column)
        self._before = trainer.state()
        self._gradient = self.passes.gradient(slice(self.column, self.column + 1))
        self._after: TrialUpdate = trainer.try_update(self._gradient)
        self._params = self._before.arrays["params"]
        self.changes = self._after.params - self._params

    # --- a unit ---------------------------------------------------------------------------------------------------

    def of_unit(self, unit: int | None) -> list[Line]:
        """The formulas of one unit, the output's by default, with their numbers."""
        layer, position = find_unit(unit, self.config) or (len(self.passes.layers) - 1, 0)
        lines = [Line("forward", layer + 1, text) for text in self._forward(layer, position)]
        if layer == len(self.passes.layers) - 1:
            lines.append(Line("loss", 0, f"loss = {short(self.loss)} for the target {short(self._target)}"))
        lines += [Line("backward", layer + 1, text) for text in self._backward(layer, position)]
        bias = self._bias_of(layer, position)
        if bias is None:
            return lines
        updates = [line for line in self.of_parameter(bias) if line.stage == "update"]
        return [*lines, *(line for line in updates if line.text.startswith(("Δ", "b")))]

    def _bias_of(self, layer: int, unit: int) -> _Position | None:
        """The bias of the piece of a unit that learns from the example."""
        won = [bool(own[unit, self.column]) for own in self.passes.layers[layer].wins].index(True)
        matrix = self._positions()[layer][won]
        return self.position_of(int(matrix[unit, -1]))

    def _activation(self, layer: int) -> tuple[str, Activation]:
        name = self.config.activations[layer]
        is_last = layer == len(self.passes.layers) - 1
        return name, (OUTPUT_ACTIVATIONS if is_last else ACTIVATIONS)[name]

    def _forward(self, layer: int, position: int) -> list[str]:
        """How the activation of a unit is computed."""
        own, column = self.passes.layers[layer], self.column
        raw = [float(sums[position, column]) for sums in own.raw]
        sums = [float(total[position, column]) for total in own.sums]
        z, a = float(own.z[position, column]), float(own.a[position, column])
        name, activation = self._activation(layer)
        lines = self._inputs() if layer == 0 else []
        for piece, matrix in enumerate(self.passes.matrices[layer]):
            sign = _signs(len(raw))[piece]
            *weights, bias = matrix[position]
            terms = _sum_of(weights, own.given[:, column], bias)
            lines.append(f"z{sign} = Σ w·a + b = {terms} = {short(raw[piece])}")
            if own.norms:
                running = self.passes.running(layer)[piece]
                lines += self._normalized(own.norms[piece], running, position, f"z{sign}", (raw[piece], sums[piece]))
        if len(sums) > 1:
            lines.append(f"a = max({', '.join(short(total) for total in sums)}) = {short(a)}")
        else:
            lines.append(f"a = {_SOFTMAX if name == 'softmax' else f'{activation.label}({short(z)})'} = {short(a)}")
        return [*lines, *self._dropped(layer, position)]

    def _inputs(self) -> list[str]:
        """How the network's inputs differ from the example's features, if they do."""
        is_moved = self.config.jitter and self.passes.example_batch.minibatch is not None
        ways = [
            *(["moved by jitter"] if is_moved else []),
            *(["standardized"] if self.config.standardize else []),
        ]
        if not ways or not len(self.given):
            return []
        names = (FEATURES[name].label for name in self.config.features)
        numbers = ", ".join(f"{name} = {short(float(number))}" for name, number in zip(names, self.given, strict=True))
        return [f"Inputs, {' and '.join(ways)}: {numbers}"]

    def _normalized(
        self, norm: Normed, running: Normed, position: int, name: str, numbers: tuple[float, float]
    ) -> list[str]:
        """The effect of batch normalization on a sum, with its numbers."""
        mean, deviation, gamma, beta = (float(part[position, 0]) for part in norm[:4])
        always = f"μ = {short(float(running.mean[position, 0]))}, σ = {short(float(running.deviation[position, 0]))}"
        among = f"over the {self.batch_size} examples of its minibatch" if self.batch_size > 1 else "over this example"
        where = "from the running averages" if norm.is_fixed else among
        raw, total = numbers
        put_in = f"{factor(gamma)} · ({short(raw)} − {factor(mean)}) / {short(deviation)} + {factor(beta)}"
        return [
            f"μ = {short(mean)}, σ = {short(deviation)} {where}; γ = {short(gamma)}, β = {short(beta)}",
            f"Normalized: γ · ({name} − μ) / σ + β = {put_in} = {short(total)}",
            *([] if norm.is_fixed else [f"For predictions, the running averages are used: {always}."]),
        ]

    def _dropped(self, layer: int, position: int) -> list[str]:
        """The effect of dropout on a unit's activation."""
        own = self.passes.layers[layer]
        if own.mask is None:
            return []
        if own.mask[position, self.column] == 0:
            # through the statistics of normalization, the other examples still reach its weights
            learns = "" if own.norms else ", and its weights learn nothing"
            return [f"Dropout leaves this neuron out of this step: it passes on 0{learns}."]
        rate, answer = self.config.dropouts[layer], float(own.passed_on[position, self.column])
        return [f"Dropout keeps this neuron in this step and scales it up: a / (1 − {short(rate)}) = {short(answer)}"]

    def _backward(self, layer: int, position: int) -> list[str]:
        """How the delta of a unit is computed."""
        own, column = self.passes.deltas[layer], self.column
        delta, slope = float(own.deltas[position, column]), float(own.slope[position, column])
        if layer == len(self.passes.layers) - 1:
            return self._output_delta(position, delta, slope)
        above, matrices = self.passes.deltas[layer + 1], self.passes.matrices[layer + 1]
        weights, deltas = self._ways(position, above.raw, matrices)
        mask = self.passes.layers[layer].mask
        scale = "" if mask is None else f" · {short(float(mask[position, column]))}"
        dropped = "" if mask is None else " · dropout"
        product = f"({_sum_of(weights, deltas)}) · {factor(slope)}{scale}"
        lines = [f"δ = (Σ w·δ of the next layer) · f′(z){dropped} = {product} = {short(delta)}"]
        if not self._activation(layer)[1].is_exact:
            lines.append(_STRAIGHT_THROUGH)
        if self.passes.layers[layer].norms:
            raw = [short(float(piece[position, column])) for piece in own.raw]
            lines.append(f"Through normalization, by the sum before it: δ = {' and '.join(raw)}")
        return lines

    def _ways(self, position: int, raw: list[Vector], matrices: list[Vector]) -> tuple[list[float], list[float]]:
        """The weights from a unit to the next layer and the deltas there, of pieces that learn."""
        weights: list[float] = []
        deltas: list[float] = []
        for matrix, own in zip(matrices, raw, strict=True):
            for weight, delta in zip(matrix[:, position], own[:, self.column], strict=True):
                if len(raw) == 1 or delta:
                    weights.append(float(weight))
                    deltas.append(float(delta))
        return weights, deltas

    def _output_delta(self, position: int, delta: float, slope: float) -> list[str]:
        loss = self.config.active_loss
        if loss.from_z:
            wanted = float(self.passes.example_batch.targets[position, self.column])
            return [f"δ = ∂loss/∂z = a − {short(wanted)} = {short(delta)}"]
        pull = float(self.passes.pull[position, self.column])
        if not loss.is_exact:
            answer = float(self.passes.layers[-1].a[position, self.column])
            target = float(self.passes.example_batch.targets[position, self.column])
            halved = f"({short(answer)} − {factor(target)}) / 2"
            return [f"δ = (a − target) / 2 = {halved} = {short(delta)}", _PERCEPTRON]
        return [f"δ = ∂loss/∂a · f′(z) = {factor(pull)} · {factor(slope)} = {short(delta)}"]

    # --- a parameter ----------------------------------------------------------------------------------------------

    def _positions(self) -> list[list[Vector]]:
        """The numbers of weights and biases in the public order, as the matrices of each layer's pieces."""
        return self.passes.network.pieces(np.arange(len(self._params), dtype=np.float64))

    def position_of(self, parameter: int | None) -> _Position | None:
        """The position of a parameter; None if there is none with this number."""
        if parameter is None or not 0 <= parameter < len(self._params):
            return None
        for layer, pieces in enumerate(self._positions()):
            for piece, matrix in enumerate(pieces):
                for unit, column in np.argwhere(matrix == parameter):
                    return _Position(parameter, layer, piece, int(unit), int(column))
        numbers = np.arange(len(self._params), dtype=np.float64)
        for layer, learned in enumerate(self.passes.network.learned(numbers)):
            for piece, parts in enumerate(learned):
                for name, part in zip("γβ", parts, strict=True):
                    for unit in np.flatnonzero(part == parameter):
                        return _Position(parameter, layer, piece, int(unit), 0, name)
        return None

    def numbers_of(self, position: _Position) -> dict[str, Any]:
        """A parameter and the optimizer's memory of it, before and after the step, and the parameter's gradient.

        `minibatch` holds the effect of its whole minibatch (see `minibatch_of`).
        """
        return {
            "index": position.number,
            "before": float(self._params[position.number]),
            "after": float(self._after.params[position.number]),
            "gradient": float(self._gradient[position.number]),
            "memory": self._memory_of(position),
            "minibatch": self.minibatch_of(position),
        }

    def _memory_of(self, position: _Position) -> dict[str, list[float]]:
        """What the optimizer remembers of a parameter, by name: before and after."""
        return {
            name: [float(before[position.number]), float(after[position.number])]
            for name, before, after in self._remembered()
            if name in OPTIMIZERS[self.config.optimizer].slots and len(before) == len(self._params)
        }

    def _remembered(self) -> list[tuple[str, Vector, Vector]]:
        return [(name, self._before.arrays[name], after) for name, after in self._after.memory.items()]

    def of_parameter(self, position: _Position) -> list[Line]:
        """The formula of one parameter's change with its numbers."""
        name, texts = self._gradient_of(position)
        before, after = float(self._params[position.number]), float(self._after.params[position.number])
        lines = [
            *(Line("forward", position.layer + 1, text) for text in self._standardized(position)),
            *(Line("backward", position.layer + 1, text) for text in texts),
        ]
        updates = [*self._update_of(position, name), *self._together(position, name)]
        updates.append(f"{name} = {short(before)} → {short(after)}")
        return [*lines, *(Line("update", 0, text) for text in updates)]

    def _name_of(self, position: _Position) -> str:
        pieces = len(self.passes.layers[position.layer].raw)
        is_bias = position.column == self.passes.layers[position.layer].given.shape[0]
        return f"{position.learned or ('b' if is_bias else 'w')}{_signs(pieces)[position.piece]}"

    def _standardized(self, position: _Position) -> list[str]:
        """How a feature is converted to a network input, for a weight from a feature."""
        if position.layer or position.learned or position.column >= len(self._features):
            return []
        label = FEATURES[self.config.features[position.column]].label
        given, feature = float(self.given[position.column]), float(self._features[position.column])
        lines, moved = [], feature
        if self.config.jitter and self.passes.example_batch.minibatch is not None:
            mean, deviation = (float(part[position.column, 0]) for part in self._trainer.scaling)
            moved = given * deviation + mean
            lines.append(f"{label} = {short(moved)}: in this epoch, jitter has moved it from {short(feature)}")
        if self.config.standardize:
            mean, deviation = (float(part[position.column, 0]) for part in self._trainer.scaling)
            over = f"({short(moved)} − {factor(mean)}) / {short(deviation)}"
            lines.append(f"{label} standardized: {over} = {short(given)}")
        return lines

    def _gradient_of(self, position: _Position) -> tuple[str, list[str]]:
        """The name of a parameter, and how its gradient is computed."""
        name, column = self._name_of(position), self.column
        layer, own = self.passes.layers[position.layer], self.passes.deltas[position.layer]
        gradient = float(self._gradient[position.number])
        if position.learned:
            delta = float(own.deltas[position.unit, column] * layer.wins[position.piece][position.unit, column])
            bare = float(layer.norms[position.piece].bare(layer.raw[position.piece])[position.unit, column])
            by = f"δ · (z − μ) / σ = {factor(delta)} · {factor(bare)}" if position.learned == "γ" else "δ"
            return name, [f"∂loss/∂{name} = {by} = {short(gradient)}"]
        lines = []
        if not layer.wins[position.piece][position.unit, column] and not layer.norms:
            sign = _signs(len(layer.raw))[position.piece]
            lines.append(f"z{sign} is not the largest: nothing of δ goes to its weights.")
        delta = float(own.raw[position.piece][position.unit, column])
        if name.startswith("b"):
            return name, [*lines, f"∂loss/∂{name} = δ = {short(gradient)}"]
        given = float(layer.given[position.column, column])
        source = (
            FEATURES[self.config.features[position.column]].label if position.layer == 0 else "a of the neuron before"
        )
        return name, [*lines, f"∂loss/∂{name} = δ · {source} = {factor(delta)} · {factor(given)} = {short(gradient)}"]

    def _update_of(self, position: _Position, name: str) -> list[str]:
        """The effect of clipping, optimizer, penalty and max-norm, given a gradient."""
        index, config = position.number, self.config
        before, after = float(self._params[index]), float(self._after.params[index])
        gradient, symbol, lines = float(self._gradient[index]), f"∂loss/∂{name}", []
        length = float(np.linalg.norm(self._gradient)) if config.clip_norm else 0.0
        if length > config.clip_norm:
            scale = config.clip_norm / length
            lines.append(
                f"Clipped: the whole gradient has norm {short(length)} > {short(config.clip_norm)}, so "
                f"g = {factor(gradient)} · {short(scale)} = {short(gradient * scale)}"
            )
            gradient, symbol = gradient * scale, "g"
        memory = {key: (old, new) for key, (old, new) in self._memory_of(position).items()}
        powers = self._after.memory.get("powers", np.zeros(2))
        rates = {rate: getattr(config, rate) for rate in RATES} | {"learning_rate": self.learning_rate}
        change = Change(name, before, gradient, symbol, rates, memory, (float(powers[0]), float(powers[1])))
        optimizer = OPTIMIZERS[config.optimizer]
        steps, moved = optimizer.explain(change)
        strength = self.learning_rate * config.regularization_rate
        is_weight = name.startswith("w")
        pulls, pull = _explain_penalty(name, before, strength, config.regularizer) if is_weight else ([], 0.0)
        ends = self._ended(position, before + moved + pull)
        is_more = pulls or ends or ("weight_decay" in optimizer.settings and config.weight_decay)
        return [
            *lines,
            *steps,
            *pulls,
            *ends,
            *([f"Altogether: Δ{name} = {short(after - before)}"] if is_more else []),
        ]

    def _ended(self, position: _Position, expected: float) -> list[str]:
        """The effect of dead links and max-norm on a parameter that would have become `expected`."""
        index, after = position.number, float(self._after.params[position.number])
        alive = {key: (old, new) for key, old, new in self._remembered() if key == "alive"}.get("alive")
        if alive is not None and not alive[1][index]:
            was = "L1 would carry it across 0: it becomes 0 and dies" if alive[0][index] else "This link is dead"
            return [f"{was}. It is never updated again."]
        if not self.config.max_norm or _is_near(after, expected):
            return []
        scale = short(after / expected if expected else 1.0)
        return [f"Max-norm: the weights into this neuron are longer than {short(self.config.max_norm)}, so · {scale}"]

    def _together(self, position: _Position, name: str) -> list[str]:
        """The effect of the whole minibatch on a parameter, if it contains other examples."""
        numbers = self.minibatch_of(position)
        if numbers is None:
            return []
        both = f"∂loss/∂{name} = {short(numbers['gradient'])}, Δ{name} = {short(numbers['change'])}"
        number = (self.passes.example_batch.minibatch or 0) + 1
        return [f"With all {numbers['examples']} examples of its minibatch (number {number} of the epoch): {both}"]

    def minibatch_of(self, position: _Position) -> dict[str, Any] | None:
        """The number of examples in an update by the example's minibatch, its gradient by a parameter, and the change.

        None if it contains no other example, or if there is no such update in this epoch.
        """
        if self._whole is None:
            return None
        examples, gradient, after = self._whole
        change = float(after[position.number] - self._params[position.number])
        return {"examples": examples, "gradient": float(gradient[position.number]), "change": change}

    @cached_property
    def _whole(self) -> tuple[int, Vector, Vector] | None:
        """The examples of an update by the whole minibatch, its mean gradient, and the parameters after it."""
        example_batch, size, carried = self.passes.example_batch, self.batch_size, self._before.carried
        joining = carried if example_batch.minibatch == 0 else 0
        if example_batch.minibatch is None or example_batch.is_carried or size + joining == 1:
            return None
        mean = self.passes.gradient(slice(None))
        if joining:
            mean = (mean * size + self._before.arrays["carry"]) / (size + joining)
        return size + joining, mean, self._trainer.try_update(mean).params


def _explain_penalty(name: str, before: float, strength: float, kind: str) -> tuple[list[str], float]:
    """The line of what the penalty `kind` adds to a weight, and that number; `strength` is learning rate times rate."""
    penalty = REGULARIZERS[kind]
    if not penalty.derivative_text or not strength:
        return [], 0.0
    slope = penalty.derivative(before)
    pull = -strength * slope
    line = (
        f"{penalty.label} penalty: −learning rate · regularization rate · {penalty.derivative_text.format(w=name)} = "
        f"−{short(strength)} · {factor(slope)} = {short(pull)}"
    )
    return [line], pull


def _is_near(value: float, other: float) -> bool:
    return bool(np.isclose(value, other, rtol=1e-9, atol=1e-12))


def _signs(pieces: int) -> tuple[str, ...]:
    """The subscripts of the pieces of a unit; empty if there is only one."""
    return tuple("₁₂₃₄₅"[:pieces]) if pieces > 1 else ("",)


def _sum_of(weights: Any, values: Any, bias: float | None = None) -> str:
    """Σ w·a + b written out; a long sum shows its largest terms."""
    products = [float(weight) * float(value) for weight, value in zip(weights, values, strict=True)]
    shown = sorted(sorted(range(len(products)), key=lambda position: -abs(products[position]))[:_TERMS])
    terms = [f"{factor(float(weights[position]))}·{factor(float(values[position]))}" for position in shown]
    if len(products) > _TERMS:
        terms.append(f"… ({len(products) - _TERMS} more)")
    if bias is not None:
        terms.append(factor(float(bias)))
    return " + ".join(terms) or "0"
