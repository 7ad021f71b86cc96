"""From a link to an experiment, whatever has happened to the link on its way."""

import math
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from app.link.goals import OWN_GOALS
from app.link.limits import Limits, fit, without_too_large
from app.link.notices import Notice, Notices
from app.link.slots import SWALLOWED, experiment_of
from app.link.table import BY_NAME, KEYS
from app.link.text import decoded, format_number
from app.link.values import Refused
from app.link.view import View
from app.quoting import quoted, shown
from engine import DATASETS, Config

MAX_LENGTH = 65_536
"""Characters of a link that are read; what comes after them is not."""

_ENTITY = re.compile(r"&(?:amp;)+")
_CLOSING = " \t\r\n/)"
_PROSE = _CLOSING + ".,;:!?\"'`>]}”’»"


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
    given = _pairs(_fragment(_with_whole_characters(text), notices), notices)
    slots = _read(given, notices)
    slots["own_examples"] = slots["own_examples"] or examples
    fit(slots, limits, notices)
    config, view = experiment_of(slots)
    view = without_too_large(config, view, limits, notices)
    _tell_unused(config, notices)
    _tell_idle_goal(view, notices)
    return Link(config, view, tuple(notices))


def _with_whole_characters(text: str) -> str:
    """A text in which halves of surrogate pairs have found each other, or are replaced."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _fragment(text: str, notices: Notices) -> str:
    """The part of a link that says something, with the damage undone that links come to on their way."""
    if len(text) > MAX_LENGTH:
        got, text = text, text[:MAX_LENGTH].rpartition("&")[0]
        reason = f"has {len(got)} characters; only the first {MAX_LENGTH} are read."
        notices.say("refused", "The link", got, None, reason)
    address, hash_sign, fragment = text.partition("#")
    if not hash_sign:
        is_address = not set("/?").isdisjoint(address.partition("=")[0])
        fragment = address.partition("%23")[2] if is_address else address
    if "=" not in fragment and "%3D" in fragment:
        fragment = decoded(fragment)
    return SWALLOWED.sub("&reg", _ENTITY.sub("&", fragment))


def _pairs(fragment: str, notices: Notices) -> dict[str, str]:
    """The keys of a fragment with their texts, decoded and trimmed; as in the original, the last of a kind wins."""
    given: dict[str, str] = {}
    pieces = fragment.rstrip(_CLOSING).split("&")
    for place, piece in enumerate(pieces):
        # the original cuts at every "=" and takes the second part
        name, *parts = piece.split("=", 2)
        name = decoded(name).strip()
        key = BY_NAME.get(name)
        if key is None:
            if name:
                notices.say("ignored", name, "".join(parts[:1]), None, "is not known here and is ignored.")
            continue
        text = (piece.partition("=")[2] if key.kind.whole else parts[0]) if parts else ""
        if not key.kind.raw:
            text = decoded(text).strip()
            text = text.rstrip(_PROSE) if place == len(pieces) - 1 else text
        if name in given and given[name] != text:
            notices.say(
                "changed", name, given[name], text, f"is given more than once; the last, {shown(text)}, counts."
            )
        given.pop(name, None)
        if parts or not key.kind.blank:
            given[name] = text
    return given


def _read(given: Mapping[str, str], notices: Notices) -> dict[str, Any]:
    """The value of every slot."""
    slots = {key.slot: key.default for key in KEYS}
    for key in KEYS:
        text = given.get(key.name)
        if text is None or (not text.strip() and not key.kind.blank):
            continue
        try:
            slots[key.slot] = key.kind.read(text)
        except Refused as refused:
            slots[key.slot] = value = key.default if refused.use is None else refused.use
            used = None if refused.code == "ignored" else key.kind.write(value)
            instead = "it is ignored" if used is None else f"{shown(used)} is used instead"
            notices.say(refused.code, key.name, text, used, f"{quoted(text)} {refused.reason}; {instead}.")
    return slots


def _tell_unused(config: Config, notices: Notices) -> None:
    """Say what a valid experiment will not make use of."""
    if config.regularizer == "none" and config.regularization_rate > 0:
        rate = format_number(config.regularization_rate)
        notices.say("unused", "regularizationRate", rate, rate, f"{rate} is not used, because regularization is none.")
    if config.own is not None:
        if not len(config.own):
            name = config.active_dataset
            key = "dataset" if config.problem == "classification" else "regDataset"
            reason = f"{name} has no examples in this link; put some on the map, or open a file of them."
            notices.say("unused", key, name, name, reason)
        return
    count = config.example_count or DATASETS[config.active_dataset].size
    train_size = math.floor(count * config.train_percent / 100)
    if config.batch_size > train_size and config.rest != "applied":
        size = str(config.batch_size)
        reason = f"{size} is more than the {train_size} training examples, so the weights are never updated."
        notices.say("unused", "batchSize", size, size, reason)


def _tell_idle_goal(view: View, notices: Notices) -> None:
    """Say that conditions of a goal are of no use where nothing is to be reached."""
    if view.has_own_goal:
        return
    asks = ", ".join(goal.key for goal in OWN_GOALS.values() if goal.asks)
    for name, goal in OWN_GOALS.items():
        if (value := getattr(view, name)) is not None:
            reason = f"{value:g} is not used, because there is nothing to reach: a goal needs one of {asks}."
            notices.say("unused", goal.key, f"{value:g}", f"{value:g}", reason)
