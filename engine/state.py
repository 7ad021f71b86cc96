"""The state of training, in five forms that serve different purposes.

`RawState` is a trainer's state at one moment: counters, and copies of its vectors in the network's own layout, which
are made after every epoch anyway. `Best` (in `stopping`) is the epoch with the lowest monitored loss in that same
layout. `StateHandle` is a raw state with its best epoch: cheap to keep, valid in this process only, returned by
`Trainer.handle` and accepted by `Trainer.seek`. `TrainingState` is a handle converted to the public order, which is
independent of layouts: it can be kept, sent and restored elsewhere (`StateHandle.state`, `Trainer.restore`). `Snapshot`
is a training state with everything that is shown at that moment.

A `Layout` defines the contents of a training state and converts between the forms.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.fields import ConfigError, FieldError, shorten
from engine.network import Network
from engine.operations import Slot
from engine.optimizers import OPTIMIZERS
from engine.stopping import Best, unwatched

Vector = NDArray[np.float64]

MAX_PARAMETER = 1e6
"""The largest weight or bias that can be set manually."""


@dataclass(frozen=True, slots=True)
class TrainingState:
    """Everything needed, besides the config, to continue as if training had never stopped.

    The number of `epoch`s and `step`s (updates) done, of minibatches done in the current epoch (`batch`), of examples
    whose gradient is `carried` to the next epoch, and vectors: `params`, and those that the rules of training remember.
    Vectors with one number per parameter are in the public order.

    >>> from engine import Config, Trainer
    >>> trainer, other = Trainer(Config()), Trainer(Config())
    >>> trainer.run_epoch()
    >>> other.restore(trainer.state())
    >>> other.epoch, other.train_loss == trainer.train_loss
    (1, True)
    """

    epoch: int
    step: int
    batch: int
    carried: int
    arrays: Mapping[str, Vector]

    def without(self, names: Container[str]) -> "TrainingState":
        """The same without some of the vectors."""
        return replace(self, arrays={name: vector for name, vector in self.arrays.items() if name not in names})

    def with_parameter(self, index: int, value: float) -> "TrainingState":
        """The same with one weight or bias set, by index in the public order; a dead link is revived.

        Raises `ConfigError` if there is no such parameter or the value is not a number within `MAX_PARAMETER`.
        """
        count = len(self.arrays["params"])
        if not 0 <= index < count:
            allowed = f"a whole number from 0 to {count - 1}"
            raise ConfigError([FieldError("out_of_range", "index", shorten(index), allowed)])
        if not abs(value) <= MAX_PARAMETER:
            allowed = f"a number from {-MAX_PARAMETER:,.0f} to {MAX_PARAMETER:,.0f}"
            raise ConfigError([FieldError("out_of_range", "value", shorten(value), allowed)])
        if self.arrays["params"][index] == value and self.arrays.get("alive", np.ones(count))[index]:
            return self
        changed = {name: vector.copy() for name, vector in self.arrays.items() if name in ("params", "alive")}
        for name, vector in changed.items():
            vector[index] = value if name == "params" else 1.0
        return replace(self, arrays={**self.arrays, **changed})

    def at_epoch_start(self) -> "TrainingState":
        """A state in the middle of an epoch, moved to its beginning: with new data, the minibatches differ."""
        return replace(self, batch=0)

    def with_optimizer(self, old: str, new: str) -> "TrainingState":
        """The state without the old optimizer's memory, since equal names may mean something else to the new one."""
        return self if old == new else self.without(OPTIMIZERS[old].slots)


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """The contents of a training state and the layout of its vectors, for one network, data set and set of rules.

    `remembered` are the vectors of the rules. An epoch has `batches` minibatches, of which the last may be incomplete,
    with `remainder` examples. `is_carried` says whether its gradient is carried over to the next epoch, `is_watched`
    whether early stopping tracks the best epoch.
    """

    network: Network
    optimizer: str
    remembered: Mapping[str, Slot]
    batches: int
    remainder: int
    is_carried: bool
    is_watched: bool

    @property
    def statistics(self) -> list[str]:
        """The names of the vectors that determine the outputs, besides `params`: the statistics of normalization."""
        return [name for name in self.remembered if name.startswith("running_")]

    def fresh(self, params: Vector) -> TrainingState:
        """The state before the first epoch, with these parameters (public order)."""
        return TrainingState(0, 0, 0, 0, self._completed({"params": params}))

    def _completed(self, known: Mapping[str, Vector]) -> dict[str, Vector]:
        """The given vectors, and the initial values of all others, as if no epoch had been tracked."""
        count = len(known["params"])
        fills = {name: np.full(slot.length or count, slot.fill) for name, slot in self.remembered.items()}
        arrays = {**fills, **known}
        output_vectors = [arrays[name] for name in ("params", *self.statistics)]
        return {**arrays, **(unwatched(np.concatenate(output_vectors)) if self.is_watched else {})}

    def fitted(self, state: TrainingState) -> TrainingState:
        """The state, moved to the beginning of the epoch if its position does not exist here."""
        batch = state.batch if state.batch < max(1, self.batches) else 0
        carried = state.carried if state.carried in (0, self.remainder) else 0
        fitted = replace(state, batch=batch, carried=carried)
        return fitted if carried else fitted.without(["carry"])

    def adopted(self, state: TrainingState) -> TrainingState:
        """A state of other rules or data, converted to this layout; anything that does not apply is dropped."""
        fitted = self.fitted(state if self.is_carried else replace(state, carried=0))
        known = {"params", "carry", *self.remembered}
        return replace(
            fitted, arrays=self._completed({name: array for name, array in fitted.arrays.items() if name in known})
        )

    def misfits(self, state: TrainingState) -> Iterator[FieldError]:
        """The reasons why a training state from elsewhere is invalid."""
        count = self.network.count
        sizes = {name: array.size for name, array in self._completed({"params": np.zeros(count)}).items()}
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
            ("carried", state.carried, state.carried in (0, self.remainder), f"0 or {self.remainder}"),
        )
        for name, number, fits, allowed in counts:
            if not fits:
                yield FieldError("out_of_range", name, shorten(number), allowed)

    def write(self, state: TrainingState, vectors: Sequence[Vector]) -> None:
        """Convert a state's vectors to the network's own layout (see `RawState`)."""
        params, carry, *slots = vectors
        self.network.write(params, state.arrays["params"])
        if state.carried:
            self.network.write(carry, state.arrays["carry"])
        else:
            carry[:] = 0.0
        for (name, slot), vector in zip(self.remembered.items(), slots, strict=True):
            if slot.length:
                vector[:] = state.arrays[name]
            else:
                self.network.write(vector, state.arrays[name])


class RawState(NamedTuple):
    """Training at one moment: its counters and its vectors, as copies in the network's own layout.

    The vectors are `params`, `carry`, and those that the rules remember, in the order of `Layout.remembered`.
    """

    epoch: int
    step: int
    batch: int
    carried: int
    vectors: list[Vector]
    layout: Layout


_OBJECT = 128
"""The approximate overhead of an array or another object, in bytes."""


class StateHandle(NamedTuple):
    """A handle to one moment of training. It shares data that the trainer keeps anyway, so it costs next to nothing."""

    raw: RawState
    best: Best | None

    @property
    def epoch(self) -> int:
        """The number of epochs done."""
        return self.raw.epoch

    @property
    def size(self) -> int:
        """Its approximate size in bytes, including what it shares with other handles."""
        vectors = [*self.raw.vectors, *([self.best.vector] if self.best else [])]
        return sum(vector.nbytes + _OBJECT for vector in vectors) + 3 * _OBJECT

    def params(self) -> Vector:
        """The weights and biases of that moment, and the parameters of normalization: a copy in the public order."""
        return self.raw.layout.network.read(self.raw.vectors[0])

    def state(self) -> TrainingState:
        """The training state of that moment, as copies."""
        epoch, step, batch, carried, (params, carry, *slots), layout = self.raw
        read = layout.network.read
        arrays = {
            "params": read(params),
            **{
                name: vector.copy() if slot.length else read(vector)
                for (name, slot), vector in zip(layout.remembered.items(), slots, strict=True)
            },
            **({"carry": read(carry)} if carried else {}),
            **(self.best.arrays(layout.network) if self.best else {}),
        }
        return TrainingState(epoch, step, batch, carried, arrays)
