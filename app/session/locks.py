"""Locks: what a link has locked stays as it is, whatever way a change of it comes.

One table, `COVERS`, says for every control which fields of the config, which fields of the view and which commands it
covers. A lock holds *values*: what a change would leave as it is passes, also where it names a locked field.

Within one session locks only grow. They keep a class on its way; they are no secret and no protection against somebody
who edits the link and opens it as a page of its own: such a page begins with what its link says.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

from app.link import CONTROLLED, LABELS, LAYERS_WITH_BUTTONS, OWN_CONTROLS, OWN_GOALS, SETTINGS, Link, Notice, View
from app.protocol import Command, Fault, Inspect, ProtocolError, fault, shorten
from engine import FEATURES, Config


class Cover(NamedTuple):
    """What a control covers: fields of the config, fields of the view, and commands by their type.

    A control that covers a part of a field only says with `part` which: the value that is to stay.
    """

    fields: tuple[str, ...] = ()
    view: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    part: Callable[[Config], object] | None = None

    def held(self, config: Config) -> object:
        """What a lock keeps of a config."""
        return self.part(config) if self.part else tuple(getattr(config, name) for name in self.fields)


def _feature(name: str) -> Cover:
    return Cover(("features",), part=lambda config: name in config.features)


def _units(layer: int) -> Cover:
    """The units of a hidden layer, counted from 1; a layer that is not there has none."""
    return Cover(("hidden_layer_sizes",), part=lambda config: config.hidden_layer_sizes[layer - 1 : layer])


_ALSO: Mapping[str, tuple[str, ...]] = {
    "activation": ("layer_activations",),
    "dropout": ("layer_dropout",),
    "dataset": ("regression_dataset",),
}
"""Fields that go with the field of a control: its own for single layers, and for the other problem."""

COVERS: Mapping[str, Cover] = {
    **{name: Cover((field, *_ALSO.get(field, ()))) for name, field in CONTROLLED.items()},
    # the original's
    "showTestData": Cover(view=("show_test_data",)),
    "discretize": Cover(view=("discretize",)),
    "playButton": Cover(commands=("play",)),
    "stepButton": Cover(commands=("advance",)),
    "resetButton": Cover(commands=("reset", "rewind")),
    "numHiddenLayers": Cover(("hidden_layer_sizes",), part=lambda config: len(config.hidden_layer_sizes)),
    **{name: _feature(name) for name in FEATURES},
    **{f"numNodes{layer}": _units(layer) for layer in LAYERS_WITH_BUTTONS},
    # links of the original name these, and there is nothing behind them
    "cosX": Cover(),
    "cosY": Cover(),
    # our own
    "speed": Cover(commands=("set_speed",)),
    "regenerate": Cover(("seed",), commands=("regenerate",)),
    # reset draws the next weights of the stream, rewind takes the same
    "seeds": Cover(("seed", "weight_seed", "weight_offset"), commands=("reseed", "regenerate", "reset")),
    "weights": Cover(commands=("set_parameter",)),
    "biasUnits": Cover(view=("show_bias_units",)),
    "ownData": Cover(("own_examples",), commands=("edit_examples",)),
    "lab": Cover(tuple(SETTINGS.values())),
    "lookInside": Cover(commands=("inspect",)),
    "runControl": Cover(commands=("run_until",)),
    "timeTravel": Cover(commands=("seek",)),
    "goals": Cover(view=("goals", *OWN_GOALS)),
    "compare": Cover(view=("compare",), commands=("swap",)),
    "pictureExport": Cover(commands=("animate",)),
    # this changes nothing but the page, which alone heeds its lock
    "runTable": Cover(),
}
"""What each control of `HIDEABLE` covers."""

_SEEDS = COVERS["seeds"].fields

_CONTROL_OF = {field: name for name, field in CONTROLLED.items()}


def _of(*fields: str) -> tuple[str, ...]:
    return tuple(_CONTROL_OF[field] for field in fields)


PLACES: Mapping[str, tuple[str, ...]] = {
    "Training": (
        "playButton", "stepButton", "resetButton", "speed", "runControl",
        *_of("learning_rate", "activation", "regularizer", "regularization_rate", "problem"),
    ),
    "Data": ("dataset", "ownData", *_of("train_percent", "noise", "batch_size"), "seeds", "regenerate"),
    "Features": tuple(FEATURES),
    "Network": (
        "numHiddenLayers", *(f"numNodes{layer}" for layer in LAYERS_WITH_BUTTONS), "weights", "biasUnits", "lookInside",
    ),
    "Result": ("showTestData", "discretize", "goals", "timeTravel", "pictureExport", "runTable", "compare"),
    "More settings": ("lab", *SETTINGS),
}  # fmt: skip
"""Where on the page the controls are."""


class Control(NamedTuple):
    """A control as a page is told of it: where it is, whether it is the original's, and what its lock covers.

    Of what it covers a part of, the page knows by its name.
    """

    name: str
    label: str
    place: str
    original: bool
    fields: tuple[str, ...]
    view: tuple[str, ...]
    commands: tuple[str, ...]


def controls() -> tuple[Control, ...]:
    """All controls of the page, place by place."""
    return tuple(
        Control(name, LABELS[name], place, name not in OWN_CONTROLS, () if cover.part else cover.fields, *cover[1:3])
        for place, names in PLACES.items()
        for name in names
        for cover in (COVERS[name],)
    )


def refuse_command(locked: Iterable[str], command: Command) -> None:
    """Raise ProtocolError (locked) if a command is one that a lock covers. To close what is open is always allowed."""
    if isinstance(command, Inspect) and command.panel is None:
        return
    for control in locked:
        if command.TYPE in COVERS[control].commands:
            why = f"{LABELS[control]} is locked by whoever made the link, so {command.TYPE} is not carried out"
            raise ProtocolError([fault("locked", control, command.TYPE, "what is not locked", why)])


def refuse_change(locked: Iterable[str], old: Config, new: Config) -> None:
    """Raise ProtocolError (locked) if a config would change what a lock holds."""
    faults = []
    for control in locked:
        cover = COVERS[control]
        if cover.held(old) != cover.held(new):
            name = next(name for name in cover.fields if getattr(old, name) != getattr(new, name))
            faults.append(_locked(control, name, getattr(old, name), getattr(new, name)))
    if faults:
        raise ProtocolError(faults)


def refuse_view(old: View, new: View) -> None:
    """Raise ProtocolError (locked) if a view would change what a lock holds, show or hide it, or take a lock away."""
    faults = [
        _locked(control, name, getattr(old, name), getattr(new, name))
        for control in old.locked
        for name in COVERS[control].view
        if getattr(old, name) != getattr(new, name)
    ]
    faults += [_locked(name, "locked", name, "") for name in old.locked if name not in new.locked]
    faults += [
        _locked(name, "hidden", name if name in old.hidden else "", name)
        for name in old.locked
        if (name in old.hidden) != (name in new.hidden)
    ]
    if faults:
        raise ProtocolError(faults)


def _locked(control: str, field: str, old: object, new: object) -> Fault:
    why = f"{LABELS[control]} is locked by whoever made the link: {field} stays {shorten(old)}"
    return fault("locked", field, new, shorten(old), why)


def with_seeds_kept(locked: Iterable[str], old: Config, new: Config, asked: Iterable[str]) -> Config:
    """`new` with the seeds of `old` where a lock holds them, so that a change that is allowed brings no other chance.

    Seeds that were `asked` for stay as they are; they are refused like any change.
    """
    held = {name for control in locked for name in COVERS[control].fields if name in _SEEDS} - {*asked}
    return new.replace(**{name: getattr(old, name) for name in held})


def kept(config: Config, view: View, link: Link) -> Link:
    """What becomes of a link that is opened in place of an experiment with locks.

    What is locked keeps its value and stays hidden or shown; the link's own locks come on top. Notices say what it
    wanted otherwise.
    """
    if not view.locked:
        return link
    changes = {
        name: getattr(config, name)
        for control in view.locked
        if COVERS[control].part is None
        for name in COVERS[control].fields
    }
    changes["features"] = _kept_features(view.locked, config.features, link.config.features)
    changes["hidden_layer_sizes"] = _kept_shape(view.locked, config.hidden_layer_sizes, link.config.hidden_layer_sizes)
    notices = [
        _notice(control) for control in view.locked if COVERS[control].held(config) != COVERS[control].held(link.config)
    ]
    held_view = {name: getattr(view, name) for control in view.locked for name in COVERS[control].view}
    notices += [_notice(control) for control in view.locked if _differ(COVERS[control].view, view, link.view)]
    seen = replace(
        link.view,
        **held_view,
        locked=(*view.locked, *link.view.locked),
        hidden=(*(set(link.view.hidden) - set(view.locked)), *(set(view.hidden) & set(view.locked))),
    )
    return Link(link.config.replace(**changes), seen, (*link.notices, *notices))


def _differ(names: Iterable[str], old: View, new: View) -> bool:
    return any(getattr(old, name) != getattr(new, name) for name in names)


def _notice(control: str) -> Notice:
    return Notice("locked", control, "", None, f"{LABELS[control]} is locked on this page and stays as it was.")


def _kept_features(locked: Iterable[str], old: tuple[str, ...], new: tuple[str, ...]) -> tuple[str, ...]:
    held = set(locked)
    return tuple(name for name in FEATURES if name in (old if name in held else new))


def _kept_shape(locked: tuple[str, ...], old: tuple[int, ...], new: tuple[int, ...]) -> tuple[int, ...]:
    """Units per layer as asked for, but in the locked layers, and in their number if that is locked."""
    sizes = list(new)
    if "numHiddenLayers" in locked:
        sizes = [*new[: len(old)], *old[len(new) :]]
    for layer in LAYERS_WITH_BUTTONS:
        if f"numNodes{layer}" not in locked:
            continue
        if layer > len(old):
            return tuple(sizes[: layer - 1])
        sizes += old[len(sizes) : layer]
        sizes[layer - 1] = old[layer - 1]
    return tuple(sizes)
