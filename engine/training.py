"""Compiled training: the plan, evaluation and layout for one config, its examples and its network."""

import math

import numpy as np
from numpy.typing import NDArray

from engine.activations import OUTPUT_ACTIVATIONS, Activation, activation
from engine.buffers import numbers
from engine.config import Config
from engine.evaluation import Evaluation
from engine.examples import Examples, Inputs, Scaling, epoch_examples, masks_generator
from engine.network import Network
from engine.network_function import NetworkFunction
from engine.normalization import fold
from engine.operations import unbounded
from engine.optimizers import OPTIMIZERS, RATES
from engine.plan import Plan
from engine.regularizers import REGULARIZERS
from engine.rules import Rules
from engine.schedules import SCHEDULES, Shape
from engine.state import Layout, RawState, TrainingState
from engine.trial_update import ExampleBatch, TrialUpdate, alone, batch_with, trial_update

Vector = NDArray[np.float64]


def learning_rate_of(config: Config, epoch: int) -> float:
    """The scheduled learning rate in an epoch."""
    shape = Shape(config.schedule_decay, config.schedule_factor, config.schedule_period)
    return config.learning_rate * SCHEDULES[config.schedule].factor(epoch, shape)


def rates_of(config: Config, epoch: int) -> dict[str, float]:
    """The hyperparameters of the optimizer (`optimizers.RATES`) in an epoch."""
    values = {name: float(getattr(config, name)) for name in RATES}
    return {**values, "learning_rate": learning_rate_of(config, epoch)}


def varies_by_epoch(config: Config) -> bool:
    """Whether epochs differ in their examples, masks or rates."""
    return bool(config.shuffle or config.active_jitter or config.dropouts or config.schedule != "constant")


def activations_of(config: Config) -> tuple[Activation, ...]:
    """The activations of all layers, with the config's parameters."""
    *hidden, output = config.activations
    parameters = {name: getattr(config, name) for name in ("leaky_slope", "elu_alpha", "maxout_pieces")}
    return (*(activation(name, parameters) for name in hidden), OUTPUT_ACTIVATIONS[output])


def rules_of(config: Config, examples: Examples) -> Rules:
    """The rules by which a config trains its network."""
    # if own examples would not fill a minibatch, the batch size is reduced, so that training uses them
    size = config.batch_size if examples.order is None else max(1, min(config.batch_size, examples.train_size))
    return Rules(
        activations_of(config),
        config.active_loss,
        OPTIMIZERS[config.optimizer],
        REGULARIZERS[config.regularizer],
        size,
        config.rest,
        config.dropouts,
        config.max_norm,
        config.clip_norm,
    )


class Training:
    """Trains and evaluates a network: changes the network's `params` in place, and keeps what the rules remember.

    Rates may change (`configure`); any other config, other examples or another network need a new object. `vectors` are
    all the arrays that it changes: `params`, `carry`, and those that the rules remember; the outputs depend on those in
    `output_vectors`.
    """

    def __init__(self, config: Config, examples: Examples, network: Network) -> None:
        self.network = network
        self.rules = rules_of(config, examples)
        self._examples = examples
        self._inputs = Inputs(config, examples)
        loss, n = self.rules.loss, examples.train_size
        inputs = self._inputs.of(examples.points)
        self._targets = targets = np.asarray(loss.encode(examples.targets, config.classes), np.float64)
        self.plan = plan = Plan(network, self.rules, inputs[:, :n], targets[:, :n])
        self.layout = Layout(
            network,
            config.optimizer,
            plan.remembered,
            plan.batches,
            plan.remainder,
            is_carried=config.rest == "carried",
            is_watched=config.patience > 0,
        )
        self._statistics = [plan.slots[name] for name in self.layout.statistics]
        self.vectors: list[Vector] = [network.params, plan.carry, *plan.slots.values()]
        self.output_vectors: list[Vector] = [network.params, *self._statistics]
        self.evaluation = Evaluation(
            network, self.rules.activations, loss, inputs, targets, examples.parts, self._statistics
        )
        self._probe: Plan | None = None
        self._prepared = -1
        self._order: NDArray[np.intp] | None = None
        """The order of the examples in the prepared epoch; None for their own order."""
        self.configure(config, epoch=0)

    # --- an epoch -------------------------------------------------------------------------------------------------

    def configure(self, config: Config, epoch: int) -> None:
        """Continue in `epoch` with a config that differs only in rates."""
        self._config = config
        self._varies = varies_by_epoch(config)
        self._set_rates(epoch)

    def _set_rates(self, epoch: int) -> None:
        self.plan.set_rates(rates_of(self._config, epoch), self._config.regularization_rate)

    def prepare(self, epoch: int) -> None:
        """Set up everything that varies by epoch; its randomness depends only on the seed and the epoch."""
        if not self._varies or self._prepared == epoch:
            return
        self._prepared = epoch
        self._set_rates(epoch)
        config = self._config
        if config.shuffle or config.active_jitter:
            moved = epoch_examples(config, self._examples, self._inputs, self._targets, epoch)
            self._order = moved.order
            self.plan.fill(moved.inputs, moved.targets)
        if config.dropouts:
            self.plan.draw_masks([masks_generator(config, epoch)])

    # --- its state ------------------------------------------------------------------------------------------------

    def raw_state(self, epoch: int, step: int, batch: int) -> RawState:
        """The raw state of training, as copies, with the given counters."""
        return RawState(epoch, step, batch, self.plan.carried, [vector.copy() for vector in self.vectors], self.layout)

    def put(self, state: TrainingState) -> None:
        """Continue from a state of this layout."""
        self.layout.write(state, self.vectors)
        self.plan.set_carried(state.carried)
        self._prepared = -1

    def put_back(self, raw: RawState) -> None:
        """Go back to a raw state of this layout."""
        for vector, kept in zip(self.vectors, raw.vectors, strict=True):
            vector[:] = kept
        self.plan.set_carried(raw.carried)

    def is_finite(self) -> bool:
        """Whether parameters and remembered vectors are finite. The carried gradient shows in these once applied."""
        vectors = [self.network.params, *self.plan.slots.values()]
        # the cheapest sum, which may be infinite although its terms are finite
        if math.isfinite(sum(float(vector.dot(vector)) for vector in vectors)):
            return True
        return all(bool(np.isfinite(vector).all()) for vector in vectors)

    # --- inspection -----------------------------------------------------------------------------------------------

    def function(self) -> NetworkFunction:
        """The current network, without dropout and with the running statistics."""
        is_folded = self._statistics or self._config.standardize
        return self._as_function(self._folded() if is_folded else self.network.params)

    def function_of(self, params: Vector) -> NetworkFunction:
        """The network with other parameters, in the public order, before normalization has learned anything."""
        vector = self.network.vector()
        self.network.write(vector, params)
        if self._statistics:
            fresh = [
                np.full_like(self.plan.slots[name], self.plan.remembered[name].fill) for name in self.layout.statistics
            ]
            fold(self.network, vector, *fresh)
        return self._as_function(vector)

    def _as_function(self, vector: Vector) -> NetworkFunction:
        config, network = self._config, self.network
        features = () if config.has_pictures else config.features
        return NetworkFunction(features, network.sizes, self.rules.activations, network.links(vector))

    def _folded(self) -> Vector:
        """The parameters with normalization and scaling folded in, in the network's own layout."""
        vector = self.network.params.copy()
        with unbounded():
            if self._statistics:
                fold(self.network, vector, *self._statistics)
            for matrix in self.network.pieces(vector)[0]:
                self._inputs.fold(matrix)
        return vector

    def example_batch(self, number: int, epoch: int) -> ExampleBatch:
        """The minibatch of an example in an epoch, as used in training: scaled, with jitter and dropout masks.

        An example that is not trained on in this epoch is alone and unchanged.
        """
        self.prepare(epoch)
        is_trained = number < self._examples.train_size
        position = number if self._order is None or not is_trained else int(np.argmax(self._order == number))
        index, column = divmod(position, self.rules.batch_size)
        if not is_trained or index >= self.plan.batches:
            point = numbers(self._inputs.of(self._examples.points[number : number + 1]))
            targets = self.rules.loss.encode(self._examples.targets[number : number + 1], self._config.classes)
            return alone(point, np.asarray(targets, np.float64), is_dropped=is_trained)
        return batch_with(self.plan.minibatch(index), self.network, index, column, self.plan.steps)

    def try_update(self, gradient: Vector, epoch: int) -> TrialUpdate:
        """The result of an update by this mean gradient (public order) in an epoch; nothing is updated."""
        return trial_update(
            self.plan, self.network, self.rules, gradient, (rates_of(self._config, epoch), self._config)
        )

    def scaling(self) -> Scaling:
        """The mean subtracted from the features and the deviation that divides them: 0 and 1 unless standardized."""
        return self._inputs.scaling

    def gradient(self) -> Vector:
        """The gradient of the mean training loss without penalty and dropout, in the public order.

        Batch normalization uses the statistics of all training examples, as one minibatch. Without training examples,
        the gradient is 0.
        """
        n = self._examples.train_size
        if not n:
            return np.zeros(self.network.count)
        probe = self._probe
        if probe is None:
            rules = self.rules._replace(batch_size=n, remainder="dropped", dropout=())
            inputs = self._inputs.of(self._examples.points[:n])
            probe = Plan(self.network, rules, inputs, self._targets[:, :n])
            # as one minibatch, pictures take too much memory to be kept
            self._probe = None if self._config.has_pictures else probe
        with unbounded():
            return self.network.read(probe.gradient())
