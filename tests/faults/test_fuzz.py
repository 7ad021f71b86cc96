"""Whatever is to be read, it is read or refused in the documented way, and soon.

`PLAYGROUND_EXAMPLES=100000` tries that many inputs for each reader; without it, it is 40, or 500 with `--nightly`.
"""

import base64
import json
import time
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.link import Link, format_link, parse_link
from app.protocol.checkpoints import Opening, read_checkpoint
from app.protocol.containers import decode_container
from app.protocol.envelopes import MessageKind
from app.protocol.errors import ProtocolError
from app.protocol.messages import encode_table
from app.protocol.parser import parse
from app.protocol.version import MAGIC
from app.session.session import Session
from app.settings import Limits
from app.tables import ImportOptions, read_table, write_table
from engine import FIELDS, Config, ConfigError, Trainer
from engine.own_examples import decode, edited, encode, no_examples
from tests.app import golden_frame
from tests.faults import adapter, large
from tests.support.effort import many

many_inputs = many(sample=40, everything=500)
SOON = 1.0
"""Seconds in which 100 kB of anything are read. It takes some hundredths; a quadratic reader takes minutes."""

GOLDEN = golden_frame.PATH.read_bytes()
LINES = adapter.read()
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


@many_inputs
@given(spoiled(SHORT_MESSAGES))
def test_a_spoiled_message_is_read_or_refused(text: str) -> None:
    read_message(text)


@many_inputs
@given(st.binary(max_size=300))
def test_any_text_is_parsed_or_refused(data: bytes) -> None:
    read_message(data.decode("utf-8", "surrogateescape"))


@many_inputs
@given(st.sampled_from(sorted(FIELDS)), st.recursive(st.none() | st.floats() | st.integers() | st.text(), st.lists))
def test_any_field_value_is_accepted_or_refused(name: str, value: object) -> None:
    refused = reasons(lambda: Config().replace(**{name: value}), ConfigError)
    assert [item.field for item in refused] in ([], [name])
    if not refused:
        config = Config().replace(**{name: value})
        assert parse_link(format_link(config), Limits(layers=100, units=1024, parameters=10**8)).config == config


# --- links --------------------------------------------------------------------------------------------------------


def read_link(text: str) -> None:
    link = parse_link(text)
    assert isinstance(link, Link)
    assert all(len(warning.got) <= 64 for warning in link.warnings)
    again = parse_link(format_link(link.config, link.view))
    assert (again.config, again.view) == (link.config, link.view)


@many_inputs
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


@many_inputs
@given(CHANGES, ARRAYS)
def test_a_spoiled_checkpoint_is_taken_up_or_refused(changes: dict[str, Any], arrays: dict[str, Any]) -> None:
    checkpoint = {**GOOD, "arrays": {**GOOD["arrays"], **arrays}, **changes}
    if refused := reasons(lambda: read_checkpoint(checkpoint), ProtocolError):
        assert {fault.code for fault in refused} == {"bad_checkpoint"}
        return
    session = Session(1, Opening(link=LINK, checkpoint=checkpoint), Limits())
    opened, *said = session.opened()
    assert opened.kind is MessageKind.OPENED
    messages = [json.loads(item.payload) for item in said if item.kind is MessageKind.MESSAGE]
    assert {message["code"] for message in messages if message["type"] == "error"} <= {"bad_checkpoint"}
    if opened.payload:
        session.submit(1, parse('{"type":"advance","count":2}'))
        for _ in range(3):
            session.grant(0, -1)
            session.turn(0.001)


# --- own examples -------------------------------------------------------------------------------------------------

OWN = edited(no_examples(3), [], [(x / 3, x * x, x % 3, "") for x in range(30)])
CODES = [encode(OWN), encode(edited(no_examples(0), [], [(0.5, 1e-9, 1 / 3, "test")] * 5))]
CHARACTERS = st.text("ABCxyz019-_=%é", max_size=60)


@st.composite
def packed(draw: st.DrawFn) -> str:
    """What is packed as a code is, with other bytes in it."""
    text = CODES[0][1:]
    data = zlib.decompress(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return "1" + base64.urlsafe_b64encode(zlib.compress(draw(spoiled_bytes(data)))).decode().rstrip("=")


ANY_CODE = packed() | spoiled(CODES) | CHARACTERS


@many_inputs
@given(ANY_CODE)
def test_damaged_code_is_decoded_or_refused(code: str) -> None:
    try:
        own = decode(code)
    except ValueError:
        return
    assert decode(encode(own)).points.tobytes() == own.points.tobytes()
    assert np.isfinite(own.points).all()


@many_inputs
@given(ANY_CODE, st.sampled_from(["#dataset=own", "#problem=regression&regDataset=reg-own"]), st.booleans())
def test_damaged_code_still_opens_a_session(code: str, link: str, beside: bool) -> None:
    opening = Opening(link=link, examples=code) if beside else Opening(link=f"{link}&ownExamples={code}")
    session = Session(1, opening, Limits())
    kinds = [item.kind for item in session.opened()]
    assert [kind for kind in kinds if kind is not MessageKind.MESSAGE] == [
        MessageKind.OPENED,
        MessageKind.CONFIG,
        MessageKind.STATUS,
        MessageKind.DATA,
    ]
    session.submit(1, parse('{"type":"advance","count":2}'))
    for _ in range(4):
        session.grant(0, -1)
        session.turn(0.001)
    assert session.experiment.run.trainer.epoch == 2


# --- tables -------------------------------------------------------------------------------------------------------

TABLES = [
    "x,y,label,split\n1,2,a,train\n-3.5,4e-1,b,test\n0,0,a,\n",
    "x1;x2;target\r\n0,5;1,5;-1\r\n1;2;1\r\n",
    '\ufeff"a"\t"b"\t"c"\n"1"\t"2"\t"=cmd()"\n3\t4\t"5\n6"\n',
]
CELLS = st.sampled_from(["", "1", "-2.5", "1e999", "nan", "=1+1", "a", '"', '""', "0x10", "１", "−1", "'=x", "\u202e"])
ROWS = st.lists(st.lists(CELLS, min_size=1, max_size=5), max_size=8)


def read_whole_table(data: bytes, wishes: ImportOptions | None = None) -> None:
    """What is read is whole, and goes out and comes in again; what is not says why not."""
    report = read_table(data, wishes)
    assert (report.own is None) == bool(report.errors)
    assert all(error.message and error.expected and len(error.got or "") <= 64 for error in report.errors)
    json.dumps(encode_table(report), allow_nan=False)
    if report.own is not None:
        own, problem = report.own, "classification" if report.own.classes else "regression"
        config = Config(problem=problem, dataset="own", regression_dataset="reg-own", own_examples=encode(own))
        trainer = Trainer(config)
        again = read_table(write_table(trainer).encode())
        assert again.own is not None
        assert again.own.points.tobytes() == trainer.inputs.tobytes()


@many_inputs
@given(spoiled(TABLES))
def test_a_spoiled_table_is_taken_whole_or_refused(text: str) -> None:
    read_whole_table(text.encode("utf-8", "surrogatepass"))


@many_inputs
@given(ROWS, st.sampled_from([",", ";", "\t"]), st.sampled_from(["\n", "\r\n", "\r"]), st.booleans())
def test_any_cells_are_read_whole_or_refused(rows: list[list[str]], mark: str, end: str, scale: bool) -> None:
    read_whole_table(end.join(mark.join(row) for row in rows).encode(), ImportOptions(scale=scale))


@many_inputs
@given(st.binary(max_size=200), st.sampled_from([None, {"x1": 0, "label": 1}, {"x1": 2, "x2": 1, "label": 0}]))
def test_any_bytes_are_a_table_or_refused(data: bytes, columns: dict[str, int] | None) -> None:
    read_whole_table(data, ImportOptions(columns=columns))


# --- containers ---------------------------------------------------------------------------------------------------


def read_container(data: bytes) -> None:
    try:
        _, arrays = decode_container(data)
    except ValueError:
        return
    assert sum(array.nbytes for array in arrays.values()) <= len(arrays) * len(data)


@many_inputs
@given(spoiled_bytes(GOLDEN))
def test_a_spoiled_container_is_read_or_refused(data: bytes) -> None:
    read_container(data)


@many_inputs
@given(JSON, JSON)
def test_any_container_header_is_read_or_refused(message: object, arrays: object) -> None:
    header = json.dumps({"message": message, "arrays": arrays}).encode()
    read_container(MAGIC + len(header).to_bytes(4, "little") + header)


@many_inputs
@given(st.binary(max_size=100))
def test_any_container_bytes_are_read_or_refused(data: bytes) -> None:
    read_container(MAGIC + data)


# --- how long it takes --------------------------------------------------------------------------------------------


def assert_soon(read: Callable[[str], None], text: str) -> None:
    began = time.process_time()
    read(text)
    assert time.process_time() - began < SOON


@pytest.mark.parametrize("name", large.MESSAGES)
def test_a_large_message_is_read_soon(name: str) -> None:
    assert_soon(read_message, large.MESSAGES[name])


@pytest.mark.parametrize("name", large.LINKS)
def test_a_large_link_is_read_soon(name: str) -> None:
    assert_soon(read_link, large.LINKS[name])


@pytest.mark.parametrize("name", large.TABLES)
def test_a_large_table_is_read_soon(name: str) -> None:
    assert_soon(lambda text: read_whole_table(text.encode()), large.TABLES[name])


@pytest.mark.parametrize(
    "code", ["1" + "A" * 100_000, "1" + base64.b64encode(zlib.compress(bytes(70_000_000))).decode()]
)
def test_a_large_code_is_read_soon(code: str) -> None:
    assert_soon(lambda text: read_link(f"#dataset=own&ownExamples={text}"), code)


def test_a_large_checkpoint_is_read_soon() -> None:
    checkpoint = {**GOOD, "arrays": dict.fromkeys((f"a{n}" for n in range(5_000)), "AAAAAAAA8D8=")}
    assert_soon(lambda _: read_checkpoint(checkpoint) and None, "")
