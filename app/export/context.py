"""What the templates of code are given: a network, how it is trained, and on what, as values and as pieces of code."""

import dataclasses
import itertools
import textwrap
from collections.abc import Mapping, Sequence
from itertools import chain, pairwise
from typing import Any

from app.export.functions import FEATURE_CODE, FUNCTION_CODE
from app.export.literals import Vector, literal, literal_names
from app.export.losses import LOSS_CODE, MULTICLASS_CODE, LossCode
from app.export.optimizers import OPTIMIZER_CODE, PLURALS, OptimizerCode
from app.export.schedules import SCHEDULE_CODE
from engine import ACTIVATIONS, INITIALIZERS, OPTIMIZERS, Config, Trainer
from engine.examples import Examples, Inputs
from engine.network import Network


def context_of(trainer: Trainer, format: str) -> dict[str, Any]:  # noqa: A002
    """What the template of a format is given."""
    return {
        "config": _fields(trainer),
        "about": _about(trainer),
        "began": _began(trainer),
        "epoch": trainer.epoch,
        **_of_network(trainer, format),
        **_of_training(trainer),
        **_of_data(trainer),
        "remarks": _remarks(trainer) if format == "keras" else [],
    }


def _of_network(trainer: Trainer, format: str) -> dict[str, Any]:  # noqa: A002
    config, layers = trainer.config, trainer.pieces()
    pieces = list(chain.from_iterable(layers))
    sizes = zip(pairwise(config.layer_sizes), config.activations, layers, strict=True)
    return {
        "columns": [FEATURE_CODE[name] for name in config.features],
        "scaling": _scaling(trainer),
        "functions": _functions(config),
        "activations": literal_names(config.activations),
        "slopes": literal_names(f"{name}_slope" for name in config.activations[:-1]),
        "classes": [name for name in dict.fromkeys(config.activations[:-1]) if _needs_source(name, format)],
        "modules": {name: {"call": f.torch, "source": f.torch_class} for name, f in FUNCTION_CODE.items()},
        "keras_functions": {name: {"call": f.keras, "source": f.keras_function} for name, f in FUNCTION_CODE.items()},
        "layers": [
            {
                "inputs": inputs,
                "units": units,
                "activation": name,
                "pieces": len(layer),
                "is_hidden": layer is not layers[-1],
            }
            for (inputs, units), name, layer in sizes
        ],
        "outputs": config.outputs,
        "pieces": _numbers_of(layers) if config.paired_layers else [],
        "weights": [literal(weights) for weights, _ in pieces],
        "biases": [literal(biases) for _, biases in pieces],
        "normalization": _normalization(config, trainer.state().arrays) if _has_norm(config) else {},
    }


def _of_training(trainer: Trainer) -> dict[str, Any]:
    config = trainer.config
    loss, optimizer = _loss(config), OPTIMIZER_CODE[config.optimizer]
    schedule, of_schedule = SCHEDULE_CODE[config.schedule]
    mortal = config.regularizer == "L1" and _has_penalty(config)
    return {
        "constants": [*_constants(trainer), *optimizer.settings, *of_schedule],
        "is_random": bool(config.dropouts or config.jitter or config.shuffle),
        "is_carried": _is_carried(trainer),
        "has_penalty": _has_penalty(config),
        "loss": {
            **loss._asdict(),
            "delta": loss.delta.format(output=config.output_activation),
            "encode": loss.encode.format(targets=literal(trainer.targets, ""), classes=config.classes),
        },
        "loss_label": config.active_loss.label.lower(),
        "optimizer": _optimizer(optimizer, config),
        "optimizer_label": OPTIMIZERS[config.optimizer].label,
        "schedule": schedule,
        "alive": _alive(trainer.state().arrays["alive"], config) if mortal else [],
    }


def _of_data(trainer: Trainer) -> dict[str, Any]:
    return {
        "watched": "validation" if trainer.validation_size else "test" if trainer.test_size else "training",
        "parts": _parts(trainer),
        "train_size": trainer.train_size,
        "validation_size": trainer.validation_size,
        "test_size": trainer.test_size,
        "sizes": _sizes(trainer),
        "points": literal(trainer.inputs, "") if len(trainer.inputs) else "np.zeros((0, 2))",
    }


def _fields(trainer: Trainer) -> dict[str, Any]:
    """The config by field, with what comes of some of its values in this network and on these examples."""
    config = trainer.config
    return {
        **dataclasses.asdict(config),
        "batch_size": trainer.batch_size,
        "rest": _rest(trainer),
        "dropout": list(config.dropouts),
        "batch_norm": _has_norm(config),
        "patience": config.patience if trainer.train_size else 0,
    }


def _rest(trainer: Trainer) -> str:
    """What is done with the examples that do not fill a minibatch, if it is not carried."""
    if trainer.train_size % trainer.batch_size == 0 or _is_carried(trainer):
        return "applied"
    # where there is no full minibatch that it could join, it is dropped
    return trainer.config.rest.replace("carried", "dropped")


def _is_carried(trainer: Trainer) -> bool:
    has_rest = trainer.train_size % trainer.batch_size > 0
    return trainer.config.rest == "carried" and has_rest and trainer.train_size > trainer.batch_size


def _has_norm(config: Config) -> bool:
    return config.batch_norm and len(config.hidden_layer_sizes) > 0


def _has_penalty(config: Config) -> bool:
    return config.regularizer != "none" and config.regularization_rate > 0


def _loss(config: Config) -> LossCode:
    if config.classes > 2:
        return MULTICLASS_CODE
    return LOSS_CODE[config.loss if config.problem == "classification" else "squared_error"]


def _needs_source(name: str, format: str) -> bool:  # noqa: A002
    function = FUNCTION_CODE[name]
    return bool({"numpy": "", "pytorch": function.torch_class, "keras": function.keras_function}[format])


def _about(trainer: Trainer) -> str:
    config = trainer.config
    shape = "-".join(str(size) for size in config.layer_sizes)
    return textwrap.fill(
        f"The network {shape} of NumPy Playground ({', '.join(config.activations)}) as it was after {trainer.epoch} "
        f"epochs, on the data set {config.active_dataset!r}. What its optimizer remembers is not part of this file.",
        100,
    )


def _began(trainer: Trainer) -> str:
    config = trainer.config
    how = INITIALIZERS[config.initializer].label
    return f"Its weights began as {how!r}; these are those after {trainer.epoch} epochs."


def _numbers_of(layers: Sequence[Sequence[Any]]) -> list[list[int]]:
    """The pieces of each layer as numbers, counted through all layers."""
    count = itertools.count()
    return [[next(count) for _ in pieces] for pieces in layers]


def _constants(trainer: Trainer) -> list[str]:
    """The settings that are in use, besides those of optimizer and schedule."""
    config, fields = trainer.config, _fields(trainer)
    shaped = {ACTIVATIONS[name].parameter for name in config.activations[:-1]} - {""}
    used = [name for name in ("dropout", "jitter", "clip_norm", "max_norm", "patience") if fields[name]]
    return [*sorted(shaped), *(["regularization_rate"] if _has_penalty(config) else []), *used]


def _functions(config: Config) -> list[dict[str, str]]:
    """The functions that the NumPy code defines, each once."""
    hidden, output = config.activations[:-1], config.output_activation
    sloped = {*hidden, *([output] if "{output}" in _loss(config).delta else [])}
    chosen = {name: FUNCTION_CODE[name] for name in config.activations}
    return [
        {"name": name, "value": code.value, "slope": code.slope if name in sloped else "", "before": code.before}
        for name, code in chosen.items()
    ]


def _optimizer(code: OptimizerCode, config: Config) -> dict[str, Any]:
    zeros = "[np.zeros_like(parameter) for parameter in PARAMETERS]"
    memory = {PLURALS[name]: zeros for name in code.memory}
    if any("STEPS" in line for line in code.lines):
        memory["STEPS"] = "[0]"
    clip = ", global_clipnorm=CLIP_NORM" if config.clip_norm else ""
    return {**code._asdict(), "memory": memory, "keras": code.keras.format(clip=clip)}


def _parts(trainer: Trainer) -> str:
    """The parts of the examples as a dictionary of slices."""
    train, end = trainer.train_size, trainer.train_size + trainer.validation_size
    parts = ['"training": slice(0, TRAIN_SIZE)'] if train else []
    if trainer.validation_size:
        parts.append(f'"validation": slice({train}, {end})')
    if trainer.test_size:
        parts.append('"test": slice(-TEST_SIZE, None)')
    return f"{{{', '.join(parts)}}}"


def _sizes(trainer: Trainer) -> str:
    counts = ((trainer.validation_size, "for validation"), (trainer.test_size, "to test"))
    more = [f", then {count} {what}" for count, what in counts if count]
    return f"{trainer.train_size} for training{''.join(more)}"


def _normalization(config: Config, arrays: Mapping[str, Vector]) -> dict[str, list[str]]:
    network = _network(config)
    learned = list(chain.from_iterable(network.learned(arrays["params"])))
    means, variances = (network.by_piece(arrays[f"running_{name}"]) for name in ("mean", "variance"))
    return {
        "FACTORS": [literal(factor) for factor, _ in learned],
        "SHIFTS": [literal(shift) for _, shift in learned],
        "MEANS": [literal(part) for part in chain.from_iterable(means)],
        "VARIANCES": [literal(part) for part in chain.from_iterable(variances)],
    }


def _network(config: Config) -> Network:
    """A network whose layout is the public order."""
    return Network(config.layer_sizes, normed=config.batch_norm, paired=config.paired_layers)


def _alive(vector: Vector, config: Config) -> list[str]:
    """Which links have not died, piece by piece."""
    return [literal(matrix[:, :-1]) for matrix in chain.from_iterable(_network(config).pieces(vector))]


def _scaling(trainer: Trainer) -> dict[str, str]:
    examples = Examples(trainer.inputs, trainer.targets, trainer.train_size, trainer.validation_size)
    scaling = Inputs(trainer.config, examples).scaling
    return {"mean": literal(scaling.mean[:, 0]), "deviation": literal(scaling.deviation[:, 0])}


def _remarks(trainer: Trainer) -> list[str]:
    """What Keras does in its own way."""
    remarks = []
    if _is_carried(trainer):
        remarks.append("Keras applies what does not fill a minibatch as a smaller one; the playground carries it over.")
    if _has_penalty(trainer.config):
        remarks.append("Keras adds the penalty to the gradient; in the playground it pulls after the optimizer's step.")
    return remarks
