"""What `app/web/limits.py` uses of uvicorn beyond its public interface, and why.

uvicorn has no public way to bound a bad peer, so its two protocol classes are subclassed. An update of uvicorn that
changes anything they rely on fails here.
"""

import ast
import inspect

import pytest

from app.web import limits

WEBSOCKET = {
    "client": "the address of a peer on a unix socket, and that of IPv4 on a socket for IPv6",
    "close_sent": "whether the connection has been closed from here, after which nothing may be sent",
    "conn": "the parser of websockets: its events are handled one by one, its answer to a bad handshake is sent, and "
    "short messages pass it by where it waits for one to begin",
    "connection_lost": "the connection is no longer counted",
    "connection_made": "the time for the handshake starts, and the write buffer is bounded",
    "curr_msg_data_type": "only text has to be UTF-8",
    "data_received": "bytes are parsed in pieces, and only while the application keeps up",
    "disconnected": "a connection that has ended needs no timer",
    "frames": "the pieces of the message that is checked to be UTF-8",
    "handle_events": "frames are counted before they are handled",
    "handle_parser_exception": "ends a connection that breaks a limit as one that breaks the protocol",
    "handle_ping": "pongs do not pile up for a peer that does not read",
    "handshake_complete": "a refusal sent in full ends the handshake",
    "handshake_initiated": "what comes before belongs to the head of the request",
    "keepalive_timeout": "a peer that answers no ping is cut at once",
    "loop": "its timers and its clock",
    "read_paused": "set while the application is behind",
    "receive": "parsing continues once the application has taken a message",
    "resume_writing": "the application sends what has been waiting",
    "run_asgi": "what is unsent when the application ends may not hold the connection open",
    "scope": "offers the application a shortcut",
    "send": "nothing is sent on a closed connection, and an accepted one starts to be parsed",
    "send_receive_event_to_app": "a whole message has arrived",
    "shutdown": "a connection that is closing may not be closed again",
    "transport": "aborts, and the size of its write buffer",
    "writable": "waits while the peer does not read",
}
HTTP = {
    "_unset_keepalive_if_required": "a refused connection does not count as idle",
    "client": "the address of a peer on a unix socket, and that of IPv4 on a socket for IPv6",
    "conn": "the parser of h11: whether a head is still incomplete, and what came after it",
    "connection_lost": "the connection is no longer counted",
    "connection_made": "the connection is counted, and the time for its request starts",
    "cycle": "the request being answered",
    "data_received": "the head of a request is bounded",
    "handle_websocket_upgrade": "a bad handshake is refused while that can still be said over HTTP",
    "headers": "the headers of a handshake",
    "loop": "its timers and its clock",
    "on_response_complete": "the time of the next request starts",
    "scope": "method and version of a handshake",
    "send_400_response": "the reason is given to the peer",
    "shutdown": "a refused connection does not hold up a stop",
    "transport": "aborts, and the size of its write buffer",
}
CLASSES = [(limits.LimitedWebSocket, WEBSOCKET), (limits.LimitedHTTP, HTTP)]

each_class = pytest.mark.parametrize(("limited", "table"), CLASSES, ids=lambda item: getattr(item, "__name__", ""))


def base_of(limited: type) -> type:
    """The class of uvicorn."""
    (base,) = limited.__bases__
    return base


def attributes(source: type) -> set[str]:
    """The attributes of `self` that the code of a class reads, sets or calls, and those of `super()`."""
    found = set()
    for node in ast.walk(ast.parse(inspect.getsource(source))):
        if isinstance(node, ast.Attribute):
            of = node.value.func if isinstance(node.value, ast.Call) else node.value
            if isinstance(of, ast.Name) and of.id in {"self", "super"}:
                found.add(node.attr)
    return found


@each_class
def test_table_lists_all_internals_used(limited: type, table: dict[str, str]) -> None:
    base = base_of(limited)
    theirs = attributes(base) | set(vars(base))
    overridden = {name for name in vars(limited) if name in vars(base) and not name.startswith("__")}
    assert set(table) == (attributes(limited) & theirs) | overridden


@each_class
def test_uvicorn_calls_overridden_methods_as_before(limited: type, table: dict[str, str]) -> None:
    base = base_of(limited)
    for name in set(table) & set(vars(limited)) & set(vars(base)):
        ours, theirs = (list(inspect.signature(vars(owner)[name]).parameters) for owner in (limited, base))
        assert ours == theirs, name
        # the methods of asyncio.Protocol are called by the event loop
        called_by_loop = name in {"connection_made", "connection_lost", "data_received", "resume_writing"}
        by_uvicorn = name in {"shutdown", "send", "receive"}
        assert called_by_loop or by_uvicorn or f"self.{name}" in inspect.getsource(base), name
