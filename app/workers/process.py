"""An engine process: a host at the end of a socket. The front starts it by `ENGINE_COMMAND` of `numpy_playground`."""

import contextlib
import ctypes
import gc
import os
import select
import socket
import sys

from app import log
from app.protocol.envelopes import Envelope, Kind, Unpacker, pack
from app.settings import Settings
from app.workers.heartbeat import BEAT_EVERY, Pulse
from app.workers.scheduler import EngineHost

_READ = 256 * 1024


def run(channel: socket.socket, settings: Settings, pulse: Pulse) -> None:
    """Serve sessions until the front closes its end of `channel`; `pulse` tells it how things are."""

    def send(envelope: Envelope) -> None:
        # this may block, which is right: while the front does not read, there is no use in making more
        try:
            channel.sendall(b"".join(pack(envelope)))
        except OSError:
            # the front has gone: that is no fault of the session that had something to say
            raise SystemExit(0) from None

    host = EngineHost(settings, send, beat=pulse.beat)
    send(Envelope(Kind.READY, 0))
    unpacker = Unpacker()
    poll = select.poll()
    poll.register(channel, select.POLLIN)
    wait = 0.0
    had_sessions, given_up = False, 0
    while True:
        if poll.poll(min(wait, BEAT_EVERY) * 1000):
            data = channel.recv(_READ)
            if not data:
                return
            for envelope in unpacker.feed(data):
                host.receive(envelope)
        pulse.beat()
        wait = host.run_slice()
        if (had_sessions and not host) or host.given_up > given_up:
            give_back_memory()
        had_sessions, given_up = bool(host), host.given_up


def give_back_memory() -> None:
    """Let the system have what nobody needs any more, where that can be said."""
    gc.collect()
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError, OSError):
            ctypes.CDLL(None).malloc_trim(0)


def limit_memory(megabytes: int) -> None:
    """Let this process have so much memory and no more, where the system can do that; 0 is no limit."""
    if megabytes and sys.platform != "win32":
        import resource  # noqa: PLC0415 - not everywhere

        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_DATA, (megabytes * 10**6, resource.RLIM_INFINITY))


def main(channel_descriptor: int, pulse_descriptor: int) -> None:
    """Take over the socket and the file of the pulse, which have these descriptors."""
    # the front relays and must not wait behind training
    os.nice(5)
    log.configure()
    settings = Settings.as_handed_on()
    limit_memory(settings.worker_memory)
    channel, pulse = socket.socket(fileno=channel_descriptor), Pulse(pulse_descriptor)
    os.close(pulse_descriptor)
    # the front may go at any moment, even with something left unread here
    with contextlib.suppress(ConnectionResetError):
        run(channel, settings, pulse)
