"""`playground class`: serve the local network, and print how students join the class and how the teacher leads it."""

import io
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TextIO

import segno

from app.classroom.codes import code_of, new_secret
from app.settings import Settings, SettingsError
from app.web.addresses import ALL_ADDRESSES, network_urls
from app.web.server import Welcome, plain_greeting, serve

_PORTS_TRIED = 10
"""Ports tried after the first one; then the system chooses."""

_QUIET = 2
"""Modules around a QR code: half of what the standard asks for, so that it fits a window. Cameras accept that."""

_WHITE_ON_BLACK, _AS_BEFORE = "\x1b[97;40m", "\x1b[0m"
"""Colors for a terminal, whose own may be black on white."""


def hold(settings: Settings, *, open_browser: bool, is_host_given: bool, is_port_given: bool) -> int:
    """Serve a class until Ctrl+C, and return the exit code. Raises SettingsError where there can be no class.

    Without a host the server listens on all addresses. A port that is not given is only the first one to try, unless
    there is a public URL: its proxy would not find the server at another one.
    """
    if not settings.classes:
        raise SettingsError("PLAYGROUND_CLASSES is false, so there can be no class; remove it, or set it to true")
    if settings.uds and not settings.public_url:
        raise SettingsError(
            "students cannot open a unix socket: set PLAYGROUND_PUBLIC_URL to the address at which a proxy serves it"
        )
    if not is_host_given and settings.host == Settings().host:
        settings = replace(settings, host="0.0.0.0")  # noqa: S104 - students come over the network
    open_browser = open_browser and not settings.uds
    secret = new_secret(settings.teacher_key)

    def greeting(address: str, settings: Settings) -> Welcome:
        root = settings.public_url or address
        page = f"{root}teach#{secret}"
        networks = network_urls(settings.host, settings.port)
        urls = [settings.public_url.rstrip("/")] if settings.public_url else networks or [address.rstrip("/")]
        text = [
            plain_greeting(address, settings).text,
            "",
            *invitation(urls[0], code_of(secret), sys.stdout),
            *_advice(settings, urls[1:]),
            "",
            "The teacher's page opens in your browser." if open_browser else f"Open the teacher's page: {page}",
        ]
        return Welcome("\n".join(text), page)

    following = range(settings.port + 1, min(settings.port + 1 + _PORTS_TRIED, 2**16))
    others = [] if is_port_given or settings.public_url else [*following, 0]
    return serve(settings, open_browser=open_browser, greeting=greeting, other_ports=others)


def invitation(url: str, code: str, console: TextIO) -> Iterator[str]:
    """The lines that students need: the address, the code, and both as a QR code for a console."""
    yield f"Students open   {url.removeprefix('http://').removeprefix('https://')}/join"
    yield f"and type        {code[:3]} {code[3:]}"
    yield "or scan this:"
    yield ""
    yield from qr_lines(f"{url}/class/{code}", console)
    yield ""


def _advice(settings: Settings, others: Sequence[str]) -> Iterator[str]:
    if settings.public_url:
        yield f"This works once your proxy serves {settings.public_url} from this server."
        return
    if settings.host not in ALL_ADDRESSES:
        yield f"Only machines that reach {settings.host} can join."
        return
    yield "If phones cannot open it, connect them to the same Wi-Fi as this computer. Guest networks often keep devices"
    yield f"apart. This computer's firewall must also let Python accept connections to port {settings.port}."
    if others:
        yield f"This computer has other addresses, too: {', '.join(url.removeprefix('http://') for url in others[:4])}"


def qr_lines(text: str, console: TextIO) -> list[str]:
    """The lines of a QR code: block characters where a console has them, or else letters."""
    code = segno.make(text, error="m", micro=False)
    if not console.isatty():
        return ["".join("##" if dark else "  " for dark in row) for row in code.matrix_iter(border=_QUIET)]
    try:
        "█▀▄".encode(console.encoding or "ascii")
    except UnicodeEncodeError:
        # a terminal that has no blocks is most likely dark
        return ["".join("  " if dark else "##" for dark in row) for row in code.matrix_iter(border=_QUIET)]
    drawn = io.StringIO()
    code.terminal(drawn, border=_QUIET, compact=True)
    return [f"{_WHITE_ON_BLACK}{line}{_AS_BEFORE}" for line in drawn.getvalue().splitlines()]
