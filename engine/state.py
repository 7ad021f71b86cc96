"""Where training is, in five forms that serve different purposes.

`RawState` is what a trainer has at one moment: counters, and copies of its vectors in the network's own layout, made
after every epoch anyway. `Best` (in `stopping`) is the epoch with the best watched loss in that same layout.
`StateHandle` is a raw state with its best epoch: cheap to keep, valid in this process only, what `Trainer.handle` gives
and `Trainer.seek` takes. `TrainingState` is a handle written out in the public order, which is independent of layouts:
it can be kept, sent and restored elsewhere (`StateHandle.state`, `Trainer.restore`). `Snapshot` is a training state
with everything that is shown at that moment. A `Layout` says what a training state consists of and turns one form into
the other.
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
"""The largest weight or bias that can be set by hand."""


@dataclass(frozen=True, slots=True)
class TrainingState:
    """All that is needed, besides the config, to continue as if training had never stopped.

    `epoch`s and `step`s (updates) done, minibatches of the present epoch done (`batch`), examples whose gradient is
    `carried` to the next epoch, and vectors: `params`, and what the rules of training remember. Those with a number for
    each parameter are in the public order.

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
        """The same with one weight or bias set, counted in the public order; a dead link comes alive again.

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
        """A state in the middle of an epoch as one at its beginning: of new data, the minibatches are other ones."""
        return replace(self, batch=0)

    def with_optimizer(self, old: str, new: str) -> "TrainingState":
        """A state as another optimizer takes it over: by the same name, that may mean something else."""
        return self if old == new else self.without(OPTIMIZERS[old].slots)


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """What a training state consists of, and how its vectors lie, while network, data and rules stay the same.

    `remembered` are the vectors of the rules. An epoch has `batches` minibatches, the last of which may be incomplete:
    a `remainder` of that many examples. `is_carried` says whether its gradient joins the next epoch, `is_watched`
    whether early stopping looks for the best epoch.
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
        """The names of what the network's outputs depend on besides the parameters: the statistics of normalization."""
        return [name for name in self.remembered if name.startswith("running_")]

    def fresh(self, params: Vector) -> TrainingState:
        """The state before the first epoch, with these parameters (public order)."""
        return TrainingState(0, 0, 0, 0, self._completed({"params": params}))

    def _completed(self, known: Mapping[str, Vector]) -> dict[str, Vector]:
        """Known vectors, and of the others what they are at the start, as if nothing had been watched."""
        count = len(known["params"])
        fills = {name: np.full(slot.length or count, slot.fill) for name, slot in self.remembered.items()}
        arrays = {**fills, **known}
        output_vectors = [arrays[name] for name in ("params", *self.statistics)]
        return {**arrays, **(unwatched(np.concatenate(output_vectors)) if self.is_watched else {})}

    def fitted(self, state: TrainingState) -> TrainingState:
        """The state at a position that an epoch here has: one that is not there becomes the epoch's beginning."""
        batch = state.batch if state.batch < max(1, self.batches) else 0
        carried = state.carried if state.carried in (0, self.remainder) else 0
        fitted = replace(state, batch=batch, carried=carried)
        return fitted if carried else fitted.without(["carry"])

    def adopted(self, state: TrainingState) -> TrainingState:
        """A state of other rules or data as one of these: what these have no use for is forgotten."""
        fitted = self.fitted(state if self.is_carried else replace(state, carried=0))
        known = {"params", "carry", *self.remembered}
        return replace(
            fitted, arrays=self._completed({name: array for name, array in fitted.arrays.items() if name in known})
        )

    def misfits(self, state: TrainingState) -> Iterator[FieldError]:
        """What is wrong with a training state that comes from elsewhere."""
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
        """Put a state's vectors into those of the network's own layout (see `RawState`)."""
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
    """Training at one moment, with its vectors in the network's own layout: `params`, `carry`, what is remembered."""

    epoch: int
    step: int
    batch: int
    carried: int
    vectors: list[Vector]
    layout: Layout


_OBJECT = 128
"""The approximate overhead of an array or another object, in bytes."""


class StateHandle(NamedTuple):
    """Where training was at some moment. It shares what the trainer keeps anyway, so it costs next to nothing."""

    raw: RawState
    best: Best | None

    @property
    def epoch(self) -> int:
        """The epochs that were done."""
        return self.raw.epoch

    @property
    def size(self) -> int:
        """How many bytes it holds, about; what it shares with other handles included."""
        vectors = [*self.raw.vectors, *([self.best.vector] if self.best else [])]
        return sum(vector.nbytes + _OBJECT for vector in vectors) + 3 * _OBJECT

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
