"""The text of a sweep: settings with the values they take, and how many starts each combination of these gets.

`learningRate:0.001..3:8l;networkShape:1|2|4|8;starts:10` are 8 learning rates from 0.001 to 3, evenly on a logarithmic
scale, by four networks, with 10 starts each. `vary:data` and `epochs:500` may follow.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, NamedTuple

from app.link.experiment_keys import FURTHER, ORIGINAL, Key
from app.link.values import Rejected, parse_decimal, parse_number
from app.text import format_number, quoted
from app.training.seeds import VARIED
from engine import FIELDS, ConfigError
from engine.fields import FieldError, shorten

MOST_AXES = 4
MOST_VALUES = 100
MOST_STARTS = 400
MOST_EPOCHS = 10_000
"""Bounds of a sweep: its settings, the values of each, the starts of each combination, and their epochs."""


@dataclass(frozen=True, slots=True)
class Axis:
    """A setting that is swept: its key in links, its field of the config, and the `values` it takes, each once.

    `text` are the values as a link has them: `0.001..3:8l` or `1|2|4|8`.
    """

    key: str
    field: str
    values: tuple[Any, ...]
    text: str


@dataclass(frozen=True, slots=True)
class SweepText:
    """What the text of a sweep says. Without axes, it is many starts of one experiment.

    `vary` is a key of `app.training.seeds.VARIED`; `epochs` is None where the text leaves them open.
    """

    axes: tuple[Axis, ...] = ()
    starts: int = 10
    vary: str = "weights"
    epochs: int | None = None


_SEEDS = frozenset(("seed", "weight_seed", "weight_offset"))

AXIS_KEYS: Mapping[str, Key] = {
    key.name: key for key in (*ORIGINAL, *FURTHER) if key.slot in FIELDS and key.slot not in _SEEDS
}
"""The keys that can be swept: those of all settings but seeds, own examples and single features."""


class Reading(NamedTuple):
    """What a text says of a sweep: what can be used of it, all faults, and in words what was read differently."""

    sweep: SweepText
    faults: tuple[FieldError, ...]
    notes: tuple[str, ...]


def axis_of(name: str, values: Iterable[Any]) -> Axis:
    """The axis of a key, by its name in links, with a list of valid values.

    >>> axis_of("noise", (0, 5)).text
    '0|5'
    """
    key, found = AXIS_KEYS[name], tuple(values)
    return Axis(name, key.slot, found, "|".join(map(key.type.format, found)))


def parse_axes(text: str) -> tuple[Axis, ...]:
    """The axes of a text without options. Raises `ConfigError`, which lists every fault.

    >>> parse_axes("learningRate:0.01..1:3l;networkShape:1|4,2")[1].values
    ((1,), (4, 2))
    """
    return _raising(read_sweep(text, {})).axes


def parse_sweep(text: str) -> SweepText:
    """The sweep of a text. Raises `ConfigError`, which lists every fault.

    >>> parse_sweep("noise:0..50:3;starts:20").axes[0].values, parse_sweep("starts:20").starts
    ((0.0, 25.0, 50.0), 20)
    """
    return _raising(read_sweep(text))


def format_sweep(sweep: SweepText) -> str:
    """The canonical text of a sweep; `parse_sweep` returns the same sweep."""
    parts = [*(f"{axis.key}:{axis.text}" for axis in sweep.axes), f"starts:{sweep.starts}"]
    parts += [] if sweep.vary == SweepText().vary else [f"vary:{sweep.vary}"]
    parts += [] if sweep.epochs is None else [f"epochs:{sweep.epochs}"]
    return ";".join(parts)


def _raising(reading: Reading) -> SweepText:
    if reading.faults:
        raise ConfigError(reading.faults)
    return reading.sweep


# --- options ----------------------------------------------------------------------------------------------------------


def _count(name: str, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not re.fullmatch("[0-9]{1,9}", text) or not 1 <= int(text) <= most:
            raise _fault("out_of_range", name, text, f"a whole number from 1 to {most:,}")
        return int(text)

    return parse


def _varied(text: str) -> str:
    if text not in VARIED:
        raise _fault("unknown_value", "vary", text, f"one of {', '.join(VARIED)}")
    return text


_OPTIONS: Mapping[str, Callable[[str], Any]] = {
    "starts": _count("starts", MOST_STARTS),
    "vary": _varied,
    "epochs": _count("epochs", MOST_EPOCHS),
}
"""What a text says besides axes, by name, which is also that of the field of `SweepText`."""


def _fault(code: str, field: str, got: object, allowed: str) -> ConfigError:
    return ConfigError([FieldError(code, field, shorten(got), allowed)])


# --- the text ---------------------------------------------------------------------------------------------------------

_MOST_PARTS = MOST_AXES + len(_OPTIONS)
_SEPARATOR = re.compile("[:=]")
"""What follows a name: as in `noise=0..50:6`, an equals sign will do."""


def read_sweep(text: str, options: Mapping[str, Callable[[str], Any]] = _OPTIONS) -> Reading:
    """Everything that a text says of a sweep. Never raises; parts with faults are left out."""
    axes: dict[str, Axis] = {}
    given: dict[str, Any] = {}
    faults: list[FieldError] = []
    notes: list[str] = []
    parts = [part.strip() for part in text.split(";")]
    parts = [part for part in parts if part]
    if len(parts) > _MOST_PARTS:
        faults.append(FieldError("out_of_range", "sweep", f"{len(parts)} parts", f"at most {_MOST_PARTS} parts"))
    for part in parts[:_MOST_PARTS]:
        name, *rest = (piece.strip() for piece in _SEPARATOR.split(part, maxsplit=1))
        value = rest[0] if rest else None
        try:
            if name in given:
                raise _fault("duplicate_value", name, value, "every setting once")
            if name in options:
                given[name] = options[name](value or "")
                continue
            axis, read = _axis(name, value)
            if axis.key in axes:
                raise _fault("duplicate_value", axis.key, value, "every setting once")
            axes[axis.key] = axis
            notes += read
        except ConfigError as error:
            faults += error.errors
    if len(axes) > MOST_AXES:
        faults.append(FieldError("out_of_range", "sweep", f"{len(axes)} settings", f"at most {MOST_AXES} settings"))
    return Reading(SweepText(tuple(axes.values())[:MOST_AXES], **given), tuple(faults), tuple(notes))


def _axis(name: str, text: str | None) -> tuple[Axis, list[str]]:
    """An axis, and what was read differently in its text. Raises `ConfigError`."""
    key, notes = _key(name)
    is_numeric = FIELDS[key.slot].kind in _NUMERIC
    is_range = text is not None and ".." in text
    if text is None or not (text or _takes_blank(key)) or (is_range and not is_numeric):
        raise _fault("out_of_range", key.name, text or "", _RANGE_OR_LIST if is_numeric else "values separated by |")
    if is_range:
        return Axis(key.name, key.slot, *_range(key, text, notes)), notes
    return axis_of(key.name, _list(key, text, notes)), notes


def _simplified(name: str) -> str:
    return name.replace("_", "").casefold()


_MEANT = {_simplified(other): key for key in AXIS_KEYS.values() for other in (key.slot, key.name)}
"""Keys by other spellings: in another case, or the name of the field."""

_LONGEST = 64
"""Maximum length of a name that is compared with others."""


def _key(name: str) -> tuple[Key, list[str]]:
    """The key of a name, and a note if it is spelled otherwise. Raises `ConfigError`."""
    if name in AXIS_KEYS:
        return AXIS_KEYS[name], []
    if key := _MEANT.get(_simplified(name)):
        return key, [f"has {quoted(name)} for {key.name}"]
    near = get_close_matches(_simplified(name)[:_LONGEST], _MEANT, 1)
    such = _MEANT[near[0]].name if near else "learningRate"
    allowed = f"a setting as it is called in links, such as {such}, but no seed or feature"
    raise _fault("unknown_field", "sweep", name, allowed)


# --- lists ------------------------------------------------------------------------------------------------------------

_RANGE_OR_LIST = "a range with its number of values, such as 0.1..1:4, or values separated by |"
_NUMERIC = ("number", "integer")
_SPELLED = ("choice", "names")
"""Kinds of fields whose values may be spelled otherwise, as in links."""


def _takes_blank(key: Key) -> bool:
    """Whether an empty text is a value of a key: a list without entries."""
    return FIELDS[key.slot].default == () or key.type.blank


def _list(key: Key, text: str, notes: list[str]) -> tuple[Any, ...]:
    """The values of a list, in any order. Raises `ConfigError`."""
    texts = [part.strip() for part in text.split("|")]
    if len(texts) > MOST_VALUES:
        raise ConfigError(
            [FieldError("out_of_range", key.name, f"{len(texts)} values", f"at most {MOST_VALUES} values")]
        )
    values: list[Any] = []
    faults: list[FieldError] = []
    for part in texts:
        try:
            value = _value(key, part, notes)
            if value in values:
                raise _fault("duplicate_value", key.name, part, "every value once")
            values.append(value)
        except ConfigError as error:
            faults += error.errors
    if faults:
        raise ConfigError(faults)
    return tuple(values)


def _value(key: Key, text: str, notes: list[str]) -> Any:
    """A value in the notation of its key. Raises `ConfigError`, also for what links replace by another value."""
    field = FIELDS[key.slot]
    if field.kind in _NUMERIC:
        return _number(key, text, notes)
    if not text:
        if _takes_blank(key):
            return ()
        raise _fault("unknown_value", key.name, text, field.allowed)
    try:
        return field.check(key.type.parse(text))
    except Rejected as rejected:
        if rejected.use is None or field.kind not in _SPELLED:
            raise _fault("unknown_value", key.name, text, field.allowed) from None
        notes.append(f"has {quoted(text)} for {key.type.format(rejected.use)}")
        return rejected.use


def _number(key: Key, text: str, notes: list[str]) -> float:
    """A number within the bounds of its field. Raises `ConfigError`."""
    field = FIELDS[key.slot]
    try:
        number = parse_decimal(text, parse_number)
    except Rejected as rejected:
        number = rejected.use
        notes.append(f"has a decimal comma in {quoted(text)}")
    value = int(number) if field.kind == "integer" and number.is_integer() else number
    try:
        field.check(value if text else None)
    except ConfigError as error:
        raise _fault(error.errors[0].code, key.name, text, field.allowed) from None
    return value


# --- ranges -----------------------------------------------------------------------------------------------------------

_COUNT = re.compile(r"(?P<count>[0-9]{1,9})\s*(?P<log>[lL]?)")
_DIGITS = {"": 6, "l": 3}
"""Significant digits to which the values between the ends are rounded, on an even and on a logarithmic scale."""


def _range(key: Key, text: str, notes: list[str]) -> tuple[tuple[float, ...], str]:
    """The values of a range, in ascending order, and its canonical text. Raises `ConfigError`."""
    begin, _, rest = text.partition("..")
    end, _, number = rest.rpartition(":")
    found = _COUNT.fullmatch(number.strip())
    if found is None or not end or "|" in text:
        raise _fault("out_of_range", key.name, text, _RANGE_OR_LIST)
    first, last = _number(key, begin.strip(), notes), _number(key, end.strip(), notes)
    count, scale = int(found["count"]), found["log"].lower()
    if not 2 <= count <= MOST_VALUES:
        raise _fault("out_of_range", key.name, text, f"a range of 2 to {MOST_VALUES} values")
    if first >= last:
        raise _fault("out_of_range", key.name, text, "a range from a lower value to a higher one")
    if scale and first <= 0:
        raise _fault("out_of_range", key.name, text, "a range that starts above 0, since it is logarithmic")
    between = (_between(first, last, index / (count - 1), scale) for index in range(1, count - 1))
    if FIELDS[key.slot].kind == "integer":
        between = (math.floor(value + 0.5) for value in between)
    # rounding must neither leave the range nor repeat a value
    values = dict.fromkeys((first, *(value for value in between if first < value < last), last))
    return tuple(values), f"{format_number(first)}..{format_number(last)}:{count}{scale}"


def _between(first: float, last: float, share: float, scale: str) -> float:
    value = first * (last / first) ** share if scale else first + (last - first) * share
    return float(f"{value:.{_DIGITS[scale]}g}")
