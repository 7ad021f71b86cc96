"""The defences against faults, each with a switch: a test shows what goes wrong without it.

The switch is for tests alone: `PLAYGROUND_TEST_WITHOUT=pong_cap,drain` in the environment starts a server without these
two. What a defence does is said where it stands.
"""

import os

DEFENCES = {
    "ping_abort": "a peer that does not answer a ping is cut at once",
    "pong_cap": "pongs are not piled up for a peer that does not read them",
    "fragment_cap": "a message has a bounded number of fragments",
    "frame_rate": "websocket frames of any kind come at a bounded rate",
    "pieces": "bytes are parsed in pieces, while the application keeps up",
    "message_rate": "messages come at a bounded rate",
    "hello_timeout": "a connection says hello in time",
    "head_timeout": "a request's head comes in time",
    "head_size": "a request's head has a bounded size",
    "admission": "sessions, and those of one address, are bounded",
    "drain": "pages get their last state before the server stops",
    "bounded_stop": "connections that do not read cannot hold up a stop",
    "containment": "an error in one session stops that session only",
    "watchdog": "an engine process that hangs is replaced",
    "replacement": "an engine process that has died is replaced, with its sessions",
    "memory_limit": "an engine process cannot take all memory",
    "slices": "sessions train in slices, in turns",
    "fair_turns": "of all who are ready, the one who has had the least time comes next",
    "frame_adapting": "frames become fewer when there is more to do than there is time",
    "checkpoint": "a page's own checkpoint brings back what the server has lost",
    "origin": "websockets are for this server's own pages",
    "host": "the server answers to its own names only",
}
"""Every defence that has a switch, and what it is."""

_SWITCHED_OFF = frozenset(filter(None, os.environ.get("PLAYGROUND_TEST_WITHOUT", "").split(",")))


def stands(name: str) -> bool:
    """Whether a defence is up; it always is, but in tests."""
    if name not in DEFENCES:
        raise ValueError(f"no defence is called {name!r}")
    return name not in _SWITCHED_OFF
