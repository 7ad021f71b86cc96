"""What a server writes down while it is flooded with secrets: none of them, and in JSON only JSON."""

import json
import os
import signal
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pytest

from app.classroom.codes import new_secret
from engine.own_examples import OwnExamples, encode
from tests.support.class_client import ClassPage, Gathering, Memory
from tests.support.client import Client, ClosedError
from tests.support.server import ServerProcess, wait_until

pytestmark = [pytest.mark.server, pytest.mark.resilience]

KEY = "Correct Horse; battery=staple"
"""The key for teachers."""

EXAMPLES = encode(OwnExamples(np.linspace(-2, 2, 40).reshape(20, 2), np.arange(20.0) % 2, np.zeros(20, np.uint8)))
OWN = f"#dataset=own&ownExamples={EXAMPLES}"
CLIENT, FORWARDED = "127.0.0.77", "203.0.113.77"


class Flooded(NamedTuple):
    """What a server has written in one format, and the secrets that it knew or was sent."""

    lines: list[str]
    secrets: list[str]


@pytest.fixture(scope="module", params=["text", "json"])
def flooded(request: pytest.FixtureRequest) -> Iterator[Flooded]:
    """A server after everything that can go wrong has done so with secrets in it."""
    server = ServerProcess(
        workers=1, teacher_key=KEY, log_format=request.param, faults=["tell:loud:3"], environment={"PYTHONWARNINGS": ""}
    )
    with server:
        known = [*hold_class(server), *flood_over_http(server), *flood_over_sockets(server)]
        fail_in_engine(server)
        os.kill(server.workers[0], signal.SIGKILL)
        server.until_said("has ended and is being replaced")
        wait_until(lambda: server.health()["status"] == "ready", "no other process has come")
        assert server.stop(signal.SIGTERM) == 0
        yield Flooded(server.errors.splitlines(), [*known, KEY, EXAMPLES, CLIENT, FORWARDED])


def hold_class(server: ServerProcess) -> list[str]:
    """Hold a class whose code, secrets and seats must not be written down, nor the name of a student."""
    with Gathering.start(server.port, key=KEY) as held:
        teacher = held.teacher(names="free")
        student = held.student("Wilhelmina")
        screen = held.screen(teacher)
        student.train(3)
        for page in held.pages:
            page.say_raw(f'{{"type":"{held.secret}"')
            page.say_raw(json.dumps({"type": "chat", held.secret: KEY}))
        assert student.memory.seat
        return [
            held.secret,
            held.code,
            teacher.joined["screen"],
            student.memory.seat,
            student.welcome["session"],
            "Wilhelmina",
            screen.memory.secret or held.secret,
        ]


def flood_over_http(server: ServerProcess) -> list[str]:
    """Send secrets in every part of requests, most of which are refused."""
    token = "f7J2kGt0yYvQwLrX-m4nZ_bA"  # noqa: S105 - of nobody
    for _ in range(10):
        for secret in (token, new_secret()):
            server.fetch(f"/class/ABC234/{secret}?key={secret}", Cookie=secret, Authorization=f"Bearer {secret}")
            server.fetch("/", Host="evil.example", X_Forwarded_For=FORWARDED, Referer=f"http://a/{secret}")
            server.fetch("/api/datasets", "POST", secret, Origin=f"http://{secret}", X_Forwarded_For=FORWARDED)
            server.fetch("/api/datasets", "POST", OWN, Origin=f"http://evil.example/{OWN}")
            server.fetch("/api/datasets", "POST", f"a,b\n{secret},{KEY}\n{EXAMPLES}")
            server.fetch("/api/classes", "POST", json.dumps({"key": KEY, "secret": secret}), Origin=KEY)
            server.fetch("/api/classes", "POST", json.dumps({"key": KEY}), Origin=KEY)
            server.fetch("/api/classes", "POST", secret)
    return [token]


def flood_over_sockets(server: ServerProcess) -> list[str]:
    """Send secrets over connections, valid ones and others."""
    seat = "Qm2rT9-xWc_4LbVnKdYs6hPz"
    for _ in range(4):
        with Client(server.port, headers={"Origin": f"http://{seat}", "Cookie": seat}, path=f"/ws/{seat}") as refused:
            assert refused.status_code == 403
        with Client(server.port, headers={"X\x01": seat}, path=f"/ws?{seat}") as refused:
            assert refused.status_code == 400
        with ClassPage(server.port, Memory("student", "ZZZZZZ", seat=seat), joins=False) as page:
            page.join()
        with ClassPage(server.port, Memory("teacher", "ZZZZZZ", secret=new_secret(KEY)), joins=False) as page:
            page.join()
    with Client(server.port, source=CLIENT) as player:
        player.greet(OWN)
        flood = json.dumps({"type": "configure", "changes": {seat: KEY}, "link": OWN})
        try:
            while player.close_code() is None:
                player.say_raw(flood)
        except OSError:
            pass
    return [seat]


def fail_in_engine(server: ServerProcess) -> None:
    """Let a session fail with an exception that shows its link, which holds its user's own examples."""
    with server.open(f"{OWN}&seed=loud") as player:
        player.ask("play")
        try:
            player.until(lambda message: message.get("code") == "internal")
        except ClosedError:
            pytest.fail("the session did not say that it failed")


def test_log_shows_no_secret(flooded: Flooded) -> None:
    found = {secret: line for secret in flooded.secrets for line in flooded.lines if secret in line}
    assert found == {}


def test_log_names_faults_and_hosts(flooded: Flooded) -> None:
    text = "\n".join(flooded.lines)
    for expected in ("evil.example", "a session failed and was paused", "KeyError", "refused with 403"):
        assert expected in text
    # the same again is only counted
    assert len(flooded.lines) < 120


def test_every_line_of_all_processes_is_json(flooded: Flooded) -> None:
    if not flooded.lines[0].startswith("{"):
        assert flooded.lines[0].startswith("WARNING: ")
        return
    lines = [json.loads(line) for line in flooded.lines]
    assert len({line["process"] for line in lines}) == 2
    assert {421, 403} <= {line.get("status") for line in lines}
    assert "evil.example" in {line.get("host") for line in lines}
    assert 0 in {line.get("engine") for line in lines}
    (failed,) = [line for line in lines if "exception" in line]
    assert failed["exception"].splitlines()[-1] == "KeyError: '#[link]"
