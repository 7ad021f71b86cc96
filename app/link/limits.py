"""The largest network that a link may ask for, and what is done with one that asks for more."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.link.notices import Notices
from app.link.table import BY_SLOT
from app.link.values import Refused, checked
from app.link.variants import written
from app.link.view import View
from app.text import MAX_GOT, shown
from engine import DATASETS, FEATURES, Config
from engine.config import count_parameters, hidden_activations, layer_pieces
from engine.own_examples import decode, of_problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The largest network that a link may ask for: hidden layers, units in one of them, weights and biases in all."""

    layers: int = 32
    units: int = 64
    parameters: int = 20_000


def fit(slots: dict[str, Any], limits: Limits, notices: Notices) -> None:
    """Put a smaller network in the place of one that is too large: the default, or at worst no hidden layer."""
    key = BY_SLOT["hidden_layer_sizes"]
    features = sum(bool(slots[name]) for name in FEATURES)
    classes = _classes(slots)
    outputs = classes if classes > 2 else 1

    def parameters(shape: tuple[int, ...]) -> int:
        names = hidden_activations(len(shape), slots["activation"], slots["layer_activations"])
        pieces = layer_pieces(names, slots["maxout_pieces"])
        return count_parameters((features, *shape, outputs), pieces, slots["batch_norm"])

    def too_large(shape: tuple[int, ...]) -> str:
        return _too_large(shape, lambda: parameters(shape), limits)

    asked: tuple[int, ...] = slots[key.slot]
    reason = too_large(asked)
    if reason:
        slots[key.slot] = shape = () if too_large(key.default) else key.default
        got, used = key.kind.write(asked[:MAX_GOT]), key.kind.write(shape)
        notices.say("refused", key.name, got, used, f"{reason}; {used or 'no hidden layer'} is used instead.")


def without_too_large(config: Config, view: View, limits: Limits, notices: Notices) -> View:
    """The view without those variants whose networks are over a limit."""
    kept = []
    for variant in view.compare:
        if reason := _config_too_large(config.replace(**variant), limits):
            notices.say("refused", "compare", written([variant]), None, f"{reason}; it is left out.")
        else:
            kept.append(variant)
    return replace(view, compare=tuple(kept))


def _classes(slots: Mapping[str, Any]) -> int:
    """Classes of the data; 0 in regression."""
    dataset = DATASETS[slots["dataset"]]
    if slots["problem"] != "classification":
        return 0
    return of_problem(decode(slots["own_examples"]), slots["problem"]).classes if dataset.is_own else dataset.classes


def _config_too_large(config: Config, limits: Limits) -> str:
    return _too_large(config.hidden_layer_sizes, lambda: config.parameter_count, limits)


def _too_large(shape: tuple[int, ...], count: Callable[[], int], limits: Limits) -> str:
    """Which limit a shape goes over, the server's or else the engine's; nothing if it fits.

    Parameters are counted only of a shape that may otherwise be.
    """
    if len(shape) > limits.layers:
        return f"asks for {len(shape)} hidden layers, and this server allows {limits.layers}"
    if max(shape, default=0) > limits.units:
        return f"asks for a layer of {shown(str(max(shape)))} units, and this server allows {limits.units}"
    if (parameters := count()) > limits.parameters:
        return f"asks for {parameters} weights and biases, and this server allows {limits.parameters}"
    try:
        checked("hidden_layer_sizes", shape)
    except Refused as refused:
        return refused.reason
    return ""
