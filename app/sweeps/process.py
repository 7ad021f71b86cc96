"""A process that carries out tasks while nobody else needs the processor.

It reads requests from its standard input, and writes to its standard output what they return; before that, it says
now and then how much of a task is done. When its input ends, it ends too, even in the middle of a task, so it never
outlives the process that has started it.
"""

import contextlib
import os
import pickle
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from queue import SimpleQueue
from typing import Any, BinaryIO, NamedTuple

from app import log
from app.settings import Settings
from app.sweeps.cancel import watch
from app.system import limit_memory

_TELL_EVERY = 0.1
"""Minimum time in seconds between two numbers that say how much of a task is done."""


class Request(NamedTuple):
    """Carry out task `number`, a pickled function with its arguments; or cancel it, if `call` is None."""

    number: int
    call: bytes | None


class Reply(NamedTuple):
    """What a task has returned, or the exception that it has raised."""

    value: Any
    error: Exception | None = None


class _Replies:
    """The replies, each after numbers from 0 to 1 that say how much of its task is done."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._told = time.monotonic()

    def tell(self, share: float) -> None:
        """Say how much of the task is done, unless that was said a moment ago."""
        now = time.monotonic()
        if now - self._told >= _TELL_EVERY:
            self._told = now
            self._send(pickle.dumps(float(share)))

    def send(self, reply: Reply) -> None:
        """Send the reply to the task."""
        self._send(_packed(reply))

    def _send(self, data: bytes) -> None:
        self._stream.write(data)
        self._stream.flush()


class _Inbox:
    """The requests, received in a thread of their own, so that a task can be canceled while it is carried out."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._tasks: SimpleQueue[Request] = SimpleQueue()
        self._current = self._canceled = 0
        threading.Thread(target=self._receive, daemon=True).start()

    def next(self) -> bytes:
        """Wait for a task."""
        request = self._tasks.get()
        self._current = request.number
        return request.call or b""

    def is_canceled(self) -> bool:
        """Whether the last task has been canceled."""
        return self._canceled == self._current

    def _receive(self) -> None:
        try:
            while True:
                request = Request(*pickle.load(self._stream))  # noqa: S301 - our parent has written it
                if request.call is None:
                    self._canceled = request.number
                else:
                    self._tasks.put(request)
        finally:
            # nobody is there to read what the task returns
            os._exit(0)


def _carry_out(call: bytes) -> Reply:
    try:
        function, positional, named = _read(call)
        return Reply(function(*positional, **named))
    except Exception as error:  # noqa: BLE001 - the parent raises it
        error.add_note("".join(traceback.format_exception(error)))
        return Reply(None, error)


def _read(call: bytes) -> tuple[Callable[..., Any], tuple[Any, ...], Mapping[str, Any]]:
    function, positional, named = pickle.loads(call)  # noqa: S301 - our parent has written it
    return function, positional, named


def _packed(reply: Reply) -> bytes:
    """A reply as bytes. What cannot be sent is replaced by an error that says so."""
    try:
        return pickle.dumps(tuple(reply))
    except Exception as error:  # noqa: BLE001 - anything can go wrong with what a task returns
        return pickle.dumps((None, TypeError(f"what the task returned cannot be sent: {error}")))


def _own_standard_output() -> BinaryIO:
    """Standard output, for replies only: what is printed goes to standard error."""
    sys.stdout.flush()
    own = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return own


def yield_to_others() -> None:
    """Let everything else on this machine go first, as far as the system can: idle priority, or else the lowest."""
    with contextlib.suppress(AttributeError, OSError):
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
        return
    with contextlib.suppress(AttributeError, OSError):
        os.nice(19)


def main() -> None:
    """Carry out one task after the other, until the parent closes our standard input or ends."""
    # Ctrl+C and service managers signal every process; the parent decides when this one ends
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    yield_to_others()
    settings = Settings.from_parent()
    log.configure(settings.log_format)
    limit_memory(settings.worker_memory)
    replies, inbox = _Replies(_own_standard_output()), _Inbox(sys.stdin.buffer)
    watch(inbox.is_canceled, replies.tell)
    while True:
        replies.send(_carry_out(inbox.next()))
