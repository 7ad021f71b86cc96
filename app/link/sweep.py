"""The text of a sweep: settings with the values they take, and how many starts each combination of these gets.

`learningRate:0.001..3:8l;networkShape:1|2|4|8;starts:10` are 8 learning rates from 0.001 to 3, evenly on a logarithmic
scale, by four networks, with 10 starts each. `vary:data` and `epochs:500` may follow.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from app.link.experiment_keys import FURTHER, ORIGINAL, Key
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
        name, colon, value = (piece.strip() for piece in part.partition(":"))
        try:
            if name in given or name in axes:
                raise _fault("duplicate_value", name, value, "every setting once")
            if name in options:
                given[name] = options[name](value)
                continue
            axis, note = _axis(name, value if colon else None)
            axes[axis.key] = axis
            notes += [note] if note else []
        except ConfigError as error:
            faults += error.errors
    return Reading(SweepText(tuple(axes.values()), **given), tuple(faults), tuple(notes))


def _axis(name: str, text: str | None) -> tuple[Axis, str]:
    """An axis, and what was read differently in its text, or "". Raises `ConfigError`."""
    key = AXIS_KEYS.get(name)
    if key is None:
        raise _fault("unknown_field", "sweep", name, "the key of a setting, such as learningRate")
    if not text:
        raise _fault("out_of_range", key.name, "nothing", "values, such as 0.01..1:5 or 1|2")
    values = tuple(key.type.parse(value) for value in text.split("|"))
    return Axis(key.name, key.slot, values, "|".join(key.type.format(value) for value in values)), ""
