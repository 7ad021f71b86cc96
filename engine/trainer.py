"""The trainer: an experiment that learns. It knows nothing about who watches."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine import boundary, normalization
from engine.activations import OUTPUT_ACTIVATIONS, Activation, activation
from engine.config import Config, ConfigError, Effect, FieldError, effect_of, shorten
from engine.examples import Inputs, draw_examples, weight_stream
from engine.features import FEATURES, transform
from engine.initializers import INITIALIZERS, Source
from engine.metrics import accuracy
from engine.network import Columns, Network, forward
from engine.operations import Operations, run, unbounded
from engine.optimizers import OPTIMIZERS, RATES
from engine.plan import Plan, Rules, is_best_stacked
from engine.random import generator
from engine.regularizers import REGULARIZERS
from engine.schedules import SCHEDULES, Shape

Vector = NDArray[np.float64]

MAX_PARAMETER = 1e6
"""The largest weight or bias that can be set by hand."""

CURVE_POINTS = 200
"""Points of the curve that is shown of data with one dimension."""


@dataclass(frozen=True, slots=True)
class Divergence:
    """Training went beyond all bounds in `epoch`; `reason` says what was seen, `hint` the likely cause and cure."""

    epoch: int
    reason: str
    hint: str


@dataclass(frozen=True, slots=True)
class EarlyStop:
    """Training was ended in `epoch`, and the weights of `best_epoch` are back; `reason` says why in a sentence."""

    epoch: int
    best_epoch: int
    reason: str


@dataclass(frozen=True, slots=True)
class TrainingState:
    """All that is needed, besides the config, to go on as if training had never stopped.

    `epoch`s and `step`s (updates) done, minibatches of the present epoch done (`batch`), examples whose gradient is
    `carried` to the next epoch, and vectors: `params`, and what the rules of training remember. Those with a number for
    each parameter are in the public order.
    """

    epoch: int
    step: int
    batch: int
    carried: int
    arrays: Mapping[str, Vector]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that is shown at one instant. Nothing in it ever changes.

    `surface` (100, 100) is the picture of the unit `selected`, `thumbnails` (n, t, t) those of every feature and every
    unit; both as bytes (see `boundary.quantize`). With several outputs and none selected, `classes` (100, 100) are the
    likeliest ones. With data of one dimension, `curve` (200,) are the unit's values from x1 = -6 to 6. Accuracies are
    None in regression; losses and accuracies of parts without examples are None, of which training is one only with
    the user's own examples. `learning_rate` is the scheduled one.
    """

    epoch: int
    step: int
    batch: int
    learning_rate: float
    train_loss: float | None
    validation_loss: float | None
    test_loss: float | None
    train_accuracy: float | None
    validation_accuracy: float | None
    test_accuracy: float | None
    selected: int
    surface: NDArray[np.uint8]
    thumbnails: NDArray[np.uint8]
    classes: NDArray[np.uint8] | None
    curve: NDArray[np.float32] | None
    state: TrainingState


class Layer(NamedTuple):
    """What a layer makes of n examples: `z` (units, n) before its activation, and `a` (units, n) after it.

    `sums` are those of its pieces, of which z is the largest; of one piece they are z itself.
    """

    z: Vector
    a: Vector
    sums: tuple[Vector, ...]

    def wins(self, piece: int) -> NDArray[np.bool_]:
        """Where (units, n) z is the sum of this piece; the first of several that are equal counts."""
        is_largest: NDArray[np.bool_] = np.argmax(self.sums, axis=0) == piece
        return is_largest


_NO_LOSSES: Mapping[str, float | None] = {"train": None, "validation": None, "test": None}


@dataclass(frozen=True, slots=True)
class _Layout:
    """What the vectors of a state are, and how they lie, while the rules of training stay the same."""

    network: Network
    optimizer: str
    whole: Mapping[str, bool]
    """What is remembered, in its order, and whether that is read as it is, having no number for each parameter."""


@dataclass(frozen=True, slots=True)
class _Good:
    """The last state whose losses and parameters were finite, with its vectors in the network's own layout."""

    epoch: int
    step: int
    batch: int
    carried: int
    vectors: list[Vector]
    layout: _Layout


@dataclass(frozen=True, slots=True)
class _Best:
    """The best epoch so far, as early stopping sees it, and what is put back then; `since` is where patience began."""

    epoch: int
    loss: float
    since: int
    stopped: int
    vector: Vector

    def arrays(self, network: Network) -> dict[str, Vector]:
        """What a training state says of it."""
        length = network.length
        vector = np.concatenate([network.read(self.vector[:length]), self.vector[length:]])
        return {"best": vector, "best_mark": np.array([self.epoch, self.loss, self.since, self.stopped], float)}


_OBJECT = 128
"""Bytes that an array or another object takes beside what is in it, about."""


class Mark(NamedTuple):
    """Where training was at some instant. It shares what the trainer keeps anyway, so that it costs next to nothing."""

    good: _Good
    best: _Best | None

    @property
    def epoch(self) -> int:
        """The epochs that were done."""
        return self.good.epoch

    @property
    def size(self) -> int:
        """How many bytes it holds, about; what it shares with other marks included."""
        vectors = [*self.good.vectors, *([self.best.vector] if self.best else [])]
        return sum(vector.nbytes + _OBJECT for vector in vectors) + 3 * _OBJECT

    def state(self) -> TrainingState:
        """The training state of that instant, as copies."""
        good, layout = self.good, self.good.layout
        read = layout.network.read
        params, carry, *slots = good.vectors
        arrays = {
            "params": read(params),
            **{
                name: vector.copy() if whole else read(vector)
                for (name, whole), vector in zip(layout.whole.items(), slots, strict=True)
            },
            **({"carry": read(carry)} if good.carried else {}),
            **(self.best.arrays(layout.network) if self.best else {}),
        }
        return TrainingState(good.epoch, good.step, good.batch, good.carried, arrays)


class Trainer:
    """One experiment: data, a network, and training it. A trainer belongs to one thread."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.epoch = 0
        self.divergence: Divergence | None = None
        self.stopped: EarlyStop | None = None
        self._best: _Best | None = None
        self._draw_data()
        self._build_network()

    # --- what it is made of ---------------------------------------------------------------------------------------

    def _draw_data(self) -> None:
        self._examples = draw_examples(self.config)
        self._parts = self._examples.parts
        self.inputs: Vector = self._examples.points
        """The points (n, 2): training examples first, then those of validation, then those of the test."""
        self.targets: Vector = self._examples.targets
        self.train_size = self._examples.train_size
        self.validation_size = self._examples.validation_size
        self.test_size = self._examples.test_size
        self.order = self._examples.order
        """The places of the examples in the user's own list (n,); None if they are drawn."""

    @property
    def batch_size(self) -> int:
        """The batch size in force: own examples may be few, and even then each is trained on in every epoch."""
        size = self.config.batch_size
        return size if self.order is None else max(1, min(size, self.train_size))

    def _initial_params(self) -> Vector:
        config, network = self.config, self._network
        seed, offset = config.weight_seed or config.seed, config.weight_offset
        stream, chance = weight_stream(config), generator(seed, "weights", offset)
        others = generator(seed, "second pieces", offset)
        shapes = list(pairwise(config.layer_sizes))
        learned = np.repeat([1.0, 0.0], network.hidden if network.normed else 0)
        more = np.repeat([1.0, 0.0], network.sums - network.hidden if network.normed else 0)
        return np.concatenate(
            [
                *(self._draw_matrix(*shape, stream, chance) for shape in shapes),
                learned,
                *(self._draw_matrix(*shapes[layer], others, others) for layer in network.paired),
                more,
            ]
        )

    def _draw_matrix(self, fan_in: int, units: int, stream: Source, chance: np.random.Generator) -> Vector:
        """The starting weights and biases of one layer, unit by unit."""
        initializer = INITIALIZERS[self.config.initializer]
        weights = (
            initializer.draw(chance, fan_in, units, self.config.initializer_scale)
            if initializer.draw
            else np.reshape([initializer.weight(stream) for _ in range(units * fan_in)], (units, fan_in))
        )
        matrix: Vector = np.c_[weights, np.full(units, initializer.bias)]
        return matrix.ravel()

    def _build_network(self) -> None:
        sizes, config = self.config.layer_sizes, self.config
        is_stacked = is_best_stacked(sizes, config.batch_size)
        self._network = Network(sizes, is_stacked, config.batch_norm, config.paired_layers)
        self._compile()
        self._initial = self._initial_params()
        self.rewind()

    def _compile(self) -> None:
        """Lay the plan over the present network, and the room in which losses are evaluated."""
        config, network, n = self.config, self._network, self.train_size
        *hidden, output = config.activations
        parameters = {name: getattr(config, name) for name in ("leaky_slope", "elu_alpha")}
        self._activations: tuple[Activation, ...] = (
            *(activation(name, parameters) for name in hidden),
            OUTPUT_ACTIVATIONS[output],
        )
        self._loss = config.active_loss
        self._rules = Rules(
            self._activations,
            self._loss,
            OPTIMIZERS[config.optimizer],
            REGULARIZERS[config.regularizer],
            self.batch_size,
            config.rest,
            config.dropouts,
            config.max_norm,
            config.clip_norm,
        )
        self._inputs = Inputs(config, self._examples)
        inputs = self._inputs.of(self.inputs)
        targets = self._encoded = np.asarray(self._loss.encode(self.targets, config.classes), np.float64)
        self._plan = Plan(network, self._rules, inputs[:, :n], targets[:, :n])
        whole = {name: bool(slot.length) for name, slot in self._plan.remembered.items()}
        self._layout = _Layout(network, config.optimizer, whole)
        self._probe: Plan | None = None
        self._prepared = -1
        self._set_rates()
        self._columns = Columns(network, np.zeros((Columns.height(network), len(self.inputs)))).fill(inputs, targets)
        self._good: _Good | None = None
        self._epoch_start: Vector | None = None
        self._answering: Vector = network.vector() if network.normed else network.params
        self._evaluation, z = self._passing(self._answering, self._columns)
        evaluated = (z, self._columns.outputs, self._columns.targets)
        # what each part's loss is told from: views, cut once
        self._answers = {
            part: tuple(rows[:, place] for rows in evaluated)
            for part, place in self._parts.items()
            if len(self.targets[place])
        }

    def _passing(self, vector: Vector, columns: Columns) -> tuple[Operations, Vector]:
        """The operations that evaluate a vector of parameters at what is in `columns`, and where the outputs' z are."""
        pieces = self._network.pieces(vector)
        zs = columns.preactivations(self._activations, separate_outputs=self._loss.from_z)
        layers = forward(pieces, columns, self._activations, zs)
        return list(chain.from_iterable(layers)), zs[-1]

    def _set_rates(self) -> None:
        """Hand the rates of this epoch to the plan."""
        config = self.config
        self._varies = bool(config.shuffle or config.jitter or config.dropouts or config.schedule != "constant")
        values = {name: float(getattr(config, name)) for name in RATES}
        self._plan.set_rates({**values, "learning_rate": self.learning_rate}, config.regularization_rate)

    @property
    def learning_rate(self) -> float:
        """The learning rate of the present epoch, as the schedule has it."""
        config = self.config
        shape = Shape(config.schedule_decay, config.schedule_factor, config.schedule_period)
        return config.learning_rate * SCHEDULES[config.schedule].factor(self.epoch, shape)

    @property
    def batches(self) -> int:
        """Minibatches in an epoch, with the rest that is carried."""
        return self._plan.batches

    @property
    def has_ended(self) -> bool:
        """Whether there is nothing to train until something changes: it diverged, or was stopped early."""
        return self.divergence is not None or self.stopped is not None

    # --- changes --------------------------------------------------------------------------------------------------

    def configure(self, config: Config) -> Effect:
        """Take over a config and rebuild no more than the change needs; returns what that was."""
        effect = effect_of(self.config, config)
        state = self._state_for(config) if effect is Effect.TRAINING else None
        self.config = config
        if effect is Effect.DATA:
            self._draw_data()
        if effect >= Effect.NETWORK:
            self._build_network()
        elif state:
            self._compile()
            self._put(self._fitting(state))
        elif effect is Effect.LIVE:
            self._set_rates()
            self.divergence = None
            self.resume()
        return effect

    def _state_for(self, config: Config) -> TrainingState:
        """The training state as it goes on with `config`: without what another optimizer remembers."""
        state, old = self.state(), self.config.optimizer
        return _without_slots(state, old) if config.optimizer != old else state

    def regenerate(self, config: Config) -> None:
        """Draw the data of `config`, which may differ in seeds and data alone, and keep network and epoch."""
        state = self.state()
        self.config = config
        self._draw_data()
        self._compile()
        self._initial = self._initial_params()
        self._put(self._fitting(state if state.batch == 0 else _at_next_epoch(state)))

    def _fitting(self, state: TrainingState) -> TrainingState:
        """A state of other rules or data as one of the present ones: what these do not remember is forgotten."""
        fresh = self._fresh().arrays
        known = {*fresh, "carry"} - {"best", "best_mark"}
        keeps = {name: array for name, array in state.arrays.items() if name in known}
        carried = state.carried if state.carried in (0, self._plan.rest) and self.config.rest == "carried" else 0
        if not carried:
            keeps.pop("carry", None)
        batch = state.batch if state.batch < max(1, self.batches) else 0
        return TrainingState(state.epoch, state.step, batch, carried, {**fresh, **keeps, **self._no_best(keeps)})

    def rewind(self) -> None:
        """Go back to epoch 0 with the same starting weights."""
        self._good = None
        self._put(self._fresh())

    def resume(self) -> None:
        """Go on after an early stop: patience begins anew."""
        if self.stopped is not None and self._best is not None:
            self._best = replace(self._best, since=self.epoch, stopped=-1)
        self.stopped = None

    def _fresh(self) -> TrainingState:
        count = len(self._initial)
        arrays = {
            "params": self._initial,
            **{name: np.full(slot.length or count, slot.fill) for name, slot in self._plan.remembered.items()},
        }
        return TrainingState(0, 0, 0, 0, {**arrays, **self._no_best(arrays)})

    def set_parameter(self, index: int, value: float) -> None:
        """Set one weight or bias, counted in the public order; a dead link comes alive again.

        Raises `ConfigError` if there is no such parameter or the value is not a finite number.
        """
        if not 0 <= index < self.config.parameter_count:
            allowed = f"a whole number from 0 to {self.config.parameter_count - 1}"
            raise ConfigError([FieldError("out_of_range", "index", shorten(index), allowed)])
        if not abs(value) <= MAX_PARAMETER:
            allowed = f"a number from {-MAX_PARAMETER:g} to {MAX_PARAMETER:g}"
            raise ConfigError([FieldError("out_of_range", "value", shorten(value), allowed)])
        state = self.state()
        for name, number in (("params", value), ("alive", 1.0)):
            if name in state.arrays:
                state.arrays[name][index] = number
        self._put(state)

    # --- the training state ---------------------------------------------------------------------------------------

    def state(self) -> TrainingState:
        """The training state, as copies."""
        plan, read = self._plan, self._network.read
        arrays = {
            "params": read(self._network.params),
            **{
                name: vector.copy() if plan.remembered[name].length else read(vector)
                for name, vector in plan.slots.items()
            },
            **({"carry": read(plan.carry)} if plan.carried else {}),
            **(self._best.arrays(self._network) if self._best else {}),
        }
        return TrainingState(self.epoch, self.step, self.batch, plan.carried, arrays)

    def mark(self) -> Mark | None:
        """Where training is, for `recall`; None if nothing of it was ever finite."""
        self._refresh()
        return Mark(self._good, self._best) if self._good else None

    def recall(self, mark: Mark) -> None:
        """Go back, or forth again, to where training was: exactly, as long as network, data and rules are the same.

        If data or rules have changed, what the present ones have no use for is forgotten. The network must be the same.
        """
        state = mark.state()
        if mark.good.layout is not self._layout:
            old = mark.good.layout.optimizer
            state = self._fitting(_without_slots(state, old) if old != self.config.optimizer else state)
        self._put(state)

    def restore(self, state: TrainingState) -> None:
        """Go on from a training state of this config.

        Raises `ConfigError` if it does not fit the config or is not finite; nothing is changed then.
        """
        errors = list(self._misfits(state))
        if errors:
            raise ConfigError(errors)
        self._put(state)

    def fitted(self, state: TrainingState) -> TrainingState:
        """A state that others of the user's own examples were trained to, at a place in the epoch that these have.

        Where it fits as it is, that is the same state; what does not fit otherwise is for `restore` to refuse.
        """
        batch = state.batch if state.batch < max(1, self.batches) else 0
        carried = state.carried if state.carried in (0, self._plan.rest) else 0
        arrays = {name: array for name, array in state.arrays.items() if carried or name != "carry"}
        return TrainingState(state.epoch, state.step, batch, carried, arrays)

    def _misfits(self, state: TrainingState) -> Iterator[FieldError]:
        """What is wrong with a training state."""
        count = self.config.parameter_count
        sizes = {name: array.size for name, array in self._fresh().arrays.items()}
        sizes |= {"carry": count} if state.carried else {}
        if set(state.arrays) != set(sizes):
            yield FieldError("unknown_value", "arrays", shorten(sorted(state.arrays)), f"exactly {sorted(sizes)}")
        for name, vector in state.arrays.items():
            size = sizes.get(name, count)
            if vector.shape != (size,) or not np.isfinite(vector).all():
                got = f"{vector.size} numbers, {np.isfinite(vector).sum()} of them finite"
                yield FieldError("out_of_range", f"arrays.{name}"[:64], got, f"{size} finite numbers")
        counts = (
            ("epoch", state.epoch, state.epoch >= 0, "0 or more"),
            ("step", state.step, state.step >= 0, "0 or more"),
            ("batch", state.batch, 0 <= state.batch < max(1, self.batches), f"0 to {max(0, self.batches - 1)}"),
            ("carried", state.carried, state.carried in (0, self._plan.rest), f"0 or {self._plan.rest}"),
        )
        for name, number, fits, allowed in counts:
            if not fits:
                yield FieldError("out_of_range", name, shorten(number), allowed)

    def _put(self, state: TrainingState) -> None:
        plan, network = self._plan, self._network
        self.epoch, self.step, self.batch = state.epoch, state.step, state.batch
        network.write(network.params, state.arrays["params"])
        for name, vector in plan.slots.items():
            if plan.remembered[name].length:
                vector[:] = state.arrays[name]
            else:
                network.write(vector, state.arrays[name])
        if state.carried:
            network.write(plan.carry, state.arrays["carry"])
        else:
            plan.carry[:] = 0.0
        plan.set_carried(state.carried)
        self._prepared = -1
        if self.config.schedule != "constant":
            self._set_rates()
        self.divergence = self.stopped = None
        self._evaluate()
        self._put_best(state)

    # --- training -------------------------------------------------------------------------------------------------

    def run_epoch(self) -> None:
        """Train to the end of the present epoch. Does nothing once training has ended."""
        self.run_minibatches(max(1, self.batches - self.batch))

    def run_minibatches(self, count: int) -> None:
        """Train on the next `count` minibatches, at most to the end of the epoch, where the losses are taken.

        Does nothing once training has diverged or was stopped early.
        """
        if self.has_ended:
            return
        plan = self._plan
        if self.batch == 0 and self._good:
            self._epoch_start = self._good.vectors[0]
        if self._varies and self._prepared != self.epoch:
            self._prepare()
        stop = min(self.batch + count, plan.batches)
        with unbounded():
            plan.run(self.batch, stop)
        self.step += min(stop, plan.steps) - min(self.batch, plan.steps)
        self.batch = stop
        self._stale = True
        if stop == plan.batches:
            self.epoch += 1
            self.batch = 0
            self._evaluate()
            self._watch()

    def _prepare(self) -> None:
        """Set up what is another thing in every epoch; all chance in it is told from the seed and the epoch alone."""
        config, n, epoch = self.config, self.train_size, self.epoch
        self._prepared = epoch
        self._set_rates()
        seed = config.weight_seed or config.seed
        if config.shuffle or config.jitter:
            points, targets = self.inputs[:n], self._encoded[:, :n]
            if config.jitter:
                points = points + generator(seed, "jitter", epoch).normal(0.0, config.jitter, points.shape)
            order = generator(seed, "order", epoch).permutation(n) if config.shuffle else slice(None)
            self._plan.fill(self._inputs.of(points)[:, order], targets[:, order])
        if config.dropouts:
            self._plan.draw_masks(generator(seed, "dropout", epoch))

    # --- early stopping -------------------------------------------------------------------------------------------

    @property
    def monitored_loss(self) -> float | None:
        """The loss that early stopping watches: that of the validation set, else of the test set, else of training.

        None if there are no examples.
        """
        self._refresh()
        losses = (self._losses["validation"], self._losses["test"], self._losses["train"])
        return next((loss for loss in losses if loss is not None), None)

    def _mark(self) -> _Best:
        # where there is no loss, the first that there is will be better
        loss = sys.float_info.max if self.monitored_loss is None else self.monitored_loss
        return _Best(self.epoch, loss, self.epoch, -1, np.concatenate(self._answering_vectors()))

    def _answering_vectors(self) -> list[Vector]:
        """All that the network's answers depend on: the parameters, and normalisation's statistics."""
        return [self._network.params, *(self._plan.slots[name] for name in self._statistics())]

    def _statistics(self) -> list[str]:
        return [name for name in self._plan.remembered if name.startswith("running_")]

    def _watch(self) -> None:
        """Keep the best weights; when nothing has been better for as long as patience lasts, end and put them back."""
        best, patience, loss = self._best, self.config.patience, self.monitored_loss
        if best is None or loss is None or self.divergence is not None:
            return
        if loss < best.loss:
            self._best = self._mark()
        elif self.epoch - best.since >= patience:
            best = self._best = replace(best, stopped=self.epoch)
            self._take_over(best.vector)
            self._tell_stopped(best)

    def _take_over(self, vector: Vector) -> None:
        start = 0
        for place in self._answering_vectors():
            place[:] = vector[start : start + len(place)]
            start += len(place)
        self._evaluate()

    def _tell_stopped(self, best: _Best) -> None:
        watched = "validation" if self.validation_size else "test" if self.test_size else "training"
        reason = (
            f"the {watched} loss has not been below {best.loss:.3g}, that of epoch {best.epoch}, "
            f"for {best.stopped - best.since} epochs"
        )
        self.stopped = EarlyStop(best.stopped, best.epoch, reason)

    def _no_best(self, arrays: Mapping[str, Vector]) -> dict[str, Vector]:
        """What a state says of early stopping before anything has been watched."""
        if not self.config.patience:
            return {}
        return {
            "best": np.concatenate([arrays[name] for name in ("params", *self._statistics())]),
            "best_mark": np.full(4, -1.0),
        }

    def _put_best(self, state: TrainingState) -> None:
        self._best = self._mark() if self.config.patience else None
        if self._best is None:
            return
        epoch, loss, since, stopped = state.arrays["best_mark"].tolist()
        if epoch < 0:
            return
        count = len(state.arrays["params"])
        vector = self._best.vector
        self._network.write(vector[: self._network.length], state.arrays["best"][:count])
        vector[self._network.length :] = state.arrays["best"][count:]
        self._best = _Best(int(epoch), loss, int(since), int(stopped), vector)
        if stopped >= 0:
            self._tell_stopped(self._best)

    # --- losses ---------------------------------------------------------------------------------------------------

    @property
    def train_loss(self) -> float | None:
        """The mean loss over the training examples; None if there are none."""
        self._refresh()
        return self._losses["train"]

    @property
    def validation_loss(self) -> float | None:
        """The mean loss over the validation examples; None if there are none."""
        self._refresh()
        return self._losses["validation"]

    @property
    def test_loss(self) -> float | None:
        """The mean loss over the test examples; None if there are none."""
        self._refresh()
        return self._losses["test"]

    @property
    def train_accuracy(self) -> float | None:
        """The share of training examples on the right side; None in regression."""
        return self._accuracy("train")

    @property
    def validation_accuracy(self) -> float | None:
        """The share of validation examples on the right side; None in regression or without any."""
        return self._accuracy("validation")

    @property
    def test_accuracy(self) -> float | None:
        """The share of test examples on the right side; None in regression or without test examples."""
        return self._accuracy("test")

    def _accuracy(self, part: str) -> float | None:
        self._refresh()
        place = self._parts[part]
        if self.config.problem != "classification" or self._losses[part] is None:
            return None
        return accuracy(self.decisions(self._columns.outputs[:, place]), self.targets[place])

    def decisions(self, outputs: Vector) -> Vector:
        """Outputs (outputs, n) so that what counts as the positive class is at or above 0, if there is but one."""
        return outputs - 0.5 if self.config.output_activation == "sigmoid" else outputs

    def _refresh(self) -> None:
        if self._stale:
            self._evaluate()

    def _evaluate(self) -> None:
        """Take the losses; where they or the parameters are not finite, go back to the last that were."""
        with unbounded():
            if self._network.normed:
                self._fold(self._answering)
            run(self._evaluation)
            losses = {part: self._loss.value(*answers) for part, answers in self._answers.items()}
            total = sum(losses.values())
            vectors = [self._network.params, *self._plan.slots.values()]
            checksum = total + sum(float(np.add.reduce(vector)) for vector in vectors)
            finite = np.isfinite(checksum) or (
                np.isfinite(total) and all(np.isfinite(vector).all() for vector in vectors)
            )
        if not finite:
            self._diverge("weights" if np.isfinite(total) else "loss")
            return
        self._losses = {**_NO_LOSSES, **losses}
        self._stale = False
        self._good = _Good(
            self.epoch,
            self.step,
            self.batch,
            self._plan.carried,
            [vector.copy() for vector in self._vectors()],
            self._layout,
        )

    def _fold(self, vector: Vector) -> None:
        """Put the present parameters into `vector`, with the normalisation as part of weights and biases."""
        vector[:] = self._network.params
        slots = self._plan.slots
        normalization.fold(self._network, vector, slots["running_mean"], slots["running_variance"])

    def _vectors(self) -> list[Vector]:
        return [self._network.params, self._plan.carry, *self._plan.slots.values()]

    def _diverge(self, what: str) -> None:
        """Stop, with the last state that was finite."""
        epoch = self.epoch if self.batch == 0 else self.epoch + 1
        good = self._good
        if good is None:
            # not even the start is finite: there is nothing to go back to, and no number large enough to show
            parts = self._parts
            self._losses = {part: sys.float_info.max if len(self.targets[parts[part]]) else None for part in parts}
            self._stale = False
        else:
            self.epoch, self.step, self.batch = good.epoch, good.step, good.batch
            for vector, kept in zip(self._vectors(), good.vectors, strict=True):
                vector[:] = kept
            self._plan.set_carried(good.carried)
            self._evaluate()
        reason = f"the {what} grew beyond all bounds in epoch {epoch}"
        self.divergence = Divergence(epoch, reason, _hint(self.config))

    # --- looking --------------------------------------------------------------------------------------------------

    def _answering_params(self) -> Vector:
        """Weights and biases (public order) of a network without normalisation and scaling that answers alike."""
        network = self._network
        if not network.normed and not self.config.standardize:
            return network.read(network.params)
        vector = network.params.copy()
        with unbounded():
            if network.normed:
                self._fold(vector)
            for matrix in network.pieces(vector)[0]:
                self._inputs.fold(matrix)
        return network.links(vector)

    def layers(self) -> list[tuple[Vector, Vector]]:
        """Copies of weights (units, inputs) and biases (units,) of each layer, of the first piece of each."""
        return [pieces[0] for pieces in self.pieces()]

    def pieces(self) -> list[list[tuple[Vector, Vector]]]:
        """Copies of weights (units, inputs) and biases (units,) of each piece of each layer."""
        packed = Network(self.config.layer_sizes, paired=self.config.paired_layers)
        matrices = packed.pieces(self._network.links(self._network.params))
        return [[(matrix[:, :-1].copy(), matrix[:, -1].copy()) for matrix in pieces] for pieces in matrices]

    def trace(self, points: Vector) -> list[Layer]:
        """What each layer makes of `points` (n, 2): evaluated, without dropout and with the fading statistics."""
        return self._trace(self._answering_params(), points)

    def _trace(self, params: Vector, points: Vector) -> list[Layer]:
        network = Network(self.config.layer_sizes, paired=self.config.paired_layers)
        columns = Columns(network, np.zeros((Columns.height(network), len(points))))
        columns.inputs[0][: len(self.config.features)] = transform(self.config.features, points)
        network.params[:] = params
        pieces = network.pieces(network.params)
        sums: list[tuple[Vector, ...]] = []
        with unbounded():
            steps = forward(pieces, columns, self._activations)
            for matrices, given, operations in zip(pieces, columns.inputs, steps, strict=True):
                run(operations)
                sums.append(tuple(matrix @ given for matrix in matrices))
            zs = [np.maximum.reduce(own) for own in sums]
        return [Layer(z, units.copy(), own) for z, units, own in zip(zs, columns.units, sums, strict=True)]

    def derivatives(self, points: Vector) -> list[Vector]:
        """The derivatives f'(z) (units, n) of each layer at `points` (n, 2); of a softmax those of each unit alone."""
        slopes: list[Vector] = []
        for layer, one in zip(self.trace(points), self._activations, strict=True):
            slope = np.ones_like(layer.z)
            if one is OUTPUT_ACTIVATIONS["softmax"]:
                slope = layer.a * (1 - layer.a)
            elif one.derivative:
                with unbounded():
                    run(one.derivative(layer.z if one.from_z else layer.a, slope))
            slopes.append(slope)
        return slopes

    def outputs(self, points: Vector) -> Vector:
        """What the network answers at `points` (n, 2), in double precision: (n,), or (n, outputs) if it has several."""
        answers = self.trace(points)[-1].a
        return answers[0] if len(answers) == 1 else answers.T.copy()

    def gradient(self) -> Vector:
        """The gradient of the mean training loss, penalty and dropout aside, in the public order.

        Batch normalisation takes its statistics from all training examples, as one minibatch. Without any, it is 0.
        """
        if not self.train_size:
            return np.zeros_like(self._initial)
        if self._probe is None:
            rules = self._rules._replace(batch_size=self.train_size, rest="dropped", dropout=())
            n = self.train_size
            inputs, targets = self._inputs.of(self.inputs[:n]), self._encoded[:, :n]
            self._probe = Plan(self._network, rules, inputs, targets)
        with unbounded():
            return self._network.read(self._probe.gradient())

    @property
    def last_update(self) -> Vector:
        """What the present epoch, or the last one if it has just ended, took off the parameters (public order)."""
        start = self._network.params if self._epoch_start is None else self._epoch_start
        return self._network.read(start - self._network.params)

    def loss_at(self, params: Vector, part: str = "train") -> float:
        """The loss over a part of the examples with other parameters (public order); inf where it is not finite.

        `part` is `train`, `validation` or `test`. Raises ValueError if it has no examples.
        """
        place = self._parts[part]
        if not len(self.targets[place]):
            raise ValueError(f"there are no examples in {part!r}")
        vector = self._network.vector()
        self._network.write(vector, params)
        with unbounded():
            if self._network.normed:
                slots = self._plan.slots
                normalization.fold(self._network, vector, slots["running_mean"], slots["running_variance"])
            columns = Columns(self._network, np.zeros((Columns.height(self._network), len(self.targets[place]))))
            columns.fill(self._inputs.of(self.inputs[place]), self._encoded[:, place])
            operations, z = self._passing(vector, columns)
            run(operations)
            loss = self._loss.value(z, columns.outputs, columns.targets)
        return loss if np.isfinite(loss) else float("inf")

    def snapshot(self, selected: int | None = None) -> Snapshot:
        """Everything to be shown now; `selected` counts features, then units; None is the output."""
        config = self.config
        self._refresh()
        sizes = config.layer_sizes
        units = len(FEATURES) + sum(sizes[1:])
        chosen = selected if selected is not None and 0 <= selected < units else None
        state = self.state()
        answering = self._answering_params()
        shown = boundary.pictures(answering, sizes, config.features, self._activations, chosen)
        return Snapshot(
            epoch=self.epoch,
            step=self.step,
            batch=self.batch,
            learning_rate=self.learning_rate,
            train_loss=self.train_loss,
            validation_loss=self.validation_loss,
            test_loss=self.test_loss,
            train_accuracy=self.train_accuracy,
            validation_accuracy=self.validation_accuracy,
            test_accuracy=self.test_accuracy,
            selected=units - 1 if chosen is None else chosen,
            surface=shown.surface,
            thumbnails=shown.thumbnails,
            classes=shown.classes,
            curve=self._curve(answering, chosen) if config.dimensions == 1 else None,
            state=state,
        )

    def _curve(self, params: Vector, selected: int | None) -> NDArray[np.float32]:
        """The values of one feature or unit along x1, in single precision and within its bounds."""
        points = np.zeros((CURVE_POINTS, 2))
        points[:, 0] = np.linspace(-boundary.EXTENT, boundary.EXTENT, CURVE_POINTS)
        rows: list[Any] = [
            *transform(FEATURES, points),
            *chain.from_iterable(layer.a for layer in self._trace(params, points)),
        ]
        values: Sequence[float] = rows[-1 if selected is None else selected]
        limit = float(np.finfo(np.float32).max)
        curve: NDArray[np.float32] = np.nan_to_num(np.clip(values, -limit, limit), nan=0.0).astype(np.float32)
        return curve


def _without_slots(state: TrainingState, optimizer: str) -> TrainingState:
    """A state without what an optimizer remembers: by the same name, another one may mean something else."""
    forgotten = OPTIMIZERS[optimizer].slots
    arrays = {name: vector for name, vector in state.arrays.items() if name not in forgotten}
    return TrainingState(state.epoch, state.step, state.batch, state.carried, arrays)


def _at_next_epoch(state: TrainingState) -> TrainingState:
    """A state in the middle of an epoch as one at its beginning: the minibatches of new data are other ones."""
    return TrainingState(state.epoch, state.step, 0, state.carried, state.arrays)


def _hint(config: Config) -> str:
    product = config.learning_rate * config.regularization_rate
    if config.regularizer == "L2" and product > 2:
        return (
            f"learning rate × regularization rate is {product:g}: above 2, every update turns the weights over and "
            "makes them larger. Lower one of the two."
        )
    return (
        f"the learning rate of {config.learning_rate:g} is too large here: every step overshoots further than the one "
        "before. Lower it and go on from the last good weights."
    )
