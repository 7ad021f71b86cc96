"""Odd values in every field of every command, and in every part of a checkpoint: an answer with a code, nothing else.

What is sent goes the way that it does in a server: as text through the decoder and the rooms of the front, and as an
envelope to a session. An exception anywhere on it would be a traceback there.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.protocol.checkpoints import decode_opening
from app.protocol.commands import COMMANDS, INSPECT_OPTIONS, VIEW_FIELDS, Hello
from app.protocol.envelopes import Envelope, MessageKind
from app.protocol.errors import ProtocolError
from app.protocol.messages import encode_error
from app.protocol.parser import parse
from app.rooms.outbox import Outbox
from app.rooms.rooms import Rooms
from app.session.handlers import HANDLERS
from app.session.session import Session
from app.settings import Limits, Settings
from engine import FIELDS
from tests.faults.test_fuzz import GOOD, LINK
from tests.support.effort import many
from tests.support.sweeps import NotedSweeps

NUMBERS = [
    "1e999", "-1e999", "NaN", "Infinity", "-Infinity", "-0.0", "-0", "0.5", "1e-400", "1.7976931348623157e308", "-1",
    "4294967296", "9007199254740993", "18446744073709551616", "1" + "0" * 299, "1" + "0" * 308, "1" + "0" * 399,
    "-1" + "0" * 399, "9" * 5000, "-" + "9" * 5000, "9" * 5000 + ".5", "0." + "3" * 5000, "1E+0000000400",
]  # fmt: skip
"""What JSON, or something like it, can say instead of an ordinary number."""

OTHERS = [
    "null", "true", '""', '"\\ud800"', '"\\udc00\\ud800"', '"\\u0000"', '"\U0001f600"', "[]", "{}", "[[[[[[]]]]]]",
    "[" * 40 + "]" * 40, "[" * 20_000, '{"a":1,"a":2}', '{"":{"":{"":1e999}}}', '{"__proto__":null}', "[1e999]", "[[]]",
    '["\\ud800"]', "[NaN,-1e999]", '[[1e999,0,0,""]]', "[[0,0,1e999,null]]", "[[" + "1" + "0" * 399 + ',0,0,""]]',
    "[" + "1" + "0" * 399 + "]", '{"0":' + "9" * 5000 + "}",
]  # fmt: skip
"""The same for values of other kinds."""

ODD = [*NUMBERS, *OTHERS]
NAMES = {name: [field for field in command.model_fields if field != "type"] for name, command in COMMANDS.items()}
"""The fields of each command."""

INNER = {"configure": FIELDS, "set_view": VIEW_FIELDS, "compose": VIEW_FIELDS, "inspect": INSPECT_OPTIONS}
"""The names that the object in a command may hold."""


class Way:
    """The way from a page to a session. A refusal is an error with a code; anything else is raised."""

    def __init__(self) -> None:
        self._sent: list[Envelope] = []
        self._rooms = Rooms(Settings(workers=1), self, NotedSweeps())
        self._session = Session(1, decode_opening(self._open('{"type":"hello","version":4}')), Limits())

    available = (0,)

    def __len__(self) -> int:
        return 1

    def send(self, _: int, envelope: Envelope) -> None:
        """What the front sends to an engine process."""
        self._sent.append(envelope)

    def _open(self, text: str) -> bytes:
        command = parse(text, 2**20)
        assert isinstance(command, Hello)
        self._member = self._rooms.join(command, Outbox())
        return next(item.payload for item in reversed(self._sent) if item.kind is MessageKind.OPEN)

    def refusals(self, text: str) -> list[str]:
        """The codes with which a message is refused; none if it is obeyed."""
        try:
            if isinstance(command := parse(text, 2**20), Hello):
                session = Session(2, decode_opening(self._open(text)), Limits())
                return _codes(session.opened())
        except ProtocolError as error:
            return _codes([Envelope(MessageKind.MESSAGE, 1, encode_error(error.faults, error.id).encode())])
        if type(command) not in HANDLERS:
            # the front carries these out by itself
            self._rooms.submit(self._member, command)
            return []
        self._session.submit(1, command)
        self._session.grant(0, -1)
        return _codes([*self._session.turn(0.0001), *self._session.turn(0.0001)])

    def goes_on(self) -> bool:
        """Whether the session still does what it is asked for."""
        self._session.submit(1, parse('{"type":"pause","id":77}'))
        return any(item.kind is MessageKind.STATUS for item in self._session.turn(0.0001))


def _codes(envelopes: list[Envelope]) -> list[str]:
    """The codes of the errors among the answers; each error names the value and what was expected."""
    codes = []
    for item in envelopes:
        if item.kind is not MessageKind.MESSAGE:
            continue
        message = json.loads(item.payload)
        if message["type"] != "error":
            continue
        assert message["message"]
        assert all(len(fault["got"] or "") <= 64 for fault in message["errors"])
        codes += [fault["code"] for fault in message["errors"]]
    return codes


@pytest.fixture(scope="module")
def way() -> Way:
    return Way()


def messages(command: str) -> Iterator[str]:
    """A command with every odd value in every field, and in every field of the object in it."""
    required = dict.fromkeys(NAMES[command], "1")
    for field in NAMES[command]:
        others = "".join(f',"{name}":{value}' for name, value in required.items() if name not in {field, "id"})
        for value in ODD:
            yield f'{{"type":"{command}","{field}":{value}}}'
            yield f'{{"type":"{command}","{field}":{value}{others}}}'
    for field in INNER.get(command, ()):
        name = "options" if command == "inspect" else "changes"
        panel = ',"panel":"gradients"' if command == "inspect" else ""
        for value in ODD:
            yield f'{{"type":"{command}"{panel},"{name}":{{"{field}":{value}}}}}'


@pytest.mark.parametrize("command", COMMANDS)
def test_odd_command_values_are_accepted_or_refused(way: Way, command: str) -> None:
    codes = {code for text in messages(command) for code in way.refusals(text)}
    assert codes
    assert "internal" not in codes
    assert way.goes_on()


def hello(checkpoint: str) -> str:
    return f'{{"type":"hello","version":4,"link":{json.dumps(LINK)},"checkpoint":{checkpoint}}}'


def spoiled_checkpoints() -> Iterator[str]:
    """A whole checkpoint with an odd value in the place of each of its parts, or beside them."""
    for value in ODD:
        yield f'{{"a":{value}}}'
        for field in [*GOOD, "goals", "x"]:
            yield json.dumps({**GOOD, field: "VALUE"}).replace('"VALUE"', value)
        for field in [*GOOD["arrays"], "x"]:
            yield json.dumps({**GOOD, "arrays": {**GOOD["arrays"], field: "VALUE"}}).replace('"VALUE"', value)
        yield json.dumps({**GOOD, "goals": {"accuracy": "VALUE"}}).replace('"VALUE"', value)
        yield json.dumps({**GOOD, "goals": {"accuracy": ["VALUE", 0]}}).replace('"VALUE"', value)


def test_odd_checkpoint_values_are_accepted_or_refused(way: Way) -> None:
    codes = {code for text in spoiled_checkpoints() for code in way.refusals(hello(text))}
    assert codes == {"bad_checkpoint", "bad_json", "too_deep"}


def test_checkpoint_with_infinity_is_refused(way: Way) -> None:
    text = '{"type":"hello","version":4,"link":"#seed=0.5","checkpoint":{"a":-1e999}}'
    assert set(way.refusals(text)) == {"bad_checkpoint"}


VALUES = st.recursive(
    st.sampled_from(ODD),
    lambda inner: (
        st.lists(inner, max_size=4).map(lambda items: f"[{','.join(items)}]")
        | st.dictionaries(st.sampled_from([*GOOD, *FIELDS, *VIEW_FIELDS]), inner, max_size=3).map(
            lambda items: "{" + ",".join(f'"{name}":{value}' for name, value in items.items()) + "}"
        )
    ),
    max_leaves=4,
)


@st.composite
def any_messages(draw: st.DrawFn) -> str:
    """A command with odd values in some of its fields at once."""
    command = draw(st.sampled_from(list(COMMANDS)))
    names = draw(st.lists(st.sampled_from([*NAMES[command], "x"]), max_size=4))
    fields: list[Any] = [f'"{name}":{draw(VALUES)}' for name in names]
    return ",".join([f'{{"type":"{command}"', *fields]) + "}"


@many(sample=50, everything=300)
@given(any_messages())
@example('{"type":"hello","version":4,"checkpoint":{"arrays":{"params":-1e999}}}')
def test_any_message_is_accepted_or_refused(text: str) -> None:
    way = Way()
    assert "internal" not in way.refusals(text)
    assert way.goes_on()
