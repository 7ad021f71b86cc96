"""A session, turn by turn, with a clock that only moves when the test says so."""

import json
from typing import Any

from app.protocol.checkpoints import Opening
from app.protocol.containers import decode_container
from app.protocol.envelopes import Envelope, MessageKind
from app.protocol.parser import parse
from app.session.session import Session
from app.settings import Limits
from engine import Config, Trainer
from tests.support.clock import Clock

LINK = "#networkShape=3&seed=0.7&dataset=gauss"


class Stage:
    """A session and all that it has said."""

    def __init__(self, link: str = LINK, limits: Limits | None = None, **opening: Any) -> None:
        self.clock = Clock()
        self.session = Session(1, Opening(link=link, **opening), limits or Limits(), 60, self.clock)
        self.said: list[tuple[MessageKind, dict[str, Any]]] = []
        self.frames: list[bytes] = []
        self.hear(self.session.opened())

    @property
    def trainer(self) -> Trainer:
        return self.session.experiment.run.trainer

    @property
    def config(self) -> Config:
        return self.session.experiment.config

    def turn(self) -> list[tuple[MessageKind, dict[str, Any]]]:
        """One turn; returns what was said in it."""
        return self.hear(self.session.turn(1.0))

    def hear(self, envelopes: list[Envelope]) -> list[tuple[MessageKind, dict[str, Any]]]:
        heard: list[tuple[MessageKind, dict[str, Any]]] = []
        for kind, _, payload, *_ in envelopes:
            if kind in {MessageKind.FRAME, MessageKind.DATA, MessageKind.FILE}:
                message, arrays = decode_container(payload)
                heard.append((kind, {**message, "arrays": arrays}))
                self.frames += [payload] if kind is MessageKind.FRAME else []
            else:
                heard.append((kind, json.loads(payload) if payload[:1] == b"{" else {}))
        self.said += heard
        return heard

    def ask(self, type_: str, **fields: Any) -> list[tuple[MessageKind, dict[str, Any]]]:
        """Submit a command and let it be carried out."""
        self.session.submit(5, parse(json.dumps({"type": type_, "id": 3, **fields})))
        return self.turn()

    def run(self, seconds: float) -> None:
        """Let time pass, with turns as soon as they have something to do."""
        end = self.clock.now + seconds
        while self.session.ready_at() <= end:
            self.clock.now = max(self.clock.now, self.session.ready_at())
            self.turn()
        self.clock.now = end

    def show(self) -> dict[str, Any]:
        """Grant a frame, and return it."""
        self.session.grant(0, -1)
        self.run(1.0)
        kind, frame = self.said[-1]
        assert kind is MessageKind.FRAME
        return frame
