"""An engine process: a scheduler at the end of a socket, started with `ENGINE_COMMAND` of `numpy_playground`."""

import contextlib
import os
import select
import socket
import time

from app import log
from app.protocol.checkpoints import Opening, encode_opening
from app.protocol.commands import Play, encode_command
from app.protocol.envelopes import Envelope, MessageKind, Unpacker
from app.settings import Settings
from app.system import limit_memory, release_memory
from app.workers.garbage import collect_rarely
from app.workers.heartbeat import HEARTBEAT_INTERVAL, Heartbeat
from app.workers.meter import processor_time
from app.workers.outgoing import Outgoing
from app.workers.scheduler import Scheduler

_READ = 256 * 1024

_POLL_EVERY = 0.001
"""Seconds between two looks for input while there is work."""


def run(channel: socket.socket, settings: Settings, heartbeat: Heartbeat) -> None:
    """Serve sessions until the front closes its end of `channel`."""
    _warm_up(settings)
    collect_rarely()
    outgoing = Outgoing(channel)
    scheduler = Scheduler(settings, outgoing.put, meter=processor_time, beat=heartbeat.beat, counts=heartbeat.counts)
    outgoing.put(Envelope(MessageKind.READY, 0))
    unpacker = Unpacker()
    poll = select.poll()
    poll.register(channel, select.POLLIN)
    wait, next_poll = 0.0, 0.0
    had_sessions, out_of_memory = False, 0
    while True:
        if wait:
            outgoing.flush()
        if wait or time.perf_counter() >= next_poll:
            if poll.poll(min(wait, HEARTBEAT_INTERVAL) * 1000):
                data = channel.recv(_READ)
                if not data:
                    return
                for envelope in unpacker.feed(data):
                    scheduler.receive(envelope)
            next_poll = time.perf_counter() + _POLL_EVERY
        heartbeat.beat()
        wait = scheduler.run_slice()
        outgoing.flush_due()
        if (had_sessions and not scheduler) or scheduler.out_of_memory > out_of_memory:
            release_memory()
        had_sessions, out_of_memory = bool(scheduler), scheduler.out_of_memory


def _warm_up(settings: Settings) -> None:
    """Train and show a network: what takes time only at first is charged to no session, nor waited for by its page."""
    scheduler = Scheduler(settings, lambda envelope: None)
    scheduler.receive(Envelope(MessageKind.OPEN, 1, encode_opening(Opening(link=""))))
    scheduler.receive(Envelope(MessageKind.COMMAND, 1, encode_command(Play())))
    scheduler.receive(Envelope(MessageKind.GRANT, 1, epoch=-1))
    # it is opened, carries out the command, and is trained and shown
    for _ in range(3):
        scheduler.run_slice()


def main(channel_descriptor: int, heartbeat_descriptor: int) -> None:
    """Run with the descriptors of the socket and of the heartbeat's file."""
    # the front must not wait behind training
    os.nice(5)
    settings = Settings.from_parent()
    log.configure(settings.log_format)
    limit_memory(settings.worker_memory)
    channel, heartbeat = socket.socket(fileno=channel_descriptor), Heartbeat(heartbeat_descriptor)
    os.close(heartbeat_descriptor)
    # the front may end at any moment, even with input unread here
    with contextlib.suppress(ConnectionResetError):
        run(channel, settings, heartbeat)
