"""Tables that are sent to be read: `POST /api/datasets`. Nothing of them is kept here."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from app import protocol
from app.quoting import shown
from app.settings import Settings
from app.tables import MAX_BYTES, ROLES, Report, TableError, Wishes, read_table

_AT_ONCE = 32
"""Tables that may be on their way here at one time."""

_DISCARDED = 16 * MAX_BYTES
"""Bytes that are still taken of a table which is too large: who sends much and is cut off would not read the answer."""

Endpoint = Callable[[Request], Awaitable[Response]]


class _Refused(Exception):  # noqa: N818 - it never leaves this module
    """A request is answered with a status and a reason."""

    def __init__(self, status: int, error: TableError) -> None:
        super().__init__(error.message)
        self.status, self.error = status, error


def _refusal(status: int, code: str, got: str, allowed: str, why: str) -> _Refused:
    return _Refused(status, TableError(code, None, None, shown(got), allowed, why))


def uploads(settings: Settings) -> Endpoint:
    """The endpoint for tables. One at a time is read, in a thread, so that the server goes on meanwhile."""
    reader = ThreadPoolExecutor(1, "tables")
    places = asyncio.Semaphore(_AT_ONCE)

    async def upload(request: Request) -> Response:
        try:
            if places.locked():
                raise _refusal(503, "csv_busy", "one more", f"{_AT_ONCE} at a time", "too many tables come at a time")
            async with places:
                body = await _body(request, settings.hello_timeout)
            # only now, for who is still sending would not read the answer
            wishes = _wishes(request.query_params)
            if request.headers.get("content-type", "").lower().startswith("multipart/"):
                why = "the body is a form; send the table itself, as text"
                raise _refusal(400, "csv_encoding", "a form", "the table itself as the body", why)
            report = await asyncio.get_running_loop().run_in_executor(reader, read_table, body, wishes)
        except _Refused as refused:
            return _answer(Report(errors=[refused.error], refused=1), refused.status)
        except ClientDisconnect:
            return Response(status_code=400)
        return _answer(report, 200 if report.own is not None else 422)

    return upload


def _answer(report: Report, status: int) -> Response:
    # the rest of a body that was not read must not be taken for a request
    headers = {"Cache-Control": "no-store", **({"Connection": "close"} if status in {400, 408, 413, 503} else {})}
    return Response(protocol.encode_table(report), status, headers, "application/json")


async def _body(request: Request, seconds: float) -> bytes:
    """The body of a request, if it comes in time and is not too large."""
    kept = bytearray()
    size = 0
    try:
        async with asyncio.timeout(seconds):
            async for piece in request.stream():
                size += len(piece)
                if size <= MAX_BYTES:
                    kept += piece
                elif size > _DISCARDED:
                    break
    except TimeoutError:
        why = f"the table has not come within {seconds} seconds"
        raise _refusal(408, "csv_too_slow", f"{size} bytes", f"the table within {seconds} seconds", why) from None
    if size > MAX_BYTES:
        why = f"the table is too large; at most {MAX_BYTES} bytes are read"
        raise _refusal(413, "csv_too_large", f"{size} bytes or more", f"at most {MAX_BYTES} bytes", why)
    return bytes(kept)


def _column(text: str) -> int:
    """The number of a column; -1, which there is not, for what is no number."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else -1


_FLAGS = {"true": True, "false": False}
_KINDS = {"classes": "classes", "values": "values"}


def _wishes(parameters: Mapping[str, str]) -> Wishes:
    """What the address asks for."""
    columns = {role: _column(parameters[role]) for role in ROLES if role in parameters}
    choices: dict[str, Mapping[str, object]] = {"header": _FLAGS, "scale": _FLAGS, "kind": _KINDS}
    for name, value in parameters.items():
        allowed = choices.get(name)
        if (allowed is None and name not in ROLES) or (allowed is not None and value not in allowed):
            words = " or ".join(allowed or ()) or f"one of {', '.join((*ROLES, *choices))}"
            why = f"{shown(name)}: got {shown(value)}; allowed is {words}"
            raise _refusal(400, "csv_bad_parameter", value, words, why)
    return Wishes(
        columns or None,
        _FLAGS.get(parameters.get("header", "")),
        parameters.get("kind"),
        _FLAGS.get(parameters.get("scale", ""), False),
    )
