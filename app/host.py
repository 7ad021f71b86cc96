"""The engine host: sessions, and the scheduler that gives them turns. It is handed envelopes and hands some out.

Whoever drives it (a process of its own, or a task on the event loop) gives it what has come, lets it run a slice, and
waits as long as it says. The scheduler is fair: of all who are ready, the one who has waited longest comes next, and
commands wait for one slice at most.
"""

import heapq
import sys
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable
from itertools import count
from math import inf

from app import protocol
from app.channel import Envelope, Kind
from app.link import Limits
from app.session import Session
from app.settings import Settings

SLICE = 0.001
"""Seconds that a session trains before the next one has its turn."""

MAX_BACKLOG = 64
"""Commands of one session that may wait."""


class EngineHost:
    """Sessions and their turns. `send` is called with every envelope that a session has for the front."""

    def __init__(
        self,
        settings: Settings,
        send: Callable[[Envelope], None],
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._limits = Limits(layers=settings.layers, units=settings.units, parameters=settings.parameters)
        self._frame_rate = settings.frame_rate
        self._send = send
        self._clock = clock
        self._sessions: dict[int, Session] = {}
        self._asking: deque[int] = deque()
        # entries (time, number, session); only the one that is noted in _entries counts
        self._queue: list[tuple[float, int, int]] = []
        self._entries: dict[int, tuple[float, int, int]] = {}
        self._numbers = count()
        self._obeyed = False

    def __len__(self) -> int:
        return len(self._sessions)

    def receive(self, envelope: Envelope) -> None:
        """Take an envelope; what it asks for happens in a later slice, except for the opening of a session."""
        if envelope.kind is Kind.OPEN:
            self._guard(envelope.session, lambda: self._open(envelope))
            return
        session = self._sessions.get(envelope.session)
        if session is None:
            return
        match envelope.kind:
            case Kind.COMMAND:
                self._submit(session, envelope)
            case Kind.GRANT:
                session.grant(envelope.run, envelope.epoch)
            case Kind.GREET:
                self._say(item._replace(member=envelope.member) for item in session.greet())
            case Kind.SLEEP:
                session.sleep()
            case Kind.WAKE:
                session.wake()
            case Kind.FINISH:
                self._guard(session.number, lambda: self._say(session.finish()))
            case _:
                self._drop(session.number)
                return
        self._schedule(session)

    def _submit(self, session: Session, envelope: Envelope) -> None:
        command = protocol.parse(envelope.payload.decode(), sys.maxsize)
        if session.backlog >= MAX_BACKLOG:
            why = f"{MAX_BACKLOG} messages of this session still wait for their turn; wait for an answer"
            text = protocol.encode_error([protocol.fault("rate_limited", why=why)], command.id)
            self._send(Envelope(Kind.MESSAGE, session.number, text.encode(), member=envelope.member))
            return
        # of all who ask, each has one command done before anybody has a second one done
        if not session.backlog:
            self._asking.append(session.number)
        session.submit(envelope.member, command)

    def run_slice(self) -> float:
        """Give one session its turn. Returns the seconds until there is more to do: 0 for at once, inf for never."""
        session = self._next()
        asked = self._obeyed
        if session is not None:
            self._guard(session.number, lambda: self._say(session.turn(SLICE)))
            if session.number in self._sessions:
                if asked and session.backlog:
                    self._asking.append(session.number)
                self._schedule(session)
        if self._asking:
            return 0.0
        self._forget_old_entries()
        return max(0.0, self._queue[0][0] - self._clock()) if self._queue else inf

    def _next(self) -> Session | None:
        # one who asks much must not keep those who train from their turns
        if self._asking and not (self._obeyed and self._is_due()):
            self._obeyed = True
            return self._sessions.get(self._asking.popleft())
        self._obeyed = False
        if self._is_due():
            number = heapq.heappop(self._queue)[2]
            del self._entries[number]
            return self._sessions[number]
        return None

    def _is_due(self) -> bool:
        self._forget_old_entries()
        return bool(self._queue) and self._queue[0][0] <= self._clock()

    def _forget_old_entries(self) -> None:
        while self._queue and self._entries.get(self._queue[0][2]) is not self._queue[0]:
            heapq.heappop(self._queue)

    def _schedule(self, session: Session) -> None:
        ready = session.ready_at()
        if session.backlog or ready == inf:
            self._entries.pop(session.number, None)
            return
        entry = (max(ready, self._clock()), next(self._numbers), session.number)
        if session.number in self._entries and self._entries[session.number] < entry:
            return
        self._entries[session.number] = entry
        heapq.heappush(self._queue, entry)

    def _open(self, envelope: Envelope) -> None:
        opening = protocol.decode_opening(envelope.payload)
        session = Session(envelope.session, opening, self._limits, self._frame_rate, self._clock)
        self._sessions[session.number] = session
        self._say(session.opened())
        self._schedule(session)

    def _drop(self, number: int) -> None:
        self._sessions.pop(number, None)
        self._entries.pop(number, None)

    def _say(self, envelopes: Iterable[Envelope]) -> None:
        for envelope in envelopes:
            self._send(envelope)

    def _guard(self, number: int, work: Callable[[], None]) -> None:
        """Do some work for a session. If that fails, this session stops and says so; the others never notice."""
        try:
            work()
        except Exception:  # noqa: BLE001 - whatever it is, it must not reach the other sessions
            traceback.print_exc()
            why = "this session met an error of the server and was paused"
            text = protocol.encode_error([protocol.fault("internal", why=why)])
            self._send(Envelope(Kind.MESSAGE, number, text.encode()))
            if number in self._sessions:
                self._say(self._sessions[number].stop())
