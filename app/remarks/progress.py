"""Progress: whether the loss falls, has stopped falling, or has got where it should."""

import numpy as np

from app.remarks.evidence import Evidence
from app.remarks.rule import (
    Finding,
    Rule,
    Urgency,
    configure,
    higher_rate,
    loss_text,
    lower_rate,
    more_neurons,
    percent,
)
from app.remarks.trend import Curve, fall_per_epoch, flat_since, is_steady
from engine.number_text import short

FLAT = 0.02
"""By how much of itself a loss may change and still count as flat."""

NEAR_CONSTANT = 0.03
"""How far below the loss of the best constant output a network has still learned nothing, relative to that loss."""


def ready(evidence: Evidence) -> Finding | None:
    """Nothing has been trained yet."""
    if evidence.epoch or evidence.trainer.batch or evidence.is_playing or evidence.trainer.has_ended:
        return None
    loss = evidence.train_loss
    return Finding(
        f"Nothing is trained yet: with its initial weights, the network has a loss of {loss_text(loss)}.", loss
    )


def falling_fast(evidence: Evidence) -> Finding | None:
    """The loss has lost a quarter over the last quarter of the run."""
    newest = evidence.smooth.newest(0.25, at_least=10)
    if len(newest) < 8 or evidence.train_loss < 0.02 * evidence.constant_loss or not is_steady(newest, 4):
        return None
    first, last = newest.first, float(newest.losses[-1])
    if last > 0.75 * first:
        return None
    since = int(newest.epochs[0])
    return Finding(f"The loss is falling fast: from {loss_text(first)} at epoch {since} to {loss_text(last)}.", last)


def is_near_constant(evidence: Evidence) -> bool:
    """Whether the network is no better than the best constant output."""
    return evidence.train_loss > (1 - NEAR_CONSTANT) * evidence.constant_loss


def is_flat(curve: Curve, least: float = 100) -> bool:
    """Whether a loss has not changed for a while, and does not fall so slowly that only time is missing."""
    if curve.span < least or len(curve) < 20:
        return False
    stretch = curve.since(flat_since(curve, FLAT))
    is_long = stretch.span >= max(least, 0.3 * curve.span)
    return is_long and abs(fall_per_epoch(stretch)) * 300 < 0.05


def saddle(evidence: Evidence) -> Finding | None:
    """From the start, the loss has stayed where a constant output has it, with classes that can be learned."""
    curve = evidence.smooth
    if not is_near_constant(evidence) or curve.span < 60 or len(curve) < 20 or not evidence.config.features:
        return None
    since, loss = flat_since(curve, FLAT), evidence.train_loss
    if float(curve.epochs[-1]) - since < max(60, 0.5 * curve.span) or evidence.is_linear:
        return None
    sentence = (
        f"The loss has hardly moved since epoch {since}: at {loss_text(loss)}, the network is no better than a "
        f"constant output."
    )
    return Finding(sentence, loss, higher_rate(evidence.config))


def plateau(evidence: Evidence) -> Finding | None:
    """The loss has stopped falling well below that of a constant output, but not near 0."""
    curve = evidence.smooth
    if is_near_constant(evidence) or not is_flat(curve) or evidence.train_loss < 0.02 * evidence.constant_loss:
        return None
    since, loss = flat_since(curve, FLAT), evidence.train_loss
    is_good = evidence.accuracy is not None and evidence.accuracy > 0.98
    remedy = None if is_good else more_neurons(evidence.config)
    return Finding(f"The loss stopped falling at epoch {since}, at {loss_text(loss)}.", loss, remedy)


def plateau_ended(evidence: Evidence) -> Finding | None:
    """After a flat stretch of at least 50 epochs, the loss has fallen by a third, not long ago."""
    curve = evidence.smooth
    if len(curve) < 60 or float(curve.losses[-1]) > 0.9 * evidence.constant_loss:
        return None
    loss = float(curve.losses[-1])
    high = curve.losses > 1.5 * loss
    if not high.any() or curve.losses[-1] > 0.95 * curve.losses[-8]:
        return None
    end = int(high.nonzero()[0][-1])
    before = Curve(curve.epochs[: end + 1], curve.losses[: end + 1])
    # the bend at the end of a plateau belongs to the fall
    before = before.until(float(before.epochs[-1]) - 0.15 * before.span)
    if len(before) < 30:
        return None
    since = flat_since(before, 0.05)
    length = int(before.epochs[-1]) - since
    recent = int(curve.epochs[-1]) - int(before.epochs[-1])
    if length < 50 or recent > 0.5 * length or float(before.losses[-1]) < 0.1 * evidence.constant_loss:
        return None
    sentence = (
        f"After a plateau of {length} epochs at {loss_text(float(before.losses[-1]))}, the loss is falling again, to "
        f"{loss_text(loss)} so far."
    )
    return Finding(sentence, length)


def rising(evidence: Evidence) -> Finding | None:
    """The training loss has been rising for a while and is clearly above its lowest value."""
    curve = evidence.smooth
    if evidence.epochs_here < 30 or len(curve) < 30:
        return None
    newest = curve.newest(0.25, at_least=20)
    epoch, lowest = curve.lowest()
    quarter = max(5, len(newest) // 3)
    last = float(np.median(newest.losses[-quarter:]))
    # most of the newest losses, and not only their middle
    low = float(np.quantile(newest.losses[-quarter:], 0.2))
    is_rising = low > max(1.1 * float(np.median(newest.losses[:quarter])), 1.2 * lowest)
    if not is_rising or last < 1.3 * lowest + 0.002:
        return None
    sentence = f"The training loss is rising: from {loss_text(lowest)} at epoch {epoch} to {loss_text(last)}."
    return Finding(sentence, last, lower_rate(evidence.config))


def perfect(evidence: Evidence) -> Finding | None:
    """Every example is classified correctly, those held out included."""
    accuracies = {evidence.accuracy, evidence.test_accuracy, evidence.trainer.validation_accuracy or 1.0}
    if accuracies != {1.0} or not evidence.epoch:
        return None
    sizes = len(evidence.trainer.inputs)
    return Finding(f"All {sizes:,} examples are classified correctly, those for the test included.", sizes)


def nothing_left(evidence: Evidence) -> Finding | None:
    """In regression, almost no error is left."""
    loss = evidence.train_loss
    if evidence.config.problem != "regression" or not evidence.epoch or loss > 0.01 * evidence.constant_loss:
        return None
    share = 1 - loss / evidence.constant_loss if evidence.constant_loss else 1.0
    return Finding(
        f"The network explains {percent(share)} of the variation: a loss of {loss_text(loss)} is left.", loss
    )


def goal_reached(evidence: Evidence) -> Finding | None:
    """The goals that were reached, with the epoch of the last one."""
    reached = [goal.reached for goal in evidence.goals if goal.reached is not None]
    if not reached or not evidence.epoch:
        return None
    which = "The goal was" if len(evidence.goals) == 1 else f"{len(reached)} of {len(evidence.goals)} goals were"
    return Finding(f"{which} reached, in epoch {max(reached)}.", len(reached))


def initial_loss(evidence: Evidence) -> Finding | None:
    """The initial weights are far worse than a constant output."""
    curve = evidence.curve()
    if not len(curve) or curve.epochs[0] != 0 or evidence.epoch > 5 or not evidence.constant_loss:
        return None
    times = curve.first / evidence.constant_loss
    if times < 4:
        return None
    sentence = (
        f"The initial weights are a bad start: a loss of {loss_text(curve.first)}, {short(times, 2)} times that of a "
        f"constant output."
    )
    # the original's weights are uniform from −0.5 to 0.5, whatever the number of inputs
    small = configure("Start from Xavier's initial weights", initializer="glorot_uniform")
    return Finding(sentence, times, small if evidence.config.initializer != "glorot_uniform" else None)


PROGRESS = (
    Rule(
        "ready",
        Urgency.STATE,
        ready,
        "The initial weights are random, so the first picture is, too. Press Play to see it change.",
    ),
    Rule(
        "falling_fast",
        Urgency.STATE,
        falling_fast,
        "The gradient is large here: every step makes the errors smaller. It is too early to judge the settings.",
    ),
    Rule(
        "saddle",
        Urgency.PROBLEM,
        saddle,
        "The gradient is small where the neurons all do about the same. Such a plateau can end suddenly; larger steps "
        "or other initial weights leave it sooner.",
    ),
    Rule(
        "plateau",
        Urgency.NEWS,
        plateau,
        "At a minimum, or on a plateau, the gradients of all examples nearly cancel out: this network has learned what "
        "it can at these settings.",
    ),
    Rule(
        "plateau_ended",
        Urgency.NEWS,
        plateau_ended,
        "Some neurons have begun to specialize. A flat stretch of the loss need not be the end of learning.",
    ),
    Rule(
        "rising",
        Urgency.PROBLEM,
        rising,
        "Steps overshoot where the loss has become steep, or the settings pull the weights somewhere else.",
    ),
    Rule(
        "perfect", Urgency.NEWS, perfect, "The decision boundary separates the classes everywhere there are examples."
    ),
    Rule("nothing_left", Urgency.NEWS, nothing_left, "The output follows the values almost exactly at every example."),
    Rule("goal_reached", Urgency.NEWS, goal_reached, "Everything that was asked for held at the end of that epoch."),
    Rule(
        "initial_loss",
        Urgency.ADVICE,
        initial_loss,
        "Large weights make confident outputs, right or wrong. Scaled to the number of inputs, they start near 0.",
    ),
)
