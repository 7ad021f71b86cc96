"""Steps: learning rate, minibatches and optimizer."""

from app.remarks.evidence import Evidence
from app.remarks.progress import is_near_constant
from app.remarks.rule import (
    Finding,
    Remedy,
    Rule,
    Urgency,
    configure,
    counted,
    higher_rate,
    loss_text,
    lower_rate,
    percent,
)
from app.remarks.trend import fall_per_epoch, is_steady, roughness
from engine.number_text import short

ROUGH = 0.02
"""Jumps from one epoch to the next, relative to the loss, from which a curve counts as rough."""


def diverged(evidence: Evidence) -> Finding | None:
    """The loss or the weights became infinite."""
    divergence = evidence.trainer.divergence
    if divergence is None:
        return None
    retry, remedy = evidence.retry_point, None
    if retry is not None:
        label = f"Retry from epoch {retry.epoch} with learning rate {retry.learning_rate:g}"
        remedy = Remedy(label, "retry", {"learning_rate": retry.learning_rate}, retry.epoch)
    sentence = f"Training diverged in epoch {divergence.epoch}: {divergence.reason}."
    return Finding(sentence, divergence.epoch, remedy)


def diverging(evidence: Evidence) -> Finding | None:
    """The loss is far above that of a constant output, and grows."""
    curve = evidence.curve()
    if len(curve) < 5 or evidence.trainer.divergence is not None:
        return None
    _, lowest = curve.lowest()
    loss = evidence.train_loss
    newest = curve.newest(0.3, at_least=4).losses
    # the series keeps no larger loss than single precision does
    is_huge = newest[-1] > 1e30
    is_growing = is_huge or (newest[-1] > 1.5 * newest[0] and bool((newest[1:] > newest[:-1]).all()))
    if loss < 3 * max(evidence.constant_loss, lowest) or not is_growing:
        return None
    return Finding(
        f"The loss is growing: {loss_text(loss)} after {loss_text(lowest)}.", loss, lower_rate(evidence.config)
    )


def oscillating(evidence: Evidence) -> Finding | None:
    """The loss jumps up and down from epoch to epoch, though minibatches are not tiny."""
    curve, config = evidence.recent, evidence.config
    if len(curve) < 30 or curve.span > 4 * len(curve) or evidence.trainer.batch_size < 5:
        return None
    jumps = roughness(curve)
    is_small = evidence.train_loss < 0.02 * evidence.constant_loss
    if jumps < ROUGH or is_small or config.loss == "perceptron":
        return None
    sentence = f"The loss jumps by about {percent(jumps)} from one epoch to the next."
    return Finding(sentence, jumps, lower_rate(config))


def noisy_steps(evidence: Evidence) -> Finding | None:
    """The loss jumps up and down, with minibatches of very few examples."""
    curve, size = evidence.recent, evidence.trainer.batch_size
    if len(curve) < 30 or curve.span > 4 * len(curve) or size >= 5:
        return None
    jumps = roughness(curve)
    if jumps < ROUGH or evidence.train_loss < 0.02 * evidence.constant_loss or evidence.config.loss == "perceptron":
        return None
    each = "single examples" if size == 1 else f"minibatches of {size}"
    sentence = f"With {each}, the loss jumps by about {percent(jumps)} from one epoch to the next."
    return Finding(sentence, jumps, configure("Use a batch size of 10", batch_size=10))


def rate_low(evidence: Evidence) -> Finding | None:
    """The loss falls, steadily but slowly, and there is far to go."""
    curve, config = evidence.curve(), evidence.config
    newest = curve.newest(0.5, at_least=40)
    if newest.span < 40 or not is_steady(newest) or evidence.train_loss < 0.3 * evidence.constant_loss:
        return None
    if evidence.is_regularized or evidence.is_adaptive or config.schedule != "constant":
        return None
    speed = 100 * fall_per_epoch(newest)
    is_slow = 0.02 < speed < 0.1 and roughness(evidence.recent) < 0.003
    if not is_slow or config.learning_rate > 0.01:
        return None
    sentence = f"The loss falls steadily but slowly: by {percent(speed)} in 100 epochs."
    return Finding(sentence, speed, higher_rate(config))


def full_batch(evidence: Evidence) -> Finding | None:
    """There is one step per epoch, and much is left to learn."""
    size = evidence.trainer.train_size
    if evidence.trainer.batches > 1 or size < 20 or evidence.epoch < 30:
        return None
    if evidence.train_loss < 0.3 * evidence.constant_loss:
        return None
    if evidence.trainer.batch_size > size:
        sentence = f"{size} training examples do not fill a minibatch of {evidence.trainer.batch_size}."
    else:
        steps = counted(evidence.trainer.step, "step")
        sentence = f"Each epoch is a single step, on all {size} training examples: {steps} so far."
    return Finding(sentence, size, configure("Use a batch size of 10", batch_size=10))


def schedule_ended(evidence: Evidence) -> Finding | None:
    """The schedule has made the learning rate tiny before the loss got low."""
    config, rate = evidence.config, evidence.trainer.learning_rate
    if config.schedule in {"constant", "warm_up"} or rate > 0.02 * config.learning_rate or evidence.epochs_here < 10:
        return None
    # by how much the loss would fall in 100 epochs of steps along the gradient, at the rate that was chosen
    left = 100 * evidence.trainer.batches * config.learning_rate * evidence.gradient_norm**2
    if evidence.train_loss < 0.2 * evidence.constant_loss or left < 0.1 * evidence.train_loss:
        return None
    loss = loss_text(evidence.train_loss)
    sentence = f"The schedule has lowered the learning rate to {short(rate, 2)}, and the loss is still {loss}."
    return Finding(sentence, rate, configure("Keep the learning rate constant", schedule="constant"))


def clipping(evidence: Evidence) -> Finding | None:
    """The gradient is much longer than its clipping allows."""
    limit = evidence.config.clip_norm
    if not limit or not evidence.epoch or not evidence.has_gradient:
        return None
    norm = evidence.gradient_norm
    if norm < 2 * limit:
        return None
    sentence = f"The gradient has a norm of {short(norm, 2)} and is clipped to {short(limit, 2)}."
    looser = next((value for value in (0.3, 1, 3, 10) if value > norm), None)
    remedy = configure(f"Clip at {looser:g} instead", clip_norm=looser) if looser else None
    return Finding(sentence, norm / limit, remedy)


def unchanged(evidence: Evidence) -> Finding | None:
    """Training changes almost nothing, because the steps are tiny."""
    curve, config = evidence.curve(), evidence.config
    if evidence.epochs_here < 20 or len(curve) < 10 or evidence.trainer.learning_rate > 0.001:
        return None
    change = abs(curve.first - float(curve.losses[-1])) / max(curve.first, 1e-300)
    is_left = evidence.train_loss > 0.3 * evidence.constant_loss or is_near_constant(evidence)
    if change > 0.01 or not is_left or config.schedule != "constant" or float(evidence.gradient_norms.max()) < 1e-4:
        return None
    sentence = f"In {evidence.epochs_here} epochs, the loss has changed by {percent(change)}."
    return Finding(sentence, evidence.epochs_here, configure("Raise the learning rate to 0.03", learning_rate=0.03))


STEPS = (
    Rule(
        "diverged",
        Urgency.FAILURE,
        diverged,
        "Each step overshot further than the one before. Smaller steps from before the loss rose stay in bounds.",
    ),
    Rule(
        "diverging",
        Urgency.FAILURE,
        diverging,
        "Steps are longer than the valley is wide, so each one lands higher up on the other side.",
    ),
    Rule(
        "oscillating",
        Urgency.PROBLEM,
        oscillating,
        "Steps of this size jump over the minimum and back. A smaller learning rate settles deeper down.",
    ),
    Rule(
        "noisy_steps",
        Urgency.ADVICE,
        noisy_steps,
        "Every step follows a few examples only, which pull in different directions. Larger minibatches average them.",
    ),
    Rule(
        "rate_low",
        Urgency.ADVICE,
        rate_low,
        "The direction is right and the steps are short: a smooth curve leaves room for a larger learning rate.",
    ),
    Rule(
        "full_batch",
        Urgency.ADVICE,
        full_batch,
        "The mean gradient of all examples is exact, and costs as much as many steps with smaller minibatches.",
    ),
    Rule(
        "schedule_ended",
        Urgency.PROBLEM,
        schedule_ended,
        "With steps this short, the weights hardly move, whatever the gradient is.",
    ),
    Rule(
        "clipping",
        Urgency.ADVICE,
        clipping,
        "Clipping keeps the direction and shortens the step. If it acts all the time, it works like a smaller learning "
        "rate.",
    ),
    Rule(
        "unchanged",
        Urgency.PROBLEM,
        unchanged,
        "The gradient is not small, the steps are: at this learning rate, training would take thousands of epochs.",
    ),
)
