"""A session that runs turn by turn, with a clock that the test sets."""

import json
from typing import Any, NamedTuple

from app.protocol.cards import Card, decode_card
from app.protocol.checkpoints import Opening
from app.protocol.containers import decode_container, decompress
from app.protocol.envelopes import Envelope, MessageKind
from app.protocol.parser import parse
from app.protocol.starts import decode_sweep
from app.session.session import Session
from app.settings import Limits
from engine import Config, Trainer
from tests.support.clock import Clock

LINK = "#networkShape=3&seed=0.7&dataset=gauss"


class SentCard(NamedTuple):
    """A card, when it was sent, and whether as a report."""

    time: float
    card: Card
    is_report: bool


class Stage:
    """A session and all messages that it has sent."""

    def __init__(self, link: str = LINK, limits: Limits | None = None, **opening: Any) -> None:
        self.clock = Clock()
        self.session = Session(1, Opening(link=link, **opening), limits or Limits(), 60, self.clock)
        self.said: list[tuple[MessageKind, dict[str, Any]]] = []
        self.frames: list[bytes] = []
        self.cards: list[SentCard] = []
        self.readings: list[bytes] = []
        self.hear(self.session.opened())

    @property
    def trainer(self) -> Trainer:
        return self.session.experiment.run.trainer

    @property
    def config(self) -> Config:
        return self.session.experiment.config

    def turn(self) -> list[tuple[MessageKind, dict[str, Any]]]:
        """Run one turn; returns the messages sent in it."""
        return self.hear(self.session.turn(1.0))

    def hear(self, envelopes: list[Envelope]) -> list[tuple[MessageKind, dict[str, Any]]]:
        heard: list[tuple[MessageKind, dict[str, Any]]] = []
        for envelope in envelopes:
            kind, payload = envelope.kind, envelope.payload
            if kind is MessageKind.CARD:
                heard.append((kind, {}))
                self.cards.append(SentCard(self.clock.now, decode_card(payload), bool(envelope.run)))
            elif kind is MessageKind.READINGS:
                heard.append((kind, {}))
                self.readings.append(payload)
            elif kind in {MessageKind.FRAME, MessageKind.DATA, MessageKind.FILE}:
                message, arrays = decode_container(decompress(payload))
                heard.append((kind, {**message, "arrays": arrays}))
                self.frames += [payload] if kind is MessageKind.FRAME else []
            elif kind is MessageKind.SWEEP:
                sweep, request_id = decode_sweep(payload)
                heard.append((kind, {"sweep": sweep, "id": request_id, "subscriber": envelope.subscriber}))
            elif kind is MessageKind.SWEEP_END:
                heard.append((kind, {"why": payload.decode()}))
            else:
                heard.append((kind, json.loads(payload) if payload[:1] == b"{" else {}))
        self.said += heard
        return heard

    def ask(self, type_: str, **fields: Any) -> list[tuple[MessageKind, dict[str, Any]]]:
        """Submit a command and run the turn that carries it out."""
        self.session.submit(5, parse(json.dumps({"type": type_, "id": 3, **fields})))
        return self.turn()

    def run(self, seconds: float) -> None:
        """Advance the clock, and run every turn that is due."""
        end = self.clock.now + seconds
        while self.session.ready_at() <= end:
            self.clock.now = max(self.clock.now, self.session.ready_at())
            self.turn()
        self.clock.now = end

    def show(self) -> dict[str, Any]:
        """Grant a frame, and return it."""
        self.session.grant(0, -1)
        self.run(1.0)
        return [message for kind, message in self.said if kind is MessageKind.FRAME][-1]
