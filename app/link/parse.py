"""From a link to an experiment, even if the link was damaged on the way."""

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple

from app.link.characters import plain, readings
from app.link.experiment_keys import Key
from app.link.format import View, experiment_of, new_seed
from app.link.keys import BY_NAME, BY_SLOT, KEYS, OWN_GOALS, format_variants
from app.link.repair import Fragment, repaired
from app.link.sweep import SweepText, axis_of
from app.link.values import Rejected, checked, decoded
from app.settings import Limits
from app.text import MAX_GOT, format_number, quoted, sanitize
from app.training.variants import Variant
from engine import DATASETS, FEATURES, FIELDS, OPTIMIZERS, Config, Effect
from engine.config import count_parameters, hidden_activations, layer_pieces
from engine.examples import draw_examples
from engine.own_examples import decode, of_problem

MAX_LENGTH = 65_536
"""Maximum number of characters of a link that are parsed."""

_MAX_KNOWN = 4096
"""Maximum number of characters of a link, with its examples, that is kept once it has been read."""

_FEW = 100
"""With fewer examples than this, a part of the data may be empty."""

_CLOSING = " \t\r\n/)"
"""Characters that do not belong to the end of a link."""

_PROSE = _CLOSING + ".,;:!?\"'`>]}”’»"
"""The same at the end of its last value."""

_BY_LOWER_NAME = {name.lower(): key for name, key in BY_NAME.items() if len(name) > 1}


# --- warnings --------------------------------------------------------------------------------------------------------

MAX_WARNINGS = 40
"""Maximum number of warnings about one link."""


@dataclass(frozen=True, slots=True)
class LinkWarning:
    """Something in a link that is not used as given.

    `code` is `ignored` (it has no effect), `changed` (another value is used), `clamped` (the nearest allowed value is
    used), `unused` (kept, but without effect) or `refused` (over a limit of this server). `got` has at most 64
    characters; `used` is None where no value is used instead.
    """

    code: str
    key: str
    got: str
    used: str | None
    message: str


class _Warnings(list[LinkWarning]):
    """The warnings about one link, at most `MAX_WARNINGS`."""

    def add(self, code: str, key: str, got: str, used: str | None, sentence: str) -> None:
        """Add a warning; `sentence` continues after the name of the key."""
        if len(self) < MAX_WARNINGS:
            name = sanitize(key)
            used = None if used is None else sanitize(used)
            self.append(LinkWarning(code, name, sanitize(got), used, f"{name} {sentence}"))


# --- links -----------------------------------------------------------------------------------------------------------


class Link(NamedTuple):
    """The experiment of a link, the view of it, and warnings about what was not used as given."""

    config: Config
    view: View
    warnings: tuple[LinkWarning, ...]


def parse_link(text: str, limits: Limits | None = None, examples: str = "") -> Link:
    """The experiment of a link: a whole address from any host, or what follows its `#`. Never raises.

    Without a seed, the experiment gets a random one, as in the original. `examples` is the valid code of the user's own
    examples, for a link that contains none.

    >>> link = parse_link("#dataset=spiral&learningRate=0,1&seed=0.5")
    >>> link.config.dataset, link.config.learning_rate, link.warnings[0].message
    ('spiral', 0.1, 'learningRate “0,1” has a decimal comma; 0.1 is used instead.')
    """
    read = _read if len(text) + len(examples) <= _MAX_KNOWN else _read.__wrapped__
    config, view, found, has_seed = read(text, limits or Limits(), examples)
    warnings = _Warnings(found)
    config = config if has_seed else config.replace(seed=new_seed())
    _warn_unused(config, warnings)
    _warn_unusual_rates([config, *(config.replace(**variant) for variant in view.compare)], warnings)
    _warn_idle_goal(view, warnings)
    _warn_idle_axes(config, view, warnings)
    return Link(config, view, tuple(warnings))


class _Reading(NamedTuple):
    """What a link says, warnings about what it says otherwise, and whether it has a seed or got a random one."""

    config: Config
    view: View
    warnings: tuple[LinkWarning, ...]
    has_seed: bool


@lru_cache(maxsize=64)
def _read(text: str, limits: Limits, examples: str) -> _Reading:
    """What a link says. The links of a class are read once: all of its pages open the same one."""
    warnings = _Warnings()
    given = _pairs(repaired(_cut(_with_whole_characters(text), warnings)), warnings)
    slots = _parse_values(given, warnings)
    slots["own_examples"] = slots["own_examples"] or examples
    _fit(slots, limits, warnings)
    config, view = experiment_of(slots)
    view = replace(
        view,
        compare=_fitting_variants(config, view.compare, limits, warnings),
        sweep=view.sweep and _fitting_sweep(config, view.sweep, limits, warnings),
    )
    return _Reading(config, view, tuple(warnings), bool(slots["encoded_seed"] or slots["seed"]))


def _with_whole_characters(text: str) -> str:
    """A text in which halves of surrogate pairs are joined, or replaced if they are alone."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _cut(text: str, warnings: _Warnings) -> str:
    """A text, cut to the maximum length."""
    if len(text) <= MAX_LENGTH:
        return text
    reason = f"has {len(text)} characters; only the first {MAX_LENGTH} are used."
    warnings.add("refused", "The link", text, None, reason)
    return text[:MAX_LENGTH].rpartition("&")[0]


def _pairs(fragment: Fragment, warnings: _Warnings) -> dict[str, str]:
    """The keys of a fragment with their texts, decoded and trimmed; as in the original, the last of each key wins."""
    given: dict[str, str] = {}
    pieces = fragment.text.rstrip(_CLOSING).split("&")
    for index, piece in enumerate(pieces):
        # the original cuts at every "=" and takes the second part
        name, *parts = piece.split("=", 2)
        name = decoded(name).strip()
        key = _key(name, warnings)
        if key is None:
            # a query may contain keys of other software
            if name and not fragment.is_query:
                warnings.add("ignored", name, "".join(parts[:1]), None, "is not a known key and is ignored.")
            continue
        text = (piece.partition("=")[2] if key.type.whole else parts[0]) if parts else ""
        if not key.type.raw:
            text = decoded(text).strip()
            text = text.rstrip(_PROSE) if index == len(pieces) - 1 else text
        name = key.name
        if name in given and given[name] != text:
            warnings.add(
                "changed",
                name,
                given[name],
                text,
                f"is given more than once; the last value, {quoted(text)}, is used.",
            )
        given.pop(name, None)
        if parts or not key.type.blank:
            given[name] = text
    return given


def _key(name: str, warnings: _Warnings) -> Key | None:
    """The key of a name, which may be damaged, or differ from the original in case."""
    bare = re.sub(r"[^A-Za-z0-9_]", "", plain(name))
    if key := BY_NAME.get(name) or BY_NAME.get(bare):
        return key
    key = _BY_LOWER_NAME.get(bare.lower()) if len(bare) > 1 else None
    if key is not None:
        warnings.add("changed", name, name, key.name, f"is spelled {key.name} in links and is used as such.")
    return key


def _parse_values(given: Mapping[str, str], warnings: _Warnings) -> dict[str, Any]:
    """The value of every slot."""
    slots = {key.slot: key.default for key in KEYS}
    for key in KEYS:
        text = given.get(key.name)
        if text is None or (not text.strip() and not key.type.blank):
            continue
        try:
            slots[key.slot] = _parse_value(key, text)
        except Rejected as rejected:
            slots[key.slot] = value = key.default if rejected.use is None else rejected.use
            used = None if rejected.code == "ignored" else key.type.format(value)
            used = decoded(used) if used and key.type.whole else used
            instead = "it is ignored" if used is None else f"{sanitize(used)} is used instead"
            warnings.add(rejected.code, key.name, text, used, f"{quoted(text)} {rejected.reason}; {instead}.")
    return slots


def _parse_value(key: Key, text: str) -> Any:
    """The value of a text, or of what it was before it was damaged. Raises Rejected."""
    try:
        return key.type.parse(text)
    except Rejected as rejected:
        reasons = [rejected]
    for reading in readings(text, whole=key.type.listed):
        try:
            return key.type.parse(reading)
        except Rejected as rejected:
            reasons.append(rejected)
    try:
        raise next((reason for reason in reasons if reason.use is not None), reasons[0])
    finally:
        # an exception in a local variable forms a cycle with the call, which keeps the callers' objects alive
        del reasons


def _warn_unused(config: Config, warnings: _Warnings) -> None:
    """Warn of settings without effect."""
    _warn_of_other_data(config, warnings)
    if config.regularizer == "none" and config.regularization_rate > 0:
        rate = format_number(config.regularization_rate)
        warnings.add("unused", "regularizationRate", rate, rate, f"{rate} is not used, since regularization is none.")
    if config.own is not None and not len(config.own):
        name = config.active_dataset
        reason = f"{name} has no examples in this link; draw some on the map, or upload a file."
        warnings.add("unused", _dataset_key(config), name, name, reason)
        return
    _warn_sizes(config, warnings)


_CHOOSE_DATA = frozenset({"problem", "regression_dataset", "own_examples"})
"""Fields that links may keep for when other data are chosen."""


def _warn_of_other_data(config: Config, warnings: _Warnings) -> None:
    """Warn of settings that are about points where the examples are pictures, and the other way round."""
    others, kind = ("points", "pictures") if config.has_pictures else ("pictures", "points")
    for name, field in FIELDS.items():
        value = getattr(config, name)
        if field.data != others or name in _CHOOSE_DATA or value == field.default:
            continue
        found = set(value) ^ set(field.default) if name == "features" else {name}
        for slot in (key.slot for key in KEYS if key.slot in found):
            key = BY_SLOT[slot]
            text = key.type.format(slot in value if name == "features" else value)
            reason = f"{text} is not used, since the examples of {config.active_dataset} are {kind}."
            warnings.add("unused", key.name, text, text, reason)
    if config.has_pictures:
        _warn_of_pictures(config, warnings)


def _warn_of_pictures(config: Config, warnings: _Warnings) -> None:
    """Warn of settings that mean something else where the examples are pictures."""
    if config.loss not in {"squared_error", "cross_entropy"}:
        reason = f"{config.loss} does not exist for ten digits; cross-entropy is used instead."
        warnings.add("unused", "loss", config.loss, "cross_entropy", reason)
    count, (train, _, _) = config.train_count, _sizes(config)
    if count > train:
        reason = f"{count} is more than {config.active_dataset} has; all {train} are used."
        warnings.add("unused", "trainCount", str(count), str(train), reason)


def _dataset_key(config: Config) -> str:
    return "dataset" if config.problem == "classification" else "regDataset"


def _warn_sizes(config: Config, warnings: _Warnings) -> None:
    """Warn of what follows from having few examples."""
    train, validation, test = _sizes(config)
    size, share = str(config.batch_size), format_number(config.validation_percent)
    if config.batch_size > train and config.rest != "applied" and config.own is None:
        examples = f"{train} training example{'s' if train != 1 else ''}"
        reason = f"{size} is larger than the {examples}, so the weights are never updated."
        warnings.add("unused", "batchSize", size, size, reason)
    if config.has_pictures:
        return
    if config.validation_percent and not validation:
        why = "all examples are training data" if config.train_percent >= 100 else "there are too few examples"
        warnings.add("unused", "validationPercent", share, share, f"{share} is not used, since {why}.")
    if test or config.train_percent >= 100:
        return
    if validation:
        reason = f"{share} leaves no test examples, so there is no test loss."
        warnings.add("unused", "validationPercent", share, share, reason)
    elif config.own is not None:
        name = config.active_dataset
        reason = f"{name} has no test examples, so there is no test loss."
        warnings.add("unused", _dataset_key(config), name, name, reason)
    else:
        count = str(config.example_count)
        warnings.add(
            "unused", "exampleCount", count, count, f"{count} leaves no test examples, so there is no test loss."
        )


def _sizes(config: Config) -> tuple[int, int, int]:
    """The number of examples for training, validation and testing."""
    if config.has_pictures:
        return _picture_sizes(config)
    count = config.example_count or DATASETS[config.active_dataset].size
    # with an unbalanced class, the number is known only once the examples are drawn
    is_thinned = config.class_share != FIELDS["class_share"].default and config.classes == 2
    if config.own is not None or (is_thinned and (config.batch_size > count // 20 or count < _FEW)):
        examples = draw_examples(config)
        return examples.train_size, examples.validation_size, examples.test_size
    train = max(1, math.floor(count * config.train_percent / 100))
    validation = min(math.floor(count * config.validation_percent / 100), count - train)
    return train, validation, count - train - validation


def _picture_sizes(config: Config) -> tuple[int, int, int]:
    count = DATASETS[config.active_dataset].size
    held_out = count // 10
    most = count - 2 * held_out
    return min(config.train_count or most, most), held_out, held_out


def _warn_unusual_rates(networks: Iterable[Config], warnings: _Warnings) -> None:
    """Warn of an optimizer, also of a variant, that hardly learns with the defaults of all other optimizers."""
    for config in networks:
        usual = OPTIMIZERS[config.optimizer].usual
        if not usual or any(getattr(config, name) != FIELDS[name].default for name in usual):
            continue
        at = " and ".join(f"{FIELDS[name].label.lower()} {format_number(FIELDS[name].default)}" for name in usual)
        better = " and ".join(f"{FIELDS[name].label.lower()} {format_number(value)}" for name, value in usual.items())
        reason = f"{config.optimizer} hardly learns with {at}; it is usually used with {better}."
        warnings.add("unused", "optimizer", config.optimizer, config.optimizer, reason)
        return


def _warn_idle_goal(view: View, warnings: _Warnings) -> None:
    """Warn of constraints of a goal without a target."""
    if view.has_own_goal:
        return
    targets = ", ".join(goal.key for goal in OWN_GOALS.values() if goal.is_target)
    for name, goal in OWN_GOALS.items():
        if (value := getattr(view, name)) is not None:
            reason = f"{value:g} is not used, since the goal has no target; expected one of {targets}."
            warnings.add("unused", goal.key, f"{value:g}", f"{value:g}", reason)


def _warn_idle_axes(config: Config, view: View, warnings: _Warnings) -> None:
    """Warn of swept settings that have no effect in any network of the sweep."""
    axes = view.sweep.axes if view.sweep else ()
    swept = {axis.field: axis.values for axis in axes}
    for axis in axes:
        for needed, values in FIELDS[axis.field].needs.items():
            present = config.activations[:-1] if needed == "activation" else (getattr(config, needed),)
            if set(values).isdisjoint((*swept.get(needed, ()), *present)):
                key = BY_SLOT[needed].name
                reason = f"varies {axis.key}, which has no effect here; expected {key} to be {_one_of(values)}."
                warnings.add("unused", "sweep", f"{axis.key}:{axis.text}", f"{axis.key}:{axis.text}", reason)


def _one_of(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else names[0]


_PICTURE_SHAPE = (30,)
"""The hidden layers of a network that reads pictures in place of those that are too large."""


# --- limits ----------------------------------------------------------------------------------------------------------


def _fit(slots: dict[str, Any], limits: Limits, warnings: _Warnings) -> None:
    """Replace a network that is too large by the default, or by one without hidden layers."""
    key = BY_SLOT["hidden_layer_sizes"]
    side = _side(slots)
    inputs = side**2 or sum(bool(slots[name]) for name in FEATURES)
    limits = limits.of(has_pictures=side > 0)
    classes = _classes(slots)
    outputs = classes if classes > 2 else 1

    def parameters(shape: tuple[int, ...]) -> int:
        names = hidden_activations(len(shape), slots["activation"], slots["layer_activations"])
        pieces = layer_pieces(names, slots["maxout_pieces"])
        return count_parameters((inputs, *shape, outputs), pieces, slots["batch_norm"])

    def too_large(shape: tuple[int, ...]) -> str:
        return _too_large(shape, lambda: parameters(shape), limits)

    asked: tuple[int, ...] = slots[key.slot]
    reason = too_large(asked)
    if reason:
        default = _PICTURE_SHAPE if side else key.default
        slots[key.slot] = shape = () if too_large(default) else default
        got, used = key.type.format(asked[:MAX_GOT]), key.type.format(shape)
        warnings.add("refused", key.name, got, used, f"{reason}; {used or 'no hidden layer'} is used instead.")


def _fitting_variants(
    config: Config, variants: Iterable[Variant], limits: Limits, warnings: _Warnings
) -> tuple[Variant, ...]:
    """The variants whose networks are within the limits."""
    kept = []
    for variant in variants:
        if reason := _config_too_large(config.replace(**variant), limits):
            warnings.add("refused", "compare", format_variants([variant]), None, f"{reason}; it is left out.")
        else:
            kept.append(variant)
    return tuple(kept)


def _fitting_sweep(config: Config, sweep: SweepText, limits: Limits, warnings: _Warnings) -> SweepText | None:
    """A sweep without the values whose networks are over a limit; None if nothing is left of its settings."""
    axes = []
    for axis in sweep.axes:
        reasons = {
            value: _config_too_large(config.replace(**{axis.field: value}), limits)
            for value in (axis.values if FIELDS[axis.field].effect >= Effect.NETWORK else ())
        }
        kept = tuple(value for value in axis.values if not reasons.get(value))
        if reason := next(filter(None, reasons.values()), ""):
            left = f"{len(axis.values) - len(kept)} of {len(axis.values)} values of {axis.key} are left out"
            warnings.add("refused", "sweep", f"{axis.key}:{axis.text}", None, f"{reason}; {left}.")
        axes += [axis if kept == axis.values else axis_of(axis.key, kept)] if kept else []
    return replace(sweep, axes=tuple(axes)) if axes or not sweep.axes else None


def _classes(slots: Mapping[str, Any]) -> int:
    """Classes of the data; 0 in regression."""
    dataset = DATASETS[slots["dataset"]]
    if slots["problem"] != "classification":
        return 0
    return of_problem(decode(slots["own_examples"]), slots["problem"]).classes if dataset.is_own else dataset.classes


def _side(slots: Mapping[str, Any]) -> int:
    """Pixels of a side of the pictures, or 0 for points."""
    return DATASETS[slots["dataset"]].side if slots["problem"] == "classification" else 0


def _config_too_large(config: Config, limits: Limits) -> str:
    allowed = limits.of(has_pictures=config.has_pictures)
    return _too_large(config.hidden_layer_sizes, lambda: config.parameter_count, allowed)


def _too_large(shape: tuple[int, ...], count: Callable[[], int], limits: Limits) -> str:
    """The limit that a shape exceeds, the server's or else the engine's; "" if it fits.

    Parameters are counted only of a shape that fits otherwise.
    """
    if len(shape) > limits.layers:
        return f"asks for {len(shape)} hidden layers, and this server allows {limits.layers}"
    if max(shape, default=0) > limits.units:
        return f"asks for a layer of {sanitize(str(max(shape)))} neurons, and this server allows {limits.units}"
    if (parameters := count()) > limits.parameters:
        return f"asks for {parameters} weights and biases, and this server allows {limits.parameters}"
    try:
        checked("hidden_layer_sizes", shape)
    except Rejected as rejected:
        return rejected.reason
    return ""
