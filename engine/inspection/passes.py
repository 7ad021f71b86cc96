"""The forward and backward pass of a minibatch, written for readability: all intermediate values are kept.

It follows the four equations of backpropagation in Nielsen, *Neural Networks and Deep Learning* (2015), chapter 2, and
batch normalization in Ioffe and Szegedy (2015). It is the readable form of `engine.plan`: with the real parameters, the
examples as used in training, the statistics of the minibatch and the dropout masks.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.activations import Activation
from engine.features import transform
from engine.inspection.layers import network_of
from engine.inspection.view import Vector
from engine.normalization import deviation_of
from engine.operations import run
from engine.trainer import Trainer
from engine.training import activations_of
from engine.trial_update import ExampleBatch


class Normed(NamedTuple):
    """Normalization of one piece of a layer, each (units, 1): `factor` · (z − `mean`) / `deviation` + `shift`.

    `is_fixed`: the statistics are running averages instead of those of the examples.
    """

    mean: Vector
    deviation: Vector
    factor: Vector
    shift: Vector
    is_fixed: bool = True

    def bare(self, raw: Vector) -> Vector:
        """The normalized sums (units, n) before factor and shift."""
        freed: Vector = (raw - self.mean) / self.deviation
        return freed


class LayerPass(NamedTuple):
    """A layer's values for n examples.

    `given` (inputs, n) are its inputs. Each piece has the weighted sums `raw` and, after normalization by `norms`
    (empty without it), `sums` (units, n). `z` is the largest of these, `a` = f(z), and `passed_on` the output after the
    dropout `mask` (None: without it). `wins` says for each piece where z is its sum.
    """

    given: Vector
    raw: list[Vector]
    norms: list[Normed]
    sums: list[Vector]
    wins: list[Vector]
    z: Vector
    a: Vector
    mask: Vector | None
    passed_on: Vector


class LayerDeltas(NamedTuple):
    """A layer's deltas, for each example by its own loss.

    `slope` (units, n) is f'(z), `deltas` (units, n) are the derivatives by z, and `raw` (units, n), for each piece,
    those by the sum before normalization.
    """

    slope: Vector
    deltas: Vector
    raw: list[Vector]


class Passes:
    """The passes of a minibatch through a trainer's network and back."""

    def __init__(self, trainer: Trainer, example_batch: ExampleBatch) -> None:
        self._config = config = trainer.config
        self.network = network_of(config)
        """Its layout is the public order."""
        self.example_batch = example_batch
        state = trainer.state().arrays
        params = state["params"]
        self.matrices = self.network.pieces(params)
        """The real weights and biases (units, inputs + 1) of each layer's pieces."""
        self._activations = activations_of(config)
        self._norms = self._all_norms(params, (state.get("running_mean"), state.get("running_variance")))
        self.layers = self._forward()
        loss, last = config.active_loss, self.layers[-1]
        self.pull: Vector = np.zeros_like(last.a)
        """The loss's derivative (outputs, n): by the outputs, or by their z if the loss is defined that way."""
        run(loss.gradient(np.vstack([last.a, example_batch.targets]), np.array([[1.0, -1.0]]), self.pull))
        self.deltas = self._backward()

    def loss_of(self, column: int) -> float:
        """The loss of one example."""
        last, one = self.layers[-1], slice(column, column + 1)
        return float(self._config.active_loss.value(last.z[:, one], last.a[:, one], self.example_batch.targets[:, one]))

    def gradient(self, columns: slice) -> Vector:
        """The mean gradient over some examples, in the public order."""
        vector = np.zeros(self.network.count)
        count = len(range(*columns.indices(self.example_batch.inputs.shape[1])))
        for pieces, layer, own in zip(self.network.pieces(vector), self.layers, self.deltas, strict=True):
            for matrix, raw in zip(pieces, own.raw, strict=True):
                matrix[:, :-1] = raw[:, columns] @ layer.given[:, columns].T / count
                matrix[:, -1] = raw[:, columns].sum(axis=1) / count
        for learned, layer, own in zip(self.network.learned(vector), self.layers, self.deltas, strict=False):
            for (factor, shift), raw, norm, won in zip(learned, layer.raw, layer.norms, layer.wins, strict=True):
                delta = (own.deltas * won)[:, columns]
                factor[:] = (delta * norm.bare(raw)[:, columns]).sum(axis=1) / count
                shift[:] = delta.sum(axis=1) / count
        return vector

    # --- forward --------------------------------------------------------------------------------------------------

    def _all_norms(self, params: Vector, running: tuple[Vector | None, Vector | None]) -> list[list[Normed]]:
        """Factors and shifts of all pieces, with the running statistics; empty without normalization."""
        mean, variance = running
        if mean is None or variance is None:
            return []
        by_piece = (self.network.by_piece(mean), self.network.by_piece(variance))
        return [
            [
                Normed(own_mean[:, None], deviation_of(own_variance)[:, None], factor[:, None], shift[:, None])
                for (factor, shift), own_mean, own_variance in zip(*of_layer, strict=True)
            ]
            for of_layer in zip(self.network.learned(params), *by_piece, strict=True)
        ]

    def _forward(self) -> list[LayerPass]:
        given, layers = self.example_batch.inputs, []
        for position, (matrices, one) in enumerate(zip(self.matrices, self._activations, strict=True)):
            raw = [matrix[:, :-1] @ given + matrix[:, -1:] for matrix in matrices]
            norms = self._norms_of(position, raw)
            sums = [norm.factor * norm.bare(own) + norm.shift for norm, own in zip(norms, raw, strict=False)] or raw
            largest = np.argmax(sums, axis=0)
            z = np.max(sums, axis=0)
            a = np.zeros_like(z)
            run(one.forward(z.copy(), a))
            mask = self._mask(position)
            passed_on = a if mask is None else a * mask
            wins = [(largest == piece).astype(np.float64) for piece in range(len(sums))]
            layers.append(LayerPass(given, raw, norms, sums, wins, z, a, mask, passed_on))
            given = passed_on
        return layers

    def running(self, layer: int) -> list[Normed]:
        """The normalization of a layer's pieces by the running averages, as used for predictions."""
        return self._norms[layer] if layer < len(self._norms) else []

    def _norms_of(self, layer: int, raw: list[Vector]) -> list[Normed]:
        norms = self.running(layer)
        if self.example_batch.minibatch is None:
            return norms
        return [
            norm._replace(
                mean=own.mean(axis=1, keepdims=True),
                deviation=deviation_of(own.var(axis=1, keepdims=True)),
                is_fixed=False,
            )
            for norm, own in zip(norms, raw, strict=False)
        ]

    def _mask(self, layer: int) -> Vector | None:
        """The dropout mask of a layer, if it has dropout."""
        rates = self._config.dropouts
        has_mask = layer < len(self.example_batch.masks) and rates[layer] > 0
        return self.example_batch.masks[layer] if has_mask else None

    # --- backward -------------------------------------------------------------------------------------------------

    def _slope(self, layer: LayerPass, one: Activation) -> Vector:
        slope = np.ones_like(layer.z)
        if one.derivative is not None:
            run(one.derivative(layer.z if one.from_z else layer.a, slope))
        return slope

    def _backward(self) -> list[LayerDeltas]:
        found: list[LayerDeltas] = []
        reaching = self.pull
        for position in range(len(self.layers) - 1, -1, -1):
            layer = self.layers[position]
            is_last = position == len(self.layers) - 1
            is_direct = is_last and self._config.active_loss.from_z
            slope = np.ones_like(layer.z) if is_direct else self._slope(layer, self._activations[position])
            deltas = reaching * slope * (1.0 if layer.mask is None else layer.mask)
            raw = [deltas * won for won in layer.wins]
            if layer.norms:
                raw = [_unnormed(*parts) for parts in zip(layer.norms, layer.raw, raw, strict=True)]
            found.insert(0, LayerDeltas(slope, deltas, raw))
            reaching = sum(
                (matrix[:, :-1].T @ own for matrix, own in zip(self.matrices[position], raw, strict=True)),
                start=np.zeros_like(layer.given),
            )
        return found


def untrained(trainer: Trainer, points: NDArray[Any], targets: Vector) -> ExampleBatch:
    """A batch of examples that are not trained on, with what predictions use: no dropout, and running statistics.

    `points` and `targets` (n,) are like those of the trainer.
    """
    config = trainer.config
    encoded = config.active_loss.encode(targets, config.classes)
    inputs = transform(() if config.has_pictures else config.features, points)
    return ExampleBatch(np.asarray(inputs, np.float64), np.asarray(encoded, np.float64), [])


def _unnormed(norm: Normed, raw: Vector, delta: Vector) -> Vector:
    """The deltas by the sums before normalization, from those after it."""
    if norm.is_fixed:
        through: Vector = delta * norm.factor / norm.deviation
        return through
    bare = norm.bare(raw)
    rest = delta - delta.mean(axis=1, keepdims=True) - bare * (delta * bare).mean(axis=1, keepdims=True)
    back: Vector = rest * norm.factor / norm.deviation
    return back
