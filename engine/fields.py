"""Fields: the items of a config, each with its allowed values, help and error messages."""

import dataclasses
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, NamedTuple, TypeVar

from engine.own_examples import MAX_EXAMPLES, decode


class Effect(IntEnum):
    """How much a change of a field rebuilds; if several change, the largest effect applies."""

    NOTHING = 0
    LIVE = 1
    """Only numbers are set; nothing is rebuilt."""
    TRAINING = 2
    """Training is recompiled; weights, epoch and losses stay."""
    NETWORK = 3
    DATA = 4


class FieldError(NamedTuple):
    """What is wrong with a value: the field, the value (at most 64 characters) and what is allowed."""

    code: str
    field: str
    got: str
    allowed: str

    @property
    def message(self) -> str:
        """The error as a sentence."""
        return f"{self.field}: got {self.got}; expected {self.allowed}"


class ConfigError(ValueError):
    """A config is invalid; `errors` lists the reasons by field."""

    def __init__(self, errors: Iterable[FieldError]) -> None:
        self.errors = tuple(errors)
        super().__init__("; ".join(error.message for error in self.errors))


def shorten(value: object, length: int = 64) -> str:
    """A value as text of at most `length` characters, for an error message."""
    if isinstance(value, int) and abs(value) >= 10**length:
        return "a number of more than 64 digits"
    if isinstance(value, (str, list, tuple, dict)):
        value = value[:length] if isinstance(value, (str, list, tuple)) else f"an object of {len(value)} fields"
    text = repr(value)
    return text if len(text) <= length else text[: length - 1] + "…"


class Help(NamedTuple):
    """Two sentences about a setting, what it does and why it matters, and the anchor of its glossary entry.

    `zero` replaces the number 0 on the page; `unit` follows any other number.
    """

    what: str
    why: str
    term: str
    zero: str = ""
    unit: str = ""


class Group(NamedTuple):
    """A group of fields, with the effect that most of them have."""

    name: str
    label: str
    effect: Effect


class _RefusedError(Exception):
    """A value does not fit its field; the code says why."""

    def __init__(self, code: str) -> None:
        self.code = code


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field of the config: its allowed values, its label and help, and what a change of it rebuilds.

    `kind` is `choice`, `number`, `integer`, `flag`, `text`, `choices` (several different ones), `names` (several,
    each possibly empty), `numbers` (several, each possibly None), `integers` or `examples` (their code). `offered` are
    the values that a page offers for a number; others in the range are equally valid. `group` is the field's group.

    `needs` says when the field has an effect: only if each field named there has one of the listed values; for an
    activation, one hidden layer that has it is enough. `presets` are usual values of this field for values of another,
    named field; a page sets them when that value is selected, unless the user has changed this field.

    `data` is the kind of data to which the field applies, `points` or `pictures`; with other data, it has no effect.
    It is empty if the field applies to all.
    """

    name: str
    label: str
    default: Any
    effect: Effect
    kind: str
    group: str
    help: Help
    needs: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    presets: Mapping[str, Mapping[str, float]] = dataclasses.field(default_factory=dict)
    choices: Mapping[str, str] | None = None
    low: float | None = None
    high: float | None = None
    above: bool = False
    offered: tuple[float, ...] | None = None
    data: str = ""

    @property
    def allowed(self) -> str:
        """The allowed values in words."""
        between = f"above {self.low:g} up to {self.high:g}" if self.above else f"{self.low} to {self.high}"
        words = {
            "choice": f"one of {', '.join(self.choices or ())}",
            "choices": f"a list of different ones of {', '.join(self.choices or ())}",
            "number": f"a number from {between}" if not self.above else f"a number {between}",
            "integer": f"a whole number from {between}",
            "integers": f"a list of at most {self.high} whole numbers from {self.low} to {MAX_UNITS}",
            "flag": "true or false",
            "names": f"a list of at most {MAX_LAYERS}, each empty or one of {', '.join(self.choices or ())}",
            "numbers": f"a list of at most {MAX_LAYERS}, each empty or a number from {between}",
            "text": f"a text of {self.low} to {self.high} characters",
            "examples": f"the code of at most {MAX_EXAMPLES} examples, or nothing",
        }
        return words[self.kind]

    def check(self, value: object) -> object:
        """The value as stored in the config; raises `ConfigError` if it is not allowed."""
        try:
            return _CHECKS[self.kind](self, value)
        except _RefusedError as refused:
            raise ConfigError([FieldError(refused.code, self.name, shorten(value), self.allowed)]) from None


T = TypeVar("T")


def row(kind: str, default: T, group: Group, label: str, **parts: Any) -> T:
    """A dataclass field of the config: its default, with all other parts of a `Field` as metadata.

    `parts` are the other attributes of `Field`; `effect` is the group's unless given.
    """
    common = {"label": label, "default": default, "kind": kind, "group": group.name, "effect": group.effect}
    return dataclasses.field(default=default, metadata={**common, **parts})


def choice(default: str, group: Group, label: str, *, choices: Mapping[str, str], **parts: Any) -> str:
    """A field with one of the `choices`, which map names to labels."""
    return row("choice", default, group, label, choices=choices, **parts)


def number(default: float, group: Group, label: str, *, low: float, high: float, **parts: Any) -> float:
    """A field with a number from `low` to `high`."""
    return row("number", default, group, label, low=low, high=high, **parts)


def integer(default: int, group: Group, label: str, *, low: int, high: int, **parts: Any) -> int:
    """A field with a whole number from `low` to `high`."""
    return row("integer", default, group, label, low=low, high=high, **parts)


def text(default: str, group: Group, label: str, *, low: int, high: int, **parts: Any) -> str:
    """A field with a text of `low` to `high` characters."""
    return row("text", default, group, label, low=low, high=high, **parts)


def flag(group: Group, label: str, **parts: Any) -> bool:
    """A field that is on or off, and off by default."""
    return row("flag", False, group, label, **parts)  # noqa: FBT003


MAX_LAYERS = 100
MAX_UNITS = 1024
"""The engine's absolute limits; servers may set lower ones."""


def _check_choice(field: Field, value: object) -> str:
    if not isinstance(value, str):
        raise _RefusedError("bad_type")
    if value not in (field.choices or ()):
        raise _RefusedError("unknown_value")
    return value


def _check_range(field: Field, value: float) -> None:
    low, high = field.low or 0, field.high or 0
    if not low <= value <= high or (field.above and value == low):
        raise _RefusedError("out_of_range")


def _check_number(field: Field, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise _RefusedError("bad_type")
    if isinstance(value, float) and not math.isfinite(value):
        raise _RefusedError("not_finite")
    _check_range(field, value)
    return value


def _check_integer(field: Field, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _RefusedError("bad_type")
    _check_range(field, value)
    return value


def _check_flag(field: Field, value: object) -> bool:
    if not isinstance(value, bool):
        raise _RefusedError("bad_type")
    return value


def _check_text(field: Field, value: object) -> str:
    # half of a surrogate pair is no character: it could not be passed on
    if not isinstance(value, str) or any("\ud800" <= character <= "\udfff" for character in value):
        raise _RefusedError("bad_type")
    _check_range(field, len(value))
    return value


def _check_examples(field: Field, value: object) -> str:
    if not isinstance(value, str):
        raise _RefusedError("bad_type")
    try:
        decode(value)
    except ValueError:
        raise _RefusedError("bad_examples") from None
    return value


def _check_choices(field: Field, value: object) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)):
        raise _RefusedError("bad_type")
    if len(value) > len(field.choices or ()):
        raise _RefusedError("out_of_range")
    chosen = [_check_choice(field, item) for item in value]
    if len(set(chosen)) < len(chosen):
        raise _RefusedError("duplicate_value")
    return tuple(name for name in field.choices or () if name in chosen)


def _check_names(field: Field, value: object) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)):
        raise _RefusedError("bad_type")
    if len(value) > MAX_LAYERS:
        raise _RefusedError("out_of_range")
    names = [name if name == "" else _check_choice(field, name) for name in value]
    while names and not names[-1]:
        names.pop()
    return tuple(names)


def _check_numbers(field: Field, value: object) -> tuple[float | None, ...]:
    if not isinstance(value, (list, tuple)):
        raise _RefusedError("bad_type")
    if len(value) > MAX_LAYERS:
        raise _RefusedError("out_of_range")
    numbers = [None if number is None else _check_number(field, number) for number in value]
    while numbers and numbers[-1] is None:
        numbers.pop()
    return tuple(numbers)


def _check_integers(field: Field, value: object) -> tuple[int, ...]:
    if not isinstance(value, (list, tuple)):
        raise _RefusedError("bad_type")
    if len(value) > (field.high or 0):
        raise _RefusedError("too_large_model")
    for item in value:
        if isinstance(item, bool) or not isinstance(item, int):
            raise _RefusedError("bad_type")
        if not 1 <= item <= MAX_UNITS:
            raise _RefusedError("out_of_range")
    return tuple(value)


_CHECKS: dict[str, Callable[[Field, object], object]] = {
    "choice": _check_choice,
    "choices": _check_choices,
    "number": _check_number,
    "integer": _check_integer,
    "flag": _check_flag,
    "names": _check_names,
    "numbers": _check_numbers,
    "integers": _check_integers,
    "text": _check_text,
    "examples": _check_examples,
}
