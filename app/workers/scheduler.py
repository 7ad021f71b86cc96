"""The engine host: sessions, and the scheduler that gives them turns. It is handed envelopes and hands some out.

Whoever drives it (a process of its own, or a task on the event loop) gives it what has come, lets it run a slice, and
waits as long as it says. The scheduler is fair: of all who are ready, the one who has had the least time comes next.
Those who ask and those who come are served in between, one slice each, unless they have had much more than their share.
When there is more to do than there is time, frames become fewer; training goes on at its pace as long as it can.
"""

import heapq
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable
from itertools import count
from math import inf

from app import protocol
from app.link import Limits
from app.log import LOG
from app.protocol.envelopes import Envelope, Kind
from app.session.session import Session
from app.settings import Settings
from app.training.pacing import TICK

SLICE = 0.001
"""Seconds that a session trains before the next one has its turn."""

MAX_BACKLOG = 64
"""Commands of one session that may wait."""

SLOWEST_FRAMES = 1 / 12
"""Seconds between two frames of a session when there is more to do than there is time."""

_CREDIT = 0.05
"""Seconds that one who asks may have had more than those who wait for their turn."""

_ADAPT_EVERY = 0.25
_LATE = TICK / 2
_IN_TIME = TICK / 8


class _Turns:
    """Whose turn it is: a queue of sessions that become ready at some time, fair to all who are ready."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._used: dict[int, float] = {}
        self._floor = 0.0
        self._numbers = count()
        # entries (order, number, session, time); only the one that is noted in _entries counts
        self._later: list[tuple[float, int, int, float]] = []
        self._ready: list[tuple[float, int, int, float]] = []
        self._entries: dict[int, tuple[float, int, int, float]] = {}
        self._awaited: set[int] = set()
        self.late = 0.0
        """How late turns have been of late, in seconds."""

    def put(self, session: int, ready: float) -> None:
        """A session is ready at a time, or never; of several times only the first counts."""
        entry = self._entries.get(session)
        if ready == inf:
            self._entries.pop(session, None)
        elif entry is None or ready < entry[3]:
            self._push(session, ready)

    def _push(self, session: int, ready: float) -> None:
        is_ready = ready <= self._clock()
        order = ready
        if is_ready:
            # who was not ready for a while has no claim to what was used meanwhile
            used = self._used[session] = max(self._used.get(session, 0.0), self._floor)
            order = used if session not in self._awaited else self._floor
        entry = (order, next(self._numbers), session, ready)
        self._entries[session] = entry
        heapq.heappush(self._ready if is_ready else self._later, entry)

    def take(self) -> int | None:
        """The session whose turn it is; None if none is ready."""
        if not self.is_due:
            return None
        order, _, session, ready = heapq.heappop(self._ready)
        del self._entries[session]
        self._awaited.discard(session)
        self._floor = max(self._floor, order)
        if ready > -inf:
            self.late += (self._clock() - ready - self.late) / 32
        return session

    @property
    def is_due(self) -> bool:
        """Whether anybody is ready."""
        self._wake()
        return bool(self._ready)

    @property
    def wait(self) -> float:
        """Seconds until somebody is ready; inf for never."""
        self._wake()
        if self._ready:
            return 0.0
        return max(0.0, self._later[0][0] - self._clock()) if self._later else inf

    def _wake(self) -> None:
        now = self._clock()
        while self._later and (self._is_old(self._later[0]) or self._later[0][3] <= now):
            entry = heapq.heappop(self._later)
            if not self._is_old(entry):
                self._push(entry[2], entry[3])
        while self._ready and self._is_old(self._ready[0]):
            heapq.heappop(self._ready)

    def _is_old(self, entry: tuple[float, int, int, float]) -> bool:
        return self._entries.get(entry[2]) is not entry

    def charge(self, session: int, seconds: float) -> None:
        """A session has used so much time."""
        self._used[session] = max(self._used.get(session, 0.0), self._floor) + seconds

    def has_had_its_share(self, session: int) -> bool:
        """Whether a session has used much more than those whose turn it is."""
        return self._used.get(session, 0.0) > self._floor + _CREDIT

    def await_turn(self, session: int) -> None:
        """Somebody waits to see what comes of a command: the next turn of a session comes before those of others."""
        if not self.has_had_its_share(session):
            self._awaited.add(session)

    def drop(self, session: int) -> None:
        """A session is gone."""
        self._awaited.discard(session)
        self._entries.pop(session, None)
        self._used.pop(session, None)


class EngineHost:
    """Sessions and their turns.

    `send` is called with every envelope that a session has for the front; `beat` with the number of a session whenever
    something is begun for it, and with 0 when that is done. `clock` tells the time, `meter` how much processor time has
    been used: a session is not charged for what other programs take.
    """

    def __init__(
        self,
        settings: Settings,
        send: Callable[[Envelope], None],
        clock: Callable[[], float] = time.perf_counter,
        meter: Callable[[], float] = time.thread_time,
        beat: Callable[[int], None] = lambda session: None,
    ) -> None:
        self._limits = Limits(layers=settings.layers, units=settings.units, parameters=settings.parameters)
        self._fastest_frames = self._frame_period = 1 / settings.frame_rate
        self._send = send
        self._clock = clock
        self._meter = meter
        self._beat = beat
        self._sessions: dict[int, Session] = {}
        self._coming: dict[int, list[Envelope]] = {}
        self._asking: deque[int] = deque()
        self._turns = _Turns(clock)
        self._adapt_at = clock()
        self._last = 0
        self.given_up = 0
        """How many sessions there was no memory for so far."""

    def __len__(self) -> int:
        return len(self._sessions) + len(self._coming)

    # --- what comes -----------------------------------------------------------------------------------------------

    def receive(self, envelope: Envelope) -> None:
        """Take an envelope; what it asks for happens in a later slice."""
        number = envelope.session
        if envelope.kind is Kind.OPEN:
            self._coming[number] = [envelope]
        elif number in self._coming:
            # it is not there yet: what is for it waits with it
            self._coming[number].append(envelope)
        elif number in self._sessions:
            self._guard(number, lambda: self._obey(self._sessions[number], envelope))

    def _obey(self, session: Session, envelope: Envelope) -> None:
        match envelope.kind:
            case Kind.COMMAND:
                self._submit(session, envelope)
            case Kind.GRANT:
                session.grant(envelope.run, envelope.epoch)
            case Kind.GREET:
                self._say(item._replace(subscriber=envelope.subscriber) for item in session.greet())
            case Kind.SLEEP:
                session.sleep()
            case Kind.WAKE:
                session.wake()
            case Kind.FINISH:
                self._say(session.finish())
            case _:
                self._drop(session.number)
                return
        self._schedule(session)

    def _submit(self, session: Session, envelope: Envelope) -> None:
        command = protocol.parse(envelope.payload.decode(), sys.maxsize)
        if session.backlog >= MAX_BACKLOG:
            why = f"{MAX_BACKLOG} messages of this session still wait for their turn; wait for an answer"
            text = protocol.encode_error([protocol.fault("rate_limited", why=why)], command.id)
            self._send(Envelope(Kind.MESSAGE, session.number, text.encode(), subscriber=envelope.subscriber))
            return
        # of all who ask, each has one command done before anybody has a second one done
        if not session.backlog:
            self._asking.append(session.number)
        session.submit(envelope.subscriber, command)

    # --- turns ----------------------------------------------------------------------------------------------------

    def run_slice(self) -> float:
        """Do one thing for one session. Returns the seconds until there is more to do: 0 for at once, inf for never."""
        sources = (self._serve_asker, self._open_next, self._give_turn)
        # each of these comes after the others have had the chance to do something
        for step in range(1, len(sources) + 1):
            source = (self._last + step) % len(sources)
            if sources[source]():
                self._last = source
                break
        self._adapt()
        return 0.0 if self._asking or self._coming else self._turns.wait

    def _serve_asker(self) -> bool:
        for _ in range(len(self._asking)):
            number = self._asking.popleft()
            session = self._sessions.get(number)
            if session is None:
                continue
            if self._turns.has_had_its_share(number) and self._turns.is_due:
                self._asking.append(number)
                continue
            self._turns.await_turn(number)
            self._run(session)
            if number in self._sessions and session.backlog:
                self._asking.append(number)
            return True
        return False

    def _open_next(self) -> bool:
        if not self._coming:
            return False
        number = next(iter(self._coming))
        opening, *more = self._coming.pop(number)
        started = self._meter()
        self._guard(number, lambda: self._open(opening))
        if number in self._sessions:
            self._turns.charge(number, self._meter() - started)
            self._turns.await_turn(number)
        for envelope in more:
            self.receive(envelope)
        return True

    def _open(self, envelope: Envelope) -> None:
        opening = protocol.decode_opening(envelope.payload)
        session = Session(envelope.session, opening, self._limits, clock=self._clock)
        self._sessions[session.number] = session
        self._say(session.opened())
        self._schedule(session)

    def _give_turn(self) -> bool:
        number = self._turns.take()
        if number is None:
            return False
        self._run(self._sessions[number])
        return True

    def _run(self, session: Session) -> None:
        started = self._meter()
        session.set_frame_period(self._frame_period)
        self._guard(session.number, lambda: self._turn(session))
        if session.number in self._sessions:
            self._turns.charge(session.number, self._meter() - started)
            self._schedule(session)

    def _turn(self, session: Session) -> None:
        self._say(session.turn(SLICE))

    def _schedule(self, session: Session) -> None:
        self._turns.put(session.number, inf if session.backlog else session.ready_at())

    def _adapt(self) -> None:
        """Make fewer frames while turns come late, and more again while they come in time."""
        now = self._clock()
        if now < self._adapt_at:
            return
        self._adapt_at = now + _ADAPT_EVERY
        if self._turns.late > _LATE:
            slowest = max(self._fastest_frames, SLOWEST_FRAMES)
            self._frame_period = min(self._frame_period * 1.3, slowest)
        elif self._turns.late < _IN_TIME:
            self._frame_period = max(self._frame_period / 1.1, self._fastest_frames)

    # --- telling, and what goes wrong -----------------------------------------------------------------------------

    def _drop(self, number: int) -> None:
        self._sessions.pop(number, None)
        self._coming.pop(number, None)
        self._turns.drop(number)

    def _say(self, envelopes: Iterable[Envelope]) -> None:
        for envelope in envelopes:
            self._send(envelope)

    def _guard(self, number: int, work: Callable[[], None]) -> None:
        """Do some work for a session. If that fails, this session stops and says so; the others never notice."""
        self._beat(number)
        try:
            work()
        except MemoryError:
            self._give_up(number)
        except Exception:  # noqa: BLE001 - whatever it is, it concerns this session only
            LOG.exception("a session failed and was paused")
            self._stop(number)
        self._beat(0)

    def _stop(self, number: int) -> None:
        if number not in self._sessions:
            self._give_up(number)
            return
        why = "this session met an error of the server and was paused"
        text = protocol.encode_error([protocol.fault("internal", why=why)])
        self._send(Envelope(Kind.MESSAGE, number, text.encode()))
        self._say(self._sessions[number].stop())

    def _give_up(self, number: int) -> None:
        """A session cannot be: let go of all that it holds, and leave it to the front what becomes of it."""
        self._drop(number)
        self.given_up += 1
        self._send(Envelope(Kind.FAILED, number))
