"""Config fields: validation, error messages and effects."""

import math
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import FIELDS, Config, ConfigError, Effect, Field, effect_of
from engine.fields import FieldError
from tests.support.configs import CONFIGS, values_of


@pytest.mark.parametrize("field", FIELDS.values(), ids=lambda field: field.name)
def test_fields_accept_their_defaults(field: Field) -> None:
    assert field.check(field.default) == field.default
    assert field.label
    assert field.allowed
    assert field.effect > Effect.NOTHING


@pytest.mark.parametrize("field", [field for field in FIELDS.values() if field.offered], ids=lambda field: field.name)
def test_offered_values_are_allowed(field: Field) -> None:
    offered: list[object] = [(value,) if field.kind == "numbers" else value for value in field.offered or ()]
    assert [field.check(value) for value in offered] == offered


@pytest.mark.parametrize("field", [field for field in FIELDS.values() if field.choices], ids=lambda field: field.name)
def test_choices_have_labels(field: Field) -> None:
    assert all((field.choices or {}).values())


INVALID = [
    ("activation", "gelu?", "unknown_value"),
    ("activation", "TANH", "unknown_value"),
    ("activation", "__proto__", "unknown_value"),
    ("activation", 1, "bad_type"),
    ("activation", None, "bad_type"),
    ("learning_rate", 0, "out_of_range"),
    ("learning_rate", -0.0, "out_of_range"),
    ("learning_rate", -0.03, "out_of_range"),
    ("learning_rate", 1e308, "out_of_range"),
    ("learning_rate", 10**400, "out_of_range"),
    ("learning_rate", math.inf, "not_finite"),
    ("learning_rate", math.nan, "not_finite"),
    ("learning_rate", "0.03", "bad_type"),
    ("learning_rate", True, "bad_type"),
    ("noise", 80.1, "out_of_range"),
    ("noise", -1, "out_of_range"),
    ("train_percent", 0, "out_of_range"),
    ("train_percent", 100.5, "out_of_range"),
    ("batch_size", 0, "out_of_range"),
    ("batch_size", 1.5, "bad_type"),
    ("batch_size", 10**9, "out_of_range"),
    ("features", "x", "bad_type"),
    ("features", ["x", "x"], "duplicate_value"),
    ("features", ["x", "cosX"], "unknown_value"),
    ("features", ["x"] * 1000, "out_of_range"),
    ("hidden_layer_sizes", [0], "out_of_range"),
    ("hidden_layer_sizes", [-8], "out_of_range"),
    ("hidden_layer_sizes", [2**63], "out_of_range"),
    ("hidden_layer_sizes", [True], "bad_type"),
    ("hidden_layer_sizes", [8.0], "bad_type"),
    ("hidden_layer_sizes", [[8]], "bad_type"),
    ("hidden_layer_sizes", 8, "bad_type"),
    ("hidden_layer_sizes", [1] * 30_000, "too_large_model"),
    ("seed", "", "out_of_range"),
    ("seed", "x" * 1025, "out_of_range"),
    ("seed", 0.5, "bad_type"),
    ("weight_seed", "half a character: \ud800", "bad_type"),
    ("weight_offset", -1, "out_of_range"),
]


@pytest.mark.parametrize(("name", "value", "code"), INVALID, ids=lambda value: repr(value)[:20])
def test_error_names_field_value_and_expectation(name: str, value: object, code: str) -> None:
    with pytest.raises(ConfigError) as raised:
        Config().replace(**{name: value})
    (error,) = raised.value.errors
    assert (error.code, error.field, error.allowed) == (code, name, FIELDS[name].allowed)
    assert 0 < len(error.got) <= 64
    assert name in error.message


def test_error_names_all_invalid_values() -> None:
    with pytest.raises(ConfigError) as raised:
        Config().replace(learning_rate=-1, batch_size=0, noise=99, activation="x")
    assert {error.field for error in raised.value.errors} == {"learning_rate", "batch_size", "noise", "activation"}


def test_error_names_unknown_field() -> None:
    with pytest.raises(ConfigError) as raised:
        Config().replace(__proto__={"x": 1})
    (error,) = raised.value.errors
    assert (error.code, error.field) == ("unknown_field", "__proto__")


def test_features_are_sorted_in_registry_order() -> None:
    assert Config(features=("sinX", "x")).features == ("x", "sinX")


def test_lists_become_tuples() -> None:
    config = Config().replace(features=["y"], hidden_layer_sizes=[3, 2])
    assert (config.features, config.hidden_layer_sizes) == (("y",), (3, 2))
    assert config.layer_sizes == (1, 3, 2, 1)
    assert (config.weight_count, config.parameter_count) == (1 * 3 + 3 * 2 + 2, 1 * 3 + 3 * 2 + 2 + 6)


def test_largest_effect_of_changes_wins() -> None:
    config = Config()
    assert effect_of(config, config) is Effect.NOTHING
    assert effect_of(config, config.replace(learning_rate=1)) is Effect.LIVE
    assert effect_of(config, config.replace(learning_rate=1, activation="relu")) is Effect.NETWORK
    assert effect_of(config, config.replace(learning_rate=1, activation="relu", noise=5)) is Effect.DATA


def test_replace_without_change_returns_same_object() -> None:
    config = Config(hidden_layer_sizes=(3,))
    assert config.replace(noise=0, hidden_layer_sizes=[3], activation="tanh") is config
    assert config.replace(noise=5) is not config


WRONG: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, -1, 1.5, 10**400, math.nan, "", "\ud800", [0], ["x", "x"], {}]
)
CHANGES = st.fixed_dictionaries({}, optional={name: values_of(field) | WRONG for name, field in FIELDS.items()})


def outcome(make: Callable[[], Config]) -> Config | tuple[FieldError, ...]:
    """A config, or why there is none."""
    try:
        return make()
    except ConfigError as error:
        return error.errors


@given(fields=CONFIGS, changes=CHANGES)
def test_replacing_equals_creating(fields: dict[str, Any], changes: dict[str, Any]) -> None:
    old = Config(**fields)
    replaced = outcome(lambda: old.replace(**changes))
    created = outcome(lambda: Config(**{**asdict(old), **changes}))
    assert replaced == created
    # 0, 0.0 and False are equal, but not the same in a link
    assert replaced is old or repr(replaced) == repr(created)
