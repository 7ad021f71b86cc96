"""No way in by another name: hosts and origins that only look like this server's own are refused, one and all."""

import ipaddress
import itertools
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.web.hosts import Names, is_own_host, is_own_origin, parse_host
from tests.support.client import Client
from tests.support.effort import Effort, many
from tests.support.server import ServerProcess

pytestmark = pytest.mark.server

NAME = "class.example"
OWN = ["localhost", "127.0.0.1", "[::1]", "192.168.1.20", "teacher.local", NAME]
EVIL = "evil.example"

ACCEPTED = 101

many_inputs = many(sample=200, everything=1000)
SHARE = 1 if Effort.everything else 3
"""One of so many names goes through a real handshake."""

# --- what looks like an own name ----------------------------------------------------------------------------------

AROUND = [
    "", ".", "..", "-", "_", "@", ":", "/", "\\", "#", "?", "%", "%00", "%2e", "%40", "%23", "\t", " ", "\x00", "\x0b",
    "\x7f", "\x85", "\xa0", "\xad", ",", ";", "*", "|", "&", "=", "+", "[", "]", "(", "'", '"', "xn--", "www.",
    "a", "0",
]  # fmt: skip
"""What may stand between an own name and another."""

TWISTS = [
    lambda own, evil, mark: f"{own}{mark}{evil}",
    lambda own, evil, mark: f"{evil}{mark}{own}",
    lambda own, evil, mark: f"{own}{mark}.{evil}",
    lambda own, evil, mark: f"{own}:8000{mark}{evil}",
    lambda own, evil, mark: f"{evil}:8000{mark}{own}",
    lambda own, evil, mark: f"{own}:8000{mark}.{evil}:8000",
    lambda own, evil, mark: f"user{mark}{own}@{evil}",
    lambda own, evil, mark: f"{own[:-1]}{mark}{own[-1:]}{evil}",
]
"""Ways to put an own name, a mark and another name together."""

ODD = [
    "", ":", ":8000", "0", "0.0.0.0.0", "127.1", "127.0.0.1.", "0x7f.0.0.1", "0177.0.0.1", "2130706433",
    "127.0.0.1.nip.io",
    "[127.0.0.1]", "[::1", "::1]", "[::1]x", "[::1].evil.example", "[::1%25lo]", "[fe80::1%lo]", "[::ffff:evil]",
    "localhost.evil.example", "localhost.localdomain", "localhos", "ocalhost", "localhost8000", "local", ".local",
    "xlocal", "teacher.local.evil.example", "teacher.localx", "classXexample", "class.examplex", "xclass.example",
    "class.example.evil.example", "class.example..", "class..example", "CLASS.EXAMPLE.EVIL.EXAMPLE", "\u212aocalhost",
    "loc\u0430lhost", "\uff4cocalhost", "localho\u017ft", "class\u3002example", "evil.example", "null", "file://",
]  # fmt: skip
"""Names which have fooled somebody before."""


def looks_alike(own: str, evil: str = EVIL) -> Iterator[str]:
    """Everything that can be made of an own name and another."""
    for twist, mark in itertools.product(TWISTS, AROUND):
        yield twist(own, evil, mark)


def letters_changed(text: str, place: int, letter: str) -> str:
    """A text with one letter replaced, or put in at its end."""
    place %= len(text) + 1
    return text[:place] + letter + text[place + 1 :]


hosts = st.one_of(
    st.builds(
        lambda own, evil, twist, mark: twist(own, evil, mark),
        st.sampled_from(OWN),
        st.sampled_from([EVIL, "evil", "com", "127.0.0.1.nip.io", "localhost.evil.example"])
        | st.text("abl.-:@/#%[]0", max_size=9),
        st.sampled_from(TWISTS),
        st.sampled_from(AROUND) | st.text(st.characters(codec="latin-1"), max_size=3),
    ),
    st.builds(letters_changed, st.sampled_from(OWN), st.integers(0, 40), st.characters(codec="latin-1")),
    st.builds(letters_changed, st.sampled_from(OWN), st.integers(0, 40), st.characters()),
    st.sampled_from(ODD),
    st.text(max_size=40),
)
ports = st.sampled_from(
    ["", ":80", ":443", ":8000", ":08000", ":+8000", ":8000 ", ":٨٠", ":", ":-1", ":8000:8000", ":99999"]
)
schemes = st.sampled_from(
    ["http://", "https://", "HTTP://", "ws://", "ftp://", "http:", "http:/", "http:///", "//", "", "http://http://"]
)


def is_own_to_a_browser(text: str) -> bool:
    """Whether no website can have the name that a browser would connect to. Knows nothing of the code under test."""
    try:
        parts = urlsplit(f"//{text}")
        name = (parts.hostname or "").removesuffix(".")
        _ = parts.port
    except ValueError:
        return False
    if not text.isascii() or text.count("@") or parts.path or parts.query or parts.fragment:
        return False
    if name == NAME or re.fullmatch(r".+\.local(host)?", name):
        return True
    if name and "." not in name and not text.startswith("["):
        return re.fullmatch(r"(?![0-9]+$|0x)[\w-]+", name) is not None
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    return (address.version == 6) == text.startswith("[")


@many_inputs
@given(hosts, ports)
def test_lookalike_hosts_are_refused(name: str, port: str) -> None:
    host = parse_host(name + port)
    if host is not None and is_own_host(host, Names.of([NAME])):
        assert is_own_to_a_browser(name + port), name + port


@many_inputs
@given(schemes, hosts, ports, st.sampled_from(OWN), st.sampled_from(["", ":80", ":8000"]))
def test_lookalike_origins_are_refused(scheme: str, name: str, port: str, own: str, own_port: str) -> None:
    host = parse_host(own + own_port)
    assert host
    origin = scheme + name + port
    if is_own_origin(origin, host, Names()):
        asked, there = urlsplit(origin), urlsplit(f"//{own}{own_port}")
        default = {"http": 80, "https": 443}[asked.scheme]
        assert origin.isascii()
        assert (asked.hostname or "").removesuffix(".") == there.hostname
        assert (asked.port or default) == (there.port or default)
        assert asked.netloc == origin.partition("://")[2]
        assert "@" not in origin


@pytest.mark.parametrize("own", OWN)
def test_mixtures_of_two_names_are_refused(own: str) -> None:
    address = parse_host(own)
    assert address
    for text in (*looks_alike(own), *ODD):
        host = parse_host(text)
        assert host is None or not is_own_host(host, Names.of([NAME])) or is_own_to_a_browser(text), text
        assert not is_own_origin(f"http://{text}", address, Names()) or text.lower().removesuffix(".") == own, text


# --- through a real handshake -------------------------------------------------------------------------------------


def can_travel(text: str) -> bool:
    """Whether a text can stand in a header at all."""
    return not set(text) & set("\r\n\0") and text == text.strip() and text.isprintable() and text.isascii()


def statuses_of(port: int, headers: Iterator[dict[str, str]]) -> dict[int, list[dict[str, str]]]:
    """What handshakes with these headers are answered with: the headers by status."""
    answers: dict[int, list[dict[str, str]]] = {}
    for more in headers:
        with Client(port, headers=more) as peer:
            answers.setdefault(peer.status_code, []).append(more)
    return answers


def foreign_origins(port: int) -> Iterator[dict[str, str]]:
    """Handshakes of other sites' pages."""
    own = f"127.0.0.1:{port}"
    yield {"Origin": "null"}
    texts = sorted(filter(can_travel, {*looks_alike("127.0.0.1"), *ODD} - {"127.0.0.1", "127.0.0.1."}))
    for text in texts[::SHARE]:
        yield {"Origin": f"http://{text}"}
    for text in texts[SHARE - 1 :: SHARE]:
        yield {"Origin": f"https://{text}:{port}"}
    yield from ({"Origin": f"{scheme}://{own}"} for scheme in ("ws", "ftp", "file", "chrome-extension"))


def foreign_hosts(port: int) -> Iterator[dict[str, str]]:
    """Handshakes under names that somebody else's name server points here."""
    for text in sorted(filter(can_travel, {*looks_alike("localhost"), *ODD}))[::SHARE]:
        if not is_own_to_a_browser(text):
            yield {"Host": f"{text}:{port}", "Origin": f"http://{text}:{port}"}


@pytest.fixture(scope="module")
def server() -> Iterator[ServerProcess]:
    """A server with one allowed name."""
    with ServerProcess(workers=0, allowed_hosts=NAME) as running:
        yield running


@pytest.mark.sampled
def test_no_page_of_another_site_gets_a_websocket(server: ServerProcess) -> None:
    statuses = statuses_of(server.port, foreign_origins(server.port))
    assert statuses.pop(ACCEPTED, []) == []
    assert set(statuses) == {403}
    assert sum(map(len, statuses.values())) > 200 // SHARE
    with Client(server.port, headers={"Origin": f"http://127.0.0.1:{server.port}"}) as own:
        assert own.status_code == ACCEPTED


@pytest.mark.sampled
def test_no_name_of_another_gets_a_websocket(server: ServerProcess) -> None:
    statuses = statuses_of(server.port, foreign_hosts(server.port))
    assert statuses.pop(ACCEPTED, []) == []
    assert set(statuses) == {400, 421}
    assert sum(map(len, statuses.values())) > 100 // SHARE
    for name in (NAME, "localhost", "[::1]"):
        headers = {"Host": f"{name}:{server.port}", "Origin": f"http://{name}:{server.port}"}
        with Client(server.port, headers=headers) as own:
            assert own.status_code == ACCEPTED


@pytest.mark.nightly
def test_missing_origin_check_lets_any_site_in() -> None:
    with ServerProcess(workers=0, without=["origin"]) as server:
        assert set(statuses_of(server.port, foreign_origins(server.port))) == {ACCEPTED}


@pytest.mark.nightly
def test_missing_host_check_allows_dns_rebinding() -> None:
    with ServerProcess(workers=0, without=["host"]) as server:
        assert set(statuses_of(server.port, foreign_hosts(server.port))) == {400, ACCEPTED}
