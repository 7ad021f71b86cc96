"""The question that a teacher has asked, and what the class has answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

import numpy as np

from app.classroom.digits import Drawn, checked_digit, checked_pixels
from app.protocol.class_commands import MOST_ANSWERS, MOST_POINTS, Answer, Ask, Drawable
from app.protocol.class_messages import OwnAnswer, Question
from app.protocol.containers import Array
from app.protocol.errors import Fault, ProtocolError, fault

_Lines = Sequence[Sequence[Sequence[float]]]


@dataclass(slots=True)
class _Asked:
    """A question with its answers so far, by seat, in the order in which each seat answered first."""

    number: int
    text: str
    answers: tuple[str, ...]
    right: int | None
    draws: Drawable | None
    digit: int | None
    side: int
    revealed: bool = False
    choices: dict[int, int] = field(default_factory=dict)
    strokes: dict[int, _Lines] = field(default_factory=dict)
    digits: dict[int, Drawn] = field(default_factory=dict)
    drawn: int = 0
    """How many have drawn a digit, also if they have left since."""

    @property
    def counts(self) -> tuple[int, ...]:
        """How many chose each answer."""
        chosen = list(self.choices.values())
        return tuple(chosen.count(answer) for answer in range(len(self.answers)))


class Questions:
    """One question at a time: answers to choose from, or a boundary or a digit to draw. Seats are known by numbers.

    >>> questions = Questions()
    >>> questions.ask(Ask(text="Will it separate the classes?", answers=["Yes", "No"]))
    1
    >>> questions.answer(7, Answer(question=1, choice=0))
    >>> questions.counts()
    (1, 0)
    """

    def __init__(self) -> None:
        self._last = 0
        self._asked: _Asked | None = None

    @property
    def number(self) -> int | None:
        """The number of the question; None if there is none."""
        return self._asked.number if self._asked else None

    @property
    def draws(self) -> Drawable | None:
        """What everyone draws; None if there is no question, or answers to choose from."""
        return self._asked.draws if self._asked else None

    @property
    def side(self) -> int:
        """Pixels of a side of a drawn digit; 0 if none is asked for."""
        return self._asked.side if self._asked else 0

    @property
    def is_revealed(self) -> bool:
        """Whether there is a question whose answers the class sees."""
        return self._asked is not None and self._asked.revealed

    def ask(self, command: Ask, side: int = 0) -> int:
        """Ask a question, in place of the one before; returns its number. Raises ProtocolError.

        `side` is that of the pictures that the teacher's network reads, 0 if it reads none.
        """
        text, answers = command.text.strip(), tuple(answer.strip() for answer in command.answers)
        if faults := list(_faults_of(command, text, answers, side)):
            raise ProtocolError(faults)
        self._last += 1
        draws = None if answers else command.draws
        digit, side = (command.digit, side) if draws == "digit" else (None, 0)
        self._asked = _Asked(self._last, text, answers, command.right, draws, digit, side)
        return self._last

    def answer(self, seat: int, command: Answer) -> None:
        """Note the answer of a seat, in place of the one before. Raises ProtocolError."""
        asked = self._open("question", command.question)
        if asked.revealed:
            why = "the answers have been revealed, so this one is not counted"
            raise ProtocolError([fault("too_late", "question", command.question, why=why)])
        _refuse_others(command, asked)
        match asked.draws:
            case None:
                asked.choices[seat] = _checked_choice(command, len(asked.answers))
            case "boundary":
                asked.strokes[seat] = _checked_strokes(command)
            case "digit":
                digit, pixels = checked_digit(command, asked.digit), checked_pixels(command, asked.side)
                known = asked.digits.get(seat)
                asked.digits[seat] = Drawn(known.number if known else asked.drawn, digit, pixels)
                asked.drawn += known is None

    def _open(self, name: str | None, number: int | None) -> _Asked:
        """The question, which must have this number if one is given."""
        asked = self._asked
        if asked is None or number not in {None, asked.number}:
            expected = "nothing: there is no question" if asked is None else str(asked.number)
            why = "there is no question" if asked is None else f"question {number} is over; now it is {asked.number}"
            raise ProtocolError([fault("no_such_question", name, number, expected, why)])
        return asked

    def reveal(self) -> None:
        """Let the class see the answers. Raises ProtocolError if there is no question."""
        self._open(None, None).revealed = True

    def close(self) -> None:
        """Take the question away, with its answers."""
        self._asked = None

    def forget(self, seat: int) -> None:
        """Forget what a seat has answered."""
        if self._asked:
            self._asked.choices.pop(seat, None)
            self._asked.strokes.pop(seat, None)
            self._asked.digits.pop(seat, None)

    def answer_of(self, seat: int) -> OwnAnswer | None:
        """What a seat has answered, if it has."""
        asked = self._asked
        if asked is None or not (seat in asked.choices or seat in asked.strokes or seat in asked.digits):
            return None
        answer = OwnAnswer(asked.number, asked.choices.get(seat), asked.strokes.get(seat))
        drawn = asked.digits.get(seat)
        return replace(answer, drawing=drawn.text, digit=drawn.digit, read=drawn.read) if drawn else answer

    def counts(self) -> tuple[int, ...]:
        """How many chose each answer; nothing if there are none to choose."""
        return self._asked.counts if self._asked else ()

    def drawings(self) -> dict[str, Array]:
        """The arrays of `drawings`: `points` of all lines, how many each of the `lines` has, and their `owners`."""
        drawn = list(self._asked.strokes.values()) if self._asked else []
        lines = [line for strokes in drawn for line in strokes]
        points = np.array(list(chain.from_iterable(lines)), "<f4").reshape(-1, 2)
        return {
            "points": points,
            "lines": np.array([len(line) for line in lines], "<u4"),
            "owners": np.repeat(np.arange(len(drawn), dtype="<u4"), [len(strokes) for strokes in drawn]),
        }

    def digits(self) -> Mapping[int, Drawn]:
        """The drawn digits by seat, in the order in which each seat answered first."""
        return self._asked.digits if self._asked else {}

    def read(self, found: Mapping[int, tuple[int | None, float | None]]) -> set[int]:
        """Note what is read in the digits of seats, and how certainly; returns the seats where that has changed."""
        known = {seat: drawn for seat, drawn in self.digits().items() if seat in found}
        changed = {seat for seat, drawn in known.items() if drawn.read != found[seat][0]}
        for seat, drawn in known.items():
            drawn.read, drawn.certainty = found[seat]
        return changed

    def message_for(self, *, is_teacher: bool) -> Question | None:
        """The question as the teacher may know it, or everybody else."""
        asked = self._asked
        if asked is None:
            return None
        is_known = is_teacher or asked.revealed
        return Question(
            number=asked.number,
            text=asked.text,
            answers=asked.answers,
            draws=asked.draws,
            digit=asked.digit,
            side=asked.side,
            answered=len(asked.choices) + len(asked.strokes) + len(asked.digits),
            revealed=asked.revealed,
            counts=asked.counts if is_known and asked.answers else None,
            right=asked.right if is_known else None,
        )


def _faults_of(command: Ask, text: str, answers: Sequence[str], side: int) -> list[Fault]:
    """What is wrong with a question."""
    found = []
    if not text:
        found.append(fault("too_short", "text", command.text, "a text of 1 to 300 characters"))
    if len(answers) == 1 or not all(answers):
        expected = f"2 to {MOST_ANSWERS} texts, or none for a question whose answer is drawn"
        found.append(fault("out_of_range", "answers", command.answers, expected))
    elif len({answer.casefold() for answer in answers}) < len(answers):
        found.append(fault("duplicate_value", "answers", command.answers, "every answer once"))
    if command.right is not None and command.right >= len(answers):
        expected = f"a whole number from 0 to {len(answers) - 1}, or null" if answers else "null"
        found.append(fault("out_of_range", "right", command.right, expected))
    if not answers and command.draws == "digit" and not side:
        why = "no network could read the digits: open one that reads digits on the teacher's page first"
        found.append(fault("no_network", "draws", command.draws, "boundary", why))
    if command.digit is not None and (answers or command.draws != "digit"):
        found.append(fault("bad_type", "digit", command.digit, "null: no digit is drawn"))
    return found


_PARTS = {None: ("choice",), "boundary": ("strokes",), "digit": ("drawing", "digit")}
"""The fields of an answer, by what everyone draws."""

_ANSWERS = {
    None: "this question has answers to choose from",
    "boundary": "the answer to this question is a drawn boundary",
    "digit": "the answer to this question is a drawn digit",
}


def _refuse_others(command: Answer, asked: _Asked) -> None:
    """Raise ProtocolError if an answer has a field that the question does not ask for."""
    for name in ("choice", "strokes", "drawing", "digit"):
        if getattr(command, name) is not None and name not in _PARTS[asked.draws]:
            got = command.choice if name == "choice" else name
            raise ProtocolError([fault("bad_type", name, got, f"null: {_ANSWERS[asked.draws]}")])


def _checked_choice(command: Answer, count: int) -> int:
    expected = f"a whole number from 0 to {count - 1}"
    if command.choice is None:
        raise ProtocolError(
            [fault("missing_field", "choice", expected=expected, why=f"answer needs choice: {expected}")]
        )
    if command.choice >= count:
        raise ProtocolError([fault("out_of_range", "choice", command.choice, expected)])
    return command.choice


def _checked_strokes(command: Answer) -> _Lines:
    expected = f"1 line or more, of at most {MOST_POINTS} points together"
    if command.strokes is None:
        raise ProtocolError(
            [fault("missing_field", "strokes", expected=expected, why=f"answer needs strokes: {expected}")]
        )
    points = sum(map(len, command.strokes))
    if not 1 <= points <= MOST_POINTS:
        raise ProtocolError([fault("out_of_range", "strokes", f"{points} points", expected)])
    return command.strokes
