"""A textbook network, written for readability: the reference that the engine's compiled plans are tested against.

It computes layer by layer, one minibatch at a time, as in Nielsen, *Neural Networks and Deep Learning* (2015),
chapter 2; batch normalization follows Ioffe and Szegedy (2015), optimizers the documentation of `torch.optim`. It also
follows the original playground's own conventions: an incomplete last batch is carried over to the next epoch, the
penalty is applied after the gradient step, and L1 leaves dead links.
"""

import math
from collections.abc import Callable, Iterator
from itertools import pairwise
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


def leaky_relu(slope: float) -> Function:
    return Function(lambda z: np.where(z > 0, z, slope * z), lambda z: np.where(z > 0, 1.0, slope))


def elu(alpha: float) -> Function:
    return Function(
        lambda z: np.where(z > 0, z, alpha * (np.exp(np.minimum(z, 0)) - 1)),
        lambda z: np.where(z > 0, 1.0, alpha * np.exp(np.minimum(z, 0))),
    )


def gelu_inner(z: Array) -> Array:
    return math.sqrt(2 / math.pi) * (z + 0.044715 * z**3)


def gelu_slope(z: Array) -> Array:
    inner_slope = math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * z**2)
    slope: Array = 0.5 * (1 + np.tanh(gelu_inner(z))) + 0.5 * z * inner_slope / np.cosh(gelu_inner(z)) ** 2
    return slope


ACTIVATIONS = {
    "linear": Function(lambda z: z, np.ones_like),
    "relu": Function(lambda z: np.maximum(0, z), lambda z: (z > 0).astype(float)),
    "sigmoid": Function(sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z))),
    "tanh": Function(np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "leaky_relu": leaky_relu(0.01),
    "elu": elu(1.0),
    "softplus": Function(lambda z: np.log(1 + np.exp(z)), sigmoid),
    "swish": Function(lambda z: z * sigmoid(z), lambda z: sigmoid(z) * (1 + z * (1 - sigmoid(z)))),
    "gelu": Function(lambda z: 0.5 * z * (1 + np.tanh(gelu_inner(z))), gelu_slope),
    "sine": Function(np.sin, np.cos),
    # the layer has already chosen the largest sum as z
    "maxout": Function(lambda z: z, np.ones_like),
    # the perceptron rule: the gradient passes through the step unchanged
    "step": Function(lambda z: (z >= 0).astype(float), np.ones_like),
}


def activation_of(name: str, config: Config) -> Function:
    """An activation with the config's shape parameters."""
    shaped = {"leaky_relu": leaky_relu(config.leaky_slope), "elu": elu(config.elu_alpha)}
    return shaped.get(name) or ACTIVATIONS[name]


def softmax(z: Array) -> Array:
    """Probabilities (n, classes)."""
    powers = np.exp(z)
    probabilities: Array = powers / powers.sum(axis=1, keepdims=True)
    return probabilities


def sign(z: Array) -> Array:
    return np.where(z >= 0, 1.0, -1.0)


class Loss(NamedTuple):
    """The loss of each example (n,) and its derivative with respect to the output preactivations (n, outputs).

    `output` is the output activation. `encode` converts the targets of the data (n,) to those of the network
    (n, outputs).
    """

    output: Callable[[Array], Array]
    value: Callable[[Array, Array], Array]
    delta: Callable[[Array, Array], Array]
    encode: Callable[[Array], Array] = lambda targets: targets[:, None]


def _half_square(output: Array, target: Array) -> Array:
    each: Array = 0.5 * ((output - target) ** 2).sum(axis=1)
    return each


def _binary_cross_entropy(output: Array, target: Array) -> Array:
    each: Array = -(target * np.log(output) + (1 - target) * np.log(1 - output)).sum(axis=1)
    return each


LOSSES = {
    "squared_error": Loss(np.tanh, _half_square, lambda output, target: (output - target) * (1 - output**2)),
    "cross_entropy": Loss(
        sigmoid,
        _binary_cross_entropy,
        lambda output, target: output - target,
        lambda targets: (targets[:, None] + 1) / 2,
    ),
    "hinge": Loss(
        lambda z: z,
        lambda output, target: np.maximum(0, 1 - output * target).sum(axis=1),
        lambda output, target: np.where(output * target < 1, -target, 0.0),
    ),
    "perceptron": Loss(
        sign,
        lambda output, target: (output != target).sum(axis=1).astype(float),
        lambda output, target: np.where(output == target, 0.0, -target),
    ),
}
REGRESSION = Loss(lambda z: z, _half_square, lambda output, target: output - target)


def one_of_ten(targets: Array) -> Array:
    """The wanted outputs (n, 10) for the digits (n,)."""
    wanted: Array = np.eye(10)[targets.astype(int)]
    return wanted


READING = Loss(sigmoid, _half_square, lambda output, target: (output - target) * output * (1 - output), one_of_ten)
"""Squared error with a sigmoid for each digit."""


def multiclass(classes: int) -> Loss:
    """Softmax and cross-entropy."""
    return Loss(
        softmax,
        lambda output, target: -np.log((output * target).sum(axis=1)),
        lambda output, target: output - target,
        lambda targets: np.eye(classes)[targets.astype(int)],
    )


def loss_of(config: Config) -> Loss:
    """The loss for a config's problem."""
    if config.problem == "regression":
        return REGRESSION
    if config.has_pictures and config.loss == "squared_error":
        return READING
    return multiclass(config.classes) if config.classes > 2 else LOSSES[config.loss]


class Penalty(NamedTuple):
    """The penalty of each weight, and its derivative."""

    value: Callable[[Array], Array]
    derivative: Callable[[Array], Array]


PENALTIES = {
    "none": Penalty(np.zeros_like, np.zeros_like),
    "L1": Penalty(np.abs, np.sign),
    "L2": Penalty(lambda w: 0.5 * w**2, lambda w: w),
}

Memory = dict[str, Array]
Rule = Callable[[Array, Array, Memory, Config, float], Array]
"""Maps parameters, gradient, optimizer memory, config and learning rate to the next parameters."""


def remember(memory: Memory, name: str, value: Array) -> Array:
    memory[name] = value
    return value


def sgd(p: Array, g: Array, memory: Memory, config: Config, rate: float) -> Array:
    return p - rate * g


def momentum(p: Array, g: Array, memory: Memory, config: Config, rate: float) -> Array:
    b = remember(memory, "b", config.momentum * memory["b"] + g if "b" in memory else g)
    return p - rate * b


def nesterov(p: Array, g: Array, memory: Memory, config: Config, rate: float) -> Array:
    b = remember(memory, "b", config.momentum * memory["b"] + g if "b" in memory else g)
    return p - rate * (g + config.momentum * b)


def adagrad(p: Array, g: Array, memory: Memory, config: Config, rate: float) -> Array:
    total = remember(memory, "sum", memory.get("sum", 0 * g) + g**2)
    return p - rate * g / (np.sqrt(total) + config.epsilon)


def adadelta(p: Array, g: Array, memory: Memory, config: Config, rate: float) -> Array:
    v = remember(memory, "v", config.rho * memory.get("v", 0 * g) + (1 - config.rho) * g**2)
    u = memory.get("u", 0 * g)
    change = np.sqrt(u + config.epsilon) / np.sqrt(v + config.epsilon) * g
    memory["u"] = config.rho * u + (1 - config.rho) * change**2
    return p - rate * change


def rmsprop(p: Array, g: Array, memory: Memory, config: Config, rate: float) -> Array:
    v = remember(memory, "v", config.rho * memory.get("v", 0 * g) + (1 - config.rho) * g**2)
    return p - rate * g / (np.sqrt(v) + config.epsilon)


def adam(p: Array, g: Array, memory: Memory, config: Config, rate: float) -> Array:
    t = float(remember(memory, "t", memory.get("t", np.zeros(1)) + 1)[0])
    m = remember(memory, "m", config.momentum * memory.get("m", 0 * g) + (1 - config.momentum) * g)
    v = remember(memory, "v", config.beta2 * memory.get("v", 0 * g) + (1 - config.beta2) * g**2)
    unbiased_m, unbiased_v = m / (1 - config.momentum**t), v / (1 - config.beta2**t)
    new: Array = p - rate * unbiased_m / (np.sqrt(unbiased_v) + config.epsilon)
    return new


def adamw(p: Array, g: Array, memory: Memory, config: Config, rate: float) -> Array:
    return adam(p - rate * config.weight_decay * p, g, memory, config, rate)


OPTIMIZERS: dict[str, Rule] = {
    rule.__name__: rule for rule in (sgd, momentum, nesterov, adagrad, adadelta, rmsprop, adam, adamw)
}

SCHEDULES: dict[str, Callable[[int, Config], float]] = {
    "constant": lambda epoch, config: 1.0,
    "inverse_time": lambda epoch, config: 1 / (1 + config.schedule_decay * epoch),
    "exponential": lambda epoch, config: config.schedule_factor**epoch,
    "inverse_sqrt": lambda epoch, config: (epoch + 1) ** -0.5,
    "step": lambda epoch, config: config.schedule_factor ** math.floor(epoch / config.schedule_period),
    "cosine": lambda epoch, config: (
        math.cos(0.5 * math.pi * epoch / config.schedule_period) ** 2 if epoch < config.schedule_period else 0.0
    ),
    "warm_up": lambda epoch, config: (epoch + 1) / config.schedule_period if epoch < config.schedule_period else 1.0,
}
"""The learning rate factor of an epoch, counted from 0."""

EPSILON = 1e-5
RUNNING_RATE = 0.1


class Norm:
    """Batch normalization of a layer's preactivations, with running statistics."""

    def __init__(self, factor: Array, shift: Array) -> None:
        self.factor, self.shift = factor, shift
        self.running_mean, self.running_variance = np.zeros_like(factor), np.ones_like(factor)

    def forward(self, z: Array) -> Array:
        """Training mode: use the statistics of the minibatch (n, units)."""
        n = len(z)
        self.z, self.mean = z, z.mean(axis=0)
        # written out, so that it also works with complex-step differentiation
        self.variance = ((z - self.mean) ** 2).mean(axis=0)
        self.standardized = (z - self.mean) / np.sqrt(self.variance + EPSILON)
        unbiased = z.var(axis=0, ddof=1) if n > 1 else np.zeros_like(self.mean)
        self.running_mean = (1 - RUNNING_RATE) * self.running_mean + RUNNING_RATE * self.mean
        self.running_variance = (1 - RUNNING_RATE) * self.running_variance + RUNNING_RATE * unbiased
        normalized: Array = self.factor * self.standardized + self.shift
        return normalized

    def evaluate(self, z: Array) -> Array:
        """Evaluation mode: use the running statistics."""
        return self.factor * (z - self.running_mean) / np.sqrt(self.running_variance + EPSILON) + self.shift

    def backward(self, delta: Array) -> Array:
        """The gradient with respect to z, step by step as in the paper; stores those of factor and shift."""
        n, centered, spread = len(delta), self.z - self.mean, self.variance + EPSILON
        self.factor_sum, self.shift_sum = (delta * self.standardized).sum(axis=0), delta.sum(axis=0)
        by_standardized = delta * self.factor
        by_variance = (by_standardized * centered).sum(axis=0) * -0.5 * spread**-1.5
        by_mean = -by_standardized.sum(axis=0) / np.sqrt(spread) + by_variance * (-2 * centered).mean(axis=0)
        by_z: Array = by_standardized / np.sqrt(spread) + by_variance * 2 * centered / n + by_mean / n
        return by_z


class Piece:
    """An affine map: weights (units, inputs), biases (units,) and optionally a normalization."""

    def __init__(self, weights: Array, biases: Array, norm: Norm | None) -> None:
        self.weights, self.biases, self.norm = weights, biases, norm

    def evaluate(self, inputs: Array) -> Array:
        """Weighted sums (n, units) in evaluation mode."""
        z = inputs @ self.weights.T + self.biases
        return self.norm.evaluate(z) if self.norm else z

    def forward(self, inputs: Array) -> Array:
        """Weighted sums (n, units) of inputs (n, inputs) in training mode."""
        self.inputs = inputs
        z = inputs @ self.weights.T + self.biases
        return self.norm.forward(z) if self.norm else z

    def backward(self, delta: Array) -> Array:
        """Store the parameter gradients, summed over the examples, and return the gradient of the inputs."""
        delta = self.norm.backward(delta) if self.norm else delta
        self.weight_sum, self.bias_sum = delta.T @ self.inputs, delta.sum(axis=0)
        return delta @ self.weights


def largest(sums: list[Array]) -> Array:
    """The largest sum of each unit's pieces."""
    most: Array = sums[0] if len(sums) == 1 else np.max(sums, axis=0)
    return most


class Layer:
    """A fully connected layer of units with one piece each, or of maxout units, which use their largest piece.

    `mask` is the dropout mask that multiplies the activations.
    """

    def __init__(self, pieces: list[Piece], activation: Function) -> None:
        self.pieces, self.activation = pieces, activation
        self.mask: Array | float = 1.0

    def evaluate(self, inputs: Array) -> tuple[Array, Array]:
        """Preactivations and activations (n, units) in evaluation mode."""
        z = largest([piece.evaluate(inputs) for piece in self.pieces])
        return z, self.activation.value(z)

    def forward(self, inputs: Array) -> Array:
        """Activations (n, units) for inputs (n, inputs) in training mode."""
        sums = [piece.forward(inputs) for piece in self.pieces]
        self.z = largest(sums)
        if len(sums) > 1:
            self.winner = np.argmax(sums, axis=0)
        return self.activation.value(self.z) * self.mask

    def backward(self, delta: Array) -> Array:
        """Backpropagate the gradient of the preactivations; returns the gradient of the inputs."""
        # a shortcut, so that benchmarks do not compare the engine with code slowed down by maxout
        if len(self.pieces) == 1:
            return self.pieces[0].backward(delta)
        by_piece = [piece.backward(delta * (self.winner == number)) for number, piece in enumerate(self.pieces)]
        by_inputs: Array = np.sum(by_piece, axis=0)
        return by_inputs

    @property
    def slope(self) -> Array:
        """The derivative of the activations with respect to the preactivations."""
        return self.activation.derivative(self.z) * self.mask


def joined(weights: Array, biases: Array) -> Array:
    """Weights, then bias, unit by unit."""
    return np.concatenate([weights, biases[:, None]], axis=1).ravel()


class Reference:
    """A network and its training, from a config, inputs (n, features), targets (n,) and initial parameters.

    The first `train_size` examples are the training set; the test set begins at `test_start`.
    """

    def __init__(
        self, config: Config, inputs: Array, targets: Array, train_size: int, params: Array, test_start: int = 0
    ) -> None:
        self.config, self.inputs, self.train_size = config, inputs, train_size
        self.test_start = test_start or train_size
        self.loss = loss_of(config)
        self.targets = self.loss.encode(targets)
        self.layers = list(_layers(config, self.loss))
        self._pieces = [
            [each.pieces[number] for each in self.layers if len(each.pieces) > number]
            for number in range(max(len(each.pieces) for each in self.layers))
        ]
        """The first pieces of all layers, then the second pieces of layers that have them, and so on."""
        self.params = params
        self.is_weight = self._find_weights()
        self.alive = np.ones(len(params), bool)
        self.gradient_sum, self.carried = np.zeros_like(params), 0
        self.memory: Memory = {}
        self.epoch = 0

    @property
    def params(self) -> Array:
        """Layer by layer, unit by unit: the weights, then the bias; then the factors and shifts of normalization.

        Second pieces follow in the same order, then third ones, and so on.
        """
        return self._joined(
            lambda piece: joined(piece.weights, piece.biases), lambda norm: norm.factor, lambda norm: norm.shift
        )

    @params.setter
    def params(self, params: Array) -> None:
        start = 0

        def take(count: int) -> Array:
            nonlocal start
            start += count
            return params[start - count : start]

        for pieces in self._pieces:
            for piece in pieces:
                block = take(piece.weights.size + piece.biases.size).reshape(len(piece.biases), -1)
                piece.weights, piece.biases = block[:, :-1].copy(), block[:, -1].copy()
            norms = [piece.norm for piece in pieces if piece.norm]
            for norm in norms:
                norm.factor = take(len(norm.factor)).copy()
            for norm in norms:
                norm.shift = take(len(norm.shift)).copy()

    def _joined(
        self, of_piece: Callable[[Piece], Array], first: Callable[[Norm], Array], second: Callable[[Norm], Array]
    ) -> Array:
        """A vector in the order of `params`, built from one vector per piece and two per normalization."""
        parts = [np.zeros(0)]
        for pieces in self._pieces:
            norms = [piece.norm for piece in pieces if piece.norm]
            parts += [*map(of_piece, pieces), *map(first, norms), *map(second, norms)]
        return np.concatenate(parts)

    @property
    def norms(self) -> list[Norm]:
        """All normalizations: those of first pieces layer by layer, then those of second pieces, and so on."""
        return [piece.norm for pieces in self._pieces for piece in pieces if piece.norm]

    def _find_weights(self) -> Array:
        """1 for weights, 0 for all other parameters."""
        return self._joined(
            lambda piece: joined(np.ones_like(piece.weights), np.zeros(len(piece.biases))),
            lambda norm: np.zeros_like(norm.factor),
            lambda norm: np.zeros_like(norm.shift),
        )

    @property
    def dead(self) -> int:
        """The number of dead links."""
        return int((~self.alive).sum())

    def trace(self, inputs: Array) -> list[tuple[Array, Array]]:
        """Preactivations and activations of all layers in evaluation mode."""
        traced = []
        for layer in self.layers:
            z, inputs = layer.evaluate(inputs)
            traced.append((z, inputs))
        return traced

    def outputs(self, inputs: Array) -> Array:
        """The network's outputs (n, outputs) in evaluation mode."""
        return self.trace(inputs)[-1][1]

    def losses(self) -> tuple[float, float]:
        """The mean loss over the training examples and over the test examples."""
        each = self.loss.value(self.outputs(self.inputs), self.targets)
        return float(each[: self.train_size].mean()), float(each[self.test_start :].mean())

    def training_loss(self, start: int, end: int) -> float:
        """The mean loss over some examples in training mode, without penalty."""
        return float(self.loss.value(self.forward(start, end), self.targets[start:end]).mean())

    def forward(self, start: int, end: int) -> Array:
        """The network's outputs for some examples in training mode."""
        activations = self.inputs[start:end]
        for layer in self.layers:
            activations = layer.forward(activations)
        return activations

    def gradient(self, start: int, end: int) -> Array:
        """The gradient of the loss, summed over some examples."""
        delta = self.loss.delta(self.forward(start, end), self.targets[start:end])
        for index in range(len(self.layers) - 1, -1, -1):
            by_inputs = self.layers[index].backward(delta)
            delta = by_inputs * self.layers[index - 1].slope if index else by_inputs
        return self._joined(
            lambda piece: joined(piece.weight_sum, piece.bias_sum),
            lambda norm: norm.factor_sum,
            lambda norm: norm.shift_sum,
        )

    def run_epoch(self) -> None:
        """One pass over the training examples in their fixed order."""
        size = self.config.batch_size
        for start in range(0, self.train_size, size):
            end = min(start + size, self.train_size)
            is_whole = end - start == size
            if not is_whole and self.config.rest == "dropped":
                break
            self.gradient_sum = self.gradient_sum + self.gradient(start, end)
            self.carried += end - start
            if is_whole or self.config.rest == "applied":
                self.update()
        self.epoch += 1

    def update(self) -> None:
        """Take a step with the mean gradient, then one with the penalty; then apply the max-norm constraint."""
        config = self.config
        rate = config.learning_rate * SCHEDULES[config.schedule](self.epoch, config)
        gradient, self.gradient_sum = self.gradient_sum / self.carried, np.zeros_like(self.gradient_sum)
        self.carried = 0
        norm = math.sqrt(float(gradient @ gradient))
        if config.clip_norm and norm > config.clip_norm:
            gradient = gradient * (config.clip_norm / norm)
        params = self.params
        pull = rate * config.regularization_rate * PENALTIES[config.regularizer].derivative(params) * self.is_weight
        stepped = OPTIMIZERS[config.optimizer](params, gradient, self.memory, config, rate)
        new = stepped - pull
        crossed = (stepped * new < 0) if config.regularizer == "L1" else np.zeros(new.shape, bool)
        self.params = np.where(self.alive, np.where(crossed, 0.0, new), params)
        self.alive &= ~crossed
        if config.max_norm:
            for piece in (piece for layer in self.layers for piece in layer.pieces):
                lengths = np.sqrt((piece.weights**2).sum(axis=1, keepdims=True))
                piece.weights = piece.weights * np.where(lengths > config.max_norm, config.max_norm / lengths, 1.0)


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
    """The inputs (n, features) of a network for points (n, 2), or (n, pixels) for pictures."""
    if config.has_pictures:
        return points / 255
    columns = [FEATURES[name](points[:, 0], points[:, 1]) for name in config.features]
    return np.stack(columns, axis=1) if columns else np.zeros((len(points), 0))


def inputs_of(trainer: Trainer, points: Array) -> Array:
    """The network's inputs for points (n, 2): the features, standardized if the config says so."""
    raw = features(trainer.config, points)
    if not trainer.config.standardize:
        return raw
    training = features(trainer.config, trainer.inputs[: trainer.train_size])
    deviation = training.std(axis=0)
    standardized: Array = (raw - training.mean(axis=0)) / np.where(deviation > 0, deviation, 1.0)
    return standardized


def reference_of(trainer: Trainer) -> Reference:
    """The textbook counterpart of a trainer: same examples, same parameters, no carried gradient."""
    return Reference(
        trainer.config,
        inputs_of(trainer, trainer.inputs),
        trainer.targets,
        trainer.train_size,
        trainer.state().arrays["params"].copy(),
        trainer.train_size + trainer.validation_size,
    )


def _layers(config: Config, loss: Loss) -> Iterator[Layer]:
    """The layers of a network, with zero weights."""
    sizes, own = config.layer_sizes, config.layer_activations
    for index, (fan_in, units) in enumerate(pairwise(sizes)):
        is_hidden = index < len(sizes) - 2
        name = own[index] if index < len(own) and own[index] else config.activation
        # the loss includes the derivative of the output activation
        function = activation_of(name, config) if is_hidden else Function(loss.output, np.ones_like)
        pieces = [
            Piece(
                np.zeros((units, fan_in)),
                np.zeros(units),
                Norm(np.ones(units), np.zeros(units)) if is_hidden and config.batch_norm else None,
            )
            for _ in range(config.maxout_pieces if is_hidden and name == "maxout" else 1)
        ]
        yield Layer(pieces, function)


def first_pieces_of(trainer: Trainer) -> list[tuple[Array, Array]]:
    """Weights (units, inputs) and biases (units,) of the first piece of each layer."""
    return [pieces[0] for pieces in trainer.pieces()]
