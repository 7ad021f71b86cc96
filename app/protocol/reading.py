"""Reading what a page has sent: a text becomes a command, or an error with all reasons."""

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from app.protocol.commands import COMMANDS, KINDS, MAX_ID, REQUIRED, WITHIN, Command, Hello
from app.protocol.errors import MAX_ERRORS, Fault, ProtocolError, fault
from app.protocol.kinds import faults_in, integer
from app.protocol.version import VERSION
from app.text import MAX_GOT, size_of
from engine.inspection import Options

_MAX_DEPTH = 16


def parse(text: str, limit: int = 64 * 1024) -> Command:
    """The command in a text message of at most `limit` bytes. Raises ProtocolError."""
    message = _load(text, limit)
    if not isinstance(message, dict):
        raise ProtocolError([fault("bad_type", got=message, expected="an object")])
    kind = _ID.refuse(message.get("id", 0))
    id_ = message.get("id") if kind is None else None
    command = _find_command(message, id_)
    if command is Hello and isinstance(message.get("version"), int) and message["version"] != VERSION:
        why = f"this server speaks version {VERSION} of the protocol; reload the page"
        raise ProtocolError([fault("protocol_version", "version", message["version"], str(VERSION), why)], id_)
    fields = {name: value for name, value in message.items() if name != "type"}
    faults = [*_missing(command.TYPE, fields), *islice(faults_in(KINDS[command.TYPE], fields), MAX_ERRORS)]
    if not faults and command in WITHIN:
        name, kinds = WITHIN[command]
        faults = list(islice(faults_in(kinds, fields.get(name, {})), MAX_ERRORS))
    if faults:
        raise ProtocolError(faults, id_)
    return command(**fields)


_ID = integer(0, MAX_ID)


def _find_command(message: Mapping[str, object], id_: int | None) -> type[Command]:
    expected = f"one of {', '.join(COMMANDS)}"
    if "type" not in message:
        raise ProtocolError([fault("missing_field", "type", expected=expected, why="type is missing")], id_)
    name = message["type"]
    if not isinstance(name, str):
        raise ProtocolError([fault("bad_type", "type", name, expected)], id_)
    if name not in COMMANDS:
        raise ProtocolError([fault("unknown_type", "type", name, expected)], id_)
    return COMMANDS[name]


def _missing(name: str, fields: Mapping[str, object]) -> Iterable[Fault]:
    for field in REQUIRED[name]:
        if field not in fields:
            expected = KINDS[name][field].expected
            yield fault("missing_field", field, expected=expected, why=f"{name} needs {field}: {expected}")


class _Refused(ValueError):  # noqa: N818 - it never leaves this module
    """The decoder met something that JSON does not have, or has but we do not take."""

    def __init__(self, code: str, got: str, expected: str) -> None:
        super().__init__(expected)
        self.fault = fault(code, None, got, expected)


def _refuse_constant(text: str) -> float:
    raise _Refused("bad_json", text, "JSON, which has no such number")


_MAX_DIGITS = 300
"""Characters of an integer that is read as one: whatever can be done with a float can be done with it."""


def _read_integer(text: str) -> int | float:
    # thousands of digits take Python long, or make it refuse; such a number is beyond every range anyway
    return int(text) if len(text) <= _MAX_DIGITS else math.copysign(math.inf, -1 if text[0] == "-" else 1)


def _read_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) < len(pairs):
        times = Counter(name for name, _ in pairs)
        twice = next(name for name in times if times[name] > 1)
        raise _Refused("bad_json", twice, "every name once in an object")
    return result


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant, parse_int=_read_integer, object_pairs_hook=_read_object)


def _load(text: str, limit: int) -> object:
    size = size_of(text)
    if size > limit:
        why = f"the message has {size} bytes; at most {limit} are read"
        raise ProtocolError([fault("too_large", None, f"{size} bytes", f"at most {limit} bytes", why)])
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
        raise ProtocolError([fault("bad_json", None, ascii(text)[:MAX_GOT], "whole characters", why)]) from None
    except ValueError as error:
        why = f"the message is not JSON: {error}"
        raise ProtocolError([fault("bad_json", None, ascii(text)[:MAX_GOT], "one JSON object", why)]) from None
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
