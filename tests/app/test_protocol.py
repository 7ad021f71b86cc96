"""The wire: every message is read or refused with reasons, and bytes mean the same to both ends."""

import base64
import doctest
import importlib
import json
import math
import pkgutil
from dataclasses import asdict, fields
from typing import Annotated, Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

import app.protocol
from app.export import FORMATS
from app.export.colors import THEMES
from app.link import View
from app.link.controls import controls_on_page
from app.protocol.checkpoints import (
    Opening,
    checkpoint_of,
    decode_opening,
    encode_opening,
    opening_of,
    read_checkpoint,
    read_progress,
)
from app.protocol.commands import (
    COMMANDS,
    VIEW_FIELDS,
    Advance,
    Command,
    ExportFormat,
    Hello,
    Open,
    Theme,
    decode_command,
    encode_command,
)
from app.protocol.containers import decode_container, encode_container
from app.protocol.errors import ProtocolError
from app.protocol.frames import encode_data, has_checkpoint
from app.protocol.messages import config_message, encode, encode_error, status_message
from app.protocol.parser import parse
from app.protocol.schema import schema
from app.training.pacing import SPEED_PRESETS
from engine import FEATURES, FIELDS, Config, Trainer
from engine.boundary import feature_thumbnails
from tests.app import golden_frame
from tests.support.commands import EXAMPLES

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(), children, max_size=4),
    max_leaves=20,
)


def codes(text: str, limit: int = 64 * 1024) -> list[tuple[str, str | None]]:
    """What is wrong with a message."""
    with pytest.raises(ProtocolError) as refused:
        parse(text, limit)
    return [(fault.code, fault.field) for fault in refused.value.faults]


@pytest.mark.parametrize("name", COMMANDS)
def test_parse_reads_every_field_of_every_command(name: str) -> None:
    command = parse(json.dumps({"type": name, "id": 7, **EXAMPLES[name]}))
    assert type(command) is COMMANDS[name]
    assert command.id == 7
    assert json.loads(encode_command(command)).items() >= EXAMPLES[name].items()
    assert encode_command(decode_command(encode_command(command))) == encode_command(command)


@pytest.mark.parametrize("name", COMMANDS)
def test_parse_refuses_wrong_types_in_every_field(name: str) -> None:
    for field in COMMANDS[name].model_fields:
        message = {"type": name, **EXAMPLES[name], field: [[]]}
        assert codes(json.dumps(message)) == [("bad_type", field)]


@pytest.mark.parametrize("name", COMMANDS)
def test_parse_refuses_missing_fields(name: str) -> None:
    needed = [name for name, field in COMMANDS[name].model_fields.items() if field.is_required()]
    if needed:
        assert codes(json.dumps({"type": name})) == [("missing_field", field) for field in needed]
    else:
        assert parse(json.dumps({"type": name})).id is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"type":"play","type":"pause"}', "bad_json"),
        ('{"type":"play",}', "bad_json"),
        ("{'type':'play'}", "bad_json"),
        ('{"type":"pl\x01ay"}', "bad_json"),
        ('{"type":"open","link":"\ud800"}', "bad_json"),
        ('{"type":"open","\\udfff":1}', "bad_json"),
        ('{"a":' * 5000 + "1" + "}" * 5000, "too_deep"),
        ("[" * 17 + "]" * 17, "too_deep"),
        ("[" * 16 + "]" * 16, "bad_type"),
        ('{"type":"play","id":null}', "bad_type"),
        ('{"type":"ack","seq":-1}', "out_of_range"),
        ('{"type":"ack","seq":1.5}', "bad_type"),
        ('{"type":"ack","seq":true}', "bad_type"),
        ('{"type":"ack","seq":-1e999}', "out_of_range"),
        ('{"type":"ack","seq":' + "-" + "9" * 401 + "}", "out_of_range"),
        ('{"type":"set_parameter","index":0,"value":' + "9" * 5000 + "}", "not_finite"),
        ('{"type":"set_view","changes":{"hidden":[1]}}', "bad_type"),
        ('{"type":"set_view","changes":{"goals":[]}}', "unknown_field"),
        ('{"type":"hello","version":1,"new":1}', "protocol_version"),
    ],
)
def test_refusals_have_codes(text: str, code: str) -> None:
    assert [found for found, _ in codes(text)] == [code]


def test_refusals_return_the_id() -> None:
    with pytest.raises(ProtocolError) as refused:
        parse('{"type":"eval","id":12}')
    assert refused.value.id == 12


def test_size_limit_counts_bytes() -> None:
    text = json.dumps({"type": "open", "link": "é" * 40}, ensure_ascii=False)
    assert isinstance(parse(text, len(text.encode())), Open)
    assert codes(text, len(text.encode()) - 1) == [("too_large", None)]


def test_at_most_ten_faults_are_reported() -> None:
    assert len(codes(json.dumps({"type": "play", **{f"x{n}": n for n in range(10_000)}}), 10**6)) == 10


@given(st.text())
def test_parse_survives_any_text(text: str) -> None:
    _read_or_refuse(text)


@given(JSON)
def test_parse_survives_any_json(value: object) -> None:
    _read_or_refuse(json.dumps(value))


@given(st.sampled_from(sorted(COMMANDS)), st.dictionaries(st.sampled_from(["id", "link", "count", "changes"]), JSON))
def test_parse_survives_any_fields(name: str, values: dict[str, object]) -> None:
    _read_or_refuse(json.dumps({"type": name, **values}))


def _read_or_refuse(text: str) -> None:
    try:
        assert isinstance(parse(text), Command)
    except ProtocolError as error:
        answer = json.loads(encode_error(error.faults, error.id))
        assert answer["errors"]
        for item in answer["errors"]:
            assert len(item["got"] or "") <= 64
            assert item["message"]
            item["message"].encode()


@given(
    st.dictionaries(
        st.text(st.characters(codec="utf-8"), max_size=8),
        st.tuples(st.sampled_from(["u1", "<u4", "<f4", "<f8"]), st.lists(st.integers(0, 5), max_size=3)),
        max_size=5,
    )
)
def test_containers_decode_to_what_was_encoded(shapes: dict[str, tuple[str, list[int]]]) -> None:
    arrays = {name: np.arange(math.prod(shape)).astype(kind).reshape(shape) for name, (kind, shape) in shapes.items()}
    data = encode_container({"type": "x", "é": [1]}, arrays)
    message, decoded = decode_container(data)
    assert message == {"type": "x", "é": [1]}
    assert list(decoded) == list(arrays)
    for name, array in arrays.items():
        assert decoded[name].dtype == array.dtype
        np.testing.assert_array_equal(decoded[name], array)


def test_arrays_start_at_multiples_of_eight() -> None:
    data = golden_frame.frame()
    length = int.from_bytes(data[4:8], "little")
    offsets = [offset for *_, offset in json.loads(data[8 : 8 + length])["arrays"]]
    assert (8 + length) % 8 == 0
    assert all(offset % 8 == 0 for offset in offsets)


def test_encode_frame_writes_the_golden_frame() -> None:
    assert golden_frame.frame() == golden_frame.PATH.read_bytes()


def test_golden_frame_decodes() -> None:
    message, arrays = decode_container(golden_frame.PATH.read_bytes())
    assert (message["type"], message["seq"], message["revision"], message["run"]) == ("frame", 42, 3, 2)
    assert message["epoch"] == 365
    assert message["test_loss"] == 0.1 + 0.2
    assert message["checkpoint"]["arrays"] == ["params", "alive", "carry"]
    assert arrays["surface"][3, 99] == 102
    assert arrays["params"].tolist() == [(n - 12) / 8 for n in range(25)]
    assert arrays["history_epochs"].tolist() == [363, 364, 365]
    assert arrays["alive"].tolist() == [int(n % 5 != 0) for n in range(25)]


def test_encode_frame_writes_the_golden_digits() -> None:
    assert golden_frame.digits_frame() == golden_frame.DIGITS_PATH.read_bytes()


def test_golden_digits_decode() -> None:
    message, arrays = decode_container(golden_frame.DIGITS_PATH.read_bytes())
    assert (message["type"], message["seq"], message["epoch"], message["selected"]) == ("frame", 43, 7, -1)
    assert message["checkpoint"]["arrays"] == ["params", "momentum"]
    assert arrays["pictures"].tolist() == (np.arange(20).reshape(5, 2, 2) * 12).tolist()
    assert arrays["answers"].tolist() == [0, 1, 1, 0]
    assert arrays["activations"].tolist() == [0.5, 0.25, 0, 0.125, 1]
    assert arrays["momentum"].tolist() == [(n - 11) / 8 / 3 for n in range(23)]


def test_frames_without_checkpoint_have_no_state() -> None:
    frame = golden_frame.digits_frame(has_checkpoint=False)
    message, arrays = decode_container(frame)
    assert "checkpoint" not in message
    assert {"params", "momentum"}.isdisjoint(arrays)
    assert not has_checkpoint(frame)
    assert has_checkpoint(golden_frame.digits_frame())
    assert has_checkpoint(golden_frame.frame())


def test_checkpoints_restore_states_bit_for_bit() -> None:
    state = golden_frame.snapshot().state
    checkpoint = json.loads(json.dumps(checkpoint_of(golden_frame.frame(), "#seed=1")))
    link, again = read_checkpoint(checkpoint)
    assert link == "#seed=1"
    assert (again.epoch, again.step, again.batch, again.carried) == (365, 9126, 1, 3)
    assert {name: array.tobytes() for name, array in again.arrays.items()} == {
        name: array.astype(np.float64).tobytes() for name, array in state.arrays.items()
    }


@given(st.dictionaries(st.sampled_from(["link", "epoch", "step", "batch", "carried", "arrays", "x"]), JSON))
def test_read_checkpoint_survives_any_json(changes: dict[str, Any]) -> None:
    checkpoint = {**checkpoint_of(golden_frame.frame(), ""), **changes}
    codes_found: set[str] = {"bad_checkpoint"}
    try:
        read_checkpoint(checkpoint)
    except ProtocolError as error:
        codes_found = {fault.code for fault in error.faults}
    assert codes_found == {"bad_checkpoint"}


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_checkpoints_with_infinities_are_refused(value: float) -> None:
    checkpoint = checkpoint_of(golden_frame.frame(), "")
    checkpoint["arrays"]["params"] = base64.b64encode(np.full(25, value).tobytes()).decode()
    with pytest.raises(ProtocolError, match=r"arrays\.params"):
        read_checkpoint(checkpoint)


def test_containers_refuse_infinities() -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        encode_container({"loss": math.nan}, {})


def test_opening_of_restores_what_was_sent_last() -> None:
    config = encode(config_message(Config(), asdict(View()), "#seed=5", 3, "data"))
    status = encode(status_message(playing=True, speed="epochs_5", divergence=None, early_stop=None))
    opening = opening_of(config, status, None, golden_frame.frame())
    assert decode_opening(encode_opening(opening)) == opening
    assert (opening.link, opening.playing, opening.speed, opening.revision) == ("#seed=5", True, "epochs_5", 3)
    assert (opening.selected, opening.seq) == (13, 42)
    assert opening.checkpoint == checkpoint_of(golden_frame.frame(), "#seed=5")
    assert opening_of(config, status, None, None) == Opening(link="#seed=5", playing=True, speed="epochs_5", revision=3)


def test_data_count_examples_by_part() -> None:
    trainer = Trainer(Config(train_percent=30))
    message, arrays = decode_container(encode_data(trainer, 2))
    assert message == {
        "type": "data",
        "revision": 2,
        "train_size": 150,
        "validation_size": 0,
        "test_size": 350,
        "classes": 2,
        "dimensions": 2,
        "examples": None,
        "labels": [],
    }
    np.testing.assert_array_equal(arrays["points"], trainer.inputs.astype("f4"))
    assert set(arrays["targets"].tolist()) == {-1.0, 1.0}


def test_schema_has_every_field_feature_and_speed() -> None:
    known = schema(limits={"layers": 5}, keys={"noise": "noise"}, controls=controls_on_page()[:1], plotly="p.js")
    assert json.loads(json.dumps(known, allow_nan=False)) == known
    assert [field["name"] for field in known["fields"]] == [name for name in FIELDS if name != "own_examples"]
    assert [feature["name"] for feature in known["features"]] == list(FEATURES)
    pictures = [base64.b64decode(feature["picture"]) for feature in known["features"]]
    assert pictures == [picture.tobytes() for picture in feature_thumbnails()]
    assert [speed["value"] for speed in known["speeds"]] == list(SPEED_PRESETS)
    assert known["limits"] == {"page_layers": 10, "page_units": 16, "layers": 5}
    by_name = {field["name"]: field for field in known["fields"]}
    assert by_name["noise"]["key"] == "noise"
    assert by_name["learning_rate"]["effect"] == "live"
    assert {"value": "tanh", "label": "Tanh"} in by_name["activation"]["choices"]


def test_view_fields_exist() -> None:
    assert set(VIEW_FIELDS) <= {field.name for field in fields(View)}


def test_export_formats_and_themes_are_all_offered() -> None:
    assert set(get_args(ExportFormat)) == {*FORMATS, "csv"}
    assert set(get_args(Theme)) == set(THEMES)


@pytest.mark.parametrize("version", [1, 3, 5])
def test_pages_of_another_version_are_told_to_reload(version: int) -> None:
    with pytest.raises(ProtocolError, match="speaks version 4 of the protocol; reload the page") as refused:
        parse(f'{{"type":"hello","version":{version},"id":3,"link":"#seed=1","more":[]}}')
    assert [fault.code for fault in refused.value.faults] == ["protocol_version"]
    assert refused.value.id == 3


def test_checkpoints_of_version_1_are_accepted() -> None:
    params = base64.b64encode(np.array([0.5, -0.25, 0.125], "<f8").tobytes()).decode()
    link = "#activation=tanh&networkShape=&seed=0.5"
    checkpoint = {
        "link": link,
        "epoch": 12,
        "step": 300,
        "batch": 3,
        "carried": 2,
        "arrays": {"params": params},
        "goals": {"own": [None, 7]},
    }
    hello = parse(json.dumps({"type": "hello", "version": 4, "link": link, "checkpoint": checkpoint, "playing": True}))
    assert isinstance(hello, Hello)
    assert hello.checkpoint is not None
    found, state = read_checkpoint(hello.checkpoint)
    assert (found, state.epoch, state.step, state.batch, state.carried) == (link, 12, 300, 3, 2)
    assert state.arrays["params"].tolist() == [0.5, -0.25, 0.125]
    assert read_progress(hello.checkpoint) == {"own": (None, 7)}


def test_examples_in_docstrings_run() -> None:
    names = [f"app.protocol.{module.name}" for module in pkgutil.iter_modules(app.protocol.__path__)]
    names += ["app.session.session"]
    examples = {"Advance": Advance, "Annotated": Annotated, "Field": Field}
    results = {name: doctest.testmod(importlib.import_module(name), extraglobs=examples) for name in names}
    assert [name for name, result in results.items() if result.failed] == []
    assert sum(result.attempted for result in results.values()) >= 12


def test_hello_needs_only_the_version() -> None:
    assert parse('{"type":"hello","version":4}') == Hello(version=4)
