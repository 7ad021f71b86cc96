"""Real sockets: what a page experiences, with sessions on the event loop and in processes."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.protocol.checkpoints import checkpoint_of
from app.rooms.outbox import WINDOW
from app.settings import Limits
from engine.own_examples import MAX_EXAMPLES, OwnExamples, encode
from tests.support.client import SMALL, Client, ClosedError
from tests.support.server import ServerThread

LINKS: dict[str, str] = json.loads((Path(__file__).parents[1] / "golden" / "course_links.json").read_text("utf-8"))


def test_a_page_is_told_everything_in_order(server: ServerThread) -> None:
    with server.connect() as player:
        player.say("hello", version=4, link=LINKS["lecture-slide"])
        kinds = [player.read()["type"] for _ in range(6)]
    assert kinds == ["welcome", "warnings", "config", "status", "data", "frame"]


def test_the_lecture_slide_learns_what_the_original_learns(server: ServerThread) -> None:
    with server.open(LINKS["lecture-slide"]) as player:
        frame = player.train(100)
    assert f"{frame['train_loss']:.5f} {frame['test_loss']:.5f}" == "0.21597 0.33920"
    assert frame["step"] == 2500


def test_playing_goes_on_until_it_is_paused(player: Client) -> None:
    assert player.ask("play")["playing"]
    player.until_frame(lambda frame: frame["epoch"] >= 5)
    assert not player.ask("pause")["playing"]
    epoch = player.train(1)["epoch"]
    assert epoch > 5
    assert player.train(1)["epoch"] == epoch + 1


def test_loss_series_survives_missed_frames(player: Client) -> None:
    player.ask("set_speed", speed="epochs_20")
    player.ask("play")
    last = player.until_frame(lambda frame: frame["epoch"] > 300)["epoch"]
    assert sorted(player.losses)[: last + 1] == list(range(last + 1))


def test_learning_rate_change_keeps_network(player: Client) -> None:
    player.train(3)
    before = player.params
    config = player.ask("configure", changes={"learning_rate": 0.1})
    assert (config["effect"], config["config"]["learning_rate"]) == ("live", 0.1)
    assert "learningRate=0.1" in config["link"]
    assert player.until_frame()["epoch"] == 3
    np.testing.assert_array_equal(player.params, before)


def test_frames_follow_their_config(player: Client) -> None:
    player.ask("play")
    for sizes in ([3], [5, 5], [], [8, 8, 8], [2]):
        config = player.ask("configure", changes={"hidden_layer_sizes": sizes})
        frame = player.until_frame()
        assert config["layers"] == [2, *sizes, 1]
        assert len(frame["arrays"]["thumbnails"]) == sum(sizes) + 1


MALFORMED = [
    ("", "bad_json", None),
    ("{", "bad_json", None),
    ("\ufeff{}", "bad_json", None),
    ('{"type":"play"}{"type":"pause"}', "bad_json", None),
    ('{"type":"set_parameter","index":0,"value":NaN}', "bad_json", None),
    ('{"type":"set_parameter","index":0,"value":1e999}', "not_finite", "value"),
    ('{"type":"set_parameter","index":9999,"value":1}', "out_of_range", "index"),
    ('{"type":"advance","count":' + "9" * 5000 + "}", "out_of_range", "count"),
    ('{"type":"open","link":"\\ud800"}', "bad_json", None),
    ("[" * 30_000, "too_deep", None),
    ('"play"', "bad_type", None),
    ("{}", "missing_field", "type"),
    ('{"type":"eval"}', "unknown_type", "type"),
    ('{"type":"play","now":true}', "unknown_field", "now"),
    ('{"type":"play","id":"a"}', "bad_type", "id"),
    ('{"type":"set_speed","speed":"fast"}', "unknown_value", "speed"),
    ('{"type":"configure","changes":{"learning_rate":0}}', "out_of_range", "learning_rate"),
    ('{"type":"configure","changes":{"__proto__":{}}}', "unknown_field", "__proto__"),
    ('{"type":"configure","changes":{"features":["x","x"]}}', "duplicate_value", "features"),
    ('{"type":"configure","changes":{"hidden_layer_sizes":[65]}}', "too_large_model", "hidden_layer_sizes"),
    ('{"type":"set_view","changes":{"hidden":["nothing"]}}', "unknown_value", "hidden"),
    ('{"type":"select","unit":1000}', "out_of_range", "unit"),
    ('{"type":"hello","version":4}', "already_greeted", "type"),
    (b"\0\1", "binary", None),
    ("x" * 70_000, "too_large", None),
]  # fmt: skip


@pytest.mark.parametrize(("message", "code", "field"), MALFORMED, ids=[code for _, code, _ in MALFORMED])
def test_session_survives_malformed_messages(
    player: Client, message: str | bytes, code: str, field: str | None
) -> None:
    before = player.params
    player.say_raw(message)
    error = player.answer("error")
    assert (error["code"], error["field"], error["fatal"]) == (code, field, False)
    assert len(error["got"] or "") <= 64
    assert error["message"]
    player.ask("select", unit=0)
    player.until_frame()
    np.testing.assert_array_equal(player.params, before)


def test_refused_change_lists_all_errors(player: Client) -> None:
    error = player.ask("configure", changes={"learning_rate": -1, "batch_size": 0, "noise": 99, "activation": "x"})
    assert [item["field"] for item in error["errors"]] == ["noise", "activation", "learning_rate", "batch_size"]
    assert player.ask("configure", changes={})["config"] == player.config["config"]


@pytest.mark.parametrize(
    ("message", "code"),
    [('{"type":"play"}', "not_greeted"), ('{"type":"hello","version":0}', "protocol_version"), ("{", "bad_json")],
)
def test_hello_can_follow_a_refused_message(server: ServerThread, message: str, code: str) -> None:
    with server.connect() as player:
        player.say_raw(message)
        assert player.read()["code"] == code
        assert player.greet()["version"] == 4


def test_unacknowledged_frames_stop_after_two(server: ServerThread, player: Client) -> None:
    with server.connect() as silent:
        silent.acknowledges = False
        silent.greet()
        silent.ask("play")
        player.ask("play")
        start = player.frame["seq"]
        player.until_frame(lambda frame: frame["seq"] >= start + 30)
        silent.say("pause", id=99)
        seen: list[str] = []
        while (message := silent.read()).get("id") != 99:
            seen.append(message["type"])
    assert seen.count("frame") <= WINDOW


def test_acknowledgment_brings_newest_frame_only(server: ServerThread) -> None:
    with server.open() as player:
        player.acknowledges = False
        player.ask("advance", count=1)
        player.until_frame(lambda frame: frame["epoch"] == 1)
        player.ask("advance", count=100)
        seqs = [player.frame["seq"]]
        while player.frame["epoch"] < 101:
            player.say("ack", seq=player.frame["seq"])
            player.until_frame()
            seqs.append(player.frame["seq"])
    assert len(seqs) < 20
    assert sorted(player.losses) == list(range(102))


def test_hidden_page_gets_no_frames_while_training(player: Client) -> None:
    player.say("visible", on=False)
    player.ask("play")
    hidden_at = player.frame["epoch"]
    answers = [player.ask("set_speed", speed="unlimited") for _ in range(3)]
    assert all(answer["type"] == "status" for answer in answers)
    player.say("visible", on=True)
    assert player.until_frame(lambda frame: frame["epoch"] > hidden_at + 10)


def test_a_session_goes_on_in_a_new_connection(server: ServerThread) -> None:
    with server.open() as first:
        first.train(7)
        session, link, params = first.welcome["session"], first.config["link"], first.params
    with server.connect() as second:
        welcome = second.greet(link, session=session)
        assert (welcome["resumed"], welcome["session"]) == ("session", session)
        assert second.frame["epoch"] == 7
        assert second.data["train_size"] == 250
        assert sorted(second.losses) == list(range(8))
        np.testing.assert_array_equal(second.params, params)


def test_session_with_other_link_is_not_resumed(server: ServerThread) -> None:
    with server.open() as first:
        first.train(2)
        with server.connect() as second:
            welcome = second.greet("#networkShape=3&seed=0.3", session=first.welcome["session"])
            assert welcome["resumed"] is None
            assert second.frame["epoch"] == 0
        assert first.train(1)["epoch"] == 3


def test_session_pauses_while_nobody_is_connected(server: ServerThread) -> None:
    with server.open() as first:
        first.ask("play")
        first.until_frame(lambda frame: frame["epoch"] >= 3)
        session, link, left_at = first.welcome["session"], first.config["link"], first.frame["epoch"]
    with server.open() as other:
        other.train(500)
    with server.connect() as second:
        second.greet(link, session=session)
        assert second.frame["epoch"] <= left_at + 20
        assert second.status["playing"]
        second.until_frame(lambda frame: frame["epoch"] > left_at + 20)


def test_the_newer_connection_of_a_session_wins(server: ServerThread) -> None:
    with server.open() as first, server.connect() as second:
        second.greet(first.config["link"], session=first.welcome["session"])
        first.answer("moved")
        with pytest.raises(ClosedError) as closed:
            first.read()
        assert closed.value.code == 4409
        assert second.train(2)["epoch"] == 2


def test_a_checkpoint_goes_on_bit_for_bit(server: ServerThread) -> None:
    link = SMALL + "&regularization=L1&regularizationRate=0.1&batchSize=7"
    with server.open(link) as first:
        first.train(5)
        first.ask("advance", unit="minibatch", count=3)
        first.until_frame(lambda frame: frame["batch"] == 3)
        canonical = first.config["link"]
        checkpoint = checkpoint_of(first.raw_frame, canonical)
        first.train(20)
    with server.connect() as second:
        welcome = second.greet(canonical, session="forgotten", checkpoint=checkpoint)
        assert welcome["resumed"] == "checkpoint"
        assert (second.frame["epoch"], second.frame["batch"]) == (5, 3)
        second.train(20)
        np.testing.assert_array_equal(second.params, first.params)
        assert second.frame["train_loss"] == first.frame["train_loss"]


def test_largest_checkpoint_and_data_fit_in_hello(server: ServerThread) -> None:
    """The most parameters and examples, with the optimizer's memory and a copy of the best parameters."""
    link = (
        "#dataset=own&networkShape=64,64,64,64,64,45&validationPercent=20&patience=9&optimizer=adam&batchSize=999"
        "&regularization=L1&regularizationRate=0.1"
    )
    numbers = np.random.default_rng(0)
    points, classes = numbers.uniform(-6, 6, (MAX_EXAMPLES, 2)), numbers.integers(2, size=MAX_EXAMPLES)
    examples = encode(OwnExamples(points, classes.astype(float), np.zeros(MAX_EXAMPLES, np.uint8)))
    with server.open(link, examples=examples) as first:
        assert first.params.size > 0.95 * Limits().parameters
        frame = first.train(1)
        assert {"params", "mean", "square", "alive", "carry", "best"} <= set(frame["checkpoint"]["arrays"])
        canonical = first.config["link"]
        checkpoint = checkpoint_of(first.raw_frame, canonical)
    with server.connect() as second:
        assert second.greet(canonical, checkpoint=checkpoint, examples=examples)["resumed"] == "checkpoint"
        np.testing.assert_array_equal(second.params, first.params)


def _broken(checkpoint: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {**checkpoint, **changes}


@pytest.mark.parametrize(
    "changes",
    [
        {"epoch": -1},
        {"step": "many"},
        {"arrays": {"params": "AAAA"}},
        {"arrays": {"params": 3}},
        {"arrays": {"params": "AAAAAAAA+H8="}},
        {"arrays": {}},
        {"batch": 10**6},
        {"more": 1},
    ],
)
def test_link_opens_without_broken_checkpoint(server: ServerThread, changes: dict[str, Any]) -> None:
    with server.open() as first:
        checkpoint = checkpoint_of(first.raw_frame, first.config["link"])
        link = first.config["link"]
    with server.connect() as second:
        second.say("hello", version=4, link=link, checkpoint=_broken(checkpoint, **changes))
        assert second.read()["resumed"] is None
        assert second.read()["code"] == "bad_checkpoint"
        second.until_frame()


@pytest.mark.parametrize(
    "origin", ["null", "http://evil.example", "http://127.0.0.1", "http://127.0.0.1:1@evil.example"]
)
def test_a_foreign_page_gets_no_websocket(server: ServerThread, origin: str, caplog: pytest.LogCaptureFixture) -> None:
    with server.connect(headers={"Origin": origin}) as player:
        assert player.status_code == 403
        (record,) = caplog.records
        assert player.rest().strip() in record.getMessage()


def test_the_servers_own_page_gets_a_websocket(server: ServerThread) -> None:
    with server.connect(headers={"Origin": f"http://127.0.0.1:{server.port}"}) as player:
        assert player.greet()["session"]


def test_ping_is_answered_by_pong(player: Client) -> None:
    assert player.ask("ping")["type"] == "pong"


def test_stopping_server_refuses_connections_for_now(server: ServerThread) -> None:
    server.rooms.is_closing = True
    try:
        with server.connect() as player:
            assert player.read()["code"] == "full"
            with pytest.raises(ClosedError) as closed:
                player.read()
        assert closed.value.code == 1012
    finally:
        server.rooms.is_closing = False


def test_full_server_refuses_until_there_is_room() -> None:
    with ServerThread(max_sessions=2) as server:
        with server.open(), server.open(), server.connect() as third:
            error = third.read()
            assert (error["code"], error["fatal"]) == ("full", True)
            assert "2 sessions" in error["message"]
            with pytest.raises(ClosedError) as closed:
                third.read()
            assert closed.value.code == 1013
        with server.open() as later:
            assert later.train(1)["epoch"] == 1


def test_a_page_that_never_reads_holds_up_nobody(server: ServerThread, player: Client) -> None:
    with server.connect() as deaf:
        deaf.acknowledges = False
        deaf.say("hello", version=4, link=SMALL)
        deaf.say("play")
        for _ in range(200):
            deaf.say("configure", changes={"noise": 5})
            deaf.say("configure", changes={"noise": 10})
        assert player.train(50)["epoch"] == 50


def test_oldest_kept_session_is_dropped_when_full() -> None:
    with ServerThread(max_sessions=2) as server:
        left = []
        for seed in (1, 2, 3):
            with server.open(f"{SMALL}{seed}") as player:
                player.train(seed)
                left.append((player.welcome["session"], player.config["link"]))
        assert len(server.rooms) == 2
        resumed = []
        for session, link in reversed(left):
            with server.connect() as player:
                resumed.append(player.greet(link, session=session)["resumed"])
    assert resumed == ["session", "session", None]


def test_session_expires() -> None:
    with ServerThread(session_ttl=0) as server:
        with server.open() as first:
            session, link = first.welcome["session"], first.config["link"]
        with server.connect() as second:
            assert second.greet(link, session=session)["resumed"] is None
        assert len(server.rooms) <= 1


@pytest.mark.parametrize("mebibytes", [2, 4])
def test_largest_hello_is_within_rate_limit(mebibytes: int) -> None:
    size = mebibytes * 2**20
    with ServerThread(workers=0, hello_bytes=size) as server, server.connect() as player:
        player.say_raw(json.dumps({"type": "hello", "version": 4}).ljust(size))
        assert player.read()["type"] == "welcome"


@pytest.mark.parametrize("letter", ["x", "語"])
def test_rate_limit_counts_bytes(letter: str) -> None:
    """Twelve megabytes come at once, twice as much as may, in whatever letters they are written."""
    text = letter * (60_000 // len(letter.encode()))
    with ServerThread(workers=0) as server, server.open() as player:
        for _ in range(200):
            player.say_raw(text)
        player.until(lambda message: message.get("code") == "rate_limited")
