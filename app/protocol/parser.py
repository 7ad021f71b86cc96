"""Parses what a page sends: a text becomes a command, or an error with all reasons."""

import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import reduce
from operator import or_
from typing import Annotated, Any

from pydantic import ConfigDict, Discriminator, TypeAdapter, ValidationError

from app.protocol.class_commands import ALL_COMMANDS
from app.protocol.commands import COMMANDS, Command
from app.protocol.errors import Fault, ProtocolError, fault
from app.protocol.fields import MAX_ID, faults_in, first_names
from app.protocol.version import VERSION
from app.text import MAX_GOT, size_of

_MAX_DEPTH = 16


class CommandSet:
    """The commands that a kind of connection may send, by their type."""

    def __init__(self, commands: Mapping[str, type[Command]]) -> None:
        any_of_them: Any = Annotated[reduce(or_, commands.values()), Discriminator("type")]
        self.commands = commands
        self.adapter: TypeAdapter[Command] = TypeAdapter(any_of_them, config=ConfigDict(defer_build=True))


OF_SESSION = CommandSet(COMMANDS)
"""What a page may send that is in no class."""

OF_CLASS = CommandSet(ALL_COMMANDS)
"""What a page may send that is in a class."""


def parse(text: str, limit: int = 64 * 1024, known: CommandSet = OF_SESSION) -> Command:
    """The command in a text message of at most `limit` bytes. Raises ProtocolError, and nothing else.

    >>> parse('{"type":"advance","count":3}')
    Advance(type='advance', id=None, unit='epoch', count=3)
    """
    message = _load(text, limit)
    if not isinstance(message, dict):
        raise ProtocolError([fault("bad_type", got=message, expected="an object")])
    if "type" in message:
        message = {"type": message.pop("type"), **message}
    try:
        return known.adapter.validate_python(first_names(message))
    except ValidationError as error:
        raise ProtocolError(_faults(error, message, known.commands), _id_of(message)) from None


def _id_of(message: Mapping[str, object]) -> int | None:
    """The id of a message that is refused, if it has a valid one."""
    number = message.get("id")
    return number if type(number) is int and 0 <= number <= MAX_ID else None


def _faults(
    error: ValidationError, message: Mapping[str, Any], commands: Mapping[str, type[Command]]
) -> Iterator[Fault]:
    """What is wrong with a message that pydantic has refused."""
    found = error.errors(include_url=False, include_context=False)
    if not found[0]["loc"]:
        yield _fault_of_type(message, commands)
        return
    command, version = str(found[0]["loc"][0]), message.get("version")
    if command in {"hello", "join"} and isinstance(version, int) and version != VERSION:
        why = f"this server speaks version {VERSION} of the protocol; reload the page"
        yield fault("protocol_version", "version", version, str(VERSION), why)
        return
    fields = {name: field for name, field in commands[command].model_fields.items() if name != "type"}
    yield from faults_in(found, fields, command, skip=1)


def _fault_of_type(message: Mapping[str, Any], commands: Mapping[str, type[Command]]) -> Fault:
    wanted = f"one of {', '.join(commands)}"
    if "type" not in message:
        return fault("missing_field", "type", expected=wanted, why="type is missing")
    got = message["type"]
    return fault("unknown_type" if isinstance(got, str) else "bad_type", "type", got, wanted)


# --- JSON ---------------------------------------------------------------------------------------------------------


class _Refused(ValueError):  # noqa: N818 - it never leaves this module
    """The decoder found something that is not JSON, or that is JSON but not accepted."""

    def __init__(self, code: str, got: str, expected: str) -> None:
        super().__init__(expected)
        self.fault = fault(code, None, got, expected)


def _refuse_constant(text: str) -> float:
    raise _Refused("bad_json", text, "JSON, which has no such number")


_MAX_DIGITS = 300
"""Maximum length of an integer: below this it can be converted to a float."""


def _read_integer(text: str) -> int | float:
    # Python is slow with thousands of digits, or refuses them; such a number is out of every range anyway
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
    try:
        value = _DECODER.decode(text)
        # \ud800 alone is half of a character: JSON can hold it, but UTF-8 cannot
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode()
        else:
            text.encode()
    except _Refused as refused:
        raise ProtocolError([refused.fault]) from None
    except RecursionError:
        raise _too_deep(text) from None
    except UnicodeEncodeError:
        why = "the message holds half of a surrogate pair"
        raise ProtocolError([fault("bad_json", None, ascii(text)[:MAX_GOT], "whole characters", why)]) from None
    except ValueError as error:
        why = f"the message is not JSON: {error}"
        raise ProtocolError([fault("bad_json", None, ascii(text)[:MAX_GOT], "one JSON object", why)]) from None
    if text.count("[") + text.count("{") > _MAX_DEPTH and _depth(value) > _MAX_DEPTH:
        raise _too_deep(text)
    return value


def _too_deep(text: str) -> ProtocolError:
    return ProtocolError([fault("too_deep", None, text, f"at most {_MAX_DEPTH} levels of brackets")])


def _depth(value: object) -> int:
    depth, level = 0, [value] if isinstance(value, (dict, list)) else []
    while level and depth <= _MAX_DEPTH:
        inside = [child for item in level for child in (item.values() if isinstance(item, dict) else item)]
        depth, level = depth + 1, [child for child in inside if isinstance(child, (dict, list))]
    return depth
