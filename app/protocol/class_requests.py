"""The requests of pages about classes, besides the websocket: how one is started, and where students find it."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from app.protocol.errors import Fault, ProtocolError, fault
from app.protocol.messages import dump
from app.text import truncate

MAX_BYTES = 1024
"""The size of a request to start a class, at most."""

MAX_KEY = 200
"""Characters of a key or a secret, at most."""


class StartClass(BaseModel):
    """A request to start a class, or for the code of one's own. It is an object, which may be empty."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)

    key: Annotated[str, Field(max_length=MAX_KEY)] = ""
    """The key that the server's operator asks teachers for."""
    secret: Annotated[str, Field(max_length=MAX_KEY)] | None = None
    """The secret of a class, whose code is asked for: a teacher's page may know nothing else."""


def parse_start(body: bytes) -> StartClass:
    """The request in a body. Raises ProtocolError, which repeats neither key nor secret.

    >>> parse_start(b'{"key": ""}')
    StartClass(key='', secret=None)
    """
    try:
        return StartClass.model_validate_json(body)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        raise ProtocolError(map(_fault, found)) from None


def _fault(item: ErrorDetails) -> Fault:
    if item["type"] == "json_invalid":
        return fault("bad_json", None, None, "a JSON object", "the request is not JSON")
    if not item["loc"]:
        return fault("bad_type", None, None, "an object", "the request must be a JSON object")
    name = str(item["loc"][0])
    if name not in StartClass.model_fields:
        why = "the request may only have a key or a secret"
        return fault("unknown_field", truncate(name), None, "key or secret", why)
    expected = f"a text of at most {MAX_KEY} characters"
    return fault("bad_type", name, None, expected, f"{name} must be {expected}")


def encode_started(secret: str, code: str) -> str:
    """The answer to a request to start a class, or for the code of one."""
    return dump({"secret": secret, "code": code})


def encode_place(instance: str, *, is_open: bool | None) -> str:
    """Which server a request about a class has reached, and whether the class is open there; None: that is not told."""
    return dump({"instance": instance, "open": is_open})


def encode_addresses(addresses: Sequence[str]) -> str:
    """The addresses of the server in its networks, best first."""
    return dump({"addresses": addresses})
