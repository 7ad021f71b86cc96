"""Sessions of networks that read pictures, turn by turn: frames, checkpoints, readings, panels and refusals."""

import base64
import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from app.link.digits import SMALL
from app.protocol.cards import CardLevel
from app.protocol.checkpoints import Opening, checkpoint_of, opening_of
from app.protocol.commands import COMMANDS
from app.protocol.containers import compress, decode_container, decompress, encode_container
from app.protocol.envelopes import MessageKind
from app.protocol.errors import ProtocolError
from app.protocol.frames import has_checkpoint
from app.protocol.version import COMPRESSED
from app.remarks.table import OF_POINTS as OF_POINTS_IN_WORDS
from app.remarks.table import RULES
from app.rooms.outbox import Outbox
from app.rooms.room import Room
from app.session.frame_pace import CHECKPOINT_PERIOD, PICTURE_PERIOD
from app.session.handlers import HANDLERS
from app.settings import Limits
from engine.inspection import OF_POINTS
from tests.support.commands import EXAMPLES
from tests.support.session import Stage

LINK = SMALL.replace("networkShape=30", "networkShape=6") + "&seed=3&trainCount=100"
NO_SWEEPS: Any = None
PIXELS, PICTURES, HELD_OUT = 64, 100 + 179 + 179, 179


@pytest.fixture
def stage() -> Stage:
    return Stage(LINK)


def drawing(*inked: int, size: int = PIXELS) -> str:
    """A picture with ink in some pixels, as `read` has it."""
    return base64.b64encode(bytes(255 * (pixel in inked) for pixel in range(size))).decode()


def play(stage: Stage, seconds: float, *, minibatches: bool = False) -> list[dict[str, Any]]:
    """Play for some time, with a page that takes every frame at once; returns their messages."""
    first = len(stage.frames)
    if minibatches:
        stage.ask("set_speed", speed="minibatch")
    stage.ask("play")
    end = stage.clock.now + seconds
    while stage.clock.now < end:
        stage.session.grant(0, -1)
        stage.run(1 / 60)
    return [decode_container(frame)[0] for frame in stage.frames[first:]]


def error_of(said: list[tuple[MessageKind, dict[str, Any]]]) -> tuple[str, str, str]:
    """Code, field and sentence of a refusal."""
    ((_, message),) = said
    assert message["type"] == "error"
    return message["code"], message["field"], message["message"]


def test_data_hold_only_test_pictures(stage: Stage) -> None:
    data = stage.said[-1][1]
    assert (data["side"], data["classes"], data["train_size"], data["test_size"]) == (8, 10, 100, HELD_OUT)
    assert set(data["arrays"]) == {"pictures", "labels"}
    first = data["train_size"] + data["validation_size"]
    np.testing.assert_array_equal(data["arrays"]["pictures"], stage.trainer.inputs[first:])
    np.testing.assert_array_equal(data["arrays"]["labels"], stage.trainer.targets[first:])


def test_data_of_pictures_come_compressed() -> None:
    (data,) = [envelope for envelope in Stage(LINK).session.greet() if envelope.kind is MessageKind.DATA]
    assert data.payload[:4] == COMPRESSED == compress(data.payload)[:4]
    assert decompress(compress(data.payload)) == decompress(data.payload)
    assert data.epoch == decode_container(decompress(data.payload))[0]["content"]


def test_frames_show_units_answers_and_links(stage: Stage) -> None:
    stage.ask("advance", count=2)
    frame = stage.show()
    shapes = {name: array.shape for name, array in frame["arrays"].items() if not name.startswith("history")}
    assert shapes == {
        "pictures": (16, 8, 8),
        "scales": (2,),
        "biases": (16,),
        "links": (70,),
        "answers": (HELD_OUT,),
        "certainty": (HELD_OUT,),
        "params": (6 * 65 + 70,),
    }
    labels = stage.trainer.targets[-HELD_OUT:]
    assert (frame["arrays"]["answers"] == labels).mean() == pytest.approx(frame["test_accuracy"])
    assert frame["selected"] == -1


def test_frames_while_playing_are_few_and_whole(stage: Stage) -> None:
    frames = play(stage, 2.0)
    assert 15 <= len(frames) <= 2.0 / (0.9 * PICTURE_PERIOD) + 1
    assert all(frame["batch"] == 0 for frame in frames)


@pytest.mark.parametrize(("seconds", "waits"), [(0.02, True), (0.2, False)])
def test_frames_wait_for_an_epoch_to_end(stage: Stage, seconds: float, waits: bool) -> None:
    """Every turn trains one of ten minibatches; a slow epoch is not waited for, and the first frame comes at once."""
    stage.ask("play")
    for _ in range(40):
        stage.session.grant(0, -1)
        stage.clock.now += seconds
        stage.hear(stage.session.turn(0.0))
    batches = {decode_container(frame)[0]["batch"] for frame in stage.frames[1:]}
    assert (batches == {0}) == waits


def test_cards_wait_for_an_epoch_to_end(stage: Stage) -> None:
    stage.session.set_cards(CardLevel.NUMBERS)
    stage.ask("play")
    told = []
    for _ in range(200):
        stage.clock.now += 0.02
        before = len(stage.cards)
        stage.hear(stage.session.turn(0.0))
        told += [stage.trainer.batch] * (len(stage.cards) - before)
    assert 3 <= len(told) <= 5
    assert set(told[1:]) == {0}


def test_single_minibatches_are_shown_in_between(stage: Stage) -> None:
    assert {frame["batch"] for frame in play(stage, 1.0, minibatches=True)} > {0}


def test_checkpoints_are_rare_while_playing(stage: Stage) -> None:
    stage.show()
    frames = play(stage, 2.5 * CHECKPOINT_PERIOD)
    assert sum("checkpoint" in frame for frame in frames) == 2
    assert len(frames) > 50


def test_pausing_brings_a_checkpoint(stage: Stage) -> None:
    stage.show()
    play(stage, 0.5)
    assert not has_checkpoint(stage.frames[-1])
    stage.ask("pause")
    shown = stage.show()
    assert shown["checkpoint"]["epoch"] == stage.trainer.epoch
    assert has_checkpoint(stage.frames[-1])


def test_reading_needs_no_further_checkpoint(stage: Stage) -> None:
    stage.ask("advance", count=1)
    assert "checkpoint" in stage.show()
    stage.ask("read", example=1)
    assert "checkpoint" not in stage.show()
    stage.ask("set_parameter", index=0, value=0.5)
    assert "checkpoint" in stage.show()


@pytest.mark.parametrize(
    "ask",
    [
        lambda stage: stage.ask("configure", changes={"learning_rate": 1.0}),
        lambda stage: stage.hear(stage.session.greet()),
        lambda stage: stage.hear(stage.session.report()),
        lambda stage: stage.hear(stage.session.finish()),
    ],
    ids=["changed", "greeted", "reported", "finished"],
)
def test_checkpoints_come_when_they_are_needed(stage: Stage, ask: Callable[[Stage], object]) -> None:
    stage.show()
    play(stage, 0.5)
    before = len(stage.frames)
    ask(stage)
    stage.session.grant(0, -1)
    stage.run(0.5)
    assert has_checkpoint(stage.frames[before])


def test_a_resumed_network_is_bit_equal(stage: Stage) -> None:
    stage.show()
    play(stage, 0.3)
    stage.ask("pause")
    stage.show()
    stage.ask("configure", changes={"dropout": 0.2, "optimizer": "adam", "learning_rate": 0.01})
    stage.ask("advance", unit="minibatch", count=13)
    stage.show()
    link = stage.session.experiment
    checkpoint = checkpoint_of(stage.frames[-1], _link_of(stage))
    again = Stage(_link_of(stage), checkpoint=checkpoint)
    assert again.said[0][0] is MessageKind.OPENED
    for each in (stage, again):
        each.ask("advance", count=3)
        each.run(1.0)
    assert again.trainer.epoch == stage.trainer.epoch == link.run.trainer.epoch
    for name, array in stage.trainer.state().arrays.items():
        assert again.trainer.state().arrays[name].tobytes() == array.tobytes()


def _link_of(stage: Stage) -> str:
    link: str = [message["link"] for kind, message in stage.said if kind is MessageKind.CONFIG][-1]
    return link


def test_reopening_starts_from_the_last_checkpoint(stage: Stage) -> None:
    envelopes = stage.session.greet()
    config, status, data = (envelope.payload for envelope in envelopes[:3])
    stage.show()
    whole = stage.frames[-1]
    play(stage, 0.5)
    assert not has_checkpoint(stage.frames[-1])
    opening = opening_of(config.decode(), status.decode(), data, whole)
    assert opening.selected is None
    again = Stage(**_fields(opening))
    assert again.trainer.epoch == 0
    again.ask("advance", count=stage.trainer.epoch)
    again.run(1.0)
    assert again.trainer.train_loss == stage.trainer.train_loss


def test_a_room_keeps_the_last_checkpoint(stage: Stage) -> None:
    room = Room(1, 0, Opening(link=LINK), {}, lambda worker, envelope: None, NO_SWEEPS)
    envelopes = [*stage.session.greet(), *stage.session.report()]
    stage.ask("play")
    for _ in range(8):
        stage.clock.now += 0.1
        stage.session.grant(0, -1)
        envelopes += stage.session.turn(1.0)
    frames = [envelope.payload for envelope in envelopes if envelope.kind is MessageKind.FRAME]
    assert [has_checkpoint(frame) for frame in frames] == [True] + [False] * (len(frames) - 1)
    for envelope in envelopes:
        room.receive(envelope)
    opening = room.copy()
    assert opening.checkpoint == checkpoint_of(frames[0], opening.link)
    assert opening.examples == ""
    assert room.data == next(envelope.payload for envelope in envelopes if envelope.kind is MessageKind.DATA)


def _fields(opening: Opening) -> dict[str, Any]:
    return {field.name: getattr(opening, field.name) for field in dataclasses.fields(opening)}


# --- reading ----------------------------------------------------------------------------------------------------------


def test_examples_are_read_by_number(stage: Stage) -> None:
    ((_, reading),) = stage.ask("read", example=PICTURES - 1)
    outputs = stage.trainer.outputs(stage.trainer.inputs[-1:])[0]
    assert reading["answer"] == outputs.argmax()
    assert [len(layer) for layer in reading["activations"]] == [6, 10]
    np.testing.assert_allclose(reading["activations"][-1], outputs, rtol=1e-6)
    assert (reading["example"], reading["label"], reading["id"]) == (PICTURES - 1, stage.trainer.targets[-1], 3)


def test_a_followed_drawing_is_in_frames(stage: Stage) -> None:
    ((_, reading),) = stage.ask("read", pixels=drawing(9, 10, 18))
    assert (reading["example"], reading["label"]) == (None, None)
    seen = stage.show()["arrays"]["activations"]
    np.testing.assert_allclose(seen, np.concatenate(reading["activations"]), rtol=1e-6)
    stage.ask("advance", count=1)
    assert (stage.show()["arrays"]["activations"] != seen).any()
    ((kind, _),) = stage.ask("read")
    assert kind is MessageKind.STATUS
    assert "activations" not in stage.show()["arrays"]


@pytest.mark.parametrize(
    ("fields", "code", "field", "sentence"),
    [
        ({"example": PICTURES}, "out_of_range", "example", f"example: got {PICTURES}; expected a whole number"),
        ({"pixels": "é"}, "bad_picture", "pixels", "pixels: got é; expected base64 of one byte for each pixel"),
        (
            {"pixels": drawing(1, size=784)},
            "bad_picture",
            "pixels",
            "pixels: got 784 bytes; expected 64 bytes, a picture",
        ),
        ({"pixels": drawing()}, "bad_picture", "pixels", "the picture is empty: draw a digit first"),
        ({"pixels": drawing(1), "example": 1}, "bad_picture", "example", "example: got 1; expected null"),
        ({"pixels": 7}, "bad_type", "pixels", "pixels: got 7; expected base64 of one byte for each pixel, or null"),
    ],
)
def test_impossible_pictures_are_refused(
    stage: Stage, fields: dict[str, Any], code: str, field: str, sentence: str
) -> None:
    try:
        found = error_of(stage.ask("read", **fields))
    except ProtocolError as error:
        (fault,) = error.faults
        found = fault.code, str(fault.field), fault.message
    assert found[:2] == (code, field)
    assert found[2].startswith(sentence)
    assert "activations" not in stage.show()["arrays"]


def test_networks_for_points_read_no_pictures() -> None:
    code, field, sentence = error_of(Stage().ask("read", pixels=drawing(1)))
    assert (code, field) == ("bad_picture", "pixels")
    assert "only pictures can be read" in sentence
    assert error_of(Stage().ask("inspect", panel="follow"))[:2] == ("unknown_value", "panel")


def test_a_drawing_is_followed_through_new_data(stage: Stage) -> None:
    stage.ask("read", pixels=drawing(9, 10))
    stage.ask("regenerate")
    assert "activations" in stage.show()["arrays"]
    stage.ask("configure", changes={"dataset": "circle"})
    assert "activations" not in stage.show()["arrays"]


def test_an_example_is_followed_while_there(stage: Stage) -> None:
    stage.ask("read", example=120)
    stage.ask("configure", changes={"learning_rate": 1})
    assert "activations" in stage.show()["arrays"]
    stage.ask("configure", changes={"train_count": 50})
    assert "activations" not in stage.show()["arrays"]


def test_a_new_page_follows_nothing(stage: Stage) -> None:
    stage.ask("read", example=1)
    stage.hear(stage.session.greet())
    assert "activations" not in stage.show()["arrays"]


# --- panels -----------------------------------------------------------------------------------------------------------


def test_following_shows_both_directions(stage: Stage) -> None:
    stage.ask("read", example=120)
    stage.ask("inspect", panel="follow")
    frame = stage.show()
    values, arrays = frame["inside"]["values"], frame["arrays"]
    label = int(stage.trainer.targets[120])
    assert (values["sizes"], values["label"], values["answer"]) == ([6, 10], label, arrays["inside_a"][6:].argmax())
    outputs, target = arrays["inside_a"][6:], arrays["inside_target"]
    assert target.tolist() == [float(digit == label) for digit in range(10)]
    assert values["loss"] == pytest.approx(0.5 * np.square(outputs - target).sum(), rel=1e-6)
    np.testing.assert_allclose(arrays["inside_delta"][6:], (outputs - target) * outputs * (1 - outputs), rtol=1e-4)
    np.testing.assert_allclose(arrays["inside_a"], 1 / (1 + np.exp(-arrays["inside_z"])), rtol=1e-5)


def test_following_a_drawing_needs_its_digit(stage: Stage) -> None:
    stage.ask("inspect", panel="follow")
    assert stage.show()["inside"]["values"]["answer"] is None
    stage.ask("read", pixels=drawing(9, 10))
    assert "inside_delta" not in stage.show()["arrays"]
    stage.ask("inspect", panel="follow", options={"label": 4})
    frame = stage.show()
    assert frame["arrays"]["inside_target"].argmax() == 4
    assert frame["inside"]["values"]["loss"] > 0


@pytest.mark.parametrize("panel", ["gradients", "activations", "weights", "confusion"])
def test_panels_about_layers_work(stage: Stage, panel: str) -> None:
    stage.ask("inspect", panel=panel)
    frame = stage.show()
    assert frame["inside"]["panel"] == panel
    assert all(np.isfinite(array).all() for name, array in frame["arrays"].items() if name.startswith("inside_"))


@pytest.mark.parametrize("panel", sorted(OF_POINTS))
def test_panels_about_the_plane_are_refused(stage: Stage, panel: str) -> None:
    code, field, sentence = error_of(stage.ask("inspect", panel=panel))
    assert (code, field) == ("unknown_value", "panel")
    assert sentence.startswith(f"panel: {panel} looks at points of the plane, and the examples of uci are pictures")


def test_no_unit_is_shown_on_a_map(stage: Stage) -> None:
    assert error_of(stage.ask("select", unit=3))[:2] == ("unknown_value", "unit")
    ((kind, _),) = stage.ask("select", unit=None)
    assert kind is MessageKind.STATUS


# --- changes ----------------------------------------------------------------------------------------------------------


def test_fewer_training_pictures_keep_the_test(stage: Stage) -> None:
    before, params = stage.said[-1][1]["content"], stage.trainer.state().arrays["params"]
    stage.ask("configure", changes={"train_count": 40})
    data = stage.said[-1][1]
    assert (data["train_size"], data["test_size"], data["content"]) == (40, HELD_OUT, before)
    np.testing.assert_array_equal(stage.trainer.state().arrays["params"], params)
    stage.ask("regenerate")
    assert stage.said[-1][1]["content"] != before


def test_networks_for_pictures_have_own_limits() -> None:
    stage = Stage(LINK, limits=Limits(units=2, parameters=10, picture_units=7, picture_parameters=600))
    assert stage.config.hidden_layer_sizes == (6,)
    ((_, error),) = stage.ask("configure", changes={"hidden_layer_sizes": [8]})
    assert [item["expected"] for item in error["errors"]] == [
        "at most 7 units in a layer",
        "at most 600 weights and biases",
    ]


def test_a_divergence_can_be_retried(stage: Stage) -> None:
    stage.ask("configure", changes={"regularizer": "L2", "regularization_rate": 1, "learning_rate": 0.01})
    stage.ask("advance", count=2)
    stage.run(1.0)
    stage.ask("configure", changes={"learning_rate": 100})
    stage.ask("advance", count=30)
    stage.run(1.0)
    retry = next(message["diverged"]["retry"] for _, message in reversed(stage.said) if message.get("diverged"))
    assert retry["learning_rate"] < 100
    stage.ask("configure", changes={"learning_rate": retry["learning_rate"]})
    assert stage.trainer.epoch == retry["epoch"]
    assert np.isfinite(stage.show()["train_loss"])


def test_runs_are_seen_again_at_earlier_epochs(stage: Stage) -> None:
    stage.ask("advance", count=5)
    stage.run(1.0)
    answers = stage.show()["arrays"]["answers"]
    stage.ask("seek", epoch=2)
    shown = stage.show()
    assert (shown["epoch"], shown["past"], "checkpoint" in shown) == (2, True, True)
    stage.ask("seek", epoch=None)
    np.testing.assert_array_equal(stage.show()["arrays"]["answers"], answers)


def test_words_leave_out_the_plane() -> None:
    """A network that has memorized a few pictures, as is said in words about a boundary where there is one."""
    memorized = "loss=cross_entropy&learningRate=0.5&initializer=glorot_uniform&trainCount=20"
    stage = Stage(f"{SMALL.partition('&')[0]}&networkShape=12&activation=sigmoid&seed=3&words=true&{memorized}")
    for _ in range(8):
        stage.ask("advance", count=15)
        stage.run(5.0)
    assert stage.trainer.train_accuracy == 1
    remarks = [message["remark"] for _, message in stage.said if message.get("type") == "remark"]
    names = {remark["name"] for remark in remarks}
    assert {"few_examples", "gap"} <= names
    assert names.isdisjoint(OF_POINTS_IN_WORDS)
    assert all(remark["remedy"]["changes"] == {"train_count": 0} for remark in remarks if remark["remedy"])


def test_rules_about_the_plane_exist() -> None:
    assert set(RULES) >= OF_POINTS_IN_WORDS


@pytest.mark.parametrize("command", [name for name in EXAMPLES if COMMANDS[name] in HANDLERS])
def test_every_command_is_answered(stage: Stage, command: str) -> None:
    stage.ask("set_view", changes={"compare": [{"activation": "relu"}]})
    stage.ask("advance", count=2)
    stage.show()
    said = stage.ask(command, **EXAMPLES[command])
    assert said
    assert {"id", "arrays", "subscriber"} & {name for _, message in said for name in message}
    stage.ask("pause")
    assert stage.show()["epoch"] == stage.trainer.epoch


def test_showing_changes_changes_pictures(stage: Stage) -> None:
    stage.ask("set_view", changes={"show_changes": False})
    stage.ask("advance", count=2)
    pictures = stage.show()["arrays"]["pictures"]
    stage.ask("set_view", changes={"show_changes": True})
    assert (stage.show()["arrays"]["pictures"] != pictures).any()


def test_opening_points_leaves_pictures_behind(stage: Stage) -> None:
    stage.ask("read", example=1)
    stage.ask("open", link="#dataset=xor&networkShape=3&seed=1")
    frame = stage.show()
    assert {"surface", "thumbnails", "params"} <= set(frame["arrays"])
    assert "checkpoint" in frame
    stage.ask("open", link=LINK)
    assert stage.show()["arrays"]["pictures"].shape == (16, 8, 8)


# --- known pictures ---------------------------------------------------------------------------------------------------


def data_in(outbox: Outbox) -> dict[str, Any]:
    """The arrays of the data that an outbox sends next."""
    payload = outbox.take()
    assert isinstance(payload, bytes)
    return decode_container(decompress(payload))[1]


def test_pictures_are_sent_once_per_connection() -> None:
    data = encode_container({"type": "data"}, {"pictures": np.zeros((2, 4), np.uint8)})
    outbox = Outbox()
    for content, names in ((7, {"pictures"}), (7, set()), (8, {"pictures"}), (0, {"pictures"}), (8, set())):
        outbox.put_data(data, content)
        assert set(data_in(outbox)) == names


def test_pictures_that_were_replaced_are_unknown() -> None:
    data = compress(encode_container({"type": "data"}, {"pictures": np.zeros((2, 4), np.uint8)}))
    outbox = Outbox()
    outbox.put_data(data, 7)
    outbox.put_data(data, 7)
    assert set(data_in(outbox)) == {"pictures"}
    assert outbox.take() is None
