"""What it costs to open a session and to change a setting, in an engine process: `python -m benchmarks.openings`.

Processor time (ms, the median of many, without sockets): until the answer, and until the first frame after it, which
follows one epoch of training after an opening. Memory (kB a session) is what the process has grown by.
"""

import gc
import json
import os
import statistics
import time
from collections.abc import Iterable, Iterator
from itertools import count, cycle
from pathlib import Path
from typing import NamedTuple

from app.protocol.checkpoints import Opening, decode_opening, encode_opening
from app.protocol.commands import decode_command, encode_command
from app.protocol.envelopes import Envelope, MessageKind
from app.protocol.parser import parse
from app.session.session import Session
from app.settings import Limits
from app.workers.garbage import collect_rarely
from benchmarks.clients import DEFAULT

SESSIONS = 200
CHANGES = 200

SETTINGS: dict[str, tuple[str, tuple[object, object]]] = {
    "learning rate": ("learning_rate", (0.1, 0.03)),
    "noise": ("noise", (10, 20)),
    "network shape": ("hidden_layer_sizes", ([4, 3], [4, 2])),
}
"""The changes: the field, and two values that follow each other."""


class Cost(NamedTuple):
    """Processor time (s) until the answer, and until the frame after it."""

    answer: float
    frame: float


def _turn_until(session: Session, kind: MessageKind) -> list[Envelope]:
    """The events of a session's turns up to the first of a kind."""
    events: list[Envelope] = []
    while all(event.kind is not kind for event in events):
        events += session.turn(0.001)
    return events


def opened(link: str, number: int) -> tuple[Session, Cost]:
    """A session that has shown its first frame, and what that cost."""
    started = time.thread_time()
    session = Session(number, decode_opening(encode_opening(Opening(link=link))), Limits())
    session.opened()
    answered = time.thread_time()
    session.grant(0, -1)
    _turn_until(session, MessageKind.FRAME)
    return session, Cost(answered - started, time.thread_time() - started)


def trained(session: Session) -> float:
    """Processor time (s) of the first epoch of a session, and of the frame that shows it."""
    session.set_frame_period(0.0)
    started = time.thread_time()
    session.submit(1, parse('{"type":"advance"}'))
    while session.experiment.run.trainer.epoch == 0:
        session.turn(0.001)
    session.grant(0, -1)
    _turn_until(session, MessageKind.FRAME)
    return time.thread_time() - started


def changed(session: Session, field: str, value: object) -> Cost:
    """The cost of a change, from the text of its command on."""
    session.set_frame_period(0.0)
    text = json.dumps({"type": "configure", "changes": {field: value}, "id": 1})
    started = time.thread_time()
    session.submit(1, decode_command(encode_command(parse(text))))
    _turn_until(session, MessageKind.CONFIG)
    answered = time.thread_time()
    session.grant(0, -1)
    _turn_until(session, MessageKind.FRAME)
    return Cost(answered - started, time.thread_time() - started)


def memory() -> float:
    """Memory of this process (kB); 0 if the system does not report it."""
    gc.collect()
    path = Path("/proc/self/statm")
    return int(path.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1000 if path.exists() else 0.0


def _row(name: str, costs: Iterable[Cost], more: str = "") -> None:
    answers, frames = zip(*costs, strict=True)
    answer, frame = 1000 * statistics.median(answers), 1000 * statistics.median(frames)
    print(f"{name:32} {answer:9.3f} {frame:9.3f} {more}", flush=True)


def report_openings(name: str, links: Iterator[str]) -> list[Session]:
    """Open sessions, and print their row. As long as they are kept, later ones cannot use their memory again."""
    before, numbers = memory(), count(1)
    found = [opened(next(links), next(numbers)) for _ in range(SESSIONS)]
    open_memory = memory() - before
    epochs = [trained(session) for session, _ in found]
    grown = memory() - before
    each = f"{1000 * statistics.median(epochs):9.3f} {open_memory / SESSIONS:9.0f} {grown / SESSIONS:9.0f}"
    _row(name, [cost for _, cost in found], each)
    return [session for session, _ in found]


def main() -> None:
    # the first of everything is slower
    opened(DEFAULT.format(0), 1)
    # as in an engine process
    collect_rarely()
    print(f"{'':32} {'answer':>9} {'frame':>9} {'1st epoch':>9} {'kB open':>9} {'trained':>9}")
    alike = report_openings("opening, all with one link", cycle([DEFAULT.format(1)]))
    report_openings("opening, each with its own seed", (DEFAULT.format(number) for number in count(1000)))
    alike.clear()
    for name, (field, values) in SETTINGS.items():
        session, _ = opened(DEFAULT.format(1), 1)
        trained(session)
        _row(f"{name} changed", [changed(session, field, value) for value, _ in zip(cycle(values), range(CHANGES))])


if __name__ == "__main__":
    main()
