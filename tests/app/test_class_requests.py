"""Starting a class over HTTP, and the addresses under which students find the server."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from app.classroom.codes import code_of, is_genuine, new_secret
from app.protocol.class_requests import MAX_BYTES, parse_start
from app.protocol.errors import ProtocolError
from app.settings import Settings
from app.web.addresses import network_urls
from app.web.classes_api import BURST, REFILL, routes
from app.web.limits import Bucket
from tests.support.clock import Clock
from tests.support.server import ServerThread

KEY = "chalk & board"


@pytest.fixture(scope="module")
def school() -> Iterator[ServerThread]:
    """A server that asks teachers for a key."""
    with ServerThread(teacher_key=KEY) as running:
        yield running


def ask(server: ServerThread, body: object = None, **headers: str) -> tuple[int, dict[str, Any]]:
    text = body if isinstance(body, str) else json.dumps({} if body is None else body)
    status, _, content = server.fetch("/api/classes", "POST", text, **headers)
    return status, json.loads(content)


def test_started_class_has_secret_and_its_code(site: ServerThread) -> None:
    status, headers, content = site.fetch("/api/classes", "POST", "{}")
    answer = json.loads(content)
    assert (status, headers["Cache-Control"]) == (201, "no-store")
    assert list(answer) == ["secret", "code"]
    assert answer["code"] == code_of(answer["secret"])
    assert is_genuine(answer["secret"])
    assert ask(site)[1] != answer


def test_key_is_asked_for_where_one_is_set(school: ServerThread) -> None:
    assert [ask(school, body)[0] for body in ({}, {"key": ""}, {"key": KEY[:-1]}, {"key": KEY})] == [403, 403, 403, 201]
    missing, wrong = ask(school)[1], ask(school, {"key": "guess & board"})[1]
    assert (missing["code"], missing["field"], missing["got"]) == ("wrong_key", "key", None)
    assert missing["message"] == "Starting a class on this server needs the key for teachers."
    assert wrong["message"] == "The key is wrong."
    assert "guess" not in json.dumps(wrong)
    assert is_genuine(ask(school, {"key": KEY})[1]["secret"], KEY)


def test_teacher_learns_the_code_of_a_secret(school: ServerThread) -> None:
    started = ask(school, {"key": KEY})[1]
    assert ask(school, {"secret": started["secret"]}) == (200, started)
    status, wrong = ask(school, {"key": KEY, "secret": new_secret()})
    assert (status, wrong["code"], wrong["got"]) == (403, "wrong_secret", None)


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ("", "bad_json", None),
        ("{", "bad_json", None),
        ('{"key": "\\ud800"}', "bad_json", None),
        ('{"key": NaN}', "bad_type", "key"),
        ("[" * 1000, "bad_json", None),
        ("[]", "bad_type", None),
        ("null", "bad_type", None),
        ('{"key": null}', "bad_type", "key"),
        ('{"key": 7}', "bad_type", "key"),
        (json.dumps({"key": "k" * 201}), "bad_type", "key"),
        (json.dumps({"secret": "k" * 201}), "bad_type", "secret"),
        ('{"keys": "kkk"}', "unknown_field", "keys"),
    ],
)
def test_invalid_requests_name_the_fault(body: str, code: str, field: str | None) -> None:
    with pytest.raises(ProtocolError) as caught:
        parse_start(body.encode())
    (found, *_) = caught.value.faults
    assert (found.code, found.field, found.got) == (code, field, None)
    assert "kkk" not in str(caught.value)


def test_invalid_request_gets_an_error_message(site: ServerThread) -> None:
    status, answer = ask(site, '{"key": 7}')
    assert (status, answer["type"], answer["code"]) == (400, "error", "bad_type")
    assert answer["message"] == "key must be a text of at most 200 characters"


@pytest.mark.parametrize("size", [MAX_BYTES + 1, 100 * MAX_BYTES])
def test_large_request_is_refused(site: ServerThread, size: int) -> None:
    status, answer = ask(site, " " * size)
    assert (status, answer["code"], answer["expected"]) == (413, "too_large", f"at most {MAX_BYTES} bytes")


def test_pages_of_other_sites_start_no_class(site: ServerThread) -> None:
    assert site.fetch("/api/classes", "POST", "{}", Origin="https://elsewhere.example")[0] == 403


def test_server_without_classes_has_no_such_paths() -> None:
    with ServerThread(classes=False) as server:
        assert server.fetch("/api/classes", "POST", "{}")[0] == 404
        assert server.fetch("/api/classes/address")[0] == 404


def test_allowance_ends_and_refills() -> None:
    clock = Clock()
    allowance = Bucket(1 / REFILL, BURST, clock)
    assert [allowance.take() for _ in range(BURST + 2)] == [True] * BURST + [False] * 2
    clock.now += REFILL
    assert [allowance.take() for _ in range(2)] == [True, False]
    clock.now += 100 * BURST * REFILL
    assert sum(allowance.take() for _ in range(2 * BURST)) == BURST


def test_too_many_requests_are_refused() -> None:
    clock, is_full = Clock(), False

    async def code(secret: str) -> str:
        return code_of(secret)

    parts = routes(Settings(teacher_key=KEY), code, lambda: is_full, lambda kind: None, clock, 2)
    client = TestClient(Starlette(routes=parts))
    # a refused request counts, too: it may have been a guess
    answers = [client.post("/api/classes", json={"key": key}) for key in ("guess", KEY, KEY)]
    assert [answer.status_code for answer in answers] == [403, 201, 429]
    refused = answers[-1].json()
    assert (refused["type"], refused["code"]) == ("error", "rate_limited")
    assert refused["message"] == "Too many classes are being started. Try again in a few seconds."
    clock.now += REFILL
    is_full = True
    full = client.post("/api/classes", json={"key": KEY})
    assert (full.status_code, full.json()["code"]) == (503, "server_full")


INTERFACES = {
    "lo": ["127.0.0.1", "::1"],
    "docker0": ["172.17.0.1"],
    "br-4f2a": ["172.18.0.1"],
    "eth0": ["02:42:ac:11:00:02", "192.168.1.20", "fd00::20", "fe80::1%eth0", "fe80::2"],
    "wlan0": ["10.0.0.7", "2001:db8:1::7"],
    "broken": ["169.254.3.4"],
}


def test_addresses_of_the_network_come_first() -> None:
    virtual = ["http://172.17.0.1:8000", "http://172.18.0.1:8000"]
    near = ["http://192.168.1.20:8000", "http://10.0.0.7:8000"]
    assert network_urls("0.0.0.0", 8000, INTERFACES) == [*near, *virtual]  # noqa: S104
    urls = network_urls("::", 80, INTERFACES)
    assert urls[:3] == ["http://192.168.1.20:80", "http://10.0.0.7:80", "http://[fd00::20]:80"]
    assert len(urls) == 6


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "192.168.1.20", "::1"])
def test_server_of_one_address_has_no_others(host: str) -> None:
    assert network_urls(host, 8000, INTERFACES) == []


def test_address_tells_only_addresses() -> None:
    with ServerThread(host="0.0.0.0") as server:  # noqa: S104
        status, headers, content = server.fetch("/api/classes/address")
    answer = json.loads(content)
    assert (status, headers["Cache-Control"], list(answer)) == (200, "no-store", ["addresses"])
    assert answer["addresses"] == network_urls("0.0.0.0", server.port)  # noqa: S104


def test_address_is_empty_on_the_loopback(site: ServerThread) -> None:
    assert json.loads(site.fetch("/api/classes/address")[2]) == {"addresses": []}
