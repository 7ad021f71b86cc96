"""Judges of remarks: each decides whether what a rule has said is true, by other means than the rule has.

They look into the future of the run, draw thousands of fresh examples, try the remedy, or compute the same in another
way. What is only a matter of counting is counted again from the network's weights and outputs.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

from app.remarks import Remark
from app.training.run import Run
from engine import Config, Trainer
from engine.examples import draw_examples
from engine.features import transform
from engine.inspection.layers import pieces_of
from engine.operations import unbounded

Vector = NDArray[np.float64]


class Case:
    """A remark on a run, at the moment of the run in which it was made; `losses` are those of all epochs so far."""

    def __init__(self, remark: Remark, run: Run, losses: Mapping[int, tuple[float | None, float | None]]) -> None:
        self.remark = remark
        self.run = run
        self.trainer = run.trainer
        self.config: Config = run.config
        self.epoch = run.trainer.epoch
        epochs = sorted(epoch for epoch in losses if epoch <= self.epoch)
        self.train = np.array([losses[epoch][0] for epoch in epochs], float)
        self.test = np.array([losses[epoch][1] for epoch in epochs], float)
        self.is_right = True

    def judge(self) -> None:
        """Ask the oracle now."""
        with unbounded():
            self.is_right = bool(ORACLES[self.remark.name](self))

    # --- the future, and another present --------------------------------------------------------------------------

    def future(self, epochs: int, **changes: Any) -> tuple[Vector, Vector]:
        """The training and test losses of the next epochs, with the changes of the config; without resets."""
        trainer = Trainer(self.config)
        trainer.restore(self.trainer.state())
        trainer.configure(self.config.replace(patience=0, **changes))
        return _trained(trainer, epochs)

    def again(self, **changes: Any) -> float:
        """The lowest training loss of a run from the start with other settings, in as many epochs or 300."""
        trainer = Trainer(self.config.replace(patience=0, **changes))
        train, _ = _trained(trainer, max(300, self.epoch))
        return float(train.min()) if len(train) and trainer.divergence is None else np.inf

    @property
    def remedy(self) -> Mapping[str, Any]:
        """What the remedy changes."""
        return self.remark.remedy.changes if self.remark.remedy else {}

    # --- examples and outputs -------------------------------------------------------------------------------------

    @cached_property
    def fresh(self) -> tuple[Vector, Vector]:
        """Thousands of examples that nobody has seen: points (n, 2) and targets (n,)."""
        examples = draw_examples(self.config.replace(seed="fresh", example_count=4000))
        return examples.points, examples.targets

    @cached_property
    def known(self) -> tuple[Vector, Vector]:
        """The training examples."""
        size = self.trainer.train_size
        return self.trainer.inputs[:size], self.trainer.targets[:size]

    def loss(self, examples: tuple[Vector, Vector], trainer: Trainer | None = None) -> float:
        """The mean loss over some examples."""
        last = (trainer or self.trainer).function().forward_activations(examples[0])[-1]
        loss = self.config.active_loss
        return float(loss.value(last.z, last.a, np.asarray(loss.encode(examples[1], self.config.classes), float)))

    def classes(self, examples: tuple[Vector, Vector]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Predicted and actual classes, as numbers."""
        outputs = self.trainer.outputs(examples[0])
        if outputs.ndim == 2:
            return outputs.argmax(axis=1), examples[1]
        threshold = 0.5 if self.config.output_activation == "sigmoid" else 0.0
        return (outputs >= threshold) * 1, (examples[1] > 0) * 1

    def accuracy(self, examples: tuple[Vector, Vector]) -> float:
        """The share of some examples that are classified correctly."""
        predicted, actual = self.classes(examples)
        return float((predicted == actual).mean())

    @cached_property
    def constant(self) -> float:
        """The loss of the best constant output, found by trying."""
        loss, classes = self.config.active_loss, self.config.classes
        targets = np.asarray(loss.encode(self.known[1], classes), float)
        if len(targets) > 1:
            shares = targets.mean(axis=1)
            return float(-(shares * np.log(np.maximum(shares, 1e-12))).sum())
        z = np.linspace(-12, 12, 2401) if loss.from_z else np.linspace(targets.min(), targets.max(), 2401)
        return min(float(loss.value(np.full_like(targets, one), np.full_like(targets, one), targets)) for one in z)

    # --- the network ----------------------------------------------------------------------------------------------

    @cached_property
    def weights(self) -> list[Vector]:
        """The weights of each layer, without biases."""
        return [np.concatenate([own.ravel() for own, _ in layer]) for layer in self.trainer.pieces()]

    def activations(self, points: Vector) -> list[Vector]:
        """The outputs of each hidden layer."""
        return [layer.a for layer in self.trainer.function().forward_activations(points)[:-1]]

    def slope(self, layer: int | None = None) -> float:
        """The norm of the gradient by the weights and biases of a layer, or by all, from differences of the loss."""
        params = self.trainer.state().arrays["params"]
        places = pieces_of(np.arange(len(params), dtype=float), self.config)
        chosen = np.concatenate(
            [own.ravel() for pieces in (places if layer is None else [places[layer]]) for own in pieces]
        )
        total = 0.0
        for index in chosen.astype(int):
            one = np.zeros_like(params)
            one[index] = 1e-5 * max(1.0, abs(params[index]))
            rise = self.trainer.loss_at(params + one) - self.trainer.loss_at(params - one)
            total += (rise / (2 * one[index])) ** 2
        return float(np.sqrt(total))

    @property
    def numbers(self) -> list[int]:
        """The whole numbers in the sentence."""
        return [int(text) for text in re.findall(r"(?<![\d.,])\d+(?![\d.,]*\d)", self.remark.sentence)]


def _trained(trainer: Trainer, epochs: int) -> tuple[Vector, Vector]:
    train, test = [], []
    end = trainer.epoch + epochs
    while trainer.epoch < end and not trainer.has_ended:
        trainer.run_epoch()
        train.append(trainer.train_loss or 0.0)
        test.append(np.nan if trainer.test_loss is None else trainer.test_loss)
    return np.array(train), np.array(test)


# --- losses -------------------------------------------------------------------------------------------------------


def _stays(case: Case) -> bool:
    """False if the loss falls by more than 20% within the next 300 epochs."""
    later, _ = case.future(300)
    return not len(later) or later.min() > 0.8 * case.train[-1]


def _saddle(case: Case) -> bool:
    since = case.train[len(case.train) // 2 :]
    return bool(case.train[-1] > 0.94 * case.constant and np.ptp(since) < 0.08 * since.mean())


def _plateau_ended(case: Case) -> bool:
    flat = [np.ptp(case.train[at : at + 50]) < 0.1 * case.train[at] for at in range(max(1, len(case.train) - 50))]
    starts = [at for at, is_flat in enumerate(flat) if is_flat and case.train[at] > 1.3 * case.train[-1]]
    return bool(starts)


def _overfitting(case: Case) -> bool:
    """False if the test loss gets below its earlier minimum within the next 300 epochs."""
    _, later = case.future(300)
    return not len(later) or later.min() >= np.nanmin(case.test)


def _oscillating(case: Case) -> bool:
    """At the lower rate, the loss jumps half as much, or is lower."""
    same, _ = case.future(60)
    calmer, _ = case.future(60, **case.remedy)
    if len(same) < 60 or len(calmer) < 60:
        return len(calmer) >= len(same)
    return bool(_jumps(calmer) < 0.6 * _jumps(same) or calmer[-20:].mean() < 0.97 * same[-20:].mean())


def _jumps(losses: Vector) -> float:
    return float(np.abs(np.diff(losses, 2)).mean() / losses.mean())


def _rate_low(case: Case) -> bool:
    same, _ = case.future(100)
    faster, _ = case.future(100, **case.remedy)
    return len(faster) == 100 and faster[-1] < same[-1]


def _schedule_ended(case: Case) -> bool:
    same, _ = case.future(150)
    steady, _ = case.future(150, **case.remedy)
    return len(steady) < 150 or steady.min() < 0.97 * same.min()


def _diverging(case: Case) -> bool:
    later, _ = case.future(50)
    return len(later) < 50 or later.min() > 1.5 * case.constant


def _diverged(case: Case) -> bool:
    """The remedy works: 50 epochs without another divergence."""
    remedy = case.remark.remedy
    entry = case.run.history.at(remedy.epoch or 0) if remedy else None
    if remedy is None or entry is None:
        return case.trainer.divergence is not None
    trainer = Trainer(case.config)
    trainer.restore(entry.handle.state())
    trainer.configure(case.config.replace(patience=0, **remedy.changes))
    _trained(trainer, 50)
    return trainer.divergence is None


# --- fresh examples -----------------------------------------------------------------------------------------------


def _noise_floor(case: Case) -> bool:
    """With thousands of examples, the nearest neighbors do not do much better on fresh ones."""
    points, targets = case.fresh
    half = len(points) // 2
    judge = KNeighborsClassifier(25).fit(
        points[:half], targets[:half] > 0 if case.config.classes == 2 else targets[:half]
    )
    actual = targets[half:] > 0 if case.config.classes == 2 else targets[half:]
    unavoidable = 1 - float((judge.predict(points[half:]) == actual).mean())
    return 1 - case.accuracy(case.known) < 1.5 * unavoidable + 0.03


def _validation_best(case: Case) -> bool:
    remedy = case.remark.remedy
    entry = case.run.history.at(remedy.epoch or 0) if remedy else None
    if entry is None:
        return False
    earlier = Trainer(case.config)
    earlier.restore(entry.handle.state())
    return case.loss(case.fresh, earlier) < case.loss(case.fresh)


def _generalizes(case: Case) -> bool:
    return case.accuracy(case.fresh) > max(0.87, case.accuracy(case.known) - 0.07)


# --- neurons ------------------------------------------------------------------------------------------------------


def _dead(case: Case) -> bool:
    """Those neurons output the same at every training example."""
    number, size, *_ = [*case.numbers[1:], 0, 0]
    return any(
        len(a) == size and int((np.ptp(a, axis=1) < 1e-6).sum()) >= number for a in case.activations(case.known[0])
    )


def _saturated(case: Case) -> bool:
    for a in case.activations(case.known[0]):
        low, high = (0 if a.min() >= 0 else -1), 1
        if np.mean(np.minimum(a - low, high - a) < 0.06 * (high - low)) > 0.6:
            return True
    return False


def _vanishing(case: Case) -> bool:
    return case.slope(0) * 8 < case.slope(-1)


def _exploding(case: Case) -> bool:
    """A plain step along the gradient goes too far: a tenth of it leads to a lower loss."""
    params, gradient = case.trainer.state().arrays["params"], case.trainer.gradient()
    step = case.trainer.learning_rate * gradient
    return case.trainer.loss_at(params - 0.1 * step) < case.trainer.loss_at(params - step)


def _redundant(case: Case) -> bool:
    one, other, layer = case.numbers[:3]
    grid = np.stack([axis.ravel() for axis in np.meshgrid(np.linspace(-5, 5, 40), np.linspace(-5, 5, 40))], axis=1)
    a = case.activations(grid)[layer - 1]
    return abs(float(np.corrcoef(a[one - 1], a[other - 1])[0, 1])) > 0.97


def _unused(case: Case) -> bool:
    """The loss is nearly the same if the neuron outputs its mean everywhere."""
    unit, layer = case.numbers[:2]
    function = case.trainer.function()
    a = function.forward_activations(case.known[0])
    mean = a[layer - 1].a[unit - 1].mean()
    params, sizes = function.params.copy(), case.config.layer_sizes
    if any(pieces > 1 for pieces in case.config.pieces):
        return True
    start = sum(size * (below + 1) for below, size in pairwise(sizes[: layer + 1]))
    matrix = params[start : start + sizes[layer + 1] * (sizes[layer] + 1)].reshape(sizes[layer + 1], -1)
    matrix[:, -1] += matrix[:, unit - 1] * mean
    matrix[:, unit - 1] = 0

    last = replace(function, params=params).forward_activations(case.known[0])[-1]
    loss = case.config.active_loss
    after = float(loss.value(last.z, last.a, np.asarray(loss.encode(case.known[1], case.config.classes), float)))
    return abs(after - case.loss(case.known)) < 0.05 * case.loss(case.known) + 1e-3 * case.constant


def _symmetric(case: Case) -> bool:
    layer = case.trainer.pieces()[case.numbers[1] - 1]
    return all(np.allclose(own, own[0]) and np.allclose(bias, bias[0]) for own, bias in layer)


# --- capacity and settings ----------------------------------------------------------------------------------------


def _linear_fails(case: Case) -> bool:
    """The best linear model of the same features does not do well either."""
    points, targets = case.known
    inputs = transform(case.config.features, points).T
    if case.config.problem == "regression":
        return bool(LinearRegression().fit(inputs, targets).score(inputs, targets) < 0.5)
    share = max(np.mean(targets > 0), np.mean(targets <= 0))
    score = LogisticRegression(max_iter=1000).fit(inputs, targets > 0).score(inputs, targets > 0)
    return bool(score < max(0.8, share + 0.05))


def _remedy_works(case: Case) -> bool:
    """From the start with the remedy, as many epochs (or 300) give a lower loss than with the same settings."""
    return not case.remedy or case.again(**case.remedy) < 0.98 * min(case.again(), case.train[-1])


def _too_strong(case: Case) -> bool:
    """Without the penalty, the largest weight of the same run would be several times larger."""
    free = Trainer(case.config.replace(regularizer="none", patience=0))
    _trained(free, case.epoch)
    largest = max(np.abs(own).max() for layer in free.pieces() for own, _ in layer)
    return bool(largest > 3 * max(np.abs(own).max() for own in case.weights))


def _majority(case: Case) -> bool:
    predicted, _ = case.classes(case.known)
    return len(np.unique(predicted)) == 1 or np.bincount(predicted.astype(int)).max() > 0.99 * len(predicted)


def _minority_missed(case: Case) -> bool:
    predicted, actual = case.classes(case.known)
    recalls = [np.mean(predicted[actual == one] == one) for one in np.unique(actual)]
    return bool(min(recalls) < 0.55)


def _confident_mistakes(case: Case) -> bool:
    predicted, actual = case.classes(case.known)
    outputs = case.trainer.outputs(case.known[0])
    kind = case.config.output_activation
    sure = (
        outputs.max(axis=1)
        if outputs.ndim == 2
        else np.abs(outputs - 0.5) + 0.5
        if kind == "sigmoid"
        else (1 + np.abs(outputs)) / 2
    )
    return bool(np.mean(sure[predicted != actual] > 0.9) > 0.4)


def _removed(case: Case) -> bool:
    zeros = sum(int((own == 0).sum()) for own in case.weights)
    return zeros == case.numbers[1 if case.remark.sentence.startswith("L1") and case.numbers[0] == 1 else 0]


ORACLES: Mapping[str, Callable[[Case], object]] = {
    "ready": lambda case: np.array_equal(
        case.trainer.state().arrays["params"], Trainer(case.config).state().arrays["params"]
    ),
    "falling_fast": lambda case: case.train[-1] < 0.85 * case.train[case.numbers[0]],
    "saddle": _saddle,
    "plateau": _stays,
    "plateau_ended": _plateau_ended,
    "rising": lambda case: np.median(case.train[-10:]) > 1.15 * case.train.min(),
    "perfect": lambda case: case.accuracy((case.trainer.inputs, case.trainer.targets)) == 1,
    "nothing_left": lambda case: (
        np.var(case.trainer.outputs(case.known[0]) - case.known[1]) < 0.02 * np.var(case.known[1])
    ),
    "goal_reached": lambda case: bool(case.run.goals.goals),
    "initial_loss": lambda case: case.train[0] > 3 * case.constant,
    "overfitting": _overfitting,
    "gap": lambda case: case.loss(case.fresh) > 1.4 * case.loss(case.known),
    "memorized": lambda case: case.accuracy(case.fresh) < case.accuracy(case.known) - 0.04,
    "validation_best": _validation_best,
    "stopped_early": lambda case: case.trainer.stopped is not None,
    "generalizes": _generalizes,
    "diverged": _diverged,
    "diverging": _diverging,
    "oscillating": _oscillating,
    "noisy_steps": lambda case: _jumps(case.train[-40:]) > 0.015,
    "rate_low": _rate_low,
    "full_batch": lambda case: case.trainer.step <= case.epoch,
    "schedule_ended": _schedule_ended,
    "clipping": lambda case: case.slope() > case.config.clip_norm,
    "unchanged": lambda case: abs(case.train[-1] - case.train[0]) < 0.015 * case.train[0],
    "dead": _dead,
    "saturated": _saturated,
    "vanishing": _vanishing,
    "exploding": _exploding,
    "zero_weights": lambda case: all((own == 0).all() for own in case.weights),
    "symmetric": _symmetric,
    "redundant": _redundant,
    "unused": _unused,
    "tiny_batch_norm": lambda case: case.config.batch_norm and case.config.batch_size <= 3,
    "no_features": lambda case: np.ptp(case.trainer.outputs(case.fresh[0])) == 0,
    "linear_fails": _linear_fails,
    "underfitting": _stays,
    "bottleneck": _remedy_works,
    "no_better_than_mean": lambda case: (
        np.mean((case.trainer.outputs(case.known[0]) - case.known[1]) ** 2) > 0.9 * np.var(case.known[1])
    ),
    "too_strong": _too_strong,
    "removed_links": _removed,
    "penalty_rules": _remedy_works,
    "heavy_dropout": lambda case: (
        min(size * (1 - rate) for size, rate in zip(case.config.hidden_layer_sizes, case.config.dropouts, strict=True))
        < 1.5
    ),
    "majority": _majority,
    "minority_missed": _minority_missed,
    "few_examples": lambda case: case.trainer.train_size < len(case.trainer.state().arrays["params"]),
    "no_test_data": lambda case: len(case.trainer.inputs) == case.trainer.train_size + case.trainer.validation_size,
    "noise_floor": _noise_floor,
    "confident_mistakes": _confident_mistakes,
}
"""By rule: whether it was right."""
