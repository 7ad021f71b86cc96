"""From a link to an experiment, whatever has happened to the link on its way."""

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from app.link.characters import plain, readings
from app.link.goals import OWN_GOALS
from app.link.keys import Key
from app.link.limits import Limits, fit, without_too_large
from app.link.notices import Notice, Notices
from app.link.repair import Fragment, repaired
from app.link.slots import experiment_of
from app.link.table import BY_NAME, KEYS
from app.link.text import decoded, format_number
from app.link.values import Refused
from app.link.view import View
from app.text import quoted, shown
from engine import DATASETS, FIELDS, OPTIMIZERS, Config
from engine.examples import draw_examples

MAX_LENGTH = 65_536
"""Characters of a link that are read; what comes after them is not."""

_FEW = 100
"""Examples of which one part may be empty."""

_CLOSING = " \t\r\n/)"
_PROSE = _CLOSING + ".,;:!?\"'`>]}”’»"


_BY_SMALL_NAME = {name.lower(): key for name, key in BY_NAME.items() if len(name) > 1}


class Link(NamedTuple):
    """What a link means."""

    config: Config
    view: View
    notices: tuple[Notice, ...]


def parse_link(text: str, limits: Limits | None = None, examples: str = "") -> Link:
    """What a link means: a whole address from any host, or what follows its `#`.

    Never raises. Without a seed, the experiment gets a new one, as in the original. A link that brings no own examples
    is given the valid code of those in `examples`.
    """
    limits, notices = limits or Limits(), Notices()
    given = _pairs(repaired(_cut(_with_whole_characters(text), notices)), notices)
    slots = _read(given, notices)
    slots["own_examples"] = slots["own_examples"] or examples
    fit(slots, limits, notices)
    config, view = experiment_of(slots)
    view = without_too_large(config, view, limits, notices)
    _tell_unused(config, notices)
    _tell_unusual_rates([config, *(config.replace(**variant) for variant in view.compare)], notices)
    _tell_idle_goal(view, notices)
    return Link(config, view, tuple(notices))


def _with_whole_characters(text: str) -> str:
    """A text in which halves of surrogate pairs have found each other, or are replaced."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _cut(text: str, notices: Notices) -> str:
    """As much of a text as is read."""
    if len(text) <= MAX_LENGTH:
        return text
    reason = f"has {len(text)} characters; only the first {MAX_LENGTH} are read."
    notices.say("refused", "The link", text, None, reason)
    return text[:MAX_LENGTH].rpartition("&")[0]


def _pairs(fragment: Fragment, notices: Notices) -> dict[str, str]:
    """The keys of a fragment with their texts, decoded and trimmed; as in the original, the last of a kind wins."""
    given: dict[str, str] = {}
    pieces = fragment.text.rstrip(_CLOSING).split("&")
    for place, piece in enumerate(pieces):
        # the original cuts at every "=" and takes the second part
        name, *parts = piece.split("=", 2)
        name = decoded(name).strip()
        key = _key(name, notices)
        if key is None:
            # behind a question mark there are keys of others, too
            if name and not fragment.is_query:
                notices.say("ignored", name, "".join(parts[:1]), None, "is not known here and is ignored.")
            continue
        text = (piece.partition("=")[2] if key.kind.whole else parts[0]) if parts else ""
        if not key.kind.raw:
            text = decoded(text).strip()
            text = text.rstrip(_PROSE) if place == len(pieces) - 1 else text
        name = key.name
        if name in given and given[name] != text:
            notices.say(
                "changed", name, given[name], text, f"is given more than once; the last, {shown(text)}, counts."
            )
        given.pop(name, None)
        if parts or not key.kind.blank:
            given[name] = text
    return given


def _key(name: str, notices: Notices) -> Key | None:
    """The key of a name, which may have come to harm, or be written in capitals where the original has none."""
    bare = re.sub(r"[^A-Za-z0-9_]", "", plain(name))
    if key := BY_NAME.get(name) or BY_NAME.get(bare):
        return key
    key = _BY_SMALL_NAME.get(bare.lower()) if len(bare) > 1 else None
    if key is not None:
        notices.say("changed", name, name, key.name, f"is written {key.name} in links and is read as that.")
    return key


def _read(given: Mapping[str, str], notices: Notices) -> dict[str, Any]:
    """The value of every slot."""
    slots = {key.slot: key.default for key in KEYS}
    for key in KEYS:
        text = given.get(key.name)
        if text is None or (not text.strip() and not key.kind.blank):
            continue
        try:
            slots[key.slot] = _value(key, text)
        except Refused as refused:
            slots[key.slot] = value = key.default if refused.use is None else refused.use
            used = None if refused.code == "ignored" else key.kind.write(value)
            instead = "it is ignored" if used is None else f"{shown(used)} is used instead"
            notices.say(refused.code, key.name, text, used, f"{quoted(text)} {refused.reason}; {instead}.")
    return slots


def _value(key: Key, text: str) -> Any:
    """What the text of a key means, or what it did before it came to harm. Raises Refused."""
    try:
        return key.kind.read(text)
    except Refused as refused:
        reasons = [refused]
    for reading in readings(text):
        try:
            return key.kind.read(reading)
        except Refused as refused:
            reasons.append(refused)
    raise next((reason for reason in reasons if reason.use is not None), reasons[0])


def _tell_unused(config: Config, notices: Notices) -> None:
    """Say what a valid experiment will not make use of."""
    if config.regularizer == "none" and config.regularization_rate > 0:
        rate = format_number(config.regularization_rate)
        notices.say("unused", "regularizationRate", rate, rate, f"{rate} is not used, because regularization is none.")
    if config.own is not None and not len(config.own):
        name = config.active_dataset
        reason = f"{name} has no examples in this link; put some on the map, or open a file of them."
        notices.say("unused", _dataset_key(config), name, name, reason)
        return
    _tell_sizes(config, notices)


def _dataset_key(config: Config) -> str:
    return "dataset" if config.problem == "classification" else "regDataset"


def _tell_sizes(config: Config, notices: Notices) -> None:
    """Say what follows from there being few examples, of one kind or another."""
    train, validation, test = _sizes(config)
    size, share = str(config.batch_size), format_number(config.validation_percent)
    if config.batch_size > train and config.rest != "applied" and config.own is None:
        examples = f"{train} training example{'s' if train != 1 else ''}"
        reason = f"{size} is more than the {examples}, so the weights are never updated."
        notices.say("unused", "batchSize", size, size, reason)
    if config.validation_percent and not validation:
        why = "all examples are training data" if config.train_percent >= 100 else "there are too few examples"
        notices.say("unused", "validationPercent", share, share, f"{share} is not used, because {why}.")
    if test or config.train_percent >= 100:
        return
    if validation:
        reason = f"{share} leaves no test examples, so there is no test loss."
        notices.say("unused", "validationPercent", share, share, reason)
    elif config.own is not None:
        name = config.active_dataset
        reason = f"{name} has no test examples, so there is no test loss."
        notices.say("unused", _dataset_key(config), name, name, reason)
    else:
        count = str(config.example_count)
        notices.say(
            "unused", "exampleCount", count, count, f"{count} leaves no test examples, so there is no test loss."
        )


def _sizes(config: Config) -> tuple[int, int, int]:
    """How many examples there are for training, validation and the test."""
    count = config.example_count or DATASETS[config.active_dataset].size
    # how many are left when one class is thinned out is known only when they are drawn
    is_thinned = config.class_share != FIELDS["class_share"].default and config.classes == 2
    if config.own is not None or (is_thinned and (config.batch_size > count // 20 or count < _FEW)):
        examples = draw_examples(config)
        return examples.train_size, examples.validation_size, examples.test_size
    train = max(1, math.floor(count * config.train_percent / 100))
    validation = min(math.floor(count * config.validation_percent / 100), count - train)
    return train, validation, count - train - validation


def _tell_unusual_rates(networks: Iterable[Config], notices: Notices) -> None:
    """Say that an optimizer, of a network or of one beside it, hardly learns with what suits all the others."""
    for config in networks:
        usual = OPTIMIZERS[config.optimizer].usual
        if not usual or any(getattr(config, name) != FIELDS[name].default for name in usual):
            continue
        at = " and ".join(f"{FIELDS[name].label.lower()} {format_number(FIELDS[name].default)}" for name in usual)
        better = " and ".join(f"{FIELDS[name].label.lower()} {format_number(value)}" for name, value in usual.items())
        reason = f"{config.optimizer} hardly learns with {at}; it is usually run with {better}."
        notices.say("unused", "optimizer", config.optimizer, config.optimizer, reason)
        return


def _tell_idle_goal(view: View, notices: Notices) -> None:
    """Say that conditions of a goal are of no use where nothing is to be reached."""
    if view.has_own_goal:
        return
    asks = ", ".join(goal.key for goal in OWN_GOALS.values() if goal.is_target)
    for name, goal in OWN_GOALS.items():
        if (value := getattr(view, name)) is not None:
            reason = f"{value:g} is not used, because there is nothing to reach: a goal needs one of {asks}."
            notices.say("unused", goal.key, f"{value:g}", f"{value:g}", reason)
