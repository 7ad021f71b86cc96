"""Variants: the settings in which a comparison run differs from the main network, by field of the config."""

from collections.abc import Iterable, Mapping
from typing import Any

from engine import FIELDS, ConfigError, Effect
from engine.fields import FieldError

MAX_VARIANTS = 3
"""Maximum number of comparison runs."""

MAX_CHANGES = 3
"""Maximum number of settings changed in a variant: some settings make no difference without another."""

Variant = Mapping[str, Any]

_SHARED = frozenset(("features", "weight_seed", "weight_offset"))

VARIABLE: tuple[str, ...] = tuple(
    name for name, field in FIELDS.items() if field.effect < Effect.DATA and name not in _SHARED
)
"""Fields that a variant may change. Data, inputs and the seed of the weights are the same for all."""


def check_variants(variants: Iterable[Mapping[str, Any]]) -> tuple[dict[str, Any], ...]:
    """Variants with fields in the order of the config and values as the config has them.

    Raises `ConfigError` for unknown fields, invalid values, duplicates, and too many variants or changes.
    """
    given = [dict(variant) for variant in variants]
    if len(given) > MAX_VARIANTS:
        raise ConfigError([FieldError("out_of_range", "compare", f"{len(given)} variants", f"at most {MAX_VARIANTS}")])
    errors = [error for variant in given for error in _errors_in(variant)]
    if errors:
        raise ConfigError(errors)
    found = tuple(
        {name: FIELDS[name].check(variant[name]) for name in VARIABLE if name in variant} for variant in given
    )
    for index, variant in enumerate(found):
        if variant in found[:index]:
            raise ConfigError([FieldError("duplicate_value", "compare", str(variant)[:64], "every variant once")])
    return found


def _errors_in(variant: Mapping[str, Any]) -> Iterable[FieldError]:
    if not 1 <= len(variant) <= MAX_CHANGES:
        yield FieldError("out_of_range", "compare", f"{len(variant)} settings", f"1 to {MAX_CHANGES} in each variant")
    for name, value in variant.items():
        if name not in VARIABLE:
            yield FieldError("unknown_field", "compare", str(name)[:64], f"one of {', '.join(VARIABLE)}")
            continue
        try:
            FIELDS[name].check(value)
        except ConfigError as error:
            yield from error.errors
