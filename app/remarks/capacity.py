"""Capacity: what a network of this shape, with these features, can represent."""

import numpy as np
from numpy.typing import NDArray

from app.remarks.evidence import Evidence
from app.remarks.progress import is_flat, is_near_constant
from app.remarks.rule import Finding, Rule, Urgency, configure, counted, loss_text, more_neurons, percent
from app.remarks.trend import flat_since
from engine import FEATURES

Vector = NDArray[np.float64]


def no_features(evidence: Evidence) -> Finding | None:
    """The network has no inputs."""
    if evidence.config.features:
        return None
    remedy = configure("Use x₁ and x₂", features=["x", "y"])
    return Finding("The network has 0 features, so its output is the same everywhere.", 0, remedy)


def linear_fit(features: Vector, targets: Vector) -> float:
    """The share of the targets' variation that the best linear function of some features explains, from 0 to 1."""
    design = np.vstack([features, np.ones((1, features.shape[1]))]).T
    solution, *_ = np.linalg.lstsq(design, targets, rcond=None)
    rest = targets - design @ solution
    variation = float(((targets - targets.mean()) ** 2).sum())
    return 1 - float((rest**2).sum()) / variation if variation else 1.0


def _linear_share(evidence: Evidence, names: tuple[str, ...]) -> float:
    points = evidence.trainer.inputs[evidence.sample]
    rows = np.array([FEATURES[name].function(points[:, 0], points[:, 1]) for name in names])
    return linear_fit(rows.reshape(len(names), -1), evidence.targets)


def _best_features(evidence: Evidence) -> tuple[tuple[str, ...], float]:
    """The features that help a linear network most, one or a pair of the same kind, and what they explain then."""
    used = evidence.config.features
    candidates = [("xTimesY",), ("xSquared", "ySquared"), ("sinX", "sinY"), ("x", "y")]
    options = [tuple(name for name in FEATURES if name in {*used, *more}) for more in candidates if {*more} - {*used}]
    return max(
        ((names, _linear_share(evidence, names)) for names in options), key=lambda item: item[1], default=(used, 0)
    )


def linear_fails(evidence: Evidence) -> Finding | None:
    """A network that can only draw straight lines, on data that straight lines do not separate."""
    config = evidence.config
    if not evidence.is_linear or not config.features or evidence.epoch < 30 or config.classes > 2:
        return None
    if evidence.train_loss < 0.5 * evidence.constant_loss or (evidence.accuracy or 0) > 0.8:
        return None
    is_stuck = evidence.epoch - flat_since(evidence.smooth, 0.03) >= 25
    if not is_stuck or _linear_share(evidence, config.features) > 0.2:
        return None
    what = (
        f"{percent(evidence.accuracy)} correct"
        if evidence.accuracy is not None
        else f"a loss of {loss_text(evidence.train_loss)}"
    )
    why = "it has no hidden layer" if not config.hidden_layer_sizes else "its hidden layers are linear"
    sentence = f"The network is stuck at {what}: {why}, so it can only weigh and add its features."
    names, better = _best_features(evidence)
    remedy = (
        more_neurons(config)
        if not config.hidden_layer_sizes
        else configure("Use Tanh", activation="tanh", layer_activations=[])
    )
    if better > 0.6 and not config.hidden_layer_sizes:
        labels = " and ".join(FEATURES[name].label for name in names if name not in config.features)
        remedy = configure(f"Add {labels}", features=list(names))
    return Finding(sentence, evidence.train_loss, remedy)


def underfitting(evidence: Evidence) -> Finding | None:
    """A small network has stopped learning far from a good fit."""
    config = evidence.config
    if evidence.is_linear or evidence.epoch < 150 or not is_flat(evidence.smooth, 120) or is_near_constant(evidence):
        return None
    if evidence.train_loss < 0.35 * evidence.constant_loss or config.regularization_rate > 0.003:
        return None
    units = sum(config.hidden_layer_sizes)
    if units > 12 or config.noise > 15 or config.outliers > 5:
        return None
    what = (
        f"at {percent(evidence.accuracy)} correct"
        if evidence.accuracy is not None
        else f"at a loss of {loss_text(evidence.train_loss)}"
    )
    sentence = f"With {counted(units, 'hidden neuron')}, the network has stopped learning {what}."
    return Finding(sentence, units, more_neurons(config))


def bottleneck(evidence: Evidence) -> Finding | None:
    """The first hidden layer has one neuron, and the network has stopped learning far from a good fit."""
    config, sizes = evidence.config, evidence.config.hidden_layer_sizes
    if not sizes or sizes[0] > 1 or evidence.is_linear or evidence.is_regularized or config.dropouts:
        return None
    is_stuck = is_flat(evidence.smooth) and not is_near_constant(evidence)
    if not is_stuck or evidence.train_loss < 0.4 * evidence.constant_loss:
        return None
    sentence = "The first hidden layer has 1 neuron, and everything must pass through it."
    remedy = configure("Use 4 neurons there", hidden_layer_sizes=[4, *sizes[1:]])
    return Finding(sentence, evidence.train_loss, remedy)


def no_better_than_mean(evidence: Evidence) -> Finding | None:
    """In regression, after some training, the mean would be as good a prediction."""
    if evidence.config.problem != "regression" or evidence.epoch < 30 or not evidence.config.features:
        return None
    loss, mean = evidence.train_loss, evidence.constant_loss
    if loss < 0.95 * mean:
        return None
    sentence = f"The loss is {loss_text(loss)}; always predicting the mean would give {loss_text(mean)}."
    return Finding(sentence, loss)


CAPACITY = (
    Rule(
        "no_features",
        Urgency.FAILURE,
        no_features,
        "Without inputs, the network cannot tell one point from another.",
    ),
    Rule(
        "linear_fails",
        Urgency.PROBLEM,
        linear_fails,
        "A weighted sum changes at the same rate everywhere, so its decision boundary is straight in its features.",
    ),
    Rule(
        "underfitting",
        Urgency.PROBLEM,
        underfitting,
        "Every neuron adds one bend to the boundary, and these are too few for the pattern, or stuck in a bad place.",
    ),
    Rule(
        "bottleneck",
        Urgency.ADVICE,
        bottleneck,
        "It computes a single weighted sum, so no layer above can tell examples with the same sum apart.",
    ),
    Rule(
        "no_better_than_mean",
        Urgency.PROBLEM,
        no_better_than_mean,
        "So far the network ignores its inputs: the mean is the best guess for someone who knows nothing else.",
    ),
)
