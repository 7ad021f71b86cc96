"""A textbook network, written for reading: the oracle that the engine's compiled plans are held against.

Everything is spelt out per layer, one minibatch at a time, as in Nielsen, *Neural Networks and Deep Learning* (2015),
chapter 2; only what the original playground does in its own way is added: the rest of an epoch that is carried over to
the next, the penalty after the gradient's step, and L1's dead links.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine import Config, Trainer

Array = NDArray[np.float64]


class Function(NamedTuple):
    """A function and its derivative, both of the preactivation z."""

    value: Callable[[Array], Array]
    derivative: Callable[[Array], Array]


def sigmoid(z: Array) -> Array:
    return 1 / (1 + np.exp(-z))


ACTIVATIONS = {
    "linear": Function(lambda z: z, np.ones_like),
    "relu": Function(lambda z: np.maximum(0, z), lambda z: (z > 0).astype(float)),
    "sigmoid": Function(sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z))),
    "tanh": Function(np.tanh, lambda z: 1 - np.tanh(z) ** 2),
}


class Loss(NamedTuple):
    """The loss of each example, and its derivative by the output."""

    value: Callable[[Array, Array], Array]
    derivative: Callable[[Array, Array], Array]


LOSSES = {
    "squared_error": Loss(lambda output, target: 0.5 * (output - target) ** 2, lambda output, target: output - target),
}


class Penalty(NamedTuple):
    """The penalty of each weight, and its derivative."""

    value: Callable[[Array], Array]
    derivative: Callable[[Array], Array]


PENALTIES = {
    "none": Penalty(np.zeros_like, np.zeros_like),
    "L1": Penalty(np.abs, np.sign),
    "L2": Penalty(lambda w: 0.5 * w**2, lambda w: w),
}


class Layer:
    """A fully connected layer: weights (units, inputs) and biases (units,)."""

    def __init__(self, weights: Array, biases: Array, activation: Function) -> None:
        self.weights, self.biases, self.activation = weights, biases, activation
        self.alive = np.ones(weights.shape, bool)
        self.weight_sum, self.bias_sum = np.zeros_like(weights), np.zeros_like(biases)

    def forward(self, inputs: Array) -> Array:
        """What the units answer (n, units) to inputs (n, inputs)."""
        self.inputs = inputs
        self.z = inputs @ self.weights.T + self.biases
        return self.activation.value(self.z)

    def backward(self, output_gradient: Array) -> Array:
        """Add up the gradient over the examples; returns the gradient by the inputs."""
        delta = output_gradient * self.activation.derivative(self.z)
        self.weight_sum += delta.T @ self.inputs
        self.bias_sum += delta.sum(axis=0)
        return delta @ self.weights

    def update(self, count: int, config: Config) -> None:
        """Step against the mean gradient of `count` examples, then against the penalty."""
        rate, penalty = config.learning_rate, PENALTIES[config.regularizer]
        pull = rate * config.regularization_rate * penalty.derivative(self.weights)
        stepped = self.weights - rate * self.weight_sum / count
        new = stepped - pull
        crossed = (stepped * new < 0) if config.regularizer == "L1" else np.zeros(new.shape, bool)
        self.weights = np.where(self.alive, np.where(crossed, 0.0, new), self.weights)
        self.alive &= ~crossed
        self.biases = self.biases - rate * self.bias_sum / count
        self.weight_sum, self.bias_sum = np.zeros_like(self.weights), np.zeros_like(self.biases)


class Reference:
    """A network and its training, from a config, inputs (n, features), targets (n,) and starting parameters."""

    def __init__(self, config: Config, inputs: Array, targets: Array, train_size: int, params: Array) -> None:
        self.config, self.inputs, self.targets, self.train_size = config, inputs, targets[:, None], train_size
        self.layers = list(_layers(config, params))
        self.loss = LOSSES[config.loss]
        self.carried = 0

    @property
    def params(self) -> Array:
        """Layer by layer, unit by unit: the weights, then the bias."""
        return np.concatenate([np.c_[layer.weights, layer.biases].ravel() for layer in self.layers])

    @property
    def dead(self) -> int:
        """How many links are dead."""
        return sum(int((~layer.alive).sum()) for layer in self.layers)

    def outputs(self, inputs: Array) -> Array:
        """The network's answers (n, 1)."""
        for layer in self.layers:
            inputs = layer.forward(inputs)
        return inputs

    def losses(self) -> tuple[float, float]:
        """The mean loss over the training examples and over the test examples."""
        each = self.loss.value(self.outputs(self.inputs), self.targets)
        return float(each[: self.train_size].mean()), float(each[self.train_size :].mean())

    def run_epoch(self) -> None:
        """One pass over the training examples in their fixed order."""
        size = self.config.batch_size
        for start in range(0, self.train_size, size):
            end = min(start + size, self.train_size)
            gradient = self.loss.derivative(self.outputs(self.inputs[start:end]), self.targets[start:end])
            for layer in reversed(self.layers):
                gradient = layer.backward(gradient)
            self.carried += end - start
            if end - start == size:
                for layer in self.layers:
                    layer.update(self.carried, self.config)
                self.carried = 0


FEATURES: dict[str, Callable[[Array, Array], Array]] = {
    "x": lambda x, y: x,
    "y": lambda x, y: y,
    "xSquared": lambda x, y: x**2,
    "ySquared": lambda x, y: y**2,
    "xTimesY": lambda x, y: x * y,
    "sinX": lambda x, y: np.sin(x),
    "sinY": lambda x, y: np.sin(y),
}


def features(config: Config, points: Array) -> Array:
    """The inputs (n, features) of a network for points (n, 2)."""
    columns = [FEATURES[name](points[:, 0], points[:, 1]) for name in config.features]
    return np.stack(columns, axis=1) if columns else np.zeros((len(points), 0))


def reference_of(trainer: Trainer) -> Reference:
    """The textbook twin of a trainer: same examples, same parameters, nothing carried."""
    inputs = features(trainer.config, trainer.inputs)
    return Reference(
        trainer.config, inputs, trainer.targets, trainer.train_size, trainer.state().arrays["params"].copy()
    )


def _layers(config: Config, params: Array) -> Iterator[Layer]:
    sizes = config.layer_sizes
    output = {"classification": "tanh", "regression": "linear"}[config.problem]
    names = [*[config.activation] * len(config.hidden_layer_sizes), output]
    start = 0
    for fan_in, units, name in zip(sizes[:-1], sizes[1:], names, strict=True):
        end = start + units * (fan_in + 1)
        block = params[start:end].reshape(units, fan_in + 1)
        yield Layer(block[:, :-1].copy(), block[:, -1].copy(), ACTIVATIONS[name])
        start = end
