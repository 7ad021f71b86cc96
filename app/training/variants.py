"""Variants: what a rival does otherwise than the network that it is compared with, as values by field of the config."""

from collections.abc import Iterable, Mapping
from typing import Any

from engine import FIELDS, ConfigError, Effect, FieldError

MOST = 3
"""Rivals that there can be."""

MOST_CHANGES = 3
"""Fields that a rival may have otherwise: some settings make no difference without another."""

Variant = Mapping[str, Any]

_KEPT = frozenset(("features", "weight_seed", "weight_offset"))

VARIABLE: tuple[str, ...] = tuple(
    name for name, field in FIELDS.items() if field.effect < Effect.DATA and name not in _KEPT
)
"""Fields that rivals may have otherwise. Data, inputs and the chance at the start are the same for all."""


def checked(variants: Iterable[Mapping[str, Any]]) -> tuple[dict[str, Any], ...]:
    """Variants as a view holds them: fields in the config's order, values as the config has them.

    Raises `ConfigError` for fields and values that cannot be, and where there are too many.
    """
    given = [dict(variant) for variant in variants]
    if len(given) > MOST:
        raise ConfigError([FieldError("out_of_range", "compare", f"{len(given)} variants", f"at most {MOST}")])
    errors = [error for variant in given for error in _errors_in(variant)]
    if errors:
        raise ConfigError(errors)
    found = tuple(
        {name: FIELDS[name].check(variant[name]) for name in VARIABLE if name in variant} for variant in given
    )
    for place, variant in enumerate(found):
        if variant in found[:place]:
            raise ConfigError([FieldError("duplicate_value", "compare", str(variant)[:64], "every variant once")])
    return found


def _errors_in(variant: Mapping[str, Any]) -> Iterable[FieldError]:
    if not 1 <= len(variant) <= MOST_CHANGES:
        yield FieldError("out_of_range", "compare", f"{len(variant)} settings", f"1 to {MOST_CHANGES} in each variant")
    for name, value in variant.items():
        if name not in VARIABLE:
            yield FieldError("unknown_field", "compare", str(name)[:64], f"one of {', '.join(VARIABLE)}")
            continue
        try:
            FIELDS[name].check(value)
        except ConfigError as error:
            yield from error.errors
