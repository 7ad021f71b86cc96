"""Follow: one picture on its way through the network, and its error on the way back.

It follows the four equations of backpropagation in Nielsen, *Neural Networks and Deep Learning* (2015), chapter 2.
"""

from typing import Any

import numpy as np

from engine.inspection.layers import find_unit, number_of
from engine.inspection.passes import Passes, untrained
from engine.inspection.view import Array, Look, Subject, View


def opened() -> Look:
    """A look at the picture that is followed."""
    return look


def look(subject: Subject) -> View:
    """The sums `z`, activations `a` and, if its digit is known, errors `delta` of all units; empty without a picture.

    Arrays are (units,), layer by layer, and `sizes` are the units of each. `target` (outputs,) are the wanted outputs.
    `weights` (inputs of its layer,) are those of one `unit`: the chosen one, or else that of the first layer with the
    largest error, or without errors, with the largest activation.
    """
    trainer, picture, label = subject.trainer, subject.options.picture, subject.options.label
    config = trainer.config
    values: dict[str, Any] = {"sizes": config.layer_sizes[1:], "label": label}
    values |= {"answer": None, "loss": None, "unit": None}
    if picture is None or picture.size != config.side**2:
        return View(values, {})
    # without its digit, it only goes forward, whatever is wanted of it
    batch = untrained(trainer, picture[np.newaxis], np.array([float(label or 0)]))
    passes = Passes(trainer, batch)
    outputs = passes.layers[-1].a[:, 0]
    arrays: dict[str, Array] = {
        "z": np.concatenate([layer.z[:, 0] for layer in passes.layers]),
        "a": np.concatenate([layer.a[:, 0] for layer in passes.layers]),
    }
    values["answer"] = int(np.nan_to_num(outputs).argmax())
    if label is not None:
        arrays["delta"] = np.concatenate([deltas.deltas[:, 0] for deltas in passes.deltas])
        arrays["target"] = batch.targets[:, 0]
        values["loss"] = passes.loss_of(0)
    first = np.abs(arrays.get("delta", arrays["a"])[: config.layer_sizes[1]])
    layer, row = find_unit(subject.options.unit, config) or (0, int(np.nan_to_num(first).argmax()))
    values["unit"] = number_of(layer, row, config)
    piece = [bool(won[row, 0]) for won in passes.layers[layer].wins].index(True)
    arrays["weights"] = passes.matrices[layer][piece][row, :-1]
    return View(values, arrays)
