"""The ensemble: networks of one shape that are trained together, to see how much of a result is luck.

Each of them is what its own `Trainer` is, but all are trained by the same calls of NumPy: at the sizes of this
playground a call costs more than the arithmetic in it, so that a hundred networks take about as long as ten.
"""

import sys
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.config import Config
from engine.examples import Examples, draw_examples
from engine.initial_params import initial_params
from engine.learner import PARTS, Learner
from engine.metrics import accuracy
from engine.network_function import NetworkFunction
from engine.normalization import fold
from engine.operations import unbounded
from engine.stack import Lane, Stack, network_of
from engine.state import Layout, RawState, StateHandle, TrainingState
from engine.stopping import Best, Divergence, EarlyStop, diverged

Vector = NDArray[np.float64]
Mask = NDArray[np.bool_]


def kind_of(config: Config) -> Hashable:
    """What must be equal for configs to be trained in one ensemble: all but the seeds, and the numbers of examples.

    >>> kind_of(Config(weight_seed="1")) == kind_of(Config(weight_seed="2"))
    True
    >>> kind_of(Config()) == kind_of(Config(learning_rate=0.1))
    False
    """
    bare = config.replace(seed="0", weight_seed="", weight_offset=0)
    # only classes of unequal size and the parts of own examples are drawn by chance
    depends_on_seed = config.class_share != 50 or config.own is not None
    return bare, _counts(draw_examples(config)) if depends_on_seed else None


def _counts(examples: Examples) -> tuple[int, ...]:
    return len(examples.points), examples.train_size, examples.validation_size


@dataclass(frozen=True, slots=True)
class Result:
    """What is known of a member when it has ended. `vectors` and `counters` are its lane of those of the stack."""

    epoch: int
    step: int
    carried: int
    losses: Mapping[str, float | None]
    accuracies: Mapping[str, float | None]
    vectors: Sequence[Vector]
    counters: Sequence[Vector]


@dataclass(eq=False, slots=True)
class Member(Learner):
    """One network of an ensemble. Everything in it is read, and has the name that it has in a `Trainer`.

    `result` is what it was when it ended, and `best` the best epoch so far if early stopping watches it.
    """

    lane: Lane
    ensemble: "Ensemble" = field(repr=False)
    result: Result | None = None
    best: Best | None = None
    divergence: Divergence | None = None
    stopped: EarlyStop | None = None

    @property
    def config(self) -> Config:
        """Its config."""
        return self.lane.config

    @property
    def train_size(self) -> int:
        """The number of training examples."""
        return self.lane.examples.train_size

    @property
    def validation_size(self) -> int:
        """The number of validation examples."""
        return self.lane.examples.validation_size

    @property
    def test_size(self) -> int:
        """The number of test examples."""
        return self.lane.examples.test_size

    @property
    def has_ended(self) -> bool:
        """Whether it is not trained any more: it diverged, was stopped early, or was released."""
        return self.result is not None

    @property
    def epoch(self) -> int:
        """The number of epochs that it has been trained for."""
        return self.ensemble.epoch if self.result is None else self.result.epoch

    def loss_on(self, part: str) -> float | None:
        """The mean loss over a part of the examples; None if it is empty."""
        return self.ensemble.loss(self, part) if self.result is None else self.result.losses[part]

    def accuracy_on(self, part: str) -> float | None:
        """The fraction of a part that is classified correctly; None in regression, or if it is empty."""
        return self.ensemble.accuracy(self, part) if self.result is None else self.result.accuracies[part]

    @property
    def monitored_part(self) -> str:
        """The part that early stopping monitors: validation, or else test, or else training."""
        return "validation" if self.validation_size else "test" if self.test_size else "train"

    def state(self) -> TrainingState:
        """The training state, as copies, with which a `Trainer` of its config continues."""
        return self.ensemble.state(self)

    def function(self) -> NetworkFunction:
        """The network as a value: without dropout and with the running statistics."""
        return self.ensemble.function(self)


class Ensemble:
    """Networks of one kind (see `kind_of`) that are trained together. An ensemble belongs to one thread.

    The result of a member does not depend on the others, to the last bit. Its plan makes the same products and sums as
    that of its own `Trainer`, so both agree to the last bit, too, if products do not depend on where their factors are
    in memory (with OpenBLAS they do not), and else as far as rounding allows. Raises ValueError for configs of several
    kinds, or none, and for networks that read pictures.

    >>> ensemble = Ensemble([Config(weight_seed=str(seed)) for seed in range(1, 21)])
    >>> for _ in range(10):
    ...     ensemble.run_epoch()
    >>> len(ensemble.members), ensemble.members[3].epoch
    (20, 10)
    """

    def __init__(self, configs: Sequence[Config]) -> None:
        lanes = _lanes_of(configs)
        config = configs[0]
        self.epoch = 0
        self._step = 0
        self._config = config
        self.members = [Member(lane, self) for lane in lanes]
        self._places = {member: place for place, member in enumerate(self.members)}
        """The lane of each member that is still trained."""
        self._single = network_of(config)
        self._stack = stack = Stack(lanes)
        plan = stack.plan
        starts = [initial_params(lane.config, self._single) for lane in lanes]
        stack.network.write(stack.network.params, np.stack(starts))
        self._layout = Layout(
            self._single,
            config.optimizer,
            plan.remembered,
            plan.batches,
            plan.remainder,
            is_carried=config.rest == "carried",
            is_watched=config.patience > 0,
        )
        self._losses: Mapping[str, Vector] = {}
        self._is_stale = True
        self._refresh()
        self._end_hopeless()
        if config.patience:
            for member in self._places:
                member.best = self._best_now(member)

    @property
    def has_ended(self) -> bool:
        """Whether no member is trained any more."""
        return not self._places

    # --- training -------------------------------------------------------------------------------------------------

    def run_epoch(self, *, evaluate: bool = True) -> None:
        """Train all members that have not ended for an epoch.

        Losses are computed if `evaluate`, else when they are asked for. Divergence and early stopping are found in the
        epoch in which they happen, either way.
        """
        if self.has_ended:
            return
        stack = self._stack
        before = self._moment()
        stack.run_epoch(self.epoch)
        self.epoch += 1
        self._step += stack.plan.steps
        self._is_stale = True
        if evaluate or self._config.patience or not stack.is_surely_finite():
            self._refresh()
            self._end_diverged(before)
            self._stop_early()
        self._leave_out()

    def release(self, member: Member) -> None:
        """End the training of a member, which stays as it is now."""
        if member in self._places:
            self._end([member], self._moment())

    def _leave_out(self) -> None:
        """Leave out the lanes of members that have ended once they are the majority."""
        if self._places and 2 * len(self._places) <= len(self._stack.lanes):
            self._stack = self._stack.only(list(self._places.values()))
            self._places = {member: place for place, member in enumerate(self._places)}
            self._is_stale = True

    def _refresh(self) -> None:
        """Compute the losses if that has not been done."""
        if self._is_stale:
            self._losses = self._stack.losses()
            self._is_stale = False

    # --- members that end -----------------------------------------------------------------------------------------

    def _moment(self) -> "_Moment":
        stack = self._stack
        counters = [vector.copy() for vector in stack.counters]
        return _Moment(self.epoch, self._step, stack.plan.carried, stack.copy(), counters)

    def _end(self, members: Sequence[Member], moment: "_Moment") -> None:
        """End the training of members, which are what they were at a moment; its vectors are in their lanes again."""
        self._refresh()
        for member in members:
            place = self._places[member]
            member.result = Result(
                moment.epoch,
                moment.step,
                moment.carried,
                {part: self.loss(member, part) for part in PARTS},
                {part: self.accuracy(member, part) for part in PARTS},
                [vector[place].copy() for vector in moment.vectors],
                moment.counters,
            )
        lanes = self._mask(members)
        for member in members:
            del self._places[member]
        self._stack.silence(lanes)
        # the losses of the others stay as they are

    def _mask(self, members: Sequence[Member]) -> Mask:
        lanes = np.zeros(len(self._stack.lanes), np.bool_)
        lanes[[self._places[member] for member in members]] = True
        return lanes

    def _finite_losses(self) -> Mask:
        """Which lanes have finite losses."""
        with unbounded():
            return np.isfinite(sum(self._losses.values(), np.zeros(len(self._stack.lanes))))

    def _end_hopeless(self) -> None:
        """End the training of members whose first losses are not finite: there is nothing finite to show of them."""
        finite = self._finite_losses()
        members = [member for member, place in self._places.items() if not finite[place]]
        for member in members:
            member.divergence = diverged(0, "loss", self._config)
        self._losses = {part: np.where(finite, own, sys.float_info.max) for part, own in self._losses.items()}
        if members:
            self._end(members, self._moment())

    def _end_diverged(self, before: "_Moment") -> None:
        """End the training of members that have diverged, in their last finite state."""
        is_loss_finite, are_vectors_finite = self._finite_losses(), self._stack.finite_lanes()
        finite = is_loss_finite & are_vectors_finite
        members = [member for member, place in self._places.items() if not finite[place]]
        if not members:
            return
        for member in members:
            what = "weights" if is_loss_finite[self._places[member]] else "loss"
            member.divergence = diverged(self.epoch, what, self._config)
        self._stack.put_back(before.vectors, self._mask(members))
        self._is_stale = True
        self._end(members, before)

    def _stop_early(self) -> None:
        """Keep the best weights of each member, and restore them where patience runs out without improvement."""
        patience = self._config.patience
        stopped: list[Member] = []
        for member in self._places if patience else ():
            best, loss = member.best, self.loss(member, member.monitored_part)
            if best is None or loss is None:
                continue
            if loss < best.loss:
                member.best = self._best_now(member)
            elif self.epoch - best.since >= patience:
                member.best = ended = best.ended(self.epoch)
                member.stopped = ended.stop(member.monitored_part)
                self._take_over(member, best.vector)
                stopped.append(member)
        if stopped:
            self._is_stale = True
            self._end(stopped, self._moment())

    def _best_now(self, member: Member) -> Best:
        place = self._places[member]
        vectors = [vector[place] for vector in (self._stack.network.params, *self._stack.statistics)]
        return Best.now(self.epoch, self.loss(member, member.monitored_part), np.concatenate(vectors))

    def _take_over(self, member: Member, vector: Vector) -> None:
        place, start = self._places[member], 0
        for own in (self._stack.network.params, *self._stack.statistics):
            own[place] = vector[start : start + own.shape[1]]
            start += own.shape[1]

    # --- what members know of themselves --------------------------------------------------------------------------

    def loss(self, member: Member, part: str) -> float | None:
        """The present loss of a member that is still trained."""
        self._refresh()
        own = self._losses.get(part)
        return None if own is None else float(own[self._places[member]])

    def accuracy(self, member: Member, part: str) -> float | None:
        """The present accuracy of a member that is still trained."""
        if self._config.problem != "classification" or self.loss(member, part) is None:
            return None
        outputs = self._stack.evaluation.outputs(part)[:, self._places[member]]
        threshold = 0.5 if self._config.output_activation == "sigmoid" else 0.0
        examples = member.lane.examples
        return accuracy(outputs - threshold, examples.targets[examples.parts[part]])

    def _vectors(self, member: Member) -> tuple[Sequence[Vector], Sequence[Vector]]:
        """The vectors and counters of a member."""
        if member.result is not None:
            return member.result.vectors, member.result.counters
        place = self._places[member]
        return [vector[place].copy() for vector in self._stack.vectors], self._stack.counters

    def state(self, member: Member) -> TrainingState:
        """The training state of a member, as copies."""
        (params, carry, *own), counters = self._vectors(member)
        remembered, counted = iter(own), iter(counters)
        slots = [next(counted if slot.counts else remembered) for slot in self._layout.remembered.values()]
        result = member.result
        step, carried = (self._step, self._stack.plan.carried) if result is None else (result.step, result.carried)
        raw = RawState(member.epoch, step, 0, carried, [params, carry, *slots], self._layout)
        return StateHandle(raw, member.best).state()

    def function(self, member: Member) -> NetworkFunction:
        """The network of a member as a value."""
        config, network, rules = self._config, self._single, self._stack.rules
        (params, _, *own), _ = self._vectors(member)
        vector = params.copy()
        with unbounded():
            if network.normed:
                fold(network, vector, *own[-2:])
            for matrix in network.pieces(vector)[0]:
                member.lane.scaled.fold(matrix)
        return NetworkFunction(config.features, network.sizes, rules.activations, network.links(vector))


@dataclass(frozen=True, slots=True)
class _Moment:
    """The whole stack at one moment, as copies."""

    epoch: int
    step: int
    carried: int
    vectors: Sequence[Vector]
    counters: Sequence[Vector]


def _lanes_of(configs: Sequence[Config]) -> list[Lane]:
    """The lanes of configs of one kind. Raises ValueError if they are of several, or none, or read pictures."""
    if len({config.replace(seed="0", weight_seed="", weight_offset=0) for config in configs}) != 1:
        raise ValueError("the networks of an ensemble must differ only in their seeds")
    if configs[0].has_pictures:
        raise ValueError("networks that read pictures are trained one by one, which takes no longer")
    examples: dict[str, Examples] = {}
    lanes: list[Lane] = []
    for config in configs:
        if config.seed not in examples:
            examples[config.seed] = draw_examples(config)
        lanes.append(Lane(config, examples[config.seed]))
    if len({_counts(lane.examples) for lane in lanes}) != 1:
        raise ValueError("the networks of an ensemble must have equally many examples of each part")
    return lanes
