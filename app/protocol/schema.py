"""The schema: what the page needs to know about the fields of an experiment and about this server."""

from base64 import b64encode
from collections.abc import Iterable, Mapping
from typing import Any

from app.protocol.messages import SENT_FIELDS
from app.protocol.version import VERSION
from app.training.pacing import SPEED_PRESETS
from engine import ACTIVATIONS, FEATURES, FIELDS
from engine.boundary import feature_thumbnails
from engine.config import GROUPS

PAGE_LIMITS = {"page_layers": 10, "page_units": 16}
"""The limits of the page's buttons; links may go beyond them."""


def schema(
    *,
    limits: Mapping[str, int],
    keys: Mapping[str, str],
    controls: Iterable[Any],
    plotly: str,
    frame_ancestors: Iterable[str] = (),
) -> dict[str, Any]:
    """What the page needs to know about the fields of an experiment and about this server, as plain JSON values.

    `limits` are those of the server, `keys` the names that links have for the config's fields, `controls` what can be
    hidden and locked, with label, section and what a lock covers, `plotly` where Plotly's script is, from the root of
    the server on, and `frame_ancestors` whose pages may show it in a frame, besides its own.
    """
    return {
        "version": VERSION,
        "fields": [
            {
                "name": name,
                "label": item.label,
                "kind": item.kind,
                "default": _plain(item.default),
                "choices": _options(item.choices) if item.choices is not None else None,
                "offered": _plain(item.offered),
                "low": item.low,
                "high": item.high,
                "effect": item.effect.name.lower(),
                "group": item.group,
                "data": item.data,
                "needs": [{"field": field, "values": list(values)} for field, values in item.needs.items()],
                "presets": [
                    {"field": field, "value": value, "preset": preset}
                    for field, presets in item.presets.items()
                    for value, preset in presets.items()
                ],
                "key": keys.get(name),
            }
            for name, item in FIELDS.items()
            if name in SENT_FIELDS
        ],
        "groups": _options(GROUPS),
        "paired": [name for name, activation in ACTIVATIONS.items() if activation.pieces > 1],
        "switching": [name for name, activation in ACTIVATIONS.items() if activation.switches],
        "features": [
            {"name": name, "label": feature.label, "picture": b64encode(picture.tobytes()).decode()}
            for (name, feature), picture in zip(FEATURES.items(), feature_thumbnails(), strict=True)
        ],
        "speeds": _options({name: speed.label for name, speed in SPEED_PRESETS.items()}),
        "controls": [_control(item) for item in controls],
        "limits": {**PAGE_LIMITS, **limits},
        "plotly": plotly,
        "frame_ancestors": list(frame_ancestors),
    }


def _control(item: Any) -> dict[str, Any]:
    """A control as the page knows it. If its lock covers only part of its fields, the page goes by its name."""
    return {
        "name": item.name,
        "label": item.label,
        "section": item.section,
        "original": item.is_original,
        "data": item.data,
        "fields": [] if item.part else list(item.fields),
        "view": list(item.view),
        "commands": list(item.commands),
    }


def _options(labels: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"value": value, "label": label} for value, label in labels.items()]


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
