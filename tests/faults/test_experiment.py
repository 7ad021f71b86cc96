"""Whatever an experiment file brings, the session that opens it is whole: as it was saved, or at its beginning."""

import json
import time
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.protocol.checkpoints import Opening, checkpoint_of
from app.protocol.commands import Hello
from app.protocol.containers import decode_container
from app.protocol.envelopes import MessageKind
from app.protocol.errors import ProtocolError
from app.protocol.parser import parse
from app.session.session import Session
from app.settings import Limits
from engine.own_examples import OwnExamples, encode
from tests.faults import large
from tests.faults.test_fuzz import SOON, spoiled
from tests.support.effort import many

OWN = OwnExamples(np.array([[1.0, 2.0], [-3.0, 0.5], [2.5, -1.0]]), np.array([0.0, 1.0, 1.0]), np.zeros(3, np.uint8))


def told(session: Session) -> dict[MessageKind, dict[str, Any]]:
    """What a session that has just been made says, by kind."""
    said = [(item.kind, item.payload) for item in session.opened()]
    return {kind: json.loads(payload) for kind, payload in said if payload.startswith(b"{")}


@cache
def greeting() -> str:
    """What a page says that opens an experiment file: own data, Adam, and weights after four epochs."""
    examples = encode(OWN)
    session = Session(1, Opening(link="#dataset=own&networkShape=3&optimizer=adam", examples=examples), Limits())
    link: str = told(session)[MessageKind.CONFIG]["link"]
    session.submit(1, parse('{"type": "advance", "count": 4}'))
    session.grant(0, -1)
    frames = [item.payload for _ in range(9) for item in session.turn(1.0) if item.kind is MessageKind.FRAME]
    assert decode_container(frames[-1])[0]["epoch"] == 4
    checkpoint = checkpoint_of(frames[-1], link)
    return json.dumps({"type": "hello", "version": 4, "link": link, "examples": examples, "checkpoint": checkpoint})


def open_file(text: str) -> Session | None:
    """The session that a greeting opens; none if the greeting is refused."""
    try:
        hello = parse(text, 2**20)
    except ProtocolError:
        return None
    if not isinstance(hello, Hello):
        return None
    opening = Opening(link=hello.link, checkpoint=hello.checkpoint, examples=hello.examples or "")
    return Session(1, opening, Limits())


def test_untouched_file_continues_where_it_was() -> None:
    session = open_file(greeting())
    assert session is not None
    assert session.experiment.run.trainer.epoch == 4
    assert session.opened()[0].payload == b"checkpoint"


@many(sample=40, everything=500)
@given(st.data())
def test_a_spoiled_file_is_refused_or_opened_whole(data: st.DataObject) -> None:
    session = open_file(data.draw(spoiled([greeting()])))
    if session is None:
        return
    goes_on = session.opened()[0].payload == b"checkpoint"
    assert goes_on or session.experiment.run.trainer.epoch == 0
    assert all(
        np.isfinite(array).all() for array in session.experiment.run.trainer.snapshot(None).state.arrays.values()
    )


FILES = large.files(greeting())


@pytest.mark.parametrize("name", FILES)
def test_large_file_is_refused_or_opened_whole(name: str) -> None:
    started = time.process_time()
    session = open_file(FILES[name])
    assert time.process_time() - started < SOON
    assert session is None or session.experiment.run.trainer.epoch == (4 if name == "whole" else 0)


def test_file_of_maximum_size_is_answered() -> None:
    whole = json.loads(greeting())
    for name, text in (("params", "A" * 900_000), ("x", "B" * 900_000)):
        started = time.perf_counter()
        session = open_file(json.dumps({**whole, "checkpoint": {**whole["checkpoint"], "arrays": {name: text}}}))
        assert time.perf_counter() - started < 9 * SOON
        assert session is not None
        assert session.experiment.run.trainer.epoch == 0
