"""The evidence of a run: everything that rules look at, computed when a rule first asks for it.

It is about the moment in which it was made, and must be read before the run is trained further.
"""

from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.remarks.trend import Curve
from app.training.goals import Goal
from app.training.recovery import RetryPoint
from app.training.run import Run
from engine import Config, Trainer
from engine.activations import Activation
from engine.features import transform
from engine.inspection import Options, Subject, View, open_look
from engine.inspection.gradients import constant_loss, mean_gradient
from engine.inspection.layers import pieces_of, weights_of
from engine.metrics import actual, predicted
from engine.network_function import Layer
from engine.regularizers import REGULARIZERS

Vector = NDArray[np.float64]

SAMPLE = 500
"""Training examples that are looked at one by one; more would cost more and say the same."""

RECENT = 60
"""Epochs over which the roughness of a curve is measured."""


class HiddenLayer(NamedTuple):
    """A hidden layer on the sampled training examples: its number from 1, its function, and its values.

    `slopes` (units, n) are the derivatives of its activations.
    """

    number: int
    activation: Activation
    values: Layer
    slopes: Vector


class Evidence:
    """What can be known of a run now. Trends count from epoch `since`, when the settings last changed.

    >>> evidence = Evidence(run)
    >>> evidence.epoch, evidence.train_loss
    (0, 0.5384)
    """

    def __init__(self, run: Run, since: int = 0, *, is_playing: bool = False) -> None:
        self._run = run
        self.trainer: Trainer = run.trainer
        self.config: Config = run.config
        self.since = since
        self.is_playing = is_playing
        self.epoch = run.trainer.epoch
        self.epochs_here = max(0, run.trainer.epoch - since)
        """Epochs that were trained with the present settings."""

    # --- losses ---------------------------------------------------------------------------------------------------

    @cached_property
    def train_loss(self) -> float:
        """The training loss; 0 without training examples."""
        return self.trainer.train_loss or 0.0

    @cached_property
    def test_loss(self) -> float | None:
        """The test loss; None without test examples."""
        return self.trainer.test_loss

    @cached_property
    def accuracy(self) -> float | None:
        """The share of training examples that are classified correctly; None in regression."""
        return self.trainer.train_accuracy

    @cached_property
    def test_accuracy(self) -> float | None:
        """The same of test examples; None without any."""
        return self.trainer.test_accuracy

    @cached_property
    def constant_loss(self) -> float:
        """The training loss of the best constant output."""
        return constant_loss(self.trainer)

    @cached_property
    def _curves(self) -> dict[str, Curve]:
        points = self._run.series.after(-1)
        epochs = points.epochs.astype(np.float64)
        parts = {"train": points.train, "test": points.test, "validation": points.validation}
        nothing = Curve(np.zeros(0), np.zeros(0))
        return {
            name: nothing if losses is None else Curve(epochs, losses.astype(np.float64)).since(self.since)
            for name, losses in parts.items()
        }

    def curve(self, part: str = "train") -> Curve:
        """The losses of `train`, `test` or `validation` since the settings changed; empty without such examples."""
        return self._curves[part]

    @cached_property
    def smooth(self) -> Curve:
        """The training losses since the settings changed, without single jumps."""
        return self.curve().smoothed()

    @cached_property
    def recent(self) -> Curve:
        """The training losses of the last epochs, epoch by epoch if the run is not very long."""
        points = self._run.series.after(max(self.since, self.epoch - RECENT) - 1)
        losses = np.zeros(0) if points.train is None else points.train.astype(np.float64)
        return Curve(points.epochs.astype(np.float64)[: len(losses)], losses)

    # --- how training ends ----------------------------------------------------------------------------------------

    @property
    def retry_point(self) -> RetryPoint | None:
        """Where to retry a run that diverged."""
        return self._run.retry_point

    @property
    def goals(self) -> tuple[Goal, ...]:
        """The goals of the run."""
        return self._run.goals.goals

    # --- data -----------------------------------------------------------------------------------------------------

    @cached_property
    def sample(self) -> NDArray[np.intp]:
        """The sampled training examples, by index."""
        size = self.trainer.train_size
        return np.linspace(0, size - 1, min(size, SAMPLE)).round().astype(np.intp)

    @cached_property
    def targets(self) -> Vector:
        """The targets (n,) of the sampled training examples."""
        return self.trainer.targets[self.sample]

    @cached_property
    def inputs(self) -> Vector:
        """The network's inputs (features, n) for the sampled training examples."""
        raw = transform(self.config.features, self.trainer.inputs[self.sample])
        scaling = self.trainer.scaling
        scaled: Vector = (raw - scaling.mean) / scaling.deviation if len(raw) else raw
        return scaled

    @cached_property
    def shares(self) -> Vector:
        """The share (classes,) of each class among the training examples; empty in regression."""
        if not self.config.classes:
            return np.zeros(0)
        targets = self.trainer.targets[: self.trainer.train_size]
        numbers = (targets >= 0 if self.config.classes == 2 else targets).astype(np.intp)
        counts: Vector = np.bincount(numbers, minlength=self.config.classes) / max(1, len(numbers))
        return counts

    # --- the network ----------------------------------------------------------------------------------------------

    @cached_property
    def params(self) -> Vector:
        """All weights and biases, in the public order."""
        return self.trainer.state().arrays["params"]

    @cached_property
    def weights(self) -> list[Vector]:
        """The weights (n,) of each layer."""
        return weights_of(self.params, self.config)

    @cached_property
    def matrices(self) -> list[list[Vector]]:
        """The matrices (units, inputs + 1) of each layer, one per piece; the last column holds the biases."""
        return pieces_of(self.params, self.config)

    @cached_property
    def penalty(self) -> float:
        """The regularization penalty."""
        rate, weights = self.config.regularization_rate, np.concatenate(self.weights)
        return rate * REGULARIZERS[self.config.regularizer].penalty(weights)

    @cached_property
    def layers(self) -> list[Layer]:
        """Each layer's values for the sampled training examples."""
        return self.trainer.function().forward_activations(self.trainer.inputs[self.sample])

    @cached_property
    def hidden(self) -> list[HiddenLayer]:
        """The hidden layers."""
        function, points = self.trainer.function(), self.trainer.inputs[self.sample]
        slopes = function.derivatives(points)
        return [
            HiddenLayer(position + 1, function.activations[position], self.layers[position], np.abs(slopes[position]))
            for position in range(len(self.config.hidden_layer_sizes))
        ]

    @cached_property
    def has_gradient(self) -> bool:
        """Whether training follows the gradient of the loss, and not a rule that replaces it."""
        return self.config.active_loss.is_exact and all(layer.activation.is_exact for layer in self.hidden)

    @property
    def is_adaptive(self) -> bool:
        """Whether the optimizer gives each weight a step size of its own."""
        return self.config.optimizer not in {"sgd", "momentum", "nesterov"}

    @property
    def is_regularized(self) -> bool:
        """Whether there is a penalty on the weights."""
        return self.config.regularizer != "none" and self.config.regularization_rate > 0

    @cached_property
    def gradient_norm(self) -> float:
        """The norm of the gradient of the training loss."""
        return float(np.linalg.norm(self.gradient_norms))

    @cached_property
    def is_linear(self) -> bool:
        """Whether the network is a linear function of its inputs, up to the output's activation."""
        return all(name == "linear" for name in self.config.activations[:-1])

    # --- outputs --------------------------------------------------------------------------------------------------

    @cached_property
    def outputs(self) -> Vector:
        """The outputs (outputs, n) for the sampled training examples."""
        return self.layers[-1].a

    @cached_property
    def predicted(self) -> NDArray[np.intp]:
        """The predicted classes (n,) of the sampled training examples."""
        return predicted(self.trainer.decisions(self.outputs))

    @cached_property
    def actual(self) -> NDArray[np.intp]:
        """Their actual classes (n,)."""
        return actual(self.outputs, self.targets)

    @cached_property
    def spread(self) -> float:
        """How far the outputs vary over the examples, relative to the targets."""
        encoded = np.asarray(self.config.active_loss.encode(self.targets, self.config.classes), np.float64)
        most = float(encoded.std(axis=1).max())
        return float(self.outputs.std(axis=1).max()) / most if most > 0 else 1.0

    # --- gradients ------------------------------------------------------------------------------------------------

    @cached_property
    def gradient_norms(self) -> Vector:
        """The norm (layers,) of each layer's gradient of the training loss."""
        return np.array([np.linalg.norm(piece) for piece in self._gradient])

    @cached_property
    def _gradient(self) -> list[Vector]:
        layers = pieces_of(mean_gradient(self.trainer), self.config)
        return [np.concatenate([matrix.ravel() for matrix in pieces]) for pieces in layers]

    @cached_property
    def gradients(self) -> View:
        """What the gradients panel of "Look inside" shows."""
        return open_look("gradients")(Subject(self.trainer, self._run.path, Options()))
