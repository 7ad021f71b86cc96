"""The generated regions about the wire: tables in docs/protocol.md, and types and checks of the page's scripts."""

import ast
import dataclasses
import inspect
import json
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from types import ModuleType, NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from annotated_types import Ge, Le

from app.link import View
from app.link.sweep import Axis, SweepText
from app.protocol import class_messages, messages
from app.protocol.class_commands import CLASS_COMMANDS, CLASS_SETTINGS
from app.protocol.class_messages import CLASS_MESSAGES, CONTAINERS
from app.protocol.commands import COMMANDS, VIEW_FIELDS, Command
from app.protocol.fields import MAX_ID, OneOf, Words, unwrapped
from app.protocol.messages import MESSAGES, SENT_FIELDS, Message, Typed, VariantValues, is_optional
from app.protocol.version import VERSION
from engine import FIELDS
from engine.fields import Field


def union(names: Iterable[str]) -> str:
    """A JSDoc union of string literals: `"a" | "b"`."""
    return " | ".join(f'"{name}"' for name in names)


# --- declarations -------------------------------------------------------------------------------------------------


@cache
def field_docs(kind: type) -> Mapping[str, str]:
    """The strings below the fields of a class, on one line each, by field."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(kind))).body[0]
    assert isinstance(tree, ast.ClassDef)  # noqa: S101 - for the type checker
    found = {}
    for field, below in zip(tree.body, tree.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
            found[ast.unparse(field.target)] = " ".join(str(below.value.value).split())
    return found


def description(kind: type) -> str:
    """The docstring of a class on one line, without its example."""
    return " ".join((inspect.getdoc(kind) or "").split(">>>")[0].split())


def fields_of(kind: type) -> Mapping[str, Any]:
    """The types of the fields of a message or of a part of one."""
    hints = get_type_hints(kind, include_extras=True)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}


def optional_fields_of(kind: type) -> set[str]:
    """The fields of a message, or of a part of one, that may be left out."""
    return {field.name for field in dataclasses.fields(kind) if is_optional(field)}


def parts(module: ModuleType = messages) -> list[type]:
    """The parts of messages, in the order of their module."""
    found = [kind for kind in vars(module).values() if dataclasses.is_dataclass(kind) and isinstance(kind, type)]
    return [kind for kind in found if kind.__module__ == module.__name__ and kind is not Typed
            and not issubclass(kind, Message)]  # fmt: skip


def is_container(message: type[Message]) -> bool:
    """Whether a message is the header of a container."""
    return message.TYPE in {"frame", "data", "animation", "archive", "starts"} | CONTAINERS


def without_null(kind: Any) -> tuple[Any, bool]:
    """A type without null, and whether null was allowed."""
    if get_origin(kind) not in {Union, UnionType}:
        return kind, False
    others = [item for item in get_args(kind) if item is not NoneType]
    return others[0], len(others) < len(get_args(kind))


# --- docs/protocol.md ---------------------------------------------------------------------------------------------


def words(kind: Any, marks: Sequence[Any] = ()) -> str:
    """A type as shown in the documentation."""
    inner, more = unwrapped(kind)
    kind, is_null = without_null(inner)
    if is_null and not more:
        return f"{words(kind, marks)} or null"
    marks = [*more, *marks]
    suffix = " or null" if is_null else ""
    names = [name for mark in marks if isinstance(mark, OneOf) for name in mark.names]
    if get_origin(kind) is Literal:
        names = [*get_args(kind)]
    if names:
        return ", ".join(f"`{name}`" for name in names) + suffix
    if texts := [mark.text for mark in marks if isinstance(mark, Words)]:
        return texts[0].removeprefix("a ") + suffix
    return _plain_words(kind, marks) + suffix


def _plain_words(kind: Any, marks: Sequence[Any]) -> str:
    bounds: list[Any] = [mark.ge for mark in marks if isinstance(mark, Ge)] + [
        mark.le for mark in marks if isinstance(mark, Le)
    ]
    if len(bounds) == 2:
        return f"{bounds[0]:,} … {_bound(bounds[1])}"
    origin = get_origin(kind)
    if origin is not None and issubclass(origin, Sequence):
        return f"list of {_many(words(get_args(kind)[0]))}"
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        return f"[`{kind.__name__}`](#parts-of-messages)"
    return {bool: "true or false", int: "integer", float: "number", str: "string"}.get(kind, "object")


def _many(word: str) -> str:
    return f"{word}s" if word in {"integer", "number", "string", "object"} else word


def _bound(number: float) -> str:
    return {MAX_ID: "2^53 − 1", 2**31 - 1: "2^31 − 1"}.get(int(number), f"{number:,.0f}")


def commands_table(commands: Mapping[str, type[Command]] = COMMANDS) -> str:
    """All commands with their fields."""
    lines = ["| command | field | type | meaning |", "|---|---|---|---|"]
    for name, command in commands.items():
        lines.append(f"| `{name}` | | | {description(command)} |")
        docs = field_docs(command)
        lines += [f"| | `{field}` | {kind} | {docs[field]}{default} |" for field, kind, default in _inputs(command)]
    return "\n".join(lines)


def _inputs(command: type[Command]) -> Iterator[tuple[str, str, str]]:
    """The fields of a command, their types, and their defaults."""
    for name, field in command.model_fields.items():
        if name in {"id", "type"}:
            continue
        default = "" if field.is_required() else f" Default: {_default(field.get_default())}."
        yield name, words(field.annotation, field.metadata), default


def _default(value: object) -> str:
    return "null" if value is None else f"`{json.dumps(value)}`"


def class_commands_table() -> str:
    """All commands of a class with their fields."""
    return commands_table(CLASS_COMMANDS)


def view_table() -> str:
    """The fields of the view that a page can change."""
    return _kinds_table(VIEW_FIELDS)


def class_settings_table() -> str:
    """The settings of a class that a teacher can change."""
    return _kinds_table(CLASS_SETTINGS)


def _kinds_table(kinds: Mapping[str, Any]) -> str:
    lines = ["| field | type |", "|---|---|"]
    return "\n".join([*lines, *(f"| `{name}` | {words(kind)} |" for name, kind in kinds.items())])


def _fields_table(title: str, kinds: Mapping[str, type]) -> str:
    lines = [f"| {title} | field | type | meaning |", "|---|---|---|---|"]
    for name, kind in kinds.items():
        lines.append(f"| `{name}` | | | {description(kind)} |")
        docs = field_docs(kind)
        optional = optional_fields_of(kind)
        for field, hint in fields_of(kind).items():
            shown = f"{words(without_null(hint)[0])}, optional" if field in optional else words(hint)
            lines.append(f"| | `{field}` | {shown} | {docs.get(field, '')} |")
    return "\n".join(lines).replace("|  |", "| |")


def messages_table(messages: Mapping[str, type[Message]] = MESSAGES) -> str:
    """All text messages with their fields."""
    return _fields_table("message", {name: kind for name, kind in messages.items() if not is_container(kind)})


def containers_table(messages: Mapping[str, type[Message]] = MESSAGES) -> str:
    """The headers of all containers."""
    return _fields_table("message", {name: kind for name, kind in messages.items() if is_container(kind)})


def parts_table(module: ModuleType = messages) -> str:
    """The objects that messages contain."""
    return _fields_table("object", {kind.__name__: kind for kind in parts(module)})


def class_messages_table() -> str:
    """All text messages of a class with their fields."""
    return messages_table(CLASS_MESSAGES)


def class_containers_table() -> str:
    """The headers of all containers of a class."""
    return containers_table(CLASS_MESSAGES)


def class_parts_table() -> str:
    """The objects that messages of a class contain."""
    return parts_table(class_messages)


# --- the types of the page's scripts ------------------------------------------------------------------------------


def js_type(kind: Any) -> str:
    """A type in JSDoc."""
    inner, marks = unwrapped(kind)
    kind, is_null = without_null(inner)
    typed = [mark.name for mark in marks if isinstance(mark, Typed)]
    names = [name for mark in marks if isinstance(mark, OneOf) for name in mark.names]
    found = typed[0] if typed else union(names) if names else _plain_js_type(kind)
    return f"{found} | null" if is_null else found


def _plain_js_type(kind: Any) -> str:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Literal:
        return " | ".join(f'"{name}"' if isinstance(name, str) else str(name) for name in arguments)
    if origin is tuple and arguments[-1] is not ...:
        return f"[{', '.join(map(js_type, arguments))}]"
    if origin is not None and issubclass(origin, Sequence):
        item = js_type(arguments[0])
        return f"({item})[]" if "|" in item else f"{item}[]"
    if origin is not None:
        return f"Record<string, {js_type(arguments[1])}>"
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        return kind.__name__
    return {bool: "boolean", int: "number", float: "number", str: "string"}.get(kind, "any")


def typedef(name: str, about: str, properties: Iterable[tuple[str, str, str]]) -> str:
    """A JSDoc type with properties, given as name, type and description."""
    lines = [f" * @property {{{kind}}} {field}{f'  {text}' if text else ''}" for field, kind, text in properties]
    return "\n".join(["/**", f" * {about}", f" * @typedef {{object}} {name}", *lines, " */"])


def _properties(kind: type) -> Iterator[tuple[str, str, str]]:
    docs, optional = field_docs(kind), optional_fields_of(kind)
    if issubclass(kind, Message):
        yield "type", f'"{kind.TYPE}"', ""
    for name, hint in fields_of(kind).items():
        text = js_type(without_null(hint)[0] if name in optional else hint)
        yield f"[{name}]" if name in optional else name, text, docs.get(name, "")


def message_types(module: ModuleType = messages, messages: Mapping[str, type[Message]] = MESSAGES) -> str:
    """The types of messages and of their parts."""
    named = {kind.__name__: kind for kind in parts(module)}
    for kind in messages.values():
        named[kind.__name__.replace("Message", "Header") if is_container(kind) else kind.__name__] = kind
    return "\n\n".join(typedef(name, description(kind), _properties(kind)) for name, kind in named.items())


def class_message_types() -> str:
    """The types of a class's messages and of their parts."""
    return message_types(class_messages, CLASS_MESSAGES)


def config_type() -> str:
    """The type of a config."""
    properties = ((name, _config_type(FIELDS[name]), FIELDS[name].label) for name in SENT_FIELDS)
    return typedef("Config", "Every field of the engine's Config but the own examples.", properties)


def _config_type(field: Field) -> str:
    if field.kind == "choice":
        return "string" if len(field.choices or ()) > 2 else union(field.choices or ())
    return {
        "flag": "boolean", "text": "string", "choices": "string[]", "names": "string[]",
        "numbers": "(number | null)[]", "integers": "number[]",
    }.get(field.kind, "number")  # fmt: skip


def view_type() -> str:
    """The type of a view."""
    hints = {
        **get_type_hints(View),
        "compare": Sequence[VariantValues],
        "sweep": Annotated[Any, Typed("LinkSweep | null")],
    }
    required = {field.name for field in dataclasses.fields(View) if field.default is not None} & {*VIEW_FIELDS}
    properties = ((name if name in required else f"[{name}]", js_type(kind), "") for name, kind in hints.items())
    return f"{_link_sweep()}\n\n{typedef('View', 'How the experiment is shown.', properties)}"


def _link_sweep() -> str:
    """The type of the sweep of a link."""
    axis = ", ".join(f"{name}: {js_type(kind)}" for name, kind in get_type_hints(Axis).items())
    hints = {**get_type_hints(SweepText), "axes": Annotated[Any, Typed(f"{{{axis}}}[]")]}
    return typedef("LinkSweep", "The sweep of a link.", ((name, js_type(kind), "") for name, kind in hints.items()))


# --- the checks of the page ---------------------------------------------------------------------------------------


def version() -> str:
    """The protocol version of the page."""
    return f"export const VERSION = {VERSION};"


def class_needed() -> str:
    """The checks that a page in a class applies to a text message of the class."""
    return needed(CLASS_MESSAGES)


def needed(messages: Mapping[str, type[Message]] = MESSAGES) -> str:
    """The checks that the page applies to a text message before using it."""
    lines = ["const NEEDED = {"]
    for name, kind in messages.items():
        checks = [(field, _check(hint)) for field, hint in fields_of(kind).items()]
        shown = ", ".join(f"{field}: {check}" for field, check in checks if check)
        if shown and not is_container(kind):
            lines.append(f"  {name}: {{ {shown} }},")
    return "\n".join([*lines, "};"])


def _check(kind: Any) -> str:
    """The name of the function that checks a field; empty if it may be null, which the page treats as missing."""
    kind = unwrapped(kind)[0]
    if without_null(kind)[1]:
        return ""
    origin = get_origin(kind)
    if origin is Literal:
        return "isText" if isinstance(get_args(kind)[0], str) else "Number.isInteger"
    if origin is not None:
        return "Array.isArray" if issubclass(origin, Sequence) else "isObject"
    return {str: "isText", bool: "isFlag", int: "Number.isInteger", float: "Number.isFinite"}.get(kind, "")
