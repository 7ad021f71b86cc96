"""An engine process: a host at the end of a socket. `python -m app.worker FD` is how the front starts one."""

import os
import select
import signal
import socket
import sys
from math import inf

from app.channel import Envelope, Unpacker, pack
from app.host import EngineHost
from app.settings import Settings

_READ = 256 * 1024


def run(channel: socket.socket, settings: Settings) -> None:
    """Serve sessions until the front closes its end of `channel`."""

    def send(envelope: Envelope) -> None:
        # this may block, which is right: while the front does not read, there is no use in making more
        channel.sendall(b"".join(pack(envelope)))

    host = EngineHost(settings, send)
    unpacker = Unpacker()
    poll = select.poll()
    poll.register(channel, select.POLLIN)
    wait = inf
    while True:
        if poll.poll(None if wait == inf else wait * 1000):
            data = channel.recv(_READ)
            if not data:
                return
            for envelope in unpacker.feed(data):
                host.receive(envelope)
        wait = host.run_slice()


def main() -> None:
    """Take over the socket whose number is the only argument."""
    # Ctrl+C and stopping a service reach every process; the front says when this one ends, by closing the socket
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    # the front relays and must not wait behind training
    os.nice(5)
    channel = socket.socket(fileno=int(sys.argv[1]))
    try:
        run(channel, Settings.from_environment())
    except (BrokenPipeError, ConnectionResetError):
        return


if __name__ == "__main__":
    main()
