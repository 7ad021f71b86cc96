"""The config and view after a change. Pure functions: config and view in, config and view out.

All of them raise `ConfigError` or `ProtocolError` for a change that is not possible.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.link import HIDEABLE, View, new_seed, without_hidden
from app.link.sweep import parse_sweep
from app.protocol.commands import EditExamples
from app.protocol.errors import Fault, ProtocolError, fault
from app.session import locks
from app.settings import Limits
from engine import FIELDS, Config, ConfigError, Effect, effect_of
from engine.own_examples import edited, encode


def configured(old: Config, view: View, changes: Mapping[str, Any]) -> Config:
    """The config with other values in some fields. A network or data that this rebuilds get new seeds, unless given."""
    if "own_examples" in changes:
        expected = "edit_examples, or examples sent with a link"
        raise ProtocolError([fault("unknown_field", "own_examples", changes["own_examples"], expected)])
    new = without_hidden(old.replace(**changes), view)
    effect = effect_of(old, new)
    if _has_same_pictures(old, new):
        return new
    if effect is Effect.DATA:
        new = _with_seeds_for_new_data(new, changes)
    elif effect is Effect.NETWORK and not changes.keys() & {"weight_seed", "weight_offset"}:
        new = with_next_weights(new, old)
    return locks.with_seeds_kept(view.locked, old, new, changes)


def _has_same_pictures(old: Config, new: Config) -> bool:
    """Whether only the number of pictures for training changes: those for the test stay, and so does the start."""
    return new.has_pictures and new.replace(train_count=old.train_count) == old != new


def with_next_weights(config: Config, old: Config) -> Config:
    """`config` with the weights that follow those of `old` in its random stream, or a new stream if that is used up."""
    offset = old.weight_offset + old.weight_count
    if offset > (FIELDS["weight_offset"].high or 0):
        return with_other_weights(config)
    return config.replace(weight_offset=offset)


def with_other_weights(config: Config) -> Config:
    """`config` with weights from a new seed."""
    return config.replace(weight_seed=new_seed(), weight_offset=0)


def with_other_data(config: Config) -> Config:
    """`config` with data from a new seed, and the same weights."""
    return config.replace(seed=new_seed(), weight_seed=config.weight_seed or config.seed)


def _with_seeds_for_new_data(config: Config, changes: Mapping[str, object]) -> Config:
    """`config` with a new seed for its data and weights, unless the changes name one."""
    seeds: dict[str, object] = {}
    if "seed" not in changes:
        seeds = {"seed": new_seed(), "weight_seed": "", "weight_offset": 0}
    elif not config.weight_seed:
        seeds = {"weight_offset": 0}
    return config.replace(**{name: value for name, value in seeds.items() if name not in changes})


def with_examples_edited(config: Config, edit: EditExamples) -> Config:
    """The config with edited own examples, which must be the ones that are shown."""
    if config.own is None:
        expected = "own, or in regression reg-own"
        raise ProtocolError([fault("unknown_value", "dataset", config.active_dataset, expected)])
    try:
        return config.replace(own_examples=encode(edited(config.own, edit.remove, edit.add, edit.labels)))
    except ValueError as error:
        expected, why = FIELDS["own_examples"].allowed, f"these examples cannot be used: {error}"
        raise ProtocolError([fault("bad_examples", None, str(error), expected, why)]) from None


def _as_in_view(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Changes of a view as it stores them: tuples where JSON has lists, and what the text of a sweep says."""
    stored = {name: tuple(value) if isinstance(value, list) else value for name, value in changes.items()}
    sweep = changes.get("sweep")
    return stored if sweep is None else {**stored, "sweep": parse_sweep(sweep)}


def seen(view: View, changes: Mapping[str, Any]) -> View:
    """The view after some changes."""
    try:
        return replace(view, **_as_in_view(changes))
    except ConfigError:
        raise
    except ValueError as error:
        name = "locked" if set(changes.get("hidden", ())) <= set(HIDEABLE) else "hidden"
        raise ProtocolError([fault("unknown_value", name, why=f"{name}: {error}")]) from None


def as_seen(config: Config, view: View) -> Config:
    """The config without what the view hides; a network that changes by this gets other weights."""
    new = without_hidden(config, view)
    if new == config:
        return config
    new = locks.with_seeds_kept(view.locked, config, with_next_weights(new, config), ())
    locks.refuse_change(view.locked, config, new)
    return new


def swapped(config: Config, view: View, variant: int) -> tuple[Config, View]:
    """The config of a variant, and the view with the present config as a variant in its place."""
    variants = list(view.compare)
    if variant >= len(variants):
        expected = (
            f"a whole number from 0 to {len(variants) - 1}" if variants else "nothing: no variants are being compared"
        )
        raise ProtocolError([fault("out_of_range", "variant", variant, expected)])
    new = config.replace(**variants[variant])
    locks.refuse_change(view.locked, config, new)
    variants[variant] = {name: getattr(config, name) for name in variants[variant]}
    return new, replace(view, compare=tuple(variants))


def refuse_too_large(limits: Limits, config: Config, view: View) -> None:
    """Raise `ProtocolError` if the network or one of its variants is larger than the operator allows."""
    for variant in ({}, *view.compare):
        faults = _size_faults(limits, config.replace(**variant))
        if faults:
            raise ProtocolError(faults)


def _size_faults(limits: Limits, config: Config) -> list[Fault]:
    shape, limits = config.hidden_layer_sizes, limits.of(has_pictures=config.has_pictures)
    allowed = (
        (len(shape), limits.layers, "hidden layers"),
        (max(shape, default=0), limits.units, "units in a layer"),
        (config.parameter_count, limits.parameters, "weights and biases"),
    )
    return [
        fault("too_large_model", "hidden_layer_sizes", f"{got} {what}", f"at most {limit} {what}")
        for got, limit, what in allowed
        if got > limit
    ]
