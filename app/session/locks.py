"""Locks: what a link has locked cannot be changed in any way.

The table `CONTROLS` says for each control which fields of the config, which fields of the view and which commands its
lock covers. A lock holds *values*: a change that leaves them as they are is accepted, even if it names a locked field.

Within a session locks can only be added. They guide a class; they are no protection against students who edit the link
and open it in a new tab, where the experiment starts with what the link says.
"""

from collections.abc import Iterable
from dataclasses import replace

from app.link import CONTROLS, Link, LinkWarning, View
from app.link.controls import LAYERS_WITH_BUTTONS, Control
from app.link.sweep import SweepText, format_sweep
from app.protocol.commands import Command, Inspect
from app.protocol.errors import Fault, ProtocolError, fault, shorten
from app.sweeps.sweep import Sweep
from engine import FEATURES, Config

_SEEDS = CONTROLS["seeds"].fields


def refuse_command(locked: Iterable[str], command: Command) -> None:
    """Raise ProtocolError (locked) if a lock covers a command. Closing a panel is always allowed."""
    if isinstance(command, Inspect) and command.panel is None:
        return
    for control in locked:
        if command.type in CONTROLS[control].commands:
            why = f"{CONTROLS[control].label} is locked by the author of this link, which rules out {command.type}"
            raise ProtocolError([fault("locked", control, command.type, "a command that is not locked", why)])


def refuse_change(locked: Iterable[str], old: Config, new: Config) -> None:
    """Raise ProtocolError (locked) if a config would change a locked value."""
    faults = []
    for name in locked:
        control = CONTROLS[name]
        if control.held(old) != control.held(new):
            field = next(field for field in control.fields if getattr(old, field) != getattr(new, field))
            faults.append(_locked(name, field, getattr(old, field), getattr(new, field)))
    if faults:
        raise ProtocolError(faults)


def refuse_view(old: View, new: View) -> None:
    """Raise ProtocolError (locked) if a view would change a locked value, or show, hide or unlock a locked control."""
    faults = [
        _locked(control, name, _said(getattr(old, name)), _said(getattr(new, name)))
        for control in old.locked
        for name in CONTROLS[control].view
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


def refuse_sweep(view: View, sweep: Sweep) -> None:
    """Raise ProtocolError (locked) if a sweep would change a value that the link's author has locked or hidden."""
    faults = []
    for axis in sweep.axes:
        varied = [sweep.config.replace(**{axis.field: value}) for value in axis.values]
        for name in dict.fromkeys((*view.locked, *view.hidden)):
            control = CONTROLS[name]
            if any(control.held(sweep.config) != control.held(config) for config in varied):
                word = "locked" if name in view.locked else "hidden"
                why = f"{control.label} is {word} by the author of this link, so {axis.key} cannot be swept"
                faults.append(fault("locked", axis.key, axis.text, "a setting that is neither locked nor hidden", why))
                break
    if faults:
        raise ProtocolError(faults)


def _said(value: object) -> object:
    """A value of the view as pages set it."""
    return format_sweep(value) if isinstance(value, SweepText) else value


def _locked(control: str, field: str, old: object, new: object) -> Fault:
    why = f"{CONTROLS[control].label} is locked by the author of this link: {field} stays {shorten(old)}"
    return fault("locked", field, new, shorten(old), why)


def with_seeds_kept(locked: Iterable[str], old: Config, new: Config, asked: Iterable[str]) -> Config:
    """`new` with the locked seeds of `old`, so that an allowed change does not draw other random numbers.

    Seeds that were `asked` for stay as they are; they are refused like any other change.
    """
    held = {name for control in locked for name in CONTROLS[control].fields if name in _SEEDS} - {*asked}
    return new.replace(**{name: getattr(old, name) for name in held})


def with_locks_kept(config: Config, view: View, link: Link) -> Link:
    """A link that is opened in place of an experiment with locks, with everything locked as it was.

    The link's own locks are added. Warnings say which of its values were not used.
    """
    if not view.locked:
        return link
    locked = [CONTROLS[name] for name in view.locked]
    changes = {name: getattr(config, name) for item in locked if item.part is None for name in item.fields}
    changes["features"] = _kept_features(view.locked, config.features, link.config.features)
    changes["hidden_layer_sizes"] = _kept_shape(view.locked, config.hidden_layer_sizes, link.config.hidden_layer_sizes)
    warnings = [_warning(control) for control in locked if control.held(config) != control.held(link.config)]
    warnings += [_warning(control) for control in locked if _differ(control.view, view, link.view)]
    seen = replace(
        link.view,
        **{name: getattr(view, name) for control in locked for name in control.view},
        locked=(*view.locked, *link.view.locked),
        hidden=(*(set(link.view.hidden) - set(view.locked)), *(set(view.hidden) & set(view.locked))),
    )
    return Link(link.config.replace(**changes), seen, (*link.warnings, *warnings))


def _differ(names: Iterable[str], old: View, new: View) -> bool:
    return any(getattr(old, name) != getattr(new, name) for name in names)


def _warning(control: Control) -> LinkWarning:
    message = f"{control.label} is locked on this page and stays as it was."
    return LinkWarning("locked", control.name, "", None, message)


def _kept_features(locked: Iterable[str], old: tuple[str, ...], new: tuple[str, ...]) -> tuple[str, ...]:
    held = set(locked)
    return tuple(name for name in FEATURES if name in (old if name in held else new))


def _kept_shape(locked: tuple[str, ...], old: tuple[int, ...], new: tuple[int, ...]) -> tuple[int, ...]:
    """Neurons per layer as in `new`, except for locked layers, and for their number if that is locked."""
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
