"""The types that fields of commands have, and the words in which an error says what a field expects."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Le
from pydantic import Field, GetCoreSchemaHandler
from pydantic.fields import FieldInfo
from pydantic_core import CoreConfig, CoreSchema, ErrorDetails, core_schema

from app.protocol.errors import Fault, fault, shorten
from engine.own_examples import LARGEST, MAX_EXAMPLES, PARTS

MOST_NAMES = 64
"""Names of an object that are checked. No object here has as many fields, so one with more is refused anyway."""


@dataclass(frozen=True, eq=False)
class OneOf:
    """Marks a string that must be one of `names`: `Annotated[str, OneOf(SPEEDS)]`."""

    names: Iterable[str]

    def __get_pydantic_core_schema__(self, _: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """The check, for pydantic."""
        return core_schema.literal_schema(list(self.names))


@dataclass(frozen=True, eq=False)
class ObjectOf:
    """Marks an object that may have these fields, none of them required, and no others."""

    fields: Mapping[str, Any]

    def __get_pydantic_core_schema__(self, _: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """The check, for pydantic."""
        fields = {
            name: core_schema.typed_dict_field(handler.generate_schema(kind), required=False)
            for name, kind in self.fields.items()
        }
        config = CoreConfig(strict=True)
        schema = core_schema.typed_dict_schema(fields, extra_behavior="forbid", config=config)
        return core_schema.no_info_before_validator_function(first_names, schema)


def first_names(value: Any) -> Any:
    """An object with its first `MOST_NAMES` names; anything else as it is."""
    if isinstance(value, dict) and len(value) > MOST_NAMES:
        return dict(islice(value.items(), MOST_NAMES))
    return value


@dataclass(frozen=True)
class Words:
    """Marks a type with what it expects, where that does not follow from the type."""

    text: str


@dataclass(frozen=True, eq=False)
class NotNull:
    """Marks a whole number from 0 to `high` that may be left out, and is None then, but may not be null."""

    high: int

    def __get_pydantic_core_schema__(self, _: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """The check, for pydantic."""
        return core_schema.int_schema(ge=0, le=self.high, strict=True)


MAX_ID = 2**53 - 1
"""The largest whole number that a page can represent exactly."""

Id = Annotated[int, Field(ge=0, le=MAX_ID)]
RequestId = Annotated[int | None, NotNull(MAX_ID), Words(f"a whole number from 0 to {MAX_ID}")]
Count = Annotated[int, Field(ge=0, le=2**53)]
Index = Annotated[int, Field(ge=0, le=2**31 - 1)]
Number = Annotated[float, Field(allow_inf_nan=False), Words("a finite number")]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Names = Annotated[list[str], Field(fail_fast=True), Words("a list of names")]
Objects = Annotated[list[dict[str, Any]], Field(fail_fast=True), Words("a list of objects")]
Indices = Annotated[
    list[Annotated[int, Field(ge=0)]],
    Field(max_length=MAX_EXAMPLES, fail_fast=True),
    Words(f"a list of at most {MAX_EXAMPLES} indices into the list of own examples, from 0"),
]

Pixels = Annotated[str, Words("base64 of one byte for each pixel")]

_Coordinate = Annotated[float, Field(ge=-LARGEST, le=LARGEST, allow_inf_nan=False)]
# JSON has lists where pydantic has tuples; what is in them is checked strictly all the same
_Example = Annotated[
    tuple[_Coordinate, _Coordinate, _Coordinate, Annotated[str, OneOf(PARTS)]],
    Field(strict=False),
]
Examples = Annotated[
    list[_Example],
    Field(max_length=MAX_EXAMPLES, fail_fast=True),
    Words(
        f"a list of at most {MAX_EXAMPLES} examples: x1, x2 and target from {-LARGEST:.0f} to {LARGEST:.0f}, and "
        "train, test, validation or nothing"
    ),
]


def expected(kind: Any) -> str:
    """What a type expects, in words.

    >>> expected(Annotated[int, Field(ge=1, le=5)] | None)
    'a whole number from 1 to 5, or null'
    """
    kind, marks = unwrapped(kind)
    words = [mark.text for mark in marks if isinstance(mark, Words)]
    names = [name for mark in marks if isinstance(mark, OneOf) for name in mark.names]
    bounds = [mark.ge for mark in marks if isinstance(mark, Ge)] + [mark.le for mark in marks if isinstance(mark, Le)]
    if words:
        return words[0]
    if get_origin(kind) is Literal:
        names = list(get_args(kind))
    if names:
        return f"one of {', '.join(names)}"
    if get_origin(kind) in {Union, UnionType}:
        (kind,) = (item for item in get_args(kind) if item is not NoneType)
        return f"{expected(kind)}, or null"
    return _PLAIN[get_origin(kind) or kind].format(*bounds)


_PLAIN = {
    bool: "true or false",
    str: "a string",
    dict: "an object",
    int: "a whole number from {} to {}",
    float: "a number from {:g} to {:g}",
}


def unwrapped(kind: Any) -> tuple[Any, Sequence[Any]]:
    """A type without its annotations, and the annotations."""
    if isinstance(kind, FieldInfo):
        return kind.annotation, kind.metadata
    if get_origin(kind) is not Annotated:
        return kind, ()
    kind, *marks = get_args(kind)
    return kind, [item for mark in marks for item in (mark.metadata if isinstance(mark, FieldInfo) else [mark])]


def inner_fields(kind: Any) -> Mapping[str, Any]:
    """The types of the fields of an object that `ObjectOf` marks; none for anything else."""
    marks = unwrapped(kind)[1]
    return next((mark.fields for mark in marks if isinstance(mark, ObjectOf)), {})


# --- what is wrong ------------------------------------------------------------------------------------------------

_CODES = {
    "missing": "missing_field",
    "literal_error": "unknown_value",
    "finite_number": "not_finite",
    "greater_than_equal": "out_of_range",
    "less_than_equal": "out_of_range",
    "too_long": "out_of_range",
}
"""The codes of faults by pydantic's types of errors. All others are `bad_type`."""


def faults_in(errors: Iterable[ErrorDetails], fields: Mapping[str, Any], owner: str, skip: int = 0) -> Iterator[Fault]:
    """What pydantic found wrong with an object that has these `fields`: one fault for each of them.

    `owner` is what has the fields, in words; `skip` says how many parts of a location come before them.
    """
    seen = set()
    for item in errors:
        name, found = _fault(item, item["loc"][skip:], fields, owner)
        if name not in seen:
            yield found
        seen.add(name)


def _fault(item: ErrorDetails, path: Sequence[str | int], fields: Mapping[str, Any], owner: str) -> tuple[str, Fault]:
    """The name of a field, and what is wrong with it."""
    name, got = str(path[0]), item["input"]
    if len(path) > 1 and (inner := inner_fields(fields[name])):
        return _fault(item, path[1:], inner, owner)
    if name not in fields:
        return name, fault("unknown_field", shorten(name), got, f"one of {', '.join(fields)}")
    code, wanted = _code_of(item["type"], got, is_inside=len(path) > 1), expected(fields[name])
    if code == "missing_field":
        return name, fault(code, name, expected=wanted, why=f"{owner} needs {name}: {wanted}")
    return name, fault(code, name, "null" if got is None else got, wanted)


def _code_of(kind: str, got: object, *, is_inside: bool) -> str:
    """The code of a fault; `is_inside` says that it is about an item of a list, which may be of a wrong length."""
    if kind == "int_type" and isinstance(got, float) and math.isinf(got):
        return "out_of_range"
    is_of_other_type = kind == "literal_error" and not isinstance(got, str)
    is_of_other_length = kind in {"missing", "too_long"} and is_inside
    return "bad_type" if is_of_other_type or is_of_other_length else _CODES.get(kind, "bad_type")
