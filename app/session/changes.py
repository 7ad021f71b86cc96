"""What experiment comes of a change that somebody asks for. Pure: config and view in, config and view out.

All of these raise `ConfigError` or `ProtocolError` for what cannot be.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.link import HIDEABLE, View, new_seed, without_hidden
from app.protocol.commands import EditExamples
from app.protocol.errors import Fault, ProtocolError, fault
from app.session import locks
from app.settings import Limits
from engine import FIELDS, Config, ConfigError, Effect, effect_of
from engine.own_examples import edited, encode


def configured(old: Config, view: View, changes: Mapping[str, Any]) -> Config:
    """The config with other values in some fields; what begins anew with it has another start, unless that is asked."""
    if "own_examples" in changes:
        expected = "edit_examples, or examples beside a link"
        raise ProtocolError([fault("unknown_field", "own_examples", changes["own_examples"], expected)])
    new = without_hidden(old.replace(**changes), view)
    effect = effect_of(old, new)
    if effect is Effect.DATA:
        new = _with_seeds_for_new_data(new, changes)
    elif effect is Effect.NETWORK and not changes.keys() & {"weight_seed", "weight_offset"}:
        new = with_next_weights(new, old)
    return locks.with_seeds_kept(view.locked, old, new, changes)


def with_next_weights(config: Config, old: Config) -> Config:
    """`config` with weights from where the stream of the network before it stopped; when that is used up, a new one."""
    offset = old.weight_offset + old.weight_count
    if offset > (FIELDS["weight_offset"].high or 0):
        return with_other_weights(config)
    return config.replace(weight_offset=offset)


def with_other_weights(config: Config) -> Config:
    """`config` with weights from a seed that there has not been."""
    return config.replace(weight_seed=new_seed(), weight_offset=0)


def with_other_data(config: Config) -> Config:
    """`config` with data from a seed that there has not been, and the weights that it has."""
    return config.replace(seed=new_seed(), weight_seed=config.weight_seed or config.seed)


def _with_seeds_for_new_data(config: Config, changes: Mapping[str, object]) -> Config:
    """New data need a new seed, unless one is asked for; the weights then come from that seed, too."""
    seeds: dict[str, object] = {}
    if "seed" not in changes:
        seeds = {"seed": new_seed(), "weight_seed": "", "weight_offset": 0}
    elif not config.weight_seed:
        seeds = {"weight_offset": 0}
    return config.replace(**{name: value for name, value in seeds.items() if name not in changes})


def with_examples_edited(config: Config, edit: EditExamples) -> Config:
    """The config with other examples of the user's own, which must be those that are shown."""
    if config.own is None:
        expected = "own, or in regression reg-own"
        raise ProtocolError([fault("unknown_value", "dataset", config.active_dataset, expected)])
    try:
        return config.replace(own_examples=encode(edited(config.own, edit.remove, edit.add, edit.labels)))
    except ValueError as error:
        expected, why = FIELDS["own_examples"].allowed, f"the edit is refused: {error}"
        raise ProtocolError([fault("bad_examples", None, str(error), expected, why)]) from None


def _as_in_view(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Changes of a view as it holds them: tuples where JSON has lists."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in changes.items()}


def seen(view: View, changes: Mapping[str, Any]) -> View:
    """The view with some changes."""
    try:
        return replace(view, **_as_in_view(changes))
    except ConfigError:
        raise
    except ValueError as error:
        name = "locked" if set(changes.get("hidden", ())) <= set(HIDEABLE) else "hidden"
        raise ProtocolError([fault("unknown_value", name, why=f"{name}: {error}")]) from None


def as_seen(config: Config, view: View) -> Config:
    """The config without what the view hides; a network that loses something by it has other weights."""
    new = without_hidden(config, view)
    if new == config:
        return config
    new = locks.with_seeds_kept(view.locked, config, with_next_weights(new, config), ())
    locks.refuse_change(view.locked, config, new)
    return new


def promoted(config: Config, view: View, rival: int) -> tuple[Config, View]:
    """The config of a rival, and the view with that which was in force as a rival in its place."""
    variants = list(view.compare)
    if rival >= len(variants):
        expected = (
            f"a whole number from 0 to {len(variants) - 1}" if variants else "nothing: no variants are being compared"
        )
        raise ProtocolError([fault("out_of_range", "variant", rival, expected)])
    new = config.replace(**variants[rival])
    locks.refuse_change(view.locked, config, new)
    variants[rival] = {name: getattr(config, name) for name in variants[rival]}
    return new, replace(view, compare=tuple(variants))


def refuse_too_large(limits: Limits, config: Config, view: View) -> None:
    """Raise `ProtocolError` if the network, or one side by side with it, is larger than the operator allows."""
    for variant in ({}, *view.compare):
        faults = _what_is_too_large(limits, config.replace(**variant))
        if faults:
            raise ProtocolError(faults)


def _what_is_too_large(limits: Limits, config: Config) -> list[Fault]:
    shape = config.hidden_layer_sizes
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
