"""Faults on purpose, for tests alone.

`PLAYGROUND_TEST_FAULTS=hang:0.7:20,raise:b:5` in the environment of a server makes the session with the data seed "0.7"
loop for ever as soon as it plays beyond epoch 20, and that with the seed "b" raise an exception beyond epoch 5. Without
this variable nothing of it is ever called.
"""

import os
import signal
from collections.abc import Callable, Mapping
from weakref import WeakKeyDictionary

from app.session import Session

_PIECE = 16 * 1024 * 1024
_MOST = 24
"""Pieces that are taken at most, so that a machine survives a test whose defence is down."""

_hoards: WeakKeyDictionary[Session, list[bytes]] = WeakKeyDictionary()


def _hang(_: Session) -> None:
    while True:
        pass


def _fail(_: Session) -> None:
    raise RuntimeError("this session fails because a test wants it to")


def _hoard(session: Session) -> None:
    pieces = _hoards.setdefault(session, [])
    if len(pieces) < _MOST:
        pieces.append(b"\1" * _PIECE)


def _die(_: Session) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


_FAULTS = {"hang": _hang, "raise": _fail, "hoard": _hoard, "die": _die}

Sabotage = Callable[[Session], None]


def sabotage(environment: Mapping[str, str] = os.environ) -> Sabotage | None:
    """What is to be done before every turn of a session; None if no faults are wanted."""
    wanted: dict[str, tuple[Sabotage, int]] = {}
    for item in filter(None, environment.get("PLAYGROUND_TEST_FAULTS", "").split(",")):
        name, seed, epoch = item.split(":")
        wanted[seed] = _FAULTS[name], int(epoch)

    def before_turn(session: Session) -> None:
        fault, epoch = wanted.get(session.config.seed, (None, 0))
        if fault and session.playing and session.trainer.epoch > epoch:
            fault(session)

    return before_turn if wanted else None
