"""What Prometheus reads of a running server: what grows, what never sinks, and who may ask."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import pytest
from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client.parser import text_string_to_metric_families
from starlette.requests import Request

from app import __version__
from app.rooms.tally import Rejected
from app.settings import Settings
from app.web.addresses import is_near
from app.web.metrics import METRICS, PREFIX
from app.workers.counts import BOUNDS, Counted, Counts, Histogram
from tests.support.class_client import ClassPage, Memory
from tests.support.client import PING, TEXT, Client, frame
from tests.support.server import ROOT, ServerProcess, ServerThread, wait_until

pytestmark = pytest.mark.server

DOCUMENT = (ROOT / "docs/monitoring.md").read_text("utf-8")


class Exposed(NamedTuple):
    """What /metrics says: the value of each sample, and the kind of each family."""

    values: dict[str, float]
    kinds: dict[str, str]

    @property
    def counters(self) -> dict[str, float]:
        """All samples that may only grow."""
        return {
            name: value for name, value in self.values.items() if re.search(r"_(total|bucket|sum|count)(?![a-z])", name)
        }


def exposed(server: ServerThread | ServerProcess) -> Exposed:
    status, headers, content = server.fetch("/metrics")
    assert (status, headers["Content-Type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    families = list(text_string_to_metric_families(content.decode()))
    samples = [sample for family in families for sample in family.samples]
    values = {f"{sample.name.removeprefix(PREFIX)}{label_of(sample.labels)}": sample.value for sample in samples}
    assert len(values) == len(samples)
    return Exposed(values, {family.name: family.type for family in families})


def label_of(labels: dict[str, str]) -> str:
    return "".join(f"[{value}]" for value in labels.values())


@pytest.fixture(scope="module", params=[0, 1], ids=["inline", "process"])
def server(request: pytest.FixtureRequest) -> Iterator[ServerThread]:
    with ServerThread(workers=request.param, metrics=True, teacher_key="blackboard") as running:
        yield running


@contextmanager
def growing(server: ServerThread | ServerProcess, *names: str) -> Iterator[Callable[[str], float]]:
    """Wait at the end until these have grown; yields how much a number has grown so far."""
    before = exposed(server).values

    def growth(name: str) -> float:
        return exposed(server).values[name] - before[name]

    yield growth
    for name in names:
        wait_until(lambda: growth(name) > 0, f"{name} has not grown")  # noqa: B023 - it is called here


def settle(player: Client) -> None:
    """Wait until the last turn has been counted: that is at its end, when its frame has already been sent."""
    player.ask("pause")


def test_training_raises_epochs_frames_and_bytes(server: ServerThread) -> None:
    with (
        growing(server, "epochs_trained_total", "frames_sent_total", "sent_bytes_total") as growth,
        server.open() as player,
    ):
        player.train(5)
        settle(player)
        assert growth("epochs_trained_total") == 5
        assert growth("frames_sent_total") >= 2
        assert growth("sent_bytes_total") > 10_000
        # hello, advance and pause, but no acknowledgments
        wait_until(lambda: growth("commands_total") == 3, "the commands were not counted")


def test_compared_networks_train_without_being_counted(server: ServerThread) -> None:
    link = "#seed=0.5&networkShape=1&compare=activation%3Drelu"
    with growing(server) as growth, server.open(link) as player:
        player.train(4)
        settle(player)
        assert growth("epochs_trained_total") == 4


HISTOGRAMS = [metric.name for metric in METRICS if metric.kind == "histogram"]


@pytest.mark.parametrize("name", HISTOGRAMS)
def test_histograms_count_all_turns_within_bounds(server: ServerThread, name: str) -> None:
    with growing(server, f"{name}_count"), server.open() as player:
        player.ask("play")
        player.until_frame(lambda frame: frame["epoch"] > 10)
    values = exposed(server).values
    buckets = [value for sample, value in values.items() if sample.startswith(f"{name}_bucket")]
    assert len(buckets) == len(BOUNDS) + 1
    assert buckets == sorted(buckets)
    assert buckets[-1] == values[f"{name}_count"]
    assert values[f"{name}_sum"] > 0


def test_gauges_follow_pages_sessions_and_classes(server: ServerThread) -> None:
    wait_until(lambda: exposed(server).values["pages"] == 0, "a page is left")
    before = exposed(server).values
    status, _, content = server.fetch("/api/classes", "POST", '{"key": "blackboard"}')
    started = json.loads(content)
    with server.open(), ClassPage(server.port, Memory("teacher", started["code"], started["secret"])) as teacher:
        now = exposed(server).values
        assert status == 201
        assert (now["pages"], now["sessions"], now["classes"]) == (2, before["sessions"] + 1, 1)
        # those of the pages, and the one that asks
        assert now["connections"] >= 3
        teacher.say("end_class")
        teacher.until_closed()
    wait_until(lambda: exposed(server).values["classes"] == 0, "the class has not ended")


def test_server_says_its_version_and_readiness(server: ServerThread) -> None:
    values = exposed(server).values
    assert values[f"build_info[{__version__}]"] == 1
    assert (values["ready"], values["engine_processes"], values["engine_processes_wanted"]) == (1, 1, 1)
    assert (values["sweeps[running]"], values["sweeps[waiting]"]) == (0, 0)


# rejected input


def send_nonsense(server: ServerThread) -> None:
    with server.open() as player:
        player.say_raw("nonsense")
        player.answer("error")


def send_impossible_command(server: ServerThread) -> None:
    with server.open() as player:
        assert player.ask("configure", changes={"hidden_layer_sizes": [10**6]})["type"] == "error"


def send_binary_message(server: ServerThread) -> None:
    with server.open() as player:
        player.say_raw(b"\x00\x01")
        player.answer("error")


def send_no_frame(server: ServerThread) -> None:
    with server.connect() as player:
        player.send(b"\xff\xff\xff\xff")
        assert player.close_code() == 1002


def send_malformed_request(server: ServerThread) -> None:
    assert server.fetch("/", Host="")[0] == 400


def send_bad_handshake(server: ServerThread) -> None:
    with Client(server.port, headers={"Sec-WebSocket-Version": "8"}) as refused:
        assert refused.status_code == 426


def ask_for_another_host(server: ServerThread) -> None:
    assert server.fetch("/", Host="evil.example")[0] == 421


def come_from_another_site(server: ServerThread) -> None:
    assert server.fetch("/api/datasets", "POST", "x", Origin="http://evil.example")[0] == 403


def flood_with_messages(server: ServerThread) -> None:
    with server.open() as player:
        for _ in range(800):
            player.say_raw('{"type":"ping"}')
        player.until(lambda message: message.get("code") == "rate_limited")


def flood_with_pings(server: ServerThread) -> None:
    with server.connect() as player:
        player.send(frame(PING, b"") * 6000)
        assert player.close_code() in {1008, None}


def upload_no_table(server: ServerThread) -> None:
    assert server.fetch("/api/datasets", "POST", "nonsense")[0] == 422


def join_no_class(server: ServerThread) -> None:
    with ClassPage(server.port, Memory.of_student("ZZZZZZ"), joins=False) as page:
        assert page.join()["code"] == "no_such_class"


def guess_the_key(server: ServerThread) -> None:
    assert server.fetch("/api/classes", "POST", '{"key": "guess"}')[0] == 403


REJECTED: list[tuple[Rejected, Callable[[ServerThread], None]]] = [
    (Rejected.MESSAGE, send_nonsense),
    (Rejected.MESSAGE, send_impossible_command),
    (Rejected.MESSAGE, send_binary_message),
    (Rejected.MESSAGE, send_no_frame),
    (Rejected.REQUEST, send_malformed_request),
    (Rejected.REQUEST, send_bad_handshake),
    (Rejected.HOST, ask_for_another_host),
    (Rejected.ORIGIN, come_from_another_site),
    (Rejected.FLOOD, flood_with_messages),
    (Rejected.FLOOD, flood_with_pings),
    (Rejected.TABLE, upload_no_table),
    (Rejected.CODE, join_no_class),
    (Rejected.CODE, guess_the_key),
]


@pytest.mark.parametrize(("kind", "do"), REJECTED, ids=[do.__name__ for _, do in REJECTED])
def test_rejected_input_counts_by_its_kind(server: ServerThread, kind: Rejected, do: Callable[..., None]) -> None:
    def rejected() -> dict[str, float]:
        values = exposed(server).values
        return {name: value for name, value in values.items() if name.startswith("rejected_input_total")}

    before = rejected()
    do(server)
    wait_until(lambda: exposed(server).values["pages"] == 0, "a page is left")
    wait_until(lambda: rejected() != before, "nothing was counted")
    grown = {name for name, value in rejected().items() if value > before[name]}
    assert grown == {f"rejected_input_total[{kind}]"}
    # what comes from outside is never a label
    assert set(rejected()) == {f"rejected_input_total[{each}]" for each in Rejected}


# inside the server, a session takes its commands as fast as they come
@pytest.mark.parametrize("server", [1], indirect=True, ids=["process"])
def test_commands_beyond_the_backlog_are_floods(server: ServerThread) -> None:
    with growing(server) as growth, server.open() as player:
        waiting = set(range(200))
        texts = (json.dumps({"type": "regenerate", "id": number}) for number in waiting)
        player.send(b"".join(frame(TEXT, text.encode()) for text in texts))
        while waiting:
            waiting.discard(player.message().get("id"))
        assert growth(f"rejected_input_total[{Rejected.FLOOD}]") > 0


def test_full_server_counts_pages_turned_away() -> None:
    with ServerThread(metrics=True, max_sessions=1, max_per_address=1) as server, server.open():
        with server.connect() as refused:
            assert refused.answer("error")["code"] == "full"
        assert exposed(server).values["pages_turned_away_total"] == 1


# processes


@pytest.mark.resilience
def test_no_counter_sinks_when_a_process_dies() -> None:
    with ServerProcess(workers=1, metrics="true") as server, server.open() as player:
        player.ask("play")
        player.until_frame(lambda frame: frame["epoch"] > 20)
        for restarts in (1, 2):
            server.until_spare(1)
            before = exposed(server).counters
            assert before["engine_restarts_total"] == restarts - 1
            assert before["epochs_trained_total"] > 20
            os.kill(server.workers[0], signal.SIGKILL)
            wait_until(lambda: exposed(server).values["engine_restarts_total"] == restarts, "it has not ended")  # noqa: B023
            after = exposed(server).counters
            assert [name for name, value in before.items() if after[name] < value] == []
            epochs = after["epochs_trained_total"]
            player.until(lambda message: message["type"] == "status")
            wait_until(lambda: exposed(server).values["epochs_trained_total"] > epochs, "nothing is trained")  # noqa: B023
        assert exposed(server).values["engine_start_failures_total"] == 0


def test_counts_add_up_over_processes() -> None:
    counts, other = Counts(), Counts(memoryview(bytearray(8 * len(Counts()._words))).cast("Q"))
    for each in (counts, other):
        each.note_training(epochs=3, refused=1)
        each.note_training(epochs=0, refused=0)
        each.note_flood()
        for seconds in (0.0, 0.001, 0.002, 5.0):
            each.note_late(seconds)
            each.note_duration(seconds)
    assert counts.read() == other.read()
    once = Histogram(5.003, (2, 1, *(0,) * (len(BOUNDS) - 2), 1))
    assert counts.read() == Counted(3, 1, 1, once, once)
    twice = Histogram(10.006, (4, 2, *(0,) * (len(BOUNDS) - 2), 2))
    assert counts.read().plus(other.read()) == Counted(6, 2, 2, twice, twice)


# what it looks like


def test_names_and_help_follow_the_conventions(server: ServerThread) -> None:
    kinds = exposed(server).kinds
    assert set(kinds) == {f"{PREFIX}{metric.name.removesuffix('_total')}" for metric in METRICS}
    for metric in METRICS:
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", metric.name)
        assert (metric.kind == "counter") == metric.name.endswith("_total"), metric.name
        assert not metric.help.endswith(".")
        assert kinds[f"{PREFIX}{metric.name.removesuffix('_total')}"] == metric.kind


def test_openmetrics_is_spoken_to_those_who_ask(server: ServerThread) -> None:
    accept = "application/openmetrics-text;version=1.0.0;q=0.9,text/plain;version=0.0.4;q=0.5"
    status, headers, content = server.fetch("/metrics", Accept=accept)
    assert (status, (headers["Content-Type"] or "").split(";")[0]) == (200, "application/openmetrics-text")
    families = openmetrics.text_string_to_metric_families(content.decode())  # type: ignore[no-untyped-call]
    assert len(list(families)) == len(METRICS)


def test_document_explains_every_metric_and_kind(server: ServerThread) -> None:
    named = set(re.findall(rf"\b{PREFIX}[a-z_]+", DOCUMENT))
    samples = {PREFIX + re.sub(r"\[.*", "", name) for name in exposed(server).values}
    assert named - {f"{PREFIX}{name}" for name in HISTOGRAMS} <= samples
    assert {f"{PREFIX}{metric.name}" for metric in METRICS} <= named
    assert set(re.findall(r"^\| `([a-z]+)` \|", DOCUMENT.split("kinds of rejected")[1], re.MULTILINE)) >= set(Rejected)


# who may ask


def test_there_are_no_metrics_by_default(site: ServerThread) -> None:
    assert not Settings().metrics
    for accept in ("text/html", "text/plain"):
        metrics, nothing = (site.fetch(path, Accept=accept) for path in ("/metrics", "/nothing"))
        assert metrics[0] == 404
        assert metrics[::2] == nothing[::2]


FAR: list[dict[str, str]] = [
    {"X_Forwarded_For": "203.0.114.7"},
    {"X_Forwarded_For": "10.0.0.1, 203.0.114.7"},
    {"X_Forwarded_For": "203.0.114.7, 10.0.0.1"},
    {"X_Forwarded_For": "::ffff:203.0.114.7"},
    {"X_Forwarded_For": "[2001:4860::1]:443"},
    {"X_Forwarded_For": "203.0.114.7:51234"},
    {"X_Forwarded_For": "unknown"},
    {"X_Forwarded_For": ""},
    {"X_Real_IP": "203.0.114.7"},
    {"Forwarded": 'for="[2001:4860::1]:443";proto=https'},
    {"Forwarded": "for=192.168.0.2, for=203.0.114.7"},
    {"Forwarded": "for=_hidden"},
    {"Forwarded": "proto=https"},
]

NEAR: list[dict[str, str]] = [
    {},
    {"X_Forwarded_For": "192.168.0.2"},
    {"X_Forwarded_For": "10.0.0.1, 127.0.0.1:80, [::1]:80, fd00::1"},
    {"X_Real_IP": "::ffff:10.0.0.1"},
    {"Forwarded": 'for=192.168.0.2;proto=http, FOR="[fd00::1]:443"'},
]


@pytest.mark.parametrize("headers", FAR, ids=str)
def test_requests_forwarded_from_afar_are_refused(server: ServerThread, headers: dict[str, str]) -> None:
    status, _, content = server.fetch("/metrics", **headers)
    assert status == 403
    assert b"Ask the server directly" in content
    assert PREFIX.encode() not in content


@pytest.mark.parametrize("headers", NEAR, ids=str)
def test_requests_from_near_are_answered(server: ServerThread, headers: dict[str, str]) -> None:
    assert server.fetch("/metrics", **headers)[0] == 200


@pytest.mark.parametrize(
    ("client", "near"),
    [
        (("203.0.114.7", 1), False),
        (("192.168.0.2", 1), True),
        (("::ffff:203.0.114.7", 1), False),
        (("fe80::1%eth0", 1), True),
        (("unix", 0), True),
        (None, False),
    ],
)
def test_address_of_the_peer_counts_too(client: tuple[str, int] | None, near: bool) -> None:
    assert is_near(Request({"type": "http", "client": client, "headers": []})) == near


def test_public_name_leads_to_no_metrics() -> None:
    """A proxy that passes bytes on names no address."""
    with ServerThread(metrics=True, public_url="https://school.example/") as server:
        assert server.fetch("/metrics", Host="school.example")[0] == 403
        assert server.fetch("/metrics", Host="school.example:443")[0] == 403
        assert server.fetch("/metrics", Host="localhost")[0] == 200


def test_missing_library_ends_start_in_one_line() -> None:
    program = (
        "import sys; sys.modules['prometheus_client'] = None; "
        "from app.cli.main import main; sys.exit(main(['--no-browser', '--port', '0', '--workers', '0']))"
    )
    environment = {**os.environ, "PLAYGROUND_METRICS": "true"}
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == (
        "playground: PLAYGROUND_METRICS is true, but the package prometheus-client is not installed; "
        "install it with: pip install 'numpy-playground[metrics]'\n"
    )
