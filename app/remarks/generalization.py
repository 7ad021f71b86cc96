"""Generalization: the loss on examples that the network has not been trained on."""

from app.remarks.evidence import Evidence
from app.remarks.rule import Finding, Remedy, Rule, Urgency, configure, loss_text, more_data, percent
from engine.number_text import short


def _regularized(evidence: Evidence) -> Remedy | None:
    """What works against overfitting and has not been tried."""
    config = evidence.config
    if config.regularizer == "none" or config.regularization_rate == 0:
        return configure("Add L2 regularization", regularizer="L2", regularization_rate=0.003)
    return more_data(config)


def overfitting(evidence: Evidence) -> Finding | None:
    """The test loss has risen from its minimum while the training loss fell."""
    test, train = evidence.curve("test").smoothed(9), evidence.curve().smoothed(9)
    if len(test) < 30 or evidence.trainer.test_size < 20:
        return None
    epoch, lowest = test.lowest()
    newest = float(test.newest(0.1).losses.mean())
    has_learned = lowest < 0.95 * test.first
    is_higher = has_learned and newest > 1.15 * lowest and newest - lowest > 0.04 * evidence.constant_loss
    is_long_ago = evidence.epoch - epoch >= max(20, 0.2 * evidence.epochs_here)
    then, now = float(train.since(epoch).losses[0]), float(train.newest(0.1).losses.mean())
    if not (is_higher and is_long_ago and now < 0.9 * then):
        return None
    sentence = (
        f"The test loss has risen since epoch {epoch}, from {loss_text(lowest)} to {loss_text(newest)}, while the "
        f"training loss fell: overfitting."
    )
    return Finding(sentence, newest, _regularized(evidence))


def gap(evidence: Evidence) -> Finding | None:
    """The test loss is far larger than the training loss, which matters."""
    test, train = evidence.test_loss, evidence.train_loss
    if test is None or evidence.epoch < 20 or evidence.trainer.test_size < 50:
        return None
    is_large = test > 2 * train and test - train > 0.15 * evidence.constant_loss
    if not is_large:
        return None
    times = f", {short(test / train, 2)} times" if train > 1e-3 * test else ", far above"
    sentence = f"The test loss is {loss_text(test)}{times} the training loss of {loss_text(train)}."
    return Finding(sentence, test, more_data(evidence.config) or _regularized(evidence))


def memorized(evidence: Evidence) -> Finding | None:
    """All training examples are right, and many of those for the test are wrong."""
    accuracy, test = evidence.accuracy, evidence.test_accuracy
    if accuracy is None or test is None or accuracy < 0.98 or evidence.trainer.test_size < 50:
        return None
    if test > accuracy - 0.06:
        return None
    sentence = (
        f"Training examples are {percent(accuracy)} correct, test examples only {percent(test)}: the network has "
        f"memorized examples."
    )
    return Finding(sentence, test, more_data(evidence.config) or _regularized(evidence))


def validation_best(evidence: Evidence) -> Finding | None:
    """The validation loss was clearly lower in an earlier epoch."""
    curve = evidence.curve("validation").smoothed(9)
    if len(curve) < 30 or evidence.trainer.validation_size < 20 or evidence.trainer.stopped:
        return None
    epoch, lowest = curve.lowest()
    newest = float(curve.newest(0.1).losses.mean())
    if newest < 1.1 * lowest + 0.005 or evidence.epoch - epoch < max(20, 0.2 * evidence.epochs_here):
        return None
    sentence = f"The validation loss was lowest at epoch {epoch}, {loss_text(lowest)}; it is {loss_text(newest)} now."
    return Finding(sentence, newest, Remedy(f"Go back to epoch {epoch}", "seek", epoch=epoch))


def stopped_early(evidence: Evidence) -> Finding | None:
    """Early stopping has ended training."""
    stop = evidence.trainer.stopped
    if stop is None:
        return None
    sentence = (
        f"Early stopping ended training in epoch {stop.epoch} and restored the weights of epoch {stop.best_epoch}."
    )
    return Finding(sentence, stop.best_epoch)


def generalizes(evidence: Evidence) -> Finding | None:
    """Most test examples are right, and about as many as of those for training."""
    accuracy, test = evidence.accuracy, evidence.test_accuracy
    if accuracy is None or test is None or evidence.epoch < 20 or evidence.trainer.test_size < 50:
        return None
    if test < 0.93 or test == 1 or abs(accuracy - test) > 0.03:
        return None
    sentence = (
        f"{percent(test)} of the test examples are correct, nearly the same as in training ({percent(accuracy)}): the "
        f"network generalizes well."
    )
    return Finding(sentence, test)


GENERALIZATION = (
    Rule(
        "overfitting",
        Urgency.PROBLEM,
        overfitting,
        "Since then, the network has been fitting details of the training examples that other examples do not share.",
    ),
    Rule(
        "gap",
        Urgency.PROBLEM,
        gap,
        "What fits only the training examples makes this difference. More examples or smaller weights reduce it.",
    ),
    Rule(
        "memorized",
        Urgency.PROBLEM,
        memorized,
        "A network with enough neurons can draw its boundary around single examples, noise included.",
    ),
    Rule(
        "validation_best",
        Urgency.NEWS,
        validation_best,
        "Validation data are there to choose the best moment: the weights of that epoch are likely to do better on "
        "new examples.",
    ),
    Rule(
        "stopped_early",
        Urgency.NEWS,
        stopped_early,
        "Nothing had improved for as many epochs as its patience allows. Press Play to continue from there.",
    ),
    Rule(
        "generalizes",
        Urgency.STATE,
        generalizes,
        "Examples that it never saw are classified like those that it learned from, so it has found the pattern.",
    ),
)
