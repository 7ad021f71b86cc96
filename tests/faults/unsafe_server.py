"""A server with something wrong on purpose, for tests: `python -m tests.faults.unsafe_server WRONG [OPTIONS]`.

WRONG is a list of names, separated by commas. A name in `SAFEGUARDS` removes that safeguard from the real code, which
then runs as always. `raise:b:5` makes the session with the data seed "b" raise an exception as soon as it plays beyond
epoch 5; the other `FAULTS` are written in the same way. Engine processes are started by this module, too, so that it
holds for them as well. The product has no switch for any of this: what it runs has to be replaced from outside.
"""

import signal
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any
from weakref import WeakKeyDictionary

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

import numpy_playground
from app.cli import main as cli
from app.link import format_link
from app.protocol import class_kept
from app.protocol.commands import Hello
from app.protocol.envelopes import Envelope
from app.rooms import room, rooms
from app.rooms.outbox import Outbox
from app.rooms.room import Subscriber
from app.session import session
from app.settings import Settings
from app.web import application, limits, security, server, websocket
from app.workers import pool, process, scheduler, worker

Put = Callable[[object, str, object], None]
"""Puts another value in the place of an attribute that there is; raises AttributeError if there is none."""

_NEVER = 10**6
"""Seconds, or anything else of which there is enough then."""


def put(owner: object, name: str, value: object) -> None:
    """Put another value in the place of an attribute. Raises AttributeError if there is none."""
    getattr(owner, name)
    setattr(owner, name, value)


def _with_settings(make: Callable[..., Any], **changes: Any) -> Callable[..., Any]:
    """What makes something by settings, with other settings."""

    def changed(*arguments: Any) -> Any:
        return make(*(replace(item, **changes) if isinstance(item, Settings) else item for item in arguments))

    return changed


def _without_ping_abort(put: Put) -> None:
    put(limits.LimitedWebSocket, "keepalive_timeout", WebSocketsSansIOProtocol.keepalive_timeout)
    put(limits.LimitedWebSocket, "run_asgi", WebSocketsSansIOProtocol.run_asgi)


def _without_pong_cap(put: Put) -> None:
    put(limits.LimitedWebSocket, "handle_ping", WebSocketsSansIOProtocol.handle_ping)


def _without_frame_rate(put: Put) -> None:
    put(limits, "_FRAMES_PER_SECOND", 1e12)
    put(limits, "_FRAMES_AT_ONCE", 1e12)


def _without_message_rate(put: Put) -> None:
    put(websocket, "_MESSAGES_PER_SECOND", 1e12)
    put(websocket, "_BYTES_PER_SECOND", 1e12)


def _without_drain(put: Put) -> None:
    async def drain(self: rooms.Rooms, seconds: float | None) -> None:
        """Nobody waits for anything."""

    put(rooms.Rooms, "drain", drain)


def _without_bounded_stop(put: Put) -> None:
    put(server, "_DRAIN_WITHIN", None)
    put(server, "_STOP_WITHIN", None)


def _without_containment(put: Put) -> None:
    def stop(self: scheduler.Scheduler, number: int) -> None:
        raise  # noqa: PLE0704 - it is called where an exception is handled

    put(scheduler.Scheduler, "_stop", stop)


def _without_replacement(put: Put) -> None:
    def replace_worker(self: pool.WorkerPool, index: int, blamed: int) -> None:
        """It stays where it is, and nobody notices that it has gone."""

    put(pool.WorkerPool, "_replace", replace_worker)


def _without_checkpoint(put: Put) -> None:
    join = rooms.Rooms.join

    def join_without(self: rooms.Rooms, hello: Hello, outbox: Outbox) -> Subscriber:
        return join(self, hello.model_copy(update={"checkpoint": None}), outbox)

    put(rooms.Rooms, "join", join_without)


SAFEGUARDS: dict[str, Callable[[Put], None]] = {
    "ping_abort": _without_ping_abort,
    "pong_cap": _without_pong_cap,
    "fragment_cap": lambda put: put(limits, "_MAX_FRAGMENTS", sys.maxsize),
    "frame_rate": _without_frame_rate,
    "pieces": lambda put: put(limits, "_PIECE", sys.maxsize),
    "message_rate": _without_message_rate,
    "hello_timeout": lambda put: put(application, "endpoint", _with_settings(websocket.endpoint, hello_timeout=_NEVER)),
    "head_timeout": lambda put: put(limits.LimitedHTTP, "_check", lambda self: None),
    "admission": lambda put: put(
        application, "Rooms", _with_settings(rooms.Rooms, max_sessions=_NEVER, max_per_address=_NEVER)
    ),
    "drain": _without_drain,
    "bounded_stop": _without_bounded_stop,
    "containment": _without_containment,
    "watchdog": lambda put: put(worker.ProcessWorker, "hangs", lambda self, now, after: False),
    "replacement": _without_replacement,
    "memory_limit": lambda put: put(process, "limit_memory", lambda megabytes: None),
    "slices": lambda put: put(scheduler, "SLICE", 0.3),
    "engines": lambda put: put(worker, "ENGINE_COMMAND", (sys.executable, "-c", "import no_such_library")),
    "fair_turns": lambda put: put(scheduler._Turns, "charge", lambda self, session, seconds: None),
    "checkpoint": _without_checkpoint,
    "origin": lambda put: put(security, "is_own_origin", lambda *_, **__: True),
    "host": lambda put: put(security, "is_own_host", lambda host, names: True),
    "misses": lambda put: put(application, "MISSES_AT_ONCE", 1e9),
    "hold": lambda put: put(room.Room, "hold", lambda self, *, held: None),
    "kept_check": lambda put: put(class_kept, "_check_network", lambda number, network: None),
}
"""Every safeguard that can be removed, by its name, and how."""

_PIECE = 16 * 1024 * 1024
_MOST = 24
"""Pieces that are taken at most, so that a machine survives a test whose safeguard is missing."""

_hoards: WeakKeyDictionary[session.Session, list[bytes]] = WeakKeyDictionary()


def _hang(_: session.Session) -> None:
    while True:
        pass


def _fail(_: session.Session) -> None:
    raise RuntimeError("this session fails because a test wants it to")


def _tell(one: session.Session) -> None:
    raise KeyError(format_link(one.experiment.config, one.experiment.view))


def _hoard(one: session.Session) -> None:
    pieces = _hoards.setdefault(one, [])
    if len(pieces) < _MOST:
        pieces.append(b"\1" * _PIECE)


def _die(_: session.Session) -> None:
    signal.raise_signal(signal.SIGABRT)


FAULTS: dict[str, Callable[[session.Session], None]] = {
    "hang": _hang,
    "raise": _fail,
    "tell": _tell,
    "hoard": _hoard,
    "die": _die,
}
"""What can go wrong in a session, by its name."""


def _spoil_turns(wanted: dict[str, tuple[Callable[[session.Session], None], int]]) -> None:
    turn = session.Session.turn

    def spoiled(self: session.Session, budget: float) -> list[Envelope]:
        fault, epoch = wanted.get(self.experiment.config.seed, (None, 0))
        if fault and self.experiment.pacing.playing and self.experiment.run.trainer.epoch > epoch:
            fault(self)
        return turn(self, budget)

    put(session.Session, "turn", spoiled)


def spoil(wrong: str) -> None:
    """Make everything wrong that is asked for, in this process and in its engine processes."""
    faults: dict[str, tuple[Callable[[session.Session], None], int]] = {}
    for name in wrong.split(","):
        if name in SAFEGUARDS:
            SAFEGUARDS[name](put)
        else:
            kind, seed, epoch = name.split(":")
            faults[seed] = FAULTS[kind], int(epoch)
    if faults:
        _spoil_turns(faults)
    if "engines" not in wrong.split(","):
        put(worker, "ENGINE_COMMAND", (sys.executable, "-m", "tests.faults.unsafe_server", wrong, "--engine"))


def run(wrong: str, arguments: Iterable[str]) -> int:
    """Run the command line, or an engine process, with something wrong. Returns the exit code."""
    spoil(wrong)
    match list(arguments):
        case ["--engine", channel, pulse]:
            numpy_playground.leave_signals_to_the_front()
            process.main(int(channel), int(pulse))
            return 0
        case options:
            return cli.main(options)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1], sys.argv[2:]))
