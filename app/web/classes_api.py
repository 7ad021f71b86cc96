"""Starting a class: `POST /api/classes`, and where students find the server: `GET /api/classes/address`.

With a `secret` the first one starts none, but tells the code of the class that has it. `GET /api/classes/CODE` says
which server new connections of a class reach.
"""

import asyncio
import hmac
import time
from collections.abc import Awaitable, Callable

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from app.classroom.codes import is_genuine, new_secret, normalize
from app.protocol.class_requests import MAX_BYTES, encode_addresses, encode_place, encode_started, parse_start
from app.protocol.errors import Fault, ProtocolError, fault
from app.protocol.messages import encode_error
from app.rooms.classes import Misses
from app.rooms.tally import Reject, kind_of
from app.settings import Settings
from app.web.addresses import is_near, network_urls
from app.web.limits import Bucket

BURST = 30
"""Requests to start a class that are answered at once."""

REFILL = 2.0
"""Seconds after which one more is, for all pages together: each costs time, and guesses a key."""

_DISCARDED = 64 * MAX_BYTES
"""Bytes received of a request that is too large: a client cut off while sending would not read the answer."""


class _Refused(Exception):  # noqa: N818 - it never leaves this module
    """A request is refused with a status and a reason."""

    def __init__(self, status: int, reason: Fault) -> None:
        super().__init__(reason.message)
        self.status, self.reason = status, reason


def routes(
    settings: Settings,
    code_of: Callable[[str], Awaitable[str]],
    is_full: Callable[[], bool],
    reject: Reject,
    clock: Callable[[], float] = time.monotonic,
    burst: int = BURST,
) -> list[Route]:
    """The routes of classes.

    Args:
        settings: The operator's; without classes there are no routes.
        code_of: Computes the code of a secret, which takes a while.
        is_full: Whether the server has as many classes as it may.
        reject: Notes requests that are refused.
        clock: Returns seconds.
        burst: Requests to start a class that are answered at once.
    """
    if not settings.classes:
        return []
    starts = _Starts(settings, code_of, is_full, Bucket(1 / REFILL, burst, clock), reject)

    async def address(request: Request) -> Response:
        return _answer(encode_addresses(_addresses(request, settings)), 200)

    return [
        Route("/api/classes", starts.start, methods=["POST"]),
        Route("/api/classes/address", address, methods=["GET"]),
    ]


def place(instance: str, is_open: Callable[[str], bool], misses: Misses) -> Route:
    """The route that says which server new connections of a class reach, and whether the class is open there.

    Args:
        instance: The name of this server.
        is_open: Whether the class of a code is open here.
        misses: Counts codes of which no class is open. Beyond its limit that is not told, so that none can be guessed.
    """

    async def answer(request: Request) -> Response:
        code = normalize(request.path_params["code"])
        found: bool | None = code is not None and is_open(code)
        if not found and not misses.take():
            found = None
        return _answer(encode_place(instance, is_open=found), 200)

    return Route("/api/classes/{code}", answer, methods=["GET"])


def _addresses(request: Request, settings: Settings) -> list[str]:
    """Where students find the server: at its public URL, or else at its addresses in this network."""
    if settings.public_url:
        return [settings.public_url.rstrip("/")]
    port = (request.scope.get("server") or (None, settings.port))[1] or settings.port
    return network_urls(settings.host, port) if not settings.uds and is_near(request) else []


class _Starts:
    """Starts classes: makes their secrets and codes. A class opens when its teacher joins."""

    def __init__(
        self,
        settings: Settings,
        code_of: Callable[[str], Awaitable[str]],
        is_full: Callable[[], bool],
        allowance: Bucket,
        reject: Reject,
    ) -> None:
        self._settings, self._code_of, self._is_full, self._allowance = settings, code_of, is_full, allowance
        self._reject = reject

    async def start(self, request: Request) -> Response:
        """Answer a request with a secret and its code, or with the reason why not."""
        try:
            body = await self._body(request)
            self._take()
            asked = parse_start(body)
            secret = self._known(asked.secret) if asked.secret is not None else self._new(asked.key)
        except _Refused as refused:
            if refused.status != 503:
                self._reject(kind_of(refused.reason))
            return _answer(encode_error([refused.reason]), refused.status)
        except ProtocolError as error:
            self._reject(kind_of(error.faults[0]))
            return _answer(encode_error(error.faults), 400)
        except ClientDisconnect:
            return Response(status_code=400)
        return _answer(encode_started(secret, await self._code_of(secret)), 201 if asked.secret is None else 200)

    def _take(self) -> None:
        """Raise _Refused if too many requests have come."""
        if not self._allowance.take():
            why = "Too many classes are being started. Try again in a few seconds."
            raise _Refused(429, fault("rate_limited", None, None, f"one every {REFILL:.0f} seconds", why))

    def _known(self, secret: str) -> str:
        """The secret of a class of this server. Raises _Refused for any other."""
        if not is_genuine(secret, self._settings.teacher_key):
            why = "This is not the secret of a class of this server."
            raise _Refused(403, fault("wrong_secret", "secret", None, "the secret of a class", why))
        return secret

    def _new(self, key: str) -> str:
        """The secret of a new class. Raises _Refused if none may be started with this key, or now."""
        expected = self._settings.teacher_key
        if expected and not hmac.compare_digest(key.encode(), expected.encode()):
            why = "Starting a class on this server needs the key for teachers." if not key else "The key is wrong."
            raise _Refused(403, fault("wrong_key", "key", None, "the key for teachers", why))
        if self._is_full():
            most = self._settings.max_classes
            why = f"This server already has {most} classes, which is its limit. Try again later."
            raise _Refused(503, fault("server_full", None, None, f"at most {most} classes", why))
        return new_secret(expected)

    async def _body(self, request: Request) -> bytes:
        """The body of a request, if it arrives in time and is not too large. Raises _Refused."""
        kept = bytearray()
        size, within = 0, self._settings.hello_timeout
        try:
            async with asyncio.timeout(within):
                async for piece in request.stream():
                    size += len(piece)
                    kept += piece[: MAX_BYTES + 1 - len(kept)]
                    if size > _DISCARDED:
                        break
        except TimeoutError:
            expected = f"the request within {within} seconds"
            why = f"The request did not arrive within {within} seconds."
            raise _Refused(408, fault("too_slow", None, None, expected, why)) from None
        if size > MAX_BYTES:
            why = f"The request is too large; the limit is {MAX_BYTES:,} bytes."
            raise _Refused(413, fault("too_large", None, None, f"at most {MAX_BYTES} bytes", why))
        return bytes(kept)


def _answer(text: str, status: int) -> Response:
    # an unread rest of the body must not be parsed as a request
    headers = {"Cache-Control": "no-store", **({"Connection": "close"} if status in {408, 413} else {})}
    return Response(text, status, headers, "application/json")
