"""Whatever is to be read, it is read or refused in the documented way, and soon.

`PLAYGROUND_EXAMPLES=100000` tries as many inputs for each reader; without it, it is a few hundred.
"""

import base64
import json
import os
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.channel import Kind
from app.link import Limits, Link, format_link, parse_link
from app.protocol import COMMANDS, MAGIC, Opening, ProtocolError, decode_container, parse, read_checkpoint
from app.session import Session
from engine import FIELDS, Config, ConfigError, Trainer
from tests.app import golden_frame
from tests.faults import adapter

EXAMPLES = int(os.environ.get("PLAYGROUND_EXAMPLES", "300"))
SOON = 1.0
"""Seconds in which 100 kB of anything are read. It takes some hundredths; a quadratic reader takes minutes."""

many = settings(max_examples=EXAMPLES)

GOLDEN = golden_frame.PATH.read_bytes()
LINES = [line for line in adapter.read() if adapter.waits_for(line) is None]
MESSAGES = [text for line in LINES if line.channel in {"ws-json", "ws-config"} for text in adapter.messages(line)]
LINKS = [adapter.link(line) for line in LINES if line.channel == "url-hash"]
SHORT_MESSAGES = [text for text in MESSAGES if len(text) < 500]
SHORT_LINKS = [text for text in LINKS if len(text) < 500]

PIECES = st.sampled_from(
    [
        "[",
        "]",
        "{",
        "}",
        '"',
        ":",
        ",",
        "\\u",
        "\\ud800",
        "1e999",
        "NaN",
        "-",
        "null",
        "true",
        "\0",
        "é",
        "=",
        "&",
        "%",
        "#",
    ]
)


@st.composite
def spoiled(draw: st.DrawFn, texts: list[str]) -> str:
    """One of the texts with pieces taken out, put in, doubled or exchanged."""
    text = draw(st.sampled_from(texts))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 20)))
        text = text[:start] + draw(PIECES | st.just(text[start:end] * 2) | st.text(max_size=3)) + text[end:]
    return text


@st.composite
def spoiled_bytes(draw: st.DrawFn, data: bytes) -> bytes:
    """Bytes with some of them exchanged, cut off, or put in; mostly in the header."""
    changed = bytearray(data)
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, min(len(changed), 700)))
        changed[place : place + draw(st.integers(0, 2))] = draw(st.binary(max_size=3))
    return bytes(changed[: draw(st.integers(0, len(changed)) | st.just(len(changed)))])


# --- messages -----------------------------------------------------------------------------------------------------


def reasons(read: Callable[[], object], refusal: type[ProtocolError] | type[ConfigError]) -> list[Any]:
    """Why something is refused; nothing if it is not."""
    try:
        read()
    except refusal as error:
        found: list[Any] = list(error.faults if isinstance(error, ProtocolError) else error.errors)
    else:
        return []
    assert found
    assert all(len(item.got or "") <= 64 for item in found)
    return found


def read_message(text: str) -> None:
    reasons(lambda: parse(text, 2**20), ProtocolError)


@many
@given(spoiled(SHORT_MESSAGES))
def test_a_spoiled_message_is_read_or_refused(text: str) -> None:
    read_message(text)


@many
@given(st.binary(max_size=300))
def test_any_bytes_that_are_text_are_read_or_refused(data: bytes) -> None:
    read_message(data.decode("utf-8", "surrogateescape"))


@many
@given(st.sampled_from(sorted(FIELDS)), st.recursive(st.none() | st.floats() | st.integers() | st.text(), st.lists))
def test_any_value_of_any_field_is_taken_or_refused(name: str, value: object) -> None:
    refused = reasons(lambda: Config().replace(**{name: value}), ConfigError)
    assert [item.field for item in refused] in ([], [name])
    if not refused:
        config = Config().replace(**{name: value})
        assert parse_link(format_link(config), Limits(layers=100, units=1024, parameters=10**8)).config == config


# --- links --------------------------------------------------------------------------------------------------------


def read_link(text: str) -> None:
    link = parse_link(text)
    assert isinstance(link, Link)
    assert all(len(notice.got) <= 64 for notice in link.notices)
    again = parse_link(format_link(link.config, link.view))
    assert (again.config, again.view) == (link.config, link.view)


@many
@given(spoiled(SHORT_LINKS) | spoiled([format_link(Config())]))
def test_a_spoiled_link_is_an_experiment(text: str) -> None:
    read_link(text)


# --- checkpoints --------------------------------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
LINK = format_link(Config(hidden_layer_sizes=(2,), dataset="gauss", regularizer="L1", regularization_rate=0.01))


def good_checkpoint() -> dict[str, Any]:
    """A checkpoint from the middle of an epoch."""
    trainer = Trainer(parse_link(LINK).config)
    trainer.run_epoch()
    trainer.run_minibatches(3)
    state = trainer.state()
    arrays = {name: base64.b64encode(vector.tobytes()).decode() for name, vector in state.arrays.items()}
    counts = {name: getattr(state, name) for name in ("epoch", "step", "batch", "carried")}
    return {"link": LINK, **counts, "arrays": arrays}


GOOD = good_checkpoint()
LARGE = st.sampled_from([2**31, 2**32 - 1, 2**32, 2**53, 2**53 + 1, 2**64])
CHANGES = st.dictionaries(st.sampled_from([*GOOD, "x"]), JSON | LARGE, max_size=2)
ARRAYS = st.dictionaries(
    st.sampled_from([*GOOD["arrays"], "carry", "x"]),
    JSON | spoiled(list(GOOD["arrays"].values())) | st.sampled_from(list(GOOD["arrays"].values())),
    max_size=2,
)


@many
@given(CHANGES, ARRAYS)
def test_a_spoiled_checkpoint_is_taken_up_or_refused(changes: dict[str, Any], arrays: dict[str, Any]) -> None:
    checkpoint = {**GOOD, "arrays": {**GOOD["arrays"], **arrays}, **changes}
    if refused := reasons(lambda: read_checkpoint(checkpoint), ProtocolError):
        assert {fault.code for fault in refused} == {"bad_checkpoint"}
        return
    session = Session(1, Opening(link=LINK, checkpoint=checkpoint), Limits())
    opened, *said = session.opened()
    assert opened.kind is Kind.OPENED
    messages = [json.loads(item.payload) for item in said if item.kind is Kind.MESSAGE]
    assert {message["code"] for message in messages if message["type"] == "error"} <= {"bad_checkpoint"}
    if opened.payload:
        session.submit(1, parse('{"type":"advance","count":2}'))
        for _ in range(3):
            session.grant(0, -1)
            session.turn(0.001)


# --- containers ---------------------------------------------------------------------------------------------------


def read_container(data: bytes) -> None:
    try:
        _, arrays = decode_container(data)
    except ValueError:
        return
    assert sum(array.nbytes for array in arrays.values()) <= len(arrays) * len(data)


@many
@given(spoiled_bytes(GOLDEN))
def test_a_spoiled_container_is_read_or_refused(data: bytes) -> None:
    read_container(data)


@many
@given(JSON, JSON)
def test_a_container_with_any_header_is_read_or_refused(message: object, arrays: object) -> None:
    header = json.dumps({"message": message, "arrays": arrays}).encode()
    read_container(MAGIC + len(header).to_bytes(4, "little") + header)


@many
@given(st.binary(max_size=100))
def test_a_container_of_any_bytes_is_read_or_refused(data: bytes) -> None:
    read_container(MAGIC + data)


# --- how long it takes --------------------------------------------------------------------------------------------

KEYS = [f'"k{n}":1' for n in range(10_000)]
LARGE_MESSAGES = {
    "names": "{" + ",".join(KEYS) + "}",
    "a name twice": "{" + ",".join([*KEYS, *(f'"l{n}":1' for n in range(20_000)), '"l0":2']) + "}",
    "brackets": "[" * 100_000,
    "pairs of brackets": "[" + "[]," * 33_000 + "[]]",
    "digits": '{"id":' + "9" * 100_000 + "}",
    "escapes": '{"id":"' + "\\u0041" * 16_000 + '"}',
    "halves of characters": '{"id":"' + "\\ud800" * 16_000 + '"}',
    "a text": '{"type":"' + "x" * 100_000 + '"}',
    **{f"fields of {name}": f'{{"type":"{name}",' + ",".join(KEYS) + "}" for name in COMMANDS},
    "changes": '{"type":"configure","changes":{' + ",".join(KEYS) + "}}",
    "changes of the view": '{"type":"set_view","changes":{' + ",".join(KEYS) + "}}",
}
LARGE_LINKS = {
    "ampersands": "#" + "&" * 100_000,
    "pairs": "#" + "a=1&" * 25_000,
    "keys": "#" + "".join(f"k{n}=1&" for n in range(12_000)),
    "entities": "#&" + "amp;" * 25_000,
    "swallowed ampersands": "#" + "®Dataset" * 12_000,
    "percent signs": "#" + "%" * 100_000,
    "encoded": "#a=" + "%41" * 33_000,
    "layers": "#networkShape=" + "1," * 50_000,
    "digits": "#noise=" + "9" * 100_000,
    "brackets at the end": "#noise=1" + " )" * 50_000 + "x",
    "a seed": "#seed=" + "é" * 100_000,
}


def assert_soon(read: Callable[[str], None], text: str) -> None:
    began = time.process_time()
    read(text)
    assert time.process_time() - began < SOON


@pytest.mark.parametrize("name", LARGE_MESSAGES)
def test_a_large_message_is_read_soon(name: str) -> None:
    assert_soon(read_message, LARGE_MESSAGES[name])


@pytest.mark.parametrize("name", LARGE_LINKS)
def test_a_large_link_is_read_soon(name: str) -> None:
    assert_soon(read_link, LARGE_LINKS[name])


def test_a_large_checkpoint_is_read_soon() -> None:
    checkpoint = {**GOOD, "arrays": dict.fromkeys((f"a{n}" for n in range(5_000)), "AAAAAAAA8D8=")}
    assert_soon(lambda _: read_checkpoint(checkpoint) and None, "")
