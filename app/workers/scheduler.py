"""The scheduler: gives the sessions of one process their turns. It receives envelopes and sends others.

Its driver, a process or a task on the event loop, passes it what arrives, lets it run a slice, and waits as long as it
says. It is fair: of all sessions that are ready, the one that has used the least time runs next. Sessions
with a command and new sessions run in between, one slice each, unless they have used much more than their share. Under
overload it makes fewer frames; training keeps its speed as long as possible.
"""

import heapq
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from itertools import count
from math import inf

from app.log import LOG
from app.protocol.cards import CardLevel
from app.protocol.checkpoints import decode_opening
from app.protocol.commands import decode_command
from app.protocol.envelopes import Envelope, MessageKind
from app.protocol.errors import fault
from app.protocol.messages import encode_error
from app.session.session import Session
from app.settings import Settings
from app.training.pacing import TICK
from app.workers.counts import Counts

SLICE = 0.001
"""Seconds that a session trains in one turn, at most."""

_SHORTEST_SLICE = 0.0006
"""The same if many sessions are ready: shorter turns would leave less for training beside frames."""

_ROUND = 0.06
"""Seconds that all sessions which are ready should train in one turn each, so that all have pictures often enough."""

MAX_BACKLOG = 64
"""How many commands of one session may wait."""

SLOWEST_FRAMES = 1 / 12
"""Seconds between two frames of a session under overload, at most."""

_CREDIT = 0.05
"""Seconds that a session with a command may have used more than those waiting for their turn."""

_ADAPT_EVERY = 0.25
_ADAPTATIONS = ((TICK, 1.3), (TICK / 2, 1.0), (TICK / 8, 1 / 1.1), (0.0, 1 / 1.5))
"""What the time between two frames is multiplied by when turns are late by so much, in seconds, or more."""

_SWITCHES: Mapping[MessageKind, Callable[[Session], None]] = {
    MessageKind.SLEEP: Session.sleep,
    MessageKind.WAKE: Session.wake,
    MessageKind.HOLD: Session.hold,
    MessageKind.RELEASE: Session.release,
}
"""What switches the training of a session off and on."""


class _Turns:
    """Sessions, each ready from some time on. Of those that are ready, the one that has used the least time is next."""

    def __init__(self, clock: Callable[[], float], counts: Counts) -> None:
        self._clock = clock
        self._counts = counts
        self._used: dict[int, float] = {}
        self._floor = 0.0
        self._numbers = count()
        # entries (order, number, session, time); only the one in _entries counts
        self._later: list[tuple[float, int, int, float]] = []
        self._ready: list[tuple[float, int, int, float]] = []
        self._entries: dict[int, tuple[float, int, int, float]] = {}
        self._awaited: set[int] = set()
        self._lateness = 0.0
        self._late_turns = 0

    def put(self, session: int, ready: float) -> None:
        """Note when a session is ready, or `inf` for never; of several times only the first counts."""
        entry = self._entries.get(session)
        if ready == inf:
            self._entries.pop(session, None)
        elif entry is None or ready < entry[3]:
            self._push(session, ready)

    def _push(self, session: int, ready: float) -> None:
        is_ready = ready <= self._clock()
        order = ready
        if is_ready:
            # a session that was not ready has no claim to the time that others used meanwhile
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
            late = self._clock() - ready
            self._lateness += late
            self._late_turns += 1
            self._counts.note_late(late)
        return session

    def take_lateness(self) -> float | None:
        """How late turns began since the last call, on average, in seconds; None if none was due at a time."""
        mean = self._lateness / self._late_turns if self._late_turns else None
        self._lateness, self._late_turns = 0.0, 0
        return mean

    @property
    def is_due(self) -> bool:
        """Whether any session is ready."""
        self._wake()
        return bool(self._ready)

    @property
    def ready(self) -> int:
        """About how many sessions are ready."""
        return len(self._ready)

    @property
    def wait(self) -> float:
        """Seconds until a session is ready; inf for never."""
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
        """Add to the time that a session has used."""
        self._used[session] = max(self._used.get(session, 0.0), self._floor) + seconds

    def exceeded_share(self, session: int) -> bool:
        """Whether a session has used much more than those that are ready."""
        return self._used.get(session, 0.0) > self._floor + _CREDIT

    def await_turn(self, session: int) -> None:
        """Give a session its next turn before the others, because a user is waiting for the result of a command."""
        if not self.exceeded_share(session):
            self._awaited.add(session)

    def drop(self, session: int) -> None:
        """Forget a session."""
        self._awaited.discard(session)
        self._entries.pop(session, None)
        self._used.pop(session, None)


class Scheduler:
    """Sessions and their turns.

    `send` is called with every envelope for the front; `beat` with the number of a session when work for it begins, and
    with 0 when that is done. `clock` returns the time and `meter` the processor time used, both in seconds: no session
    is charged for what other programs use. `counts` takes what is counted.
    """

    def __init__(
        self,
        settings: Settings,
        send: Callable[[Envelope], None],
        clock: Callable[[], float] = time.perf_counter,
        meter: Callable[[], float] = time.thread_time,
        beat: Callable[[int], None] = lambda session: None,
        counts: Counts | None = None,
    ) -> None:
        self.counts = counts or Counts()
        self._limits = settings.limits
        self._fastest_frames = self._frame_period = 1 / settings.frame_rate
        self._send = send
        self._clock = clock
        self._meter = meter
        self._beat = beat
        self._sessions: dict[int, Session] = {}
        self._opening: dict[int, list[Envelope]] = {}
        self._with_command: deque[int] = deque()
        self._turns = _Turns(clock, self.counts)
        self._adapt_at = clock()
        self._last = 0
        self.out_of_memory = 0
        """How many sessions have been dropped because there was no memory for them."""

    def __len__(self) -> int:
        return len(self._sessions) + len(self._opening)

    # --- input ----------------------------------------------------------------------------------------------------

    def receive(self, envelope: Envelope) -> None:
        """Receive an envelope; a later slice acts on it."""
        number = envelope.session
        if envelope.kind is MessageKind.OPEN:
            self._opening[number] = [envelope]
        elif number in self._opening:
            # not open yet: envelopes for it wait with it
            self._opening[number].append(envelope)
        elif number in self._sessions:
            self._guard(number, lambda: self._dispatch(self._sessions[number], envelope))

    def _dispatch(self, session: Session, envelope: Envelope) -> None:
        match envelope.kind:
            case MessageKind.COMMAND:
                self._submit(session, envelope)
            case MessageKind.GRANT:
                session.grant(envelope.run, envelope.epoch, *envelope.payload)
            case MessageKind.GREET:
                self._send_all(item._replace(subscriber=envelope.subscriber) for item in session.greet())
            case MessageKind.CARDS:
                session.set_cards(CardLevel(envelope.payload[0]))
            case MessageKind.REPORT:
                self._send_all(session.report())
            case MessageKind.DRAWINGS:
                self._send_all(session.read_drawings(envelope.payload))
            case MessageKind.FINISH:
                self._send_all(session.finish())
            case kind if switch := _SWITCHES.get(kind):
                switch(session)
            case _:
                self._drop(session.number)
                return
        self._schedule(session)

    def _submit(self, session: Session, envelope: Envelope) -> None:
        command = decode_command(envelope.payload)
        if session.backlog >= MAX_BACKLOG:
            self.counts.note_flood()
            why = f"{MAX_BACKLOG} messages of this session still wait for their turn; wait for an answer"
            text = encode_error([fault("rate_limited", why=why)], command.id)
            self._send(Envelope(MessageKind.MESSAGE, session.number, text.encode(), subscriber=envelope.subscriber))
            return
        # each session gets one command done before any gets its second
        if not session.backlog:
            self._with_command.append(session.number)
        session.submit(envelope.subscriber, command)

    # --- turns ----------------------------------------------------------------------------------------------------

    def run_slice(self) -> float:
        """Run one turn of one session. Returns the seconds until the next is due: 0 for at once, inf for never."""
        sources = (self._run_command, self._open_next, self._give_turn)
        # take them in rotation, so that none starves the others
        for step in range(1, len(sources) + 1):
            source = (self._last + step) % len(sources)
            if sources[source]():
                self._last = source
                break
        self._adapt()
        return 0.0 if self._with_command or self._opening else self._turns.wait

    def _run_command(self) -> bool:
        for _ in range(len(self._with_command)):
            number = self._with_command.popleft()
            session = self._sessions.get(number)
            if session is None:
                continue
            if self._turns.exceeded_share(number) and self._turns.is_due:
                self._with_command.append(number)
                continue
            self._turns.await_turn(number)
            self._run(session)
            if number in self._sessions and session.backlog:
                self._with_command.append(number)
            return True
        return False

    def _open_next(self) -> bool:
        if not self._opening:
            return False
        number = next(iter(self._opening))
        opening, *more = self._opening.pop(number)
        started = self._meter()
        self._guard(number, lambda: self._open(opening))
        if number in self._sessions:
            self._charge(number, self._meter() - started)
            self._turns.await_turn(number)
        for envelope in more:
            self.receive(envelope)
        return True

    def _open(self, envelope: Envelope) -> None:
        opening = decode_opening(envelope.payload)
        session = Session(envelope.session, opening, self._limits, clock=self._clock)
        self._sessions[session.number] = session
        self._send_all(session.opened())
        self._schedule(session)

    def _give_turn(self) -> bool:
        number = self._turns.take()
        if number is None:
            return False
        self._run(self._sessions[number])
        return True

    def _run(self, session: Session) -> None:
        started, epochs, refused = self._meter(), session.epochs_trained, session.refused
        session.set_frame_period(self._frame_period)
        self._guard(session.number, lambda: self._turn(session))
        self.counts.note_training(session.epochs_trained - epochs, session.refused - refused)
        if session.number in self._sessions:
            self._charge(session.number, self._meter() - started)
            self._schedule(session)

    def _turn(self, session: Session) -> None:
        seconds = max(_SHORTEST_SLICE, min(SLICE, _ROUND / (1 + self._turns.ready)))
        self._send_all(session.turn(seconds))

    def _charge(self, number: int, seconds: float) -> None:
        self._turns.charge(number, seconds)
        self.counts.note_duration(seconds)

    def _schedule(self, session: Session) -> None:
        self._turns.put(session.number, inf if session.backlog else session.ready_at())

    def _adapt(self) -> None:
        """Make fewer frames while turns are late, and more again when they are on time."""
        now = self._clock()
        if now < self._adapt_at:
            return
        self._adapt_at = now + _ADAPT_EVERY
        late = self._turns.take_lateness()
        if late is None:
            return
        factor = next(factor for bound, factor in _ADAPTATIONS if late >= bound)
        slowest = max(self._fastest_frames, SLOWEST_FRAMES)
        self._frame_period = max(self._fastest_frames, min(self._frame_period * factor, slowest))

    # --- output and failures --------------------------------------------------------------------------------------

    def _drop(self, number: int) -> None:
        self._sessions.pop(number, None)
        self._opening.pop(number, None)
        self._turns.drop(number)

    def _send_all(self, envelopes: Iterable[Envelope]) -> None:
        for envelope in envelopes:
            self._send(envelope)

    def _guard(self, number: int, work: Callable[[], None]) -> None:
        """Work for a session. If that fails, this session stops and reports it; the others are unaffected."""
        self._beat(number)
        try:
            work()
        except MemoryError:
            self._fail(number)
        except Exception:  # noqa: BLE001 - whatever it is, it affects this session only
            LOG.exception("a session failed and was paused")
            self._stop(number)
        self._beat(0)

    def _stop(self, number: int) -> None:
        if number not in self._sessions:
            self._fail(number)
            return
        why = "an internal server error paused this session"
        text = encode_error([fault("internal", why=why)])
        self._send(Envelope(MessageKind.MESSAGE, number, text.encode()))
        self._send_all(self._sessions[number].stop())

    def _fail(self, number: int) -> None:
        """Drop a session and all it holds, and let the front decide what to do about it."""
        self._drop(number)
        self.out_of_memory += 1
        self._send(Envelope(MessageKind.FAILED, number))
