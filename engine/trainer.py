"""The trainer: an experiment that learns. It knows nothing about who watches."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine import boundary, datasets
from engine.activations import ACTIVATIONS
from engine.config import Config, ConfigError, Effect, FieldError, effect_of, shorten
from engine.features import FEATURES, transform
from engine.initializers import INITIALIZERS
from engine.losses import LOSSES
from engine.metrics import accuracy
from engine.network import Columns, Network, forward
from engine.operations import run, unbounded
from engine.optimizers import OPTIMIZERS
from engine.plan import Plan, is_best_stacked
from engine.random import Stream
from engine.regularizers import REGULARIZERS

Vector = NDArray[np.float64]

MAX_PARAMETER = 1e6
"""The largest weight or bias that can be set by hand."""


@dataclass(frozen=True, slots=True)
class Divergence:
    """Training went beyond all bounds in `epoch`; `reason` says what was seen, `hint` the likely cause and cure."""

    epoch: int
    reason: str
    hint: str


@dataclass(frozen=True, slots=True)
class TrainingState:
    """All that is needed, besides the config, to go on as if training had never stopped.

    `epoch`s and `step`s (updates) done, minibatches of the present epoch done (`batch`), examples whose gradient is
    `carried` to the next epoch, and vectors in the public order: `params`, and what optimizer and regularizer remember.
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
    unit; both as bytes (see `boundary.quantize`). Accuracies are None in regression, `test_loss` without test examples.
    """

    epoch: int
    step: int
    batch: int
    train_loss: float
    test_loss: float | None
    train_accuracy: float | None
    test_accuracy: float | None
    selected: int
    surface: NDArray[np.uint8]
    thumbnails: NDArray[np.uint8]
    state: TrainingState


@lru_cache(maxsize=64)
def _drawn(dataset: str, noise: float, seed: str) -> tuple[Vector, Stream]:
    """The examples (n, 3) of a data set, and the stream where it stands after them; both shared, so never to change."""
    stream = Stream(seed)
    examples = np.array(datasets.draw(dataset, noise, stream))
    examples.flags.writeable = False
    return examples, stream


@dataclass(frozen=True, slots=True)
class _Good:
    """The last state whose losses and parameters were finite, with its vectors in the network's own layout."""

    epoch: int
    step: int
    batch: int
    carried: int
    vectors: list[Vector]


class Trainer:
    """One experiment: data, a network, and training it. A trainer belongs to one thread."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.divergence: Divergence | None = None
        self._draw_data()
        self._build_network()

    # --- what it is made of ---------------------------------------------------------------------------------------

    def _draw_data(self) -> None:
        config = self.config
        examples, _ = _drawn(config.active_dataset, config.noise, config.seed)
        self.inputs: Vector = examples[:, :2]
        """The points (n, 2), training examples first."""
        self.targets: Vector = examples[:, 2]
        self.train_size = int(len(examples) * config.train_percent / 100)
        self.test_size = len(examples) - self.train_size

    def _weight_stream(self) -> Stream:
        """The stream that the starting weights come from: what the weight seed's stream has left after its data."""
        config = self.config
        _, after_data = _drawn(config.active_dataset, config.noise, config.weight_seed or config.seed)
        stream = after_data.copy()
        stream.skip(config.weight_offset)
        return stream

    def _initial_params(self) -> Vector:
        initializer = INITIALIZERS[self.config.initializer]
        stream = self._weight_stream()
        sizes = self.config.layer_sizes
        values: list[float] = []
        for fan_in, units in pairwise(sizes):
            for _ in range(units):
                values += [initializer.weight(stream, fan_in, units) for _ in range(fan_in)]
                values.append(initializer.bias)
        return np.array(values)

    def _build_network(self) -> None:
        sizes = self.config.layer_sizes
        self._network = Network(sizes, stacked=is_best_stacked(sizes, self.config.batch_size))
        self._compile()
        self._initial = self._initial_params()
        self.rewind()

    def _compile(self) -> None:
        """Lay the plan over the present network, and the room in which losses are evaluated."""
        config, network = self.config, self._network
        activation, output = ACTIVATIONS[config.activation], ACTIVATIONS[config.output_activation]
        self._loss = LOSSES[config.loss]
        inputs = transform(config.features, self.inputs)
        targets = self.targets[None, :]
        n = self.train_size
        self._plan = Plan(
            network,
            activation,
            output,
            self._loss,
            OPTIMIZERS[config.optimizer],
            REGULARIZERS[config.regularizer],
            config.batch_size,
            inputs[:, :n],
            targets[:, :n],
        )
        self._plan.set_rates(config.learning_rate, config.regularization_rate)
        self._columns = Columns(network, np.zeros((Columns.height(network), len(self.inputs)))).fill(inputs, targets)
        self._good: _Good | None = None
        self._evaluation = forward(network.matrices(network.params), self._columns, activation, output)

    @property
    def batches(self) -> int:
        """Minibatches in an epoch, with the rest that is carried."""
        return self._plan.batches

    # --- changes --------------------------------------------------------------------------------------------------

    def configure(self, config: Config) -> Effect:
        """Take over a config and rebuild no more than the change needs; returns what that was."""
        effect = effect_of(self.config, config)
        self.config = config
        if effect is Effect.DATA:
            self._draw_data()
        if effect >= Effect.NETWORK:
            self._build_network()
        elif effect is Effect.LIVE:
            self._plan.set_rates(config.learning_rate, config.regularization_rate)
            self.divergence = None
        return effect

    def regenerate(self, config: Config) -> None:
        """Draw the data of `config`, which may differ in seeds and data alone, and keep network and epoch."""
        state = self.state()
        self.config = config
        self._draw_data()
        self._compile()
        self._initial = self._initial_params()
        self._put(state if state.batch == 0 else _at_next_epoch(state))

    def rewind(self) -> None:
        """Go back to epoch 0 with the same starting weights."""
        self._good = None
        self._put(self._fresh())

    def _fresh(self) -> TrainingState:
        slots = REGULARIZERS[self.config.regularizer].slots
        arrays = {
            "params": self._initial,
            **{name: np.full_like(self._initial, slots.get(name, 0.0)) for name in self._plan.slots},
        }
        return TrainingState(0, 0, 0, 0, arrays)

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

    def state(self) -> TrainingState:
        """The training state, as copies."""
        plan, read = self._plan, self._network.read
        arrays = {
            "params": read(self._network.params),
            **{name: read(vector) for name, vector in plan.slots.items()},
            **({"carry": read(plan.carry)} if plan.carried else {}),
        }
        return TrainingState(self.epoch, self.step, self.batch, plan.carried, arrays)

    def restore(self, state: TrainingState) -> None:
        """Go on from a training state of this config.

        Raises `ConfigError` if it does not fit the config or is not finite; nothing is changed then.
        """
        errors = list(self._misfits(state))
        if errors:
            raise ConfigError(errors)
        self._put(state)

    def _misfits(self, state: TrainingState) -> Iterator[FieldError]:
        """What is wrong with a training state."""
        expected = {"params", *self._plan.slots, *(["carry"] if state.carried else [])}
        if set(state.arrays) != expected:
            yield FieldError("unknown_value", "arrays", shorten(sorted(state.arrays)), f"exactly {sorted(expected)}")
        size = self.config.parameter_count
        for name, vector in state.arrays.items():
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
            network.write(vector, state.arrays[name])
        if state.carried:
            network.write(plan.carry, state.arrays["carry"])
        else:
            plan.carry[:] = 0.0
        plan.set_carried(state.carried)
        self.divergence = None
        self._evaluate()

    # --- training -------------------------------------------------------------------------------------------------

    def run_epoch(self) -> None:
        """Train to the end of the present epoch. Does nothing once training has diverged."""
        self.run_minibatches(max(1, self.batches - self.batch))

    def run_minibatches(self, count: int) -> None:
        """Train on the next `count` minibatches, at most to the end of the epoch, where the losses are taken.

        Does nothing once training has diverged.
        """
        if self.divergence is not None:
            return
        plan = self._plan
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

    @property
    def train_loss(self) -> float:
        """The mean loss over the training examples."""
        self._refresh()
        return self._train_loss

    @property
    def test_loss(self) -> float | None:
        """The mean loss over the test examples; None if there are none."""
        self._refresh()
        return self._test_loss

    @property
    def train_accuracy(self) -> float | None:
        """The share of training examples on the right side; None in regression."""
        return self._accuracy(slice(0, self.train_size))

    @property
    def test_accuracy(self) -> float | None:
        """The share of test examples on the right side; None in regression or without test examples."""
        return self._accuracy(slice(self.train_size, None)) if self.test_size else None

    def _accuracy(self, part: slice) -> float | None:
        if self.config.problem != "classification":
            return None
        self._refresh()
        return accuracy(self._columns.outputs[:, part], self._columns.targets[:, part])

    def outputs(self, points: Vector) -> Vector:
        """What the network answers (n,) at `points` (n, 2), in double precision."""
        network, config = self._network, self.config
        columns = Columns(network, np.zeros((Columns.height(network), len(points))))
        columns.inputs[0][: len(config.features)] = transform(config.features, points)
        activation, output = ACTIVATIONS[config.activation], ACTIVATIONS[config.output_activation]
        run(forward(network.matrices(network.params), columns, activation, output))
        answers: Vector = columns.outputs[0].copy()
        return answers

    def _refresh(self) -> None:
        if self._stale:
            self._evaluate()

    def _evaluate(self) -> None:
        """Take the losses; where they or the parameters are not finite, go back to the last that were."""
        n, outputs, targets = self.train_size, self._columns.outputs, self._columns.targets
        with unbounded():
            run(self._evaluation)
            train = self._loss.value(outputs[:, :n], targets[:, :n])
            test = self._loss.value(outputs[:, n:], targets[:, n:]) if self.test_size else None
            checksum = float(np.add.reduce(self._network.params)) + train + (test or 0.0)
            finite = np.isfinite(checksum) or (
                np.isfinite(self._network.params).all() and np.isfinite([train, test or 0.0]).all()
            )
        if not finite:
            self._diverge("weights" if np.isfinite([train, test or 0.0]).all() else "loss")
            return
        self._train_loss, self._test_loss = train, test
        self._stale = False
        self._good = _Good(
            self.epoch, self.step, self.batch, self._plan.carried, [vector.copy() for vector in self._vectors()]
        )

    def _vectors(self) -> list[Vector]:
        return [self._network.params, self._plan.carry, *self._plan.slots.values()]

    def _diverge(self, what: str) -> None:
        """Stop, with the last state that was finite."""
        epoch = self.epoch if self.batch == 0 else self.epoch + 1
        good = self._good
        if good is None:
            # not even the start is finite: there is nothing to go back to, and no number large enough to show
            self._train_loss = sys.float_info.max
            self._test_loss = sys.float_info.max if self.test_size else None
            self._stale = False
        else:
            self.epoch, self.step, self.batch = good.epoch, good.step, good.batch
            for vector, kept in zip(self._vectors(), good.vectors, strict=True):
                vector[:] = kept
            self._plan.set_carried(good.carried)
            self._evaluate()
        reason = f"the {what} grew beyond all bounds in epoch {epoch}"
        self.divergence = Divergence(epoch, reason, _hint(self.config))

    def snapshot(self, selected: int | None = None) -> Snapshot:
        """Everything to be shown now; `selected` counts features, then units; None is the output."""
        config = self.config
        self._refresh()
        sizes = config.layer_sizes
        units = len(FEATURES) + sum(sizes[1:])
        chosen = selected if selected is not None and 0 <= selected < units else units - 1
        state = self.state()
        surface, thumbnails = boundary.pictures(
            state.arrays["params"], sizes, config.features, config.activation, config.output_activation, chosen
        )
        return Snapshot(
            self.epoch,
            self.step,
            self.batch,
            self._train_loss,
            self._test_loss,
            self.train_accuracy,
            self.test_accuracy,
            chosen,
            surface,
            thumbnails,
            state,
        )


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
