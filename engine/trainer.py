"""The trainer: an experiment that learns. It knows nothing about its users."""

import math
import sys
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.config import Config, effect_of
from engine.examples import Scaling, draw_examples, mean_picture
from engine.fields import ConfigError, Effect
from engine.initial_params import initial_params
from engine.learner import PARTS, Learner
from engine.metrics import accuracy
from engine.network import network_of
from engine.network_function import NetworkFunction
from engine.operations import unbounded
from engine.plan import is_best_stacked
from engine.snapshot import Moment, PictureSnapshot, Snapshot
from engine.state import RawState, StateHandle, TrainingState
from engine.stopping import Best, Divergence, EarlyStop, best_of, diverged
from engine.training import Training, learning_rate_of
from engine.trial_update import ExampleBatch, TrialUpdate
from engine.weight_pictures import WeightPictures, weight_pictures

Vector = NDArray[np.float64]
M = TypeVar("M", bound=Moment)

_NO_LOSSES: Mapping[str, float | None] = {"train": None, "validation": None, "test": None}


class Trainer(Learner):
    """One experiment: data, a network, and its training. A trainer belongs to one thread.

    A weight w moves against the mean gradient of each minibatch, w ← w − η ∂L/∂w, or by another optimizer's rule.

    >>> trainer = Trainer(Config(dataset="gauss"))
    >>> for _ in range(20):
    ...     trainer.run_epoch()
    >>> trainer.epoch, trainer.step, trainer.test_accuracy
    (20, 500, 1.0)
    >>> trainer.outputs(np.array([[2.0, 2.0], [-2.0, -2.0]])).round()
    array([ 1., -1.])
    """

    def __init__(self, config: Config) -> None:
        self.config = config
        self.epoch = self.step = self.batch = 0
        self.divergence: Divergence | None = None
        self.stopped: EarlyStop | None = None
        self._best: Best | None = None
        self._draw_data()
        self._build_network()

    # --- construction ---------------------------------------------------------------------------------------------

    def _draw_data(self) -> None:
        self._examples = examples = draw_examples(self.config)
        self.inputs: NDArray[Any] = examples.points
        """The points (n, 2), or the pictures (n, pixels) as bytes: for training first, then validation, then test."""
        self.targets: Vector = examples.targets
        self.train_size = examples.train_size
        self.validation_size = examples.validation_size
        self.test_size = examples.test_size
        self.order = examples.order
        """The indices of the examples in the user's own list (n,); None if they are drawn."""

    def _build_network(self) -> None:
        sizes, config = self.config.layer_sizes, self.config
        is_stacked = is_best_stacked(sizes, config.batch_size)
        self._network = network_of(sizes, is_stacked, config.batch_norm, config.pieces)
        self._start = initial_params(config, self._network)
        self._compile()
        self.rewind()

    def _compile(self) -> None:
        self._training = Training(self.config, self._examples, self._network)
        self._good: RawState | None = None
        """The state to restore if training diverges: the last evaluated finite one, as copies."""
        self._is_good_current = False
        self._stale, self._is_loss_finite = True, True
        self._epoch_start: Vector | None = None
        """The parameters at the start of the current epoch, if it was started here."""
        self._last_epoch: tuple[Vector, Vector] | None = None
        """The parameters before and after the last whole epoch that was trained since the state was last set."""

    @property
    def batch_size(self) -> int:
        """The batch size in effect: reduced if own examples would not fill a minibatch, so that training uses them."""
        return self._training.rules.batch_size

    @property
    def learning_rate(self) -> float:
        """The scheduled learning rate of the current epoch."""
        return learning_rate_of(self.config, self.epoch)

    @property
    def batches(self) -> int:
        """The number of minibatches in an epoch, including an incomplete last one unless it is dropped."""
        return self._training.plan.batches

    @property
    def has_ended(self) -> bool:
        """Whether training has ended until something changes: it diverged or was stopped early."""
        return self.divergence is not None or self.stopped is not None

    # --- changes --------------------------------------------------------------------------------------------------

    def configure(self, config: Config) -> Effect:
        """Apply a config, rebuilding no more than the change requires; returns what was rebuilt.

        >>> Trainer(Config()).configure(Config(learning_rate=0.1))
        <Effect.LIVE: 1>
        """
        old, self.config = self.config, config
        effect = effect_of(old, config)
        if effect is Effect.DATA:
            self._draw_data()
        if effect >= Effect.NETWORK:
            self._build_network()
        elif effect is Effect.TRAINING:
            state = self.state().with_optimizer(old.optimizer, config.optimizer)
            self._compile()
            self._put(self._training.layout.adopted(state))
        elif effect is Effect.LIVE:
            self._training.configure(config, self.epoch)
            self.divergence = None
            self.resume()
        return effect

    def regenerate(self, config: Config) -> None:
        """Draw the data of `config`, which may differ only in seeds and data, and keep network and epoch."""
        state = self.state()
        self.config = config
        self._draw_data()
        self._start = initial_params(config, self._network)
        self._compile()
        self._put(self._training.layout.adopted(state if state.batch == 0 else state.at_epoch_start()))

    def rewind(self) -> None:
        """Go back to epoch 0 with the same initial weights."""
        self._good = None
        self._put(self._training.layout.fresh(self._start))

    def resume(self) -> None:
        """Continue after an early stop: patience starts over."""
        if self.stopped is not None and self._best is not None:
            self._best = self._best.again(self.epoch)
        self.stopped = None

    def set_parameter(self, index: int, value: float) -> None:
        """Set one weight or bias, by index in the public order; a dead link is revived.

        Raises `ConfigError` if there is no such parameter or the value is not a finite number.
        """
        self._put(self.state().with_parameter(index, value))

    # --- the training state ---------------------------------------------------------------------------------------

    def state(self) -> TrainingState:
        """The training state, as copies."""
        return StateHandle(self._raw_state(), self._best).state()

    def _raw_state(self) -> RawState:
        return self._training.raw_state(self.epoch, self.step, self.batch)

    def handle(self) -> StateHandle | None:
        """A handle of the current state for `seek`; None if no state was ever finite."""
        if not self._is_good_current:
            self._evaluate()
        return StateHandle(self._good, self._best) if self._good else None

    def seek(self, handle: StateHandle) -> None:
        """Go to an earlier or later state of training. The network must be the same.

        The state is restored exactly if data and rules have not changed since; otherwise, anything that does not apply
        to the current ones is dropped.
        """
        state, layout = handle.state(), handle.raw.layout
        if layout is not self._training.layout:
            state = self._training.layout.adopted(state.with_optimizer(layout.optimizer, self.config.optimizer))
        self._put(state)

    def restore(self, state: TrainingState) -> None:
        """Continue from a training state of this config.

        Raises `ConfigError` and changes nothing if it does not fit the config or is not finite.
        """
        errors = list(self._training.layout.misfits(state))
        if errors:
            raise ConfigError(errors)
        self._put(state)

    def fitted(self, state: TrainingState) -> TrainingState:
        """A state that was trained with other own examples, moved to a position that exists in the current epoch.

        If it fits already, it is returned unchanged; `restore` rejects anything else that does not fit.
        """
        return self._training.layout.fitted(state)

    def _put(self, state: TrainingState) -> None:
        self.epoch, self.step, self.batch = state.epoch, state.step, state.batch
        self._training.put(state)
        self._epoch_start = self._last_epoch = None
        self.divergence = self.stopped = None
        self._evaluate()
        if self.config.patience:
            self._best = best_of(state.arrays, self._network) or self._best_now()
            self.stopped = self._best.stop(self._watched)
        else:
            self._best = None

    # --- training -------------------------------------------------------------------------------------------------

    def run_epoch(self) -> None:
        """Train to the end of the current epoch. Does nothing once training has ended."""
        self.run_minibatches(max(1, self.batches - self.batch))

    def run_minibatches(self, count: int) -> None:
        """Train on the next `count` minibatches, at most to the end of the epoch, where losses are computed.

        Does nothing once training has diverged or was stopped early.
        """
        if self.has_ended:
            return
        if self.batch == 0 and self._good:
            self._epoch_start = self._good.vectors[0]
        self._training.prepare(self.epoch)
        plan = self._training.plan
        stop = min(self.batch + count, plan.batches)
        with unbounded():
            plan.run(self.batch, stop)
            is_finite = stop == plan.batches or self._training.is_finite()
        self.step += min(stop, plan.steps) - min(self.batch, plan.steps)
        self.batch = stop
        self._stale, self._is_good_current = True, False
        if not is_finite:
            self._diverge("weights")
        elif stop == plan.batches:
            self.epoch += 1
            self.batch = 0
            self._evaluate()
            if self._epoch_start is not None and self._good:
                self._last_epoch = self._epoch_start, self._good.vectors[0]
            self._watch()

    def _refresh(self) -> None:
        """Compute the losses if that has not been done. Training is not affected."""
        if self._stale:
            with unbounded():
                self._compute_losses()

    def _compute_losses(self) -> None:
        losses = self._training.evaluation.losses()
        self._is_loss_finite = math.isfinite(sum(losses.values()))
        self._losses: dict[str, float | None] = {**_NO_LOSSES, **losses}
        self._stale = False

    def _evaluate(self) -> None:
        """Compute the losses; if they or the parameters are not finite, restore the last finite state."""
        with unbounded():
            self._compute_losses()
            is_finite = self._training.is_finite()
        if not self._is_loss_finite:
            self._diverge("loss")
        elif not is_finite:
            self._diverge("weights")
        else:
            self._good, self._is_good_current = self._raw_state(), True

    def _diverge(self, what: str) -> None:
        """Stop in the last finite state."""
        epoch = self.epoch if self.batch == 0 else self.epoch + 1
        good = self._good
        if good is None:
            # not even the initial state is finite: there is nothing to restore, and nothing finite to show
            sizes = {"train": self.train_size, "validation": self.validation_size, "test": self.test_size}
            self._losses = {part: sys.float_info.max if size else None for part, size in sizes.items()}
            self._stale, self._is_loss_finite = False, True
        else:
            self._put_back(good)
            self._evaluate()
        self.divergence = diverged(epoch, what, self.config)

    def _put_back(self, raw: RawState) -> None:
        self.epoch, self.step, self.batch = raw.epoch, raw.step, raw.batch
        self._training.put_back(raw)
        self._stale = True

    # --- early stopping -------------------------------------------------------------------------------------------

    @property
    def _watched(self) -> str:
        """The part that early stopping monitors: validation, or else test, or else training."""
        return "validation" if self.validation_size else "test" if self.test_size else "train"

    @property
    def monitored_loss(self) -> float | None:
        """The loss that early stopping monitors: of the validation set, or else the test set, or else the training set.

        None if there are no examples.
        """
        return self.loss_on(self._watched)

    def _best_now(self) -> Best:
        return Best.now(self.epoch, self.monitored_loss, np.concatenate(self._training.output_vectors))

    def _watch(self) -> None:
        """Keep the best weights; when patience runs out without improvement, end training and restore them."""
        best, loss = self._best, self.monitored_loss
        if best is None or loss is None or self.divergence is not None:
            return
        if loss < best.loss:
            self._best = self._best_now()
        elif self.epoch - best.since >= self.config.patience:
            self._best = best.ended(self.epoch)
            self._take_over(best.vector)
            self.stopped = self._best.stop(self._watched)

    def _take_over(self, vector: Vector) -> None:
        start = 0
        for position in self._training.output_vectors:
            position[:] = vector[start : start + len(position)]
            start += len(position)
        self._evaluate()

    # --- losses ---------------------------------------------------------------------------------------------------

    def loss_on(self, part: str) -> float | None:
        """The mean loss over a part of the examples; None if it is empty."""
        self._refresh()
        return self._losses[part]

    def accuracy_on(self, part: str) -> float | None:
        """The fraction of a part that is classified correctly; None in regression, or if it is empty."""
        if self.config.problem != "classification" or self.loss_on(part) is None:
            return None
        outputs = self._training.evaluation.outputs(part)
        return accuracy(self.decisions(outputs), self.targets[self._examples.parts[part]])

    def decisions(self, outputs: Vector) -> Vector:
        """Outputs (outputs, n), with that of a sigmoid shifted so that the positive class starts at 0."""
        return outputs - 0.5 if self.config.output_activation == "sigmoid" else outputs

    # --- inspection -----------------------------------------------------------------------------------------------

    def function(self) -> NetworkFunction:
        """The current network as a value: without dropout and with the running statistics."""
        return self._training.function()

    def outputs(self, points: NDArray[Any]) -> Vector:
        """The outputs at `points` (n, 2), in double precision: (n,), or (n, outputs) if there are several.

        A network that reads pictures takes pictures (n, pixels), as bytes: 0 is paper, 255 is ink.
        """
        return self.function().outputs(points)

    def pieces(self) -> list[list[tuple[Vector, Vector]]]:
        """Copies of weights (units, inputs) and biases (units,) of each piece of each layer."""
        network = self._network
        return [
            [(matrix[:, :fan_in].copy(), matrix[:, -1].copy()) for matrix in matrices]
            for fan_in, matrices in zip(network.sizes[:-1], network.pieces(network.params), strict=True)
        ]

    def gradient(self) -> Vector:
        """The gradient of the mean training loss without penalty and dropout, in the public order.

        Batch normalization uses the statistics of all training examples, as one minibatch. Without training examples,
        the gradient is 0.
        """
        return self._training.gradient()

    def example_batch(self, number: int) -> ExampleBatch:
        """The minibatch of the current epoch that contains an example (indexed like `inputs`)."""
        return self._training.example_batch(number, self.epoch)

    def try_update(self, gradient: Vector) -> TrialUpdate:
        """The parameters after an update by this mean gradient (public order), which is not applied."""
        return self._training.try_update(gradient, self.epoch)

    @property
    def scaling(self) -> Scaling:
        """The mean subtracted from the features and the deviation that divides them: 0 and 1 unless standardized."""
        return self._training.scaling()

    @property
    def last_update(self) -> Vector:
        """The amount that the last whole epoch subtracted from the parameters (public order); 0 before any."""
        before, after = self._last_epoch or (self._network.params, self._network.params)
        return self._network.read(before - after)

    def loss_at(self, params: Vector, part: str = "train") -> float:
        """The loss over a part of the examples with other parameters (public order); inf where it is not finite.

        `part` is `train`, `validation` or `test`. Raises ValueError if it has no examples.
        """
        with unbounded():
            return self._training.evaluation.loss_at(params, part)

    @property
    def is_showable(self) -> bool:
        """Whether the losses are finite. In the middle of an epoch they may not be; training checks at its end."""
        self._refresh()
        return self._is_loss_finite

    def snapshot(self, selected: int | None = None) -> Snapshot:
        """Everything to be shown now of a network that reads points.

        `selected` is an index of features, then units; None is the output. Training is not affected. Instead of a state
        with infinite losses, the last finite one is shown. Raises TypeError if the network reads pictures.
        """
        if self.config.has_pictures:
            raise TypeError("a network that reads pictures has a picture_snapshot")
        return self._finite(lambda: self._shown(selected))

    def picture_snapshot(self, picture: NDArray[np.uint8] | None = None, *, changes: bool = False) -> PictureSnapshot:
        """Everything to be shown now of a network that reads pictures, as in `snapshot`.

        `picture` (pixels,) is one to follow: its activations are shown. With `changes`, pictures of units show what
        comes from changes of the first layer's weights since epoch 0. Raises TypeError if the network reads points.
        """
        if not self.config.has_pictures:
            raise TypeError("a network that reads points has a snapshot")
        return self._finite(lambda: self._pictured(picture, changes=changes))

    def _finite(self, show: Callable[[], M]) -> M:
        """What `show` shows of the present state, or of the last one that was finite."""
        if self.is_showable or self._good is None:
            return show()
        present = self._raw_state()
        self._put_back(self._good)
        shown = show()
        self._put_back(present)
        return shown

    def _numbers(self) -> dict[str, Any]:
        """What any snapshot holds: see `Moment`."""
        return {
            "epoch": self.epoch,
            "step": self.step,
            "batch": self.batch,
            "learning_rate": self.learning_rate,
            **{f"{part}_loss": self.loss_on(part) for part in PARTS},
            **{f"{part}_accuracy": self.accuracy_on(part) for part in PARTS},
            "state": self.state(),
        }

    def _shown(self, selected: int | None) -> Snapshot:
        units = self.config.picture_count
        chosen = selected if selected is not None and 0 <= selected < units else None
        function = self.function()
        shown = function.pictures(chosen)
        curves = function.curves(chosen) if self.config.dimensions == 1 else None
        return Snapshot(
            **self._numbers(),
            selected=units - 1 if chosen is None else chosen,
            surface=shown.surface,
            thumbnails=shown.thumbnails,
            classes=shown.classes,
            curve=curves and curves.shown,
            summands=curves and curves.summands,
        )

    def unit_pictures(self, *, changes: bool = False) -> WeightPictures:
        """The pictures of units in `picture_snapshot`, of a network that reads pictures, without all the rest."""
        start = self._training.function_of(self._start) if changes else None
        return weight_pictures(self.function(), mean_picture(self.config), start)

    def _pictured(self, picture: NDArray[np.uint8] | None, *, changes: bool) -> PictureSnapshot:
        numbers, function, shown = self._numbers(), self.function(), self.unit_pictures(changes=changes)
        outputs = self._training.evaluation.outputs("test")
        first, *others = (units * (below + 1) for below, units in pairwise(function.sizes))
        matrices = [pieces[0] for pieces in function.matrices()]
        layers = [] if picture is None else function.forward_activations(picture[np.newaxis])
        return PictureSnapshot(
            **numbers,
            pictures=shown.pictures,
            scales=shown.scales,
            biases=np.concatenate([matrix[:, -1] for matrix in matrices]).astype(np.float32),
            links=function.params[first : first + sum(others)].astype(np.float32),
            answers=outputs.argmax(axis=0).astype(np.uint8),
            certainty=(outputs.max(axis=0) * 255).round().astype(np.uint8),
            activations=np.concatenate([layer.a[:, 0] for layer in layers]).astype(np.float32) if layers else None,
        )
