"""What the glossary shows of the engine's registries: every choice with its formula and its sentence.

The choices that `templates/glossary.html` says more about are named there; the others follow by themselves.
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from markupsafe import Markup, escape

from engine.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS
from engine.datasets import DATASETS
from engine.features import FEATURES
from engine.initializers import INITIALIZERS
from engine.losses import LOSSES
from engine.optimizers import OPTIMIZERS
from engine.regularizers import REGULARIZERS
from engine.schedules import SCHEDULES


class Choice(NamedTuple):
    """An entry of a registry: its anchor in the glossary, and what the entry itself says."""

    id: str
    label: str
    help: str
    formula: str


def _choices(registry: Mapping[str, Any]) -> dict[str, Choice]:
    return {
        name: Choice(name.lower().replace("_", "-"), entry.label, entry.help, getattr(entry, "formula", ""))
        for name, entry in registry.items()
    }


CHOICES: Mapping[str, Mapping[str, Choice]] = {
    "activations": _choices(ACTIVATIONS),
    "output_activations": _choices(OUTPUT_ACTIVATIONS),
    "losses": _choices(LOSSES),
    "optimizers": _choices(OPTIMIZERS),
    "regularizers": _choices(REGULARIZERS),
    "schedules": _choices(SCHEDULES),
    "initializers": _choices(INITIALIZERS),
    "datasets": _choices(DATASETS),
    "features": _choices(FEATURES),
}
"""The registries by name."""

_TERMS = {choice.label: choice.id for kind in ("activations", "optimizers") for choice in CHOICES[kind].values()}
"""The choices that sentences name, and their anchors."""


def formula(text: str) -> Markup:
    """A formula as HTML: single letters are variables."""
    return Markup(re.sub(r"(?<![a-zA-Z])([a-zA-Z]\u0302?)(?![a-zA-Z])", r"<var>\1</var>", str(escape(text))))  # noqa: S704


def linked(text: str, own: str) -> Markup:
    """A sentence as HTML, with a link to each choice that it names; `own` is the anchor of the choice it explains."""
    names = "|".join(re.escape(label) for label, anchor in _TERMS.items() if anchor != own)
    link = re.compile(rf"(?<!\w)({names})(?!\w)")
    html = link.sub(lambda found: f'<a href="#{_TERMS[found[0]]}">{found[0]}</a>', str(escape(text)))
    return Markup(html)  # noqa: S704
