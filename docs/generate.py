"""Writes the parts of documents and scripts that are generated from tables in the code: `make generate`.

In Markdown, a generated region is between `<!-- generated: NAME -->` and `<!-- end generated -->`, in JavaScript
between `// generated: NAME` and `// end generated`. To add one, put an empty region where the text belongs and add the
function that writes it to `REGIONS`. A test lists the regions that are out of date.
"""

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import Field, fields
from pathlib import Path
from typing import Any, NamedTuple

from app.course.steps import PANELS, PICTURE_PANELS
from app.link import GOALS, KEYS
from app.link.controls import Control, controls_on_page
from app.link.experiment_keys import Key
from app.settings import PREFIX, Settings
from app.web import metrics
from docs import wire
from docs.wire import union
from engine import FIELDS
from engine.activations import ACTIVATIONS
from engine.datasets import DATASETS
from engine.features import FEATURES
from engine.fields import Effect
from engine.initializers import INITIALIZERS
from engine.losses import LOSSES
from engine.optimizers import OPTIMIZERS
from engine.regularizers import REGULARIZERS
from engine.schedules import SCHEDULES

ROOT = Path(__file__).parents[1]

_REGION = re.compile(
    r"(?P<begin>^[ \t]*(?:<!-- generated: (?P<md>[\w-]+) -->|// generated: (?P<js>[\w-]+))\n)"
    r"(?P<body>.*?)"
    r"(?P<end>^[ \t]*(?:<!-- end generated -->|// end generated)$)",
    re.DOTALL | re.MULTILINE,
)


# --- contents of regions --------------------------------------------------------------------------------------------


def _effect() -> str:
    names = union(effect.name.lower() for effect in Effect)
    return f"/** What a change of the experiment rebuilds. @typedef {{{names}}} Effect */"


def _panel_name() -> str:
    return f'/** The panels of "Look inside". @typedef {{{union((*PANELS, *PICTURE_PANELS))}}} PanelName */'


def _panels() -> str:
    """The page's imports and its list of `PANELS`."""
    imports = "\n".join(f'import {{ panel as {name} }} from "./{name}.js";' for name in PANELS)
    return (
        f"{imports}\n\n/** In the order of their tabs. @type {{readonly PanelEntry[]}} */\n"
        f"export const PANELS = [{', '.join(PANELS)}];"
    )


_CHOICES: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "Activations": ("activation", ACTIVATIONS),
    "Data sets": ("dataset", {name: item for name, item in DATASETS.items() if item.classes}),
    "Data sets for regression": ("regDataset", {name: item for name, item in DATASETS.items() if not item.classes}),
    "Features": ("a key each", FEATURES),
    "Losses": ("loss", LOSSES),
    "Initializers": ("initializer", INITIALIZERS),
    "Optimizers": ("optimizer", OPTIMIZERS),
    "Schedules": ("schedule", SCHEDULES),
    "Regularizers": ("regularization", REGULARIZERS),
}
"""The registries, each with the link key that selects from it."""


def _choices() -> str:
    lines = ["| | key | choices |", "|---|---|---|"]
    for title, (key, registry) in _CHOICES.items():
        names = (f"`{name}`{'' if name == it.label else f' ({it.label})'}" for name, it in registry.items())
        shown = key if " " in key else f"`{key}`"
        lines.append(f"| {title} | {shown} | {', '.join(names)} |")
    return "\n".join(lines)


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table in Markdown."""
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _link_keys() -> str:
    keys = [key for key in KEYS if key.name not in GOALS and not key.name.endswith(("_hide", "_lock"))]
    return table(
        ("key", "default", "meaning", "value"),
        ((f"`{key.name}`", _default_of(key), _meaning_of(key), _allowed_by(key)) for key in keys),
    )


def _default_of(key: Key) -> str:
    return f"`{key.type.format(key.default)}`" if key.default not in (None, "", ()) else "–"


def _meaning_of(key: Key) -> str:
    return key.about or FIELDS[key.slot].help.what


def _allowed_by(key: Key) -> str:
    if key.slot in FIELDS:
        return FIELDS[key.slot].allowed
    return "true or false" if isinstance(key.default, bool) else "–"


def _controls() -> str:
    return table(
        ("part of the page", "control", "NAME", "a lock covers"),
        (
            (control.section, control.label, f"`{control.name}`", _covered_by(control) or "–")
            for control in controls_on_page()
        ),
    )


def _covered_by(control: Control) -> str:
    """The fields and commands that a lock covers."""
    if control.name == "lab":
        return "all of the following"
    covered = ", ".join(f"`{name}`" for name in (*control.fields, *control.view, *control.commands))
    return f"part of {covered}" if control.part else covered


def _settings() -> str:
    return table(
        ("variable", "default", "meaning"),
        (
            (f"`{PREFIX}{item.name.upper()}`", _default_setting(item), item.metadata["help"])
            for item in fields(Settings)
        ),
    )


def _default_setting(item: "Field[Any]") -> str:
    if item.name == "workers":
        return "one per core that it may use"
    if item.default in {(), ""}:
        return "none"
    shown = ",".join(item.default) if isinstance(item.default, tuple) else str(item.default).lower()
    return f"`{shown}`"


def _metrics() -> str:
    return table(
        ("metric", "kind", "label", "what"),
        (
            (f"`{metrics.PREFIX}{item.name}`", item.kind, f"`{item.label}`" if item.label else "–", item.help)
            for item in metrics.METRICS
        ),
    )


REGIONS: Mapping[str, Callable[[], str]] = {
    "choices": _choices,
    "controls": _controls,
    "effect": _effect,
    "commands": wire.commands_table,
    "view-fields": wire.view_table,
    "messages": wire.messages_table,
    "containers": wire.containers_table,
    "message-parts": wire.parts_table,
    "class-commands": wire.class_commands_table,
    "class-settings": wire.class_settings_table,
    "class-messages": wire.class_messages_table,
    "class-containers": wire.class_containers_table,
    "class-parts": wire.class_parts_table,
    "class-types": wire.class_message_types,
    "class-needed": wire.class_needed,
    "message-types": wire.message_types,
    "config-type": wire.config_type,
    "view-type": wire.view_type,
    "needed": wire.needed,
    "version": wire.version,
    "link-keys": _link_keys,
    "panel-name": _panel_name,
    "panels": _panels,
    "settings": _settings,
    "metrics": _metrics,
}
"""The functions that write the regions, by name; each returns whole lines, the last without a line break."""


# --- files ----------------------------------------------------------------------------------------------------------


class Region(NamedTuple):
    """A generated region: the file that it is in, its name, what it holds now and what it should hold."""

    path: Path
    name: str
    text: str
    expected: str


def files() -> list[Path]:
    """The files that may have generated regions."""
    return sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("static/js/**/*.js")])


def regions() -> Iterator[Region]:
    """All regions of all files. Raises KeyError for a name that `REGIONS` does not have."""
    for path in files():
        for found in _REGION.finditer(path.read_text("utf-8")):
            name = found["md"] or found["js"]
            yield Region(path, name, found["body"], f"{REGIONS[name]()}\n")


def generate(path: Path) -> bool:
    """Write the regions of a file, and return whether that changed anything."""
    old = path.read_text("utf-8")
    new = _REGION.sub(lambda found: f"{found['begin']}{REGIONS[found['md'] or found['js']]()}\n{found['end']}", old)
    if new != old:
        path.write_text(new, "utf-8")
    return new != old


def main() -> None:
    """Write all regions, and print the files that changed."""
    for path in filter(generate, files()):
        sys.stdout.write(f"{path.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
