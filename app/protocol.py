"""The wire: what page and server say to each other, and how (docs/protocol.md). No other file knows keys or layouts.

A message from a page becomes a `Command`; whatever is wrong with it becomes a `ProtocolError` that says which field,
what came and what is allowed. Nothing that a page can send makes `parse` raise anything else.
"""

import base64
import binascii
import dataclasses
import json
import math
import struct
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.export import FORMATS
from app.speeds import SPEEDS
from engine import (
    FEATURES,
    FIELDS,
    GROUPS,
    Config,
    ConfigError,
    Divergence,
    EarlyStop,
    Snapshot,
    Trainer,
    TrainingState,
)
from engine.inspection import DIRECTIONS, INSPECTIONS, Options, View

VERSION = 1
MAGIC = b"NPG1"
PAGE_LIMITS = {"page_layers": 10, "page_units": 16}
"""How far the buttons of the page go; links may go further."""

_MAX_ID = 2**53 - 1
_MAX_DEPTH = 16
_MAX_GOT = 64
_MAX_ERRORS = 10

Array = NDArray[Any]


# --- what is wrong with a message ---------------------------------------------------------------------------------


class Fault(NamedTuple):
    """One thing that is wrong: a code, the field, what came (at most 64 characters), and what is allowed."""

    code: str
    field: str | None
    got: str | None
    allowed: str | None
    message: str


class ProtocolError(ValueError):
    """A message was refused; `faults` are the reasons, `id` is the message's own number if it had one."""

    def __init__(self, faults: Iterable[Fault], id: int | None = None) -> None:  # noqa: A002
        self.faults = tuple(islice(faults, _MAX_ERRORS))
        self.id = id
        super().__init__("; ".join(fault.message for fault in self.faults))


def fault(code: str, field: str | None = None, got: object = None, allowed: str | None = None, why: str = "") -> Fault:
    """A fault, put into a sentence; `got` is shortened."""
    shown = None if got is None else shorten(got)
    sentence = why or f"{field or 'the message'}: got {shown}; allowed is {allowed}"
    return Fault(code, field, shown, allowed, sentence)


def shorten(value: object) -> str:
    """A value from a message, as JSON of at most 64 characters."""
    if isinstance(value, (str, list, tuple)):
        value = value[:_MAX_GOT]
    elif isinstance(value, dict):
        value = dict(list(value.items())[:_MAX_GOT])
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _MAX_GOT else text[: _MAX_GOT - 1] + "…"


def faults_of(error: ConfigError) -> tuple[Fault, ...]:
    """What the engine refused, as faults."""
    return tuple(Fault(item.code, item.field, item.got, item.allowed, item.message) for item in error.errors)


# --- kinds of values ----------------------------------------------------------------------------------------------


class Kind(NamedTuple):
    """What a field may hold: in words, and as a function that gives the code of what is wrong with a value, or None."""

    allowed: str
    refuse: Callable[[Any], str | None]


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _integer(low: int, high: int) -> Kind:
    def refuse(value: Any) -> str | None:
        if not _is_number(value):
            return "bad_type"
        if math.isfinite(value) and not isinstance(value, int):
            return "bad_type"
        return None if low <= value <= high else "out_of_range"

    return Kind(f"a whole number from {low} to {high}", refuse)


def _choice(names: Iterable[str]) -> Kind:
    known = frozenset(names)

    def refuse(value: Any) -> str | None:
        if not isinstance(value, str):
            return "bad_type"
        return None if value in known else "unknown_value"

    return Kind(f"one of {', '.join(names)}", refuse)


def _of_type(wanted: type, words: str) -> Kind:
    return Kind(words, lambda value: None if isinstance(value, wanted) else "bad_type")


def _refuse_number(value: Any) -> str | None:
    if not _is_number(value):
        return "bad_type"
    return None if math.isfinite(value) else "not_finite"


def _refuse_share(value: Any) -> str | None:
    return _refuse_number(value) or (None if 0 <= value <= 1 else "out_of_range")


def _refuse_names(value: Any) -> str | None:
    fits = isinstance(value, list) and all(isinstance(item, str) for item in value)
    return None if fits else "bad_type"


def _or_null(kind: Kind) -> Kind:
    return Kind(f"{kind.allowed}, or null", lambda value: None if value is None else kind.refuse(value))


_TEXT = _of_type(str, "a text")
_BOOLEAN = _of_type(bool, "true or false")
_OBJECT = _of_type(dict, "an object")
_NUMBER = Kind("a finite number", _refuse_number)
_SHARE = Kind("a number from 0 to 1", _refuse_share)
_NAMES = Kind("a list of names", _refuse_names)
_INDEX = _integer(0, 2**31 - 1)


def _field(kind: Kind, **default: Any) -> Any:
    return dataclasses.field(metadata={"kind": kind}, **default)


# --- commands -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A message that asks for something; `id` comes back in the answer."""

    TYPE: ClassVar[str]
    id: int | None = _field(_integer(0, _MAX_ID), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello(Command):
    """The first message: what the page wants to see, and what it still knows of it."""

    TYPE: ClassVar[str] = "hello"
    version: int = _field(_integer(VERSION, VERSION))
    link: str = _field(_TEXT, default="")
    session: str | None = _field(_or_null(_TEXT), default=None)
    checkpoint: Mapping[str, Any] | None = _field(_or_null(_OBJECT), default=None)
    playing: bool = _field(_BOOLEAN, default=False)
    speed: str | None = _field(_or_null(_choice(tuple(SPEEDS))), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Configure(Command):
    """Changes of the experiment, all or none."""

    TYPE: ClassVar[str] = "configure"
    changes: Mapping[str, Any] = _field(_OBJECT)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetView(Command):
    """Changes of how the experiment is shown."""

    TYPE: ClassVar[str] = "set_view"
    changes: Mapping[str, Any] = _field(_OBJECT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Open(Command):
    """Another experiment in place of this one."""

    TYPE: ClassVar[str] = "open"
    link: str = _field(_TEXT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Play(Command):
    """Train on and on."""

    TYPE: ClassVar[str] = "play"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause(Command):
    """Stop training."""

    TYPE: ClassVar[str] = "pause"


@dataclass(frozen=True, slots=True, kw_only=True)
class Advance(Command):
    """Pause, then train so much."""

    TYPE: ClassVar[str] = "advance"
    unit: str = _field(_choice(("epoch", "minibatch")), default="epoch")
    count: int = _field(_integer(1, 1000), default=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewind(Command):
    """Epoch 0, same starting weights."""

    TYPE: ClassVar[str] = "rewind"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reset(Command):
    """Epoch 0, the next weights of the same stream."""

    TYPE: ClassVar[str] = "reset"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reseed(Command):
    """Epoch 0, weights from a new weight seed."""

    TYPE: ClassVar[str] = "reseed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Regenerate(Command):
    """New data from a new seed; the network stays."""

    TYPE: ClassVar[str] = "regenerate"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetSpeed(Command):
    """How much is trained in a tick."""

    TYPE: ClassVar[str] = "set_speed"
    speed: str = _field(_choice(tuple(SPEEDS)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Select(Command):
    """Which picture comes in full; None is the output's."""

    TYPE: ClassVar[str] = "select"
    unit: int | None = _field(_or_null(_INDEX))


@dataclass(frozen=True, slots=True, kw_only=True)
class SetParameter(Command):
    """One weight or bias by hand."""

    TYPE: ClassVar[str] = "set_parameter"
    index: int = _field(_INDEX)
    value: float = _field(_NUMBER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspect(Command):
    """Which way to look inside is open, and what about; None closes it."""

    TYPE: ClassVar[str] = "inspect"
    panel: str | None = _field(_or_null(_choice(tuple(INSPECTIONS))))
    options: Mapping[str, Any] = _field(_OBJECT, default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Export(Command):
    """The present network as code."""

    TYPE: ClassVar[str] = "export"
    format: str = _field(_choice(tuple(FORMATS)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ack(Command):
    """A frame is on the screen."""

    TYPE: ClassVar[str] = "ack"
    seq: int = _field(_integer(0, _MAX_ID))


@dataclass(frozen=True, slots=True, kw_only=True)
class Visible(Command):
    """Whether the page can be seen."""

    TYPE: ClassVar[str] = "visible"
    on: bool = _field(_BOOLEAN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ping(Command):
    """Whether the server is still there: what a browser does not tell its page."""

    TYPE: ClassVar[str] = "ping"


COMMANDS: dict[str, type[Command]] = {
    command.TYPE: command
    for command in (
        Hello, Configure, SetView, Open, Play, Pause, Advance, Rewind, Reset, Reseed, Regenerate, SetSpeed, Select,
        SetParameter, Inspect, Export, Ack, Visible, Ping,
    )
}  # fmt: skip

_KINDS: dict[str, dict[str, Kind]] = {
    name: {item.name: item.metadata["kind"] for item in dataclasses.fields(command)}
    for name, command in COMMANDS.items()
}
_REQUIRED: dict[str, tuple[str, ...]] = {
    name: tuple(
        item.name
        for item in dataclasses.fields(command)
        if item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING
    )
    for name, command in COMMANDS.items()
}

VIEW_FIELDS: dict[str, Kind] = {
    "show_test_data": _BOOLEAN,
    "discretize": _BOOLEAN,
    "hide_text": _BOOLEAN,
    "hidden": _NAMES,
}
"""What `set_view` may change."""

INSPECT_OPTIONS: dict[str, Kind] = {
    "unit": _or_null(_INDEX),
    "example": _or_null(_INDEX),
    "parameter": _or_null(_INDEX),
    "threshold": _SHARE,
    "compute": _BOOLEAN,
    "directions": _choice(tuple(DIRECTIONS)),
}
"""What a look may be about."""

_WITHIN: dict[type[Command], tuple[str, dict[str, Kind]]] = {
    SetView: ("changes", VIEW_FIELDS),
    Inspect: ("options", INSPECT_OPTIONS),
}
"""Commands with an object in them whose fields are known here."""


# --- reading ------------------------------------------------------------------------------------------------------


def parse(text: str, limit: int = 64 * 1024) -> Command:
    """The command in a text message of at most `limit` bytes. Raises ProtocolError."""
    message = _load(text, limit)
    if not isinstance(message, dict):
        raise ProtocolError([fault("bad_type", got=message, allowed="an object")])
    kind = _INTEGER_ID.refuse(message.get("id", 0))
    id_ = message.get("id") if kind is None else None
    command = _find_command(message, id_)
    if command is Hello and isinstance(message.get("version"), int) and message["version"] != VERSION:
        why = f"this server speaks version {VERSION} of the protocol; reload the page"
        raise ProtocolError([fault("protocol_version", "version", message["version"], str(VERSION), why)], id_)
    fields = {name: value for name, value in message.items() if name != "type"}
    faults = [*_missing(command.TYPE, fields), *islice(_faults(_KINDS[command.TYPE], fields), _MAX_ERRORS)]
    if not faults and command in _WITHIN:
        name, kinds = _WITHIN[command]
        faults = list(islice(_faults(kinds, fields.get(name, {})), _MAX_ERRORS))
    if faults:
        raise ProtocolError(faults, id_)
    return command(**fields)


_INTEGER_ID = _integer(0, _MAX_ID)


def _find_command(message: Mapping[str, object], id_: int | None) -> type[Command]:
    allowed = f"one of {', '.join(COMMANDS)}"
    if "type" not in message:
        raise ProtocolError([fault("missing_field", "type", allowed=allowed, why="type is missing")], id_)
    name = message["type"]
    if not isinstance(name, str):
        raise ProtocolError([fault("bad_type", "type", name, allowed)], id_)
    if name not in COMMANDS:
        raise ProtocolError([fault("unknown_type", "type", name, allowed)], id_)
    return COMMANDS[name]


def _missing(name: str, fields: Mapping[str, object]) -> Iterable[Fault]:
    for field in _REQUIRED[name]:
        if field not in fields:
            allowed = _KINDS[name][field].allowed
            yield fault("missing_field", field, allowed=allowed, why=f"{name} needs {field}: {allowed}")


def _faults(kinds: Mapping[str, Kind], fields: Mapping[str, object]) -> Iterable[Fault]:
    for name, value in fields.items():
        kind = kinds.get(name)
        if kind is None:
            yield fault("unknown_field", shorten(name), value, f"one of {', '.join(kinds)}")
        elif code := kind.refuse(value):
            yield fault(code, name, "null" if value is None else value, kind.allowed)


class _Refused(ValueError):  # noqa: N818 - it never leaves this module
    """The decoder met something that JSON does not have, or has but we do not take."""

    def __init__(self, code: str, got: str, allowed: str) -> None:
        super().__init__(allowed)
        self.fault = fault(code, None, got, allowed)


def _refuse_constant(text: str) -> float:
    raise _Refused("bad_json", text, "JSON, which has no such number")


def _read_integer(text: str) -> int | float:
    # thousands of digits take Python long, or make it refuse; such a number is beyond every range anyway
    return int(text) if len(text) <= 400 else math.copysign(math.inf, -1 if text[0] == "-" else 1)


def _read_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) < len(pairs):
        times = Counter(name for name, _ in pairs)
        twice = next(name for name in times if times[name] > 1)
        raise _Refused("bad_json", twice, "every name once in an object")
    return result


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant, parse_int=_read_integer, object_pairs_hook=_read_object)


def _load(text: str, limit: int) -> object:
    if len(text) > limit or (len(text) * 4 > limit and len(text.encode("utf-8", "replace")) > limit):
        why = f"the message is too large; allowed are {limit} bytes"
        raise ProtocolError([fault("too_large", None, f"{len(text)} characters", f"at most {limit} bytes", why)])
    deep = fault("too_deep", None, text, f"at most {_MAX_DEPTH} levels of brackets")
    try:
        value = _DECODER.decode(text)
        # \ud800 alone is a half of a character: it can be written in JSON, but nobody can pass it on
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode()
        else:
            text.encode()
    except _Refused as refused:
        raise ProtocolError([refused.fault]) from None
    except RecursionError:
        raise ProtocolError([deep]) from None
    except UnicodeEncodeError:
        why = "the message holds half of a surrogate pair"
        raise ProtocolError([fault("bad_json", None, ascii(text)[:_MAX_GOT], "whole characters", why)]) from None
    except ValueError as error:
        why = f"the message is not JSON: {error}"
        raise ProtocolError([fault("bad_json", None, ascii(text)[:_MAX_GOT], "one JSON object", why)]) from None
    if text.count("[") + text.count("{") > _MAX_DEPTH and _depth(value) > _MAX_DEPTH:
        raise ProtocolError([deep])
    return value


def _depth(value: object) -> int:
    depth, level = 0, [value] if isinstance(value, (dict, list)) else []
    while level and depth <= _MAX_DEPTH:
        inside = [child for item in level for child in (item.values() if isinstance(item, dict) else item)]
        depth, level = depth + 1, [child for child in inside if isinstance(child, (dict, list))]
    return depth


def view_changes(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The changes of a `set_view` as the view holds them."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in changes.items()}


def inspect_options(options: Mapping[str, Any]) -> Options:
    """The options of an `inspect` as inspections read them."""
    return Options(**options)


# --- writing text -------------------------------------------------------------------------------------------------


def _dump(message: Mapping[str, object], id: int | None = None) -> str:  # noqa: A002
    if id is not None:
        message = {**message, "id": id}
    return json.dumps(message, allow_nan=False, ensure_ascii=False, separators=(",", ":"))


def encode_welcome(session: str, resumed: str | None, limits: Mapping[str, int]) -> str:
    """The answer to `hello`; `resumed` is "session", "checkpoint" or None."""
    return _dump({"type": "welcome", "version": VERSION, "session": session, "resumed": resumed, "limits": limits})


def encode_config(
    config: Config,
    view: object,
    link: str,
    revision: int,
    effect: str,
    id: int | None = None,  # noqa: A002
) -> str:
    """The experiment in force; `view` is a dataclass, `effect` what the last change rebuilt."""
    message = {
        "type": "config",
        "revision": revision,
        "config": dataclasses.asdict(config),
        "view": dataclasses.asdict(view),  # type: ignore[call-overload]
        "link": link,
        "layers": config.layer_sizes,
        "effect": effect,
    }
    return _dump(message, id)


def encode_status(
    playing: bool,
    speed: str,
    divergence: Divergence | None,
    early_stop: EarlyStop | None,
    id: int | None = None,  # noqa: A002
) -> str:
    """Whether and how fast it trains, whether it has diverged, and whether early stopping has ended it."""
    diverged = divergence and dataclasses.asdict(divergence)
    stopped = early_stop and dataclasses.asdict(early_stop)
    return _dump({"type": "status", "playing": playing, "speed": speed, "diverged": diverged, "stopped": stopped}, id)


def encode_notices(notices: Iterable[Any]) -> str:
    """What a link asked for that could not be honoured: objects with code, key, got, used and message."""
    keys = ("code", "key", "got", "used", "message")
    return _dump({"type": "notices", "notices": [{key: getattr(item, key) for key in keys} for item in notices]})


def encode_error(faults: Sequence[Fault], id: int | None = None, *, fatal: bool = False) -> str:  # noqa: A002
    """A refusal with all its reasons, the first of them on top."""
    errors = [item._asdict() for item in faults]
    return _dump({"type": "error", **errors[0], "errors": errors, "fatal": fatal}, id)


def encode_export(format: str, filename: str, text: str, id: int | None = None) -> str:  # noqa: A002
    """The answer to `export`: a file with code."""
    return _dump({"type": "export", "format": format, "filename": filename, "text": text}, id)


def encode_pong(id: int | None = None) -> str:  # noqa: A002
    """The server is there."""
    return _dump({"type": "pong"}, id)


def encode_moved() -> str:
    """The session goes on in another connection."""
    return _dump({"type": "moved"})


# --- containers ---------------------------------------------------------------------------------------------------

_DTYPES = {"u1": "|u1", "u4": "<u4", "f4": "<f4", "f8": "<f8"}
_NAMES_OF_DTYPES = {np.dtype(code): name for name, code in _DTYPES.items()}


def encode_container(message: Mapping[str, object], arrays: Mapping[str, Array]) -> bytes:
    """A JSON header and arrays of bytes, uint32, float32 or float64, each at a multiple of 8."""
    table: list[tuple[str, str, tuple[int, ...], int]] = []
    parts: list[bytes] = []
    offset = 0
    for name, array in arrays.items():
        table.append((name, _NAMES_OF_DTYPES[array.dtype], array.shape, offset))
        data = array.tobytes()
        padding = -len(data) % 8
        parts += (data, b"\0" * padding)
        offset += len(data) + padding
    header = _dump({"message": message, "arrays": table}).encode()
    header += b" " * (-len(header) % 8)
    return b"".join((MAGIC, struct.pack("<I", len(header)), header, *parts))


def decode_container(data: bytes) -> tuple[dict[str, Any], dict[str, Array]]:
    """The message and the arrays of a container. Raises ValueError if it is not one."""
    if data[:4] != MAGIC:
        raise ValueError(f"expected the bytes {MAGIC!r} at the beginning, got {data[:4]!r}")
    try:
        (length,) = struct.unpack_from("<I", data, 4)
        header = json.loads(data[8 : 8 + length])
        arrays = {name: _cut(data, 8 + length + at, kind, shape) for name, kind, shape, at in header["arrays"]}
        return header["message"], arrays
    except (struct.error, LookupError, TypeError, OverflowError, RecursionError) as error:
        raise ValueError(f"the container is damaged: {error}") from None


def _cut(data: bytes, start: int, kind: str, shape: Sequence[int]) -> Array:
    """One array of a container."""
    if any(side < 0 for side in shape):
        raise ValueError(f"expected sides of 0 or more, got {shape}")
    values: Array = np.frombuffer(data, np.dtype(_DTYPES[kind]), math.prod(shape), start)
    return values.reshape(shape)


class History(NamedTuple):
    """A piece of the loss series: epochs uint32 (k,), losses float32 (k,), None where there are no such examples."""

    epochs: NDArray[np.uint32]
    train: NDArray[np.float32]
    test: NDArray[np.float32] | None
    validation: NDArray[np.float32] | None = None


def encode_frame(
    snapshot: Snapshot,
    *,
    seq: int,
    revision: int,
    epochs_per_second: float,
    history: History,
    inside: tuple[str, View] | None = None,
) -> bytes:
    """A snapshot as a frame; every frame is a checkpoint, too. `inside` is what is seen in the panel of that name."""
    state = snapshot.state
    extra = {name: _compact(name, array) for name, array in state.arrays.items() if name != "params"}
    message = {
        "type": "frame",
        "seq": seq,
        "revision": revision,
        "epoch": snapshot.epoch,
        "step": snapshot.step,
        "batch": snapshot.batch,
        "learning_rate": snapshot.learning_rate,
        "train_loss": snapshot.train_loss,
        "validation_loss": snapshot.validation_loss,
        "test_loss": snapshot.test_loss,
        "train_accuracy": snapshot.train_accuracy,
        "validation_accuracy": snapshot.validation_accuracy,
        "test_accuracy": snapshot.test_accuracy,
        "selected": snapshot.selected,
        "epochs_per_second": round(epochs_per_second, 2),
        "checkpoint": {
            "epoch": state.epoch,
            "step": state.step,
            "batch": state.batch,
            "carried": state.carried,
            "arrays": ["params", *extra],
        },
    }
    arrays: dict[str, Array] = {
        "surface": snapshot.surface,
        "thumbnails": snapshot.thumbnails,
        "params": state.arrays["params"],
        **extra,
        "history_epochs": history.epochs,
        "history_train": history.train,
    }
    optional = {
        "history_test": history.test,
        "history_validation": history.validation,
        "classes": snapshot.classes,
        "curve": snapshot.curve,
    }
    arrays.update((name, array) for name, array in optional.items() if array is not None)
    if "alive" in extra:
        arrays["dead"] = 1 - extra["alive"]
    if inside is not None:
        panel, view = inside
        message["inside"] = {"panel": panel, "values": view.values}
        arrays.update((f"inside_{name}", array) for name, array in view.arrays.items())
    return encode_container(message, arrays)


def _compact(name: str, array: Array) -> Array:
    """A vector of the training state as it travels: what holds only 0 and 1 as bytes."""
    return array.astype(np.uint8) if name == "alive" else array


def encode_data(trainer: Trainer, revision: int) -> bytes:
    """The examples: points (n, 2) and targets (n,); training examples first, then those of validation and test."""
    message = {
        "type": "data",
        "revision": revision,
        "train_size": trainer.train_size,
        "validation_size": trainer.validation_size,
        "test_size": trainer.test_size,
        "classes": trainer.config.classes,
        "dimensions": trainer.config.dimensions,
    }
    arrays = {"points": trainer.inputs.astype("<f4"), "targets": trainer.targets.astype("<f4")}
    return encode_container(message, arrays)


# --- checkpoints --------------------------------------------------------------------------------------------------

_COUNTS = ("epoch", "step", "batch", "carried")


def checkpoint_of(frame: bytes, link: str) -> dict[str, Any]:
    """What a page keeps of a frame and hands back in `hello`."""
    message, arrays = decode_container(frame)
    state = message["checkpoint"]
    coded = {name: base64.b64encode(arrays[name].astype("<f8").tobytes()).decode() for name in state["arrays"]}
    return {"link": link, **{name: state[name] for name in _COUNTS}, "arrays": coded}


def read_checkpoint(checkpoint: Mapping[str, Any]) -> tuple[str, TrainingState]:
    """The link of a checkpoint and the state of its training. Raises ProtocolError (bad_checkpoint)."""
    kinds = {"link": _TEXT, **dict.fromkeys(_COUNTS, _integer(0, 2**53)), "arrays": _OBJECT}
    missing = [_bad_checkpoint(name, "nothing", kinds[name].allowed) for name in kinds if name not in checkpoint]
    wrong = [_bad_checkpoint(item.field, item.got, item.allowed) for item in _faults(kinds, checkpoint)]
    if missing or wrong:
        raise ProtocolError([*missing, *wrong])
    arrays = {name: _read_array(name, text) for name, text in checkpoint["arrays"].items()}
    return checkpoint["link"], TrainingState(**{name: checkpoint[name] for name in _COUNTS}, arrays=arrays)


def _bad_checkpoint(field: str | None, got: object, allowed: str | None) -> Fault:
    return fault("bad_checkpoint", f"checkpoint.{field}", got, allowed)


def _read_array(name: str, text: object) -> NDArray[np.float64]:
    allowed = "base64 of little-endian float64, all of them finite"
    try:
        data = base64.b64decode(text, validate=True)  # type: ignore[arg-type]
        array = np.frombuffer(data, "<f8").astype(np.float64)
    except (binascii.Error, ValueError, TypeError):
        array = np.array([math.nan])
    if not np.isfinite(array).all():
        raise ProtocolError([_bad_checkpoint(f"arrays.{shorten(name)}", text, allowed)])
    return array


# --- between the server's own processes ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """How a session begins: with a link, and with what is known of it if it was open before."""

    link: str
    checkpoint: Mapping[str, Any] | None = None
    playing: bool = False
    speed: str | None = None
    selected: int | None = None
    revision: int = 0
    seq: int = 0


def encode_opening(opening: Opening) -> bytes:
    """An opening as bytes, for another process of this server."""
    return _dump(dataclasses.asdict(opening)).encode()


def decode_opening(data: bytes) -> Opening:
    """The opening that `encode_opening` wrote."""
    return Opening(**json.loads(data))


def opening_of(config: str, status: str, frame: bytes | None) -> Opening:
    """How a session is opened again from the last config, status and frame that it sent."""
    experiment, running = json.loads(config), json.loads(status)
    link = experiment["link"]
    shown: dict[str, Any] = decode_container(frame)[0] if frame else {}
    return Opening(
        link=link,
        checkpoint=checkpoint_of(frame, link) if frame else None,
        playing=running["playing"],
        speed=running["speed"],
        selected=shown.get("selected"),
        revision=experiment["revision"],
        seq=shown.get("seq", 0),
    )


def link_of(config: str) -> str:
    """The link in a `config` message."""
    link: str = json.loads(config)["link"]
    return link


# --- the schema ---------------------------------------------------------------------------------------------------


def schema(
    *, limits: Mapping[str, int], keys: Mapping[str, str], hideable: Mapping[str, str], static: str, plotly: str
) -> dict[str, Any]:
    """What the page is told about the experiment's fields and about this server, as plain JSON values.

    `limits` are those of the server, `keys` the names that links have for the config's fields, `hideable` the controls
    that can be hidden with their labels, `static` and `plotly` where the page's files are.
    """
    return {
        "version": VERSION,
        "fields": [
            {
                "name": name,
                "label": item.label,
                "kind": item.kind,
                "default": _plain(item.default),
                "choices": _options(item.choices) if item.choices is not None else None,
                "offered": _plain(item.offered),
                "low": item.low,
                "high": item.high,
                "effect": item.effect.name.lower(),
                "group": item.group,
                "needs": [{"field": field, "values": list(values)} for field, values in item.needs.items()],
                "key": keys.get(name),
            }
            for name, item in FIELDS.items()
        ],
        "groups": _options(GROUPS),
        "features": [{"name": name, "label": feature.label} for name, feature in FEATURES.items()],
        "speeds": _options({name: speed.label for name, speed in SPEEDS.items()}),
        "hideable": [{"name": name, "label": label} for name, label in hideable.items()],
        "limits": {**PAGE_LIMITS, **limits},
        "static": static,
        "plotly": plotly,
    }


def _options(labels: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"value": value, "label": label} for value, label in labels.items()]


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
