"""Uploaded tables: `POST /api/datasets`. They are parsed, answered and not kept."""

import asyncio
from collections.abc import Awaitable, Callable

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from app.protocol.messages import encode_table
from app.rooms.tally import Reject, Rejected
from app.settings import Settings
from app.tables import MAX_BYTES, BadOption, Report, TableError, read_options
from app.text import sanitize
from app.workers.reader import Reader, ReadingFailed

_AT_ONCE = 32
"""Uploads at a time, at most."""

_DISCARDED = 16 * MAX_BYTES
"""Bytes received of a table that is too large: a client cut off while sending would not read the answer."""

Endpoint = Callable[[Request], Awaitable[Response]]


class _Refused(Exception):  # noqa: N818 - it never leaves this module
    """A request is refused with a status and a reason."""

    def __init__(self, status: int, error: TableError) -> None:
        super().__init__(error.message)
        self.status, self.error = status, error


def _refusal(status: int, code: str, got: str, allowed: str, why: str) -> _Refused:
    return _Refused(status, TableError(code, None, None, sanitize(got), allowed, why))


def uploads(settings: Settings, reader: Reader, reject: Reject) -> Endpoint:
    """The endpoint for uploads, which `reader` parses, one at a time; `reject` notes those that cannot be used."""
    places = asyncio.Semaphore(_AT_ONCE)

    async def upload(request: Request) -> Response:
        response = await answer(request)
        if response.status_code not in {200, 503}:
            reject(Rejected.TABLE)
        return response

    async def answer(request: Request) -> Response:
        try:
            if places.locked():
                raise _refusal(503, "csv_busy", "one more", f"{_AT_ONCE} at a time", "Too many uploads in progress.")
            async with places:
                body = await _body(request, settings.hello_timeout)
                # only now: a client that is still sending would not read the answer
                read_options(request.query_params)
                if request.headers.get("content-type", "").lower().startswith("multipart/"):
                    why = "The body is a form; send the table itself, as text."
                    raise _refusal(400, "csv_encoding", "a form", "the table itself as the body", why)
                found = await reader.read(request.url.query, body)
        except _Refused as refused:
            return _refused(refused.error, refused.status)
        except BadOption as bad:
            return _refused(bad.error, 400)
        except ReadingFailed:
            why = "The server could not read this table. Try again, or try a smaller one."
            return _refused(TableError("csv_failed", None, None, None, "a table that can be read", why), 500)
        except ClientDisconnect:
            return Response(status_code=400)
        return _answer(found.text, 200 if found.is_read else 422)

    return upload


def _refused(error: TableError, status: int) -> Response:
    return _answer(encode_table(Report(errors=[error], refused=1)), status)


def _answer(text: str, status: int) -> Response:
    # an unread rest of the body must not be parsed as a request
    headers = {"Cache-Control": "no-store", **({"Connection": "close"} if status in {400, 408, 413, 503} else {})}
    return Response(text, status, headers, "application/json")


async def _body(request: Request, seconds: float) -> bytes:
    """The body of a request, if it arrives in time and is not too large. Raises _Refused."""
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
        why = f"The table did not arrive within {seconds} seconds."
        raise _refusal(408, "csv_too_slow", f"{size} bytes", f"the table within {seconds} seconds", why) from None
    if size > MAX_BYTES:
        why = f"The table is too large; the limit is {MAX_BYTES:,} bytes."
        raise _refusal(413, "csv_too_large", f"{size} bytes or more", f"at most {MAX_BYTES} bytes", why)
    return bytes(kept)
