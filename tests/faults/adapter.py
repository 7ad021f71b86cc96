"""The corpus of bad inputs, in the words of our own protocol.

`tests/corpus/bad_inputs.jsonl` was written before the protocol was: one line is one input (`payload`) and the kind of
answer that it should get (`expected`). Its names are a proposal. This module, and nothing else, knows both languages.
"""

import base64
import gzip
import json
import math
import re
import struct
import zlib
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from tests.support import client

CORPUS = Path(__file__).parents[1] / "corpus/bad_inputs.jsonl"

Json = dict[str, Any]


class Line(NamedTuple):
    """One line of the corpus."""

    id: str
    channel: str
    payload: Json
    expected: Json


def read() -> list[Line]:
    """All lines."""
    return [Line(**json.loads(line)) for line in CORPUS.read_text("utf-8").splitlines()]


# --- lines that are not run here ----------------------------------------------------------------------------------

ELSEWHERE = {"browser": "tried in a real browser, by the tests that drive one"}


SLOW = frozenset(
    {
        "hs-028-slowloris",
        "hs-029-never-hello",
        "hs-030-flood-300-one-ip",
        "hs-031-flood-over-cap",
        "fr-020-ping-flood-no-read",
        "fr-021-pong-flood",
        "fr-029-half-frame-silence",
        "fr-035-never-reads-stream",
        "fr-036-reads-1-byte-per-s",
        "js-031-msg-flood-1000-per-s",
        "ht-031-slow-body",
    }
)
"""What takes many seconds, and is run all at the same time."""


IN_CLASS = frozenset({"js-020-nul-in-string", "rs-004-stolen-by-viewer-id"})
"""Lines of other channels that are about a class, too."""


def is_in_class(line: Line) -> bool:
    """Whether a line is about a class."""
    return line.channel == "ws-room" or line.id in IN_CLASS


# --- where another answer is right --------------------------------------------------------------------------------


class Deviation(NamedTuple):
    """Another answer than the corpus proposes, and why."""

    reason: str
    expected: Json


_ANY_SEED = "any text is a seed, as in the original; a number is not a text"
_OTHER_LIMIT = "the original, or this project's own limits, allow it"
_TEACHER = "a teacher is who joins with the class's secret: there is no command that makes a teacher of a student"
_LONG_NAME = "a name has at most 24 characters; tests/app/test_classes.py tries shorter tags"
_FULL = "a page cannot read the status of a refused handshake, so it is told in a message and a close code"

DEVIATIONS = {
    # seeds
    "cfg-013-seed": Deviation(_ANY_SEED, {"code": "bad_type"}),
    "cfg-016-seed": Deviation(_ANY_SEED, {"code": "bad_type"}),
    "js-013-int-5000-digits": Deviation(_ANY_SEED, {"code": "bad_type"}),
    "cfg-015-seed": Deviation(_ANY_SEED, {"reply": "ok"}),
    "uh-024-seed-string": Deviation(_ANY_SEED, {"ui": None}),
    # limits
    "net-013": Deviation(f"{_OTHER_LIMIT}: 32 hidden layers", {"reply": "ok"}),
    "cfg-005-noise": Deviation(f"{_OTHER_LIMIT}: noise up to 80", {"reply": "ok"}),
    "cfg-009-trainRatio": Deviation(f"{_OTHER_LIMIT}: training on all examples", {"reply": "ok"}),
    "cfg-026-features": Deviation(f"{_OTHER_LIMIT}: a network without inputs", {"reply": "ok"}),
    # links
    "uh-019-dup": Deviation("the last of two equal keys counts, as in the original", {"learning_rate": 9}),
    "uh-027-amp-noise": Deviation("a notice is said for a key that nobody knows", {"ui": "notice"}),
    # messages
    "cfg-030-speed": Deviation("speeds have names", {"code": "bad_type"}),
    "js-025-10k-keys": Deviation("only a first message may be that large", {"first": True}),
    "fr-016-65537-bytes": Deviation(
        "an answer that tells the limit helps more than a closed connection; above a MiB the connection is closed",
        {"reply": "error", "code": "too_large"},
    ),
    # sessions
    "rs-002-wrong-token": Deviation(
        "one secret names a session and opens it; one that is not known opens a new session, and tells nothing",
        {"reply": "ok"},
    ),
    "rs-014-snapshot-huge": Deviation(
        "the shape stands in the link, which says in a notice what it cannot have", {"reply": "notice"}
    ),
    "hs-030-flood-300-one-ip": Deviation(_FULL, {"code": "full", "close_code": 1013}),
    "hs-031-flood-over-cap": Deviation(_FULL, {"code": "full", "close_code": 1013}),
    # tables
    "cs-003-one-row": Deviation(
        "the truth table of a gate has four rows, and two are enough to learn from", {"min": 2}
    ),
    "cs-014-utf16": Deviation(
        "UTF-16 with its mark is read, as spreadsheets write it; two cells are still no table",
        {"code": "csv_wrong_columns"},
    ),
    # classes
    "ht-029-room-list": Deviation(
        "the address is there to start a class; whoever asks it for a list is refused", {"status": 405}
    ),
    "rs-004-stolen-by-viewer-id": Deviation(
        "a network of a class belongs to a seat: whatever session a student names, they get their own", {"reply": "ok"}
    ),
    "rm-007-name-script": Deviation(_LONG_NAME, {"reply": "error", "code": "too_long", "field": "name"}),
    "rm-008-name-img-onerror": Deviation(_LONG_NAME, {"reply": "error", "code": "too_long", "field": "name"}),
    "rm-019-viewer-takes-room": Deviation(_TEACHER, {"code": "wrong_secret"}),
    "rm-020-take-wrong-token": Deviation(_TEACHER, {"code": "wrong_secret"}),
    "rm-021-take-prefix-of-token": Deviation(_TEACHER, {"code": "wrong_secret"}),
    "rm-026-name-flood-bots": Deviation(
        "a class of 300 comes from one address within seconds; against bots the teacher can lock it, let everyone in "
        "from a waiting room, or renew the code",
        {"reply": "ok"},
    ),
    # more severe than asked
    "fr-036-reads-1-byte-per-s": Deviation("one who reads a byte a second reads nothing", {"within_s": 15}),
}
"""The lines to which another answer is right."""

# --- names --------------------------------------------------------------------------------------------------------

_FIELDS = {
    "learningRate": "learning_rate",
    "hidden": "hidden_layer_sizes",
    "batchSize": "batch_size",
    "trainRatio": "train_percent",
    "regularizationRate": "regularization_rate",
    "regularization": "regularizer",
}
_FIELDS_OF_MESSAGES = {"$": None, "n": "count", "v": "version", "token": "session"}
_FIELDS_OF_CHECKPOINTS = {
    "weights": "checkpoint.arrays.params",
    "v": "checkpoint.v",
    "epoch": "checkpoint.epoch",
    "rng": "checkpoint.rng",
}
_CODES = {
    "bad_frame_type": "binary",
    "bad_snapshot": "bad_checkpoint",
    "too_many_fields": "unknown_field",
    "no_such_room": "no_such_class",
    "room_locked": "class_locked",
    "room_full": "class_full",
    "no_such_viewer": "no_such_seat",
}
_REPLACEMENTS = [
    *((f'"{theirs}":', f'"{ours}":') for theirs, ours in _FIELDS.items()),
    ('"dataset":"reg-', '"regression_dataset":"reg-'),
    ('"type":"step","n":', '"type":"advance","count":'),
    ('"type":"hello","v":1', '"type":"hello","version":4'),
    ('"type":"hello","v":', '"type":"hello","version":'),
    ('"type":"config","set":{"speed":1e9}', '"type":"set_speed","speed":1e9'),
    ('"type":"config","set":', '"type":"configure","changes":'),
    ('"type":"room.kick","viewer":"nope"', '"type":"remove","seat":999'),
]
_RESUME = re.compile(r'"type":"resume","session":"\$LIVE","token":')


def translate(text: str) -> str:
    """A text message in our words; what is broken in it stays broken."""
    for theirs, ours in _REPLACEMENTS:
        text = text.replace(theirs, ours)
    text = _RESUME.sub('"type":"hello","version":4,"link":"$LINK","session":', text)
    # nobody can claim to know a later state than the server: there is no such field
    return text.replace(',"seq":999999999', "")


def expected(line: Line) -> Json:
    """What a line should be answered with, in our words, deviations included."""
    wanted = dict(line.expected)
    wanted.update(DEVIATIONS[line.id].expected if line.id in DEVIATIONS else {})
    if "field" in wanted:
        name = wanted["field"].removeprefix("set.")
        if line.channel == "ws-resume" and wanted["code"] == "bad_snapshot":
            wanted["field"] = _FIELDS_OF_CHECKPOINTS[name]
        else:
            wanted["field"] = {**_FIELDS, **_FIELDS_OF_MESSAGES}.get(name, name)
    if "code" in wanted:
        names = wanted.get("any_of", [wanted["code"]])
        wanted["codes"] = {_CODES.get(name, name) for name in names}
    return wanted


# --- classes ------------------------------------------------------------------------------------------------------

ROOM = "ABC234"
"""The code of the room that there is."""


def joins(line: Line) -> Json:
    """The `code` and the `name` with which a line wants to join."""
    payload = line.payload
    asked: Json = payload["json"] if "json" in payload else json.loads(payload["text"])
    assert asked["type"] == "room.join"
    return asked


def path_of(asked: str, code: str) -> str:
    """Where to join with the code that a line asks for; `code` is that of the class that there is."""
    return f"/ws/{quote(asked.replace(ROOM, code))}"


# --- payloads -----------------------------------------------------------------------------------------------------


def expand(value: str | Json) -> str:
    """A text, or one that is too long to be stored."""
    if isinstance(value, str):
        return value
    made = value["gen"]
    return str(made.get("prefix", "") + made["repeat"] * made["times"] + made.get("suffix", ""))


def messages(line: Line) -> list[str]:
    """The text messages that a line sends, in our words."""
    payload = line.payload
    if "gen_keys" in payload:
        return [json.dumps({"type": "hello", "version": 4, **{f"k{n}": n for n in range(payload["gen_keys"])}})]
    parts = payload.get("seq", [payload["then"] if "signal" in payload else payload])
    return [translate(part["text"] if "text" in part else expand(part)) for part in parts if "wait_steps" not in part]


def is_first(line: Line) -> bool:
    """Whether a line is to be said before any hello."""
    return line.id in {
        "js-025-10k-keys",
        "js-027-old-protocol",
        "js-028-future-protocol",
        "js-029-hello-twice",
        "js-030-play-before-hello",
    }


def frames(line: Line) -> bytes:
    """The bytes that a line sends after the handshake."""
    payload = line.payload
    if "raw_hex" in payload:
        return bytes.fromhex(payload["raw_hex"])
    if "raw_text" in payload:
        return str(payload["raw_text"]).encode()
    sent = b"".join(_frame(item) for item in payload.get("frames", []))
    if payload.get("times", 0) <= 2000 and "then_repeat" in payload:
        sent += _frame(payload["then_repeat"]) * payload["times"]
    return sent


def repeated(line: Line) -> bytes:
    """The frame that a flood consists of."""
    return _frame(line.payload["then_repeat"])


def _frame(item: Json) -> bytes:
    text = expand(item).encode() if "gen" in item else bytes.fromhex(item["hex"])
    if "bomb_bytes" in item:
        text = _bomb(item["bomb_bytes"])
    return client.frame(item["op"], translate(text.decode("latin-1")).encode("latin-1"), **_bits(item))


def _bits(item: Json) -> Json:
    return {"fin": item["fin"], "rsv": item["rsv"], "mask": item["mask"]}


def _bomb(size: int) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(bytes(size)) + packer.flush(zlib.Z_SYNC_FLUSH)


_HANDSHAKE = {
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
}


def handshake(line: Line) -> bytes:
    """The request with which a line asks for a websocket."""
    payload = line.payload
    if "raw" in payload:
        return str(payload["raw"]).encode()
    if "text" in payload:
        return str(payload["text"]).encode()
    given = list(payload.get("headers", {}).items()) + [tuple(item) for item in payload.get("header_list", [])]
    if made := payload.get("header_list_gen"):
        given = [("Host", "localhost:8000")]
        given += [(made["name"].replace("{i}", str(n)), made["value"]) for n in range(made["count"])]
    named = {name for name, _ in given}
    headers = [*given, *((name, value) for name, value in _HANDSHAKE.items() if name not in named)]
    return _request(payload.get("method", "GET"), payload.get("path", "/ws"), headers)


def request(line: Line, script: str) -> bytes:
    """The HTTP request of a line; `script` is the path of a file that the server really has."""
    payload = line.payload
    if "raw" in payload:
        return str(payload["raw"]).encode()
    if "endless" in payload:
        headers = {"Host": "localhost:8000", "Transfer-Encoding": "chunked"}
        return _request(payload["method"], payload["path"], list(headers.items())) + _CHUNK * 500
    if "multipart_parts" in payload:
        part = '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n'
        return upload((part * payload["multipart_parts"]).encode(), "multipart/form-data; boundary=x")
    headers = {"Host": "localhost:8000", **{name: expand(value) for name, value in payload.get("headers", {}).items()}}
    body = expand(payload["body"]) if "body" in payload else ""
    if body:
        headers["Content-Length"] = str(len(body))
    path = expand(payload["path"]).replace("/api/rooms", "/api/classes")
    has_range = "Range" in headers
    return _request(payload["method"], script if has_range else path, list(headers.items())) + body.encode()


_CHUNK = b"10000\r\n" + b"a" * 0x10000 + b"\r\n"


def upload(body: bytes, media_type: str = "text/csv") -> bytes:
    """The request that brings a table."""
    headers = {"Host": "localhost:8000", "Content-Type": media_type, "Content-Length": str(len(body))}
    return _request("POST", "/api/datasets", list(headers.items())) + body


_ZEROS = 2**24
"""Bytes in one member of a gzip file: 16 MiB."""


def table(line: Line) -> bytes:
    """The bytes of the file that a line uploads. Its name is never sent."""
    payload = line.payload
    if "hex" in payload:
        return bytes.fromhex(payload["hex"])
    if "gzip_bomb_bytes" in payload:
        # a gzip file (RFC 1952) may have many members, so these zeros are compressed only once
        members: int = payload["gzip_bomb_bytes"] // _ZEROS
        return gzip.compress(bytes(_ZEROS), mtime=0) * members
    return (expand(payload) if "gen" in payload else str(payload["text"])).encode()


def _request(method: str, path: str, headers: list[tuple[str, str]]) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode()


def link(line: Line) -> str:
    """The link that a line opens."""
    return expand(line.payload.get("hash", line.payload))


def checkpoint(line: Line, good: Json) -> Json:
    """A good checkpoint, spoiled as a line asks."""
    payload, arrays = line.payload, dict(good["arrays"])
    params = arrays["params"]
    if "snapshot_truncate" in payload:
        return {**good, "arrays": {**arrays, "params": params[: int(len(params) * payload["snapshot_truncate"]) | 1]}}
    if "base64" in payload:
        return {**good, "arrays": {**arrays, "params": payload["base64"]}}
    ((place, value),) = payload["snapshot_edit"].items()
    if place.startswith("weights"):
        spoiled = _NAN + params[len(_NAN) :] if value == "NaN" else _ONE
        return {**good, "arrays": {**arrays, "params": spoiled}}
    if place == "hidden":
        return {**good, "link": huge_link()}
    return {**good, place: value}


_NAN = base64.b64encode(struct.pack("<3d", *[math.nan] * 3)).decode()
_ONE = base64.b64encode(struct.pack("<d", 1)).decode()


def huge_link() -> str:
    """A link to a network of a hundred layers of a thousand units."""
    return "#seed=0.5&networkShape=" + ",".join(["1000"] * 100)
