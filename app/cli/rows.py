"""The rows of a sweep as lines of JSON or CSV, and the file that an interrupted sweep goes on with.

Each line says which sweep it belongs to, so that a file of another sweep is recognized, and no line of it is special.
"""

import csv
import io
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Self

from app.cli.console import FAILED, USAGE_ERROR, CommandError
from app.link import View
from app.link.sweep import AXIS_KEYS, SweepText, format_sweep
from app.sweeps import Start, Sweep
from app.text import quoted

Record = dict[str, Any]
"""A row as it is written; see `Rows.record`."""


class Outcome(NamedTuple):
    """What tables show of a row; the names are those of `Start`."""

    epoch: int
    train_loss: float | None
    test_loss: float | None
    train_accuracy: float | None
    test_accuracy: float | None
    reached: int | None
    diverged: int | None
    stopped: int | None


def outcome_of(start: Start) -> Outcome:
    """What tables show of a trained row."""
    return Outcome(*(getattr(start, name) for name in Outcome._fields))


def _outcome_in(record: Record) -> Outcome:
    """What tables show of a row that was read. Raises TypeError for what is no number."""
    values = [record[name] for name in Outcome._fields]
    if not all(value is None or isinstance(value, (int, float)) for value in values):
        raise TypeError("not a number")
    return Outcome(*values)


class Rows:
    """The rows of a sweep as records; `view` is that of the link, with its goals."""

    def __init__(self, sweep: Sweep, view: View) -> None:
        self.sweep = sweep
        self._view = view
        self.text = format_sweep(SweepText(sweep.axes, sweep.starts, sweep.vary, sweep.epochs))
        """The sweep as a link has it."""

    @property
    def keys(self) -> list[str]:
        """The keys of the settings that are swept."""
        return [axis.key for axis in self.sweep.axes]

    @property
    def texts(self) -> dict[str, list[str]]:
        """The values of each key, as links have them."""
        return {axis.key: [AXIS_KEYS[axis.key].type.format(value) for value in axis.values] for axis in self.sweep.axes}

    def texts_of(self, cell: int) -> list[str]:
        """The values of a cell, as links have them."""
        values = zip(self.keys, self.sweep.values_of(cell), strict=True)
        return [AXIS_KEYS[key].type.format(value) for key, value in values]

    def settings(self, cell: int) -> dict[str, Any]:
        """The swept settings of a cell, by key: numbers and truth values as such, everything else as in links."""
        values = zip(self.keys, self.sweep.values_of(cell), self.texts_of(cell), strict=True)
        return {key: value if isinstance(value, (bool, int, float)) else text for key, value, text in values}

    def record(self, start: Start) -> Record:
        """A trained row: its number, settings, seeds and results, a link that opens it, and its sweep."""
        cell, number = divmod(start.index, self.sweep.starts)
        return {
            "index": start.index,
            "cell": cell,
            "start": number,
            "settings": self.settings(cell),
            "seed": start.seed,
            "weight_seed": start.weight_seed,
            **outcome_of(start)._asdict(),
            "link": self.sweep.link_of(start.index, self._view),
            "sweep": self.text,
            "until_goal": self.sweep.until_goal,
        }

    def difference(self, record: Mapping[str, Any]) -> str:
        """In what a record belongs to another sweep than this, as a clause; "" if it is a row of this one."""
        if record["sweep"] != self.text:
            return _difference(_swept(record["sweep"]), _swept(self.text), "not varied")
        if record["until_goal"] != self.sweep.until_goal:
            return f"--until-goal is given only {'there' if record['until_goal'] else 'here'}"
        index = record["index"]
        if not 0 <= index < self.sweep.total:
            return f"it has a row {index}"
        link = self.sweep.link_of(index, self._view)
        return "" if record["link"] == link else _difference(_linked(record["link"]), _linked(link), "not set")


_OPTIONS = {"starts": "--starts", "vary": "--vary-seeds", "epochs": "--epochs"}
"""The options for what the text of a sweep says besides its settings."""


def _swept(text: str) -> dict[str, str]:
    """The parts of the text of a sweep."""
    parts = {"vary": SweepText().vary, **_pairs(text.split(";"), ":")}
    return {_OPTIONS.get(name, name): value for name, value in parts.items()}


def _linked(link: str) -> dict[str, str]:
    return _pairs(link.lstrip("#").split("&"), "=")


def _pairs(parts: Iterable[str], equals: str) -> dict[str, str]:
    return {name: value for name, _, value in (part.partition(equals) for part in parts)}


def _difference(there: Mapping[str, str], here: Mapping[str, str], missing: str) -> str:
    """The first part that differs, as a clause; `missing` says that a part is not there at all."""
    for name in {**here, **there}:
        if there.get(name) != here.get(name):
            old, new = (quoted(parts[name]) if name in parts else missing for parts in (there, here))
            return f"{name} is {old} there and {new} here"
    return "its settings are in another order"


# --- formats ----------------------------------------------------------------------------------------------------------


class Format(NamedTuple):
    """How a file has rows: the `head` before the first, for some swept keys, and each row as a line."""

    name: str
    head: Callable[[Sequence[str]], str]
    line: Callable[[Record], str]
    parse: Callable[[str, Sequence[str]], Record]
    """Reads a line. Raises ValueError, KeyError or TypeError for what is no row."""


def _json_line(record: Record) -> str:
    return json.dumps(record, allow_nan=False) + "\n"


def _parse_json(line: str, keys: Sequence[str]) -> Record:
    record = json.loads(line)
    return {name: record[name] for name in _COLUMNS}


_COLUMNS = (
    *("index", "cell", "start", "seed", "weight_seed"),
    *Outcome._fields,
    *("link", "sweep", "until_goal"),
)
"""The names in a record, but for the settings."""

_LITERALS = {"index", "cell", "start", *Outcome._fields, "until_goal"}
"""Those of numbers and truth values."""


def _csv_line(values: Sequence[Any]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(values)
    return text.getvalue()


def _columns(keys: Sequence[str]) -> list[str]:
    return [*_COLUMNS[:3], *keys, *_COLUMNS[3:]]


def _record_as_csv(record: Record) -> str:
    flat = {**record, **record["settings"]}
    return _csv_line([_plain(flat[name]) for name in _columns(list(record["settings"]))])


def _plain(value: Any) -> Any:
    """A value as CSV has it: a line each, and truth values as in links."""
    if isinstance(value, bool):
        return json.dumps(value)
    return value.translate(_SPACES) if isinstance(value, str) else value


_SPACES = {ord("\n"): " ", ord("\r"): " "}


def _parse_csv(line: str, keys: Sequence[str]) -> Record:
    (values,) = csv.reader([line], strict=True)
    record: Record = dict(zip(_columns(keys), values, strict=True))
    return record | {name: json.loads(record[name]) if record[name] else None for name in _LITERALS}


JSON = Format("JSON lines", lambda keys: "", _json_line, _parse_json)
CSV = Format("CSV", lambda keys: _csv_line(_columns(keys)), _record_as_csv, _parse_csv)


# --- files ------------------------------------------------------------------------------------------------------------


@dataclass
class RowFile:
    """A file with rows of a sweep: those that it has, and where the next one goes.

    Nothing is written before `open`. Raises CommandError for a file that cannot be used.
    """

    path: Path
    rows: Rows
    format: Format
    found: dict[int, Outcome]
    """By number, the rows that the file has."""
    size: int = 0
    """The bytes of whole lines; what follows them is dropped."""
    notice: str = ""
    """What should be said about the file."""
    is_ordered: bool = True
    """Whether its rows are in the order of their numbers."""
    _last: int = -1

    @classmethod
    def new(cls, path: Path, rows: Rows, form: Format) -> Self:
        """A file that must not exist, or be empty."""
        try:
            is_free = not path.exists() or (path.is_file() and not path.stat().st_size)
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}.") from None
        if not is_free:
            raise CommandError(f"{path} exists. Choose another name, or use --resume to go on with it.")
        return cls(path, rows, form, {})

    @classmethod
    def read(cls, path: Path, rows: Rows, form: Format | None) -> Self:
        """A file to go on with, in this format if one is given."""
        try:
            with path.open("rb") as file:
                return cls._read(path, rows, form, file)
        except FileNotFoundError:
            notice = f"{path} does not exist yet, so the sweep starts from the beginning."
            return cls(path, rows, form or _named(path), {}, notice=notice)
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from None

    @classmethod
    def _read(cls, path: Path, rows: Rows, form: Format | None, file: BinaryIO) -> Self:
        start = file.peek(1)[:1] if isinstance(file, io.BufferedReader) else b""
        actual = JSON if start == b"{" else CSV if start else form or _named(path)
        if form not in {None, actual}:
            raise CommandError(f"{path} is a file of {actual.name}.")
        self = cls(path, rows, actual, {})
        for number, line in enumerate(file, 1):
            if not line.endswith(b"\n"):
                self.notice = f"The last line of {path} is incomplete and is dropped; its start is trained again."
                break
            self._take(number, line.decode("utf-8", "replace"))
            self.size += len(line)
        return self

    def _take(self, number: int, line: str) -> None:
        """Take a line that the file has."""
        keys = self.rows.keys
        if self.format is CSV and number == 1:
            self._check_columns(line)
            return
        try:
            record = self.format.parse(line, keys)
            difference = self.rows.difference(record)
            outcome = _outcome_in(record)
        except (ValueError, KeyError, TypeError, AttributeError, csv.Error):
            raise CommandError(f"{self.path}, line {number}: {quoted(line.strip())} is no row of a sweep.") from None
        if difference:
            raise CommandError(
                f"{self.path} has rows of another sweep: {difference}.",
                "Give the options of that sweep, or another file.",
            )
        self._note(record["index"])
        self.found[record["index"]] = outcome

    def _note(self, index: int) -> None:
        """Note the number of the next line."""
        self.is_ordered = self.is_ordered and index > self._last
        self._last = index

    def _check_columns(self, line: str) -> None:
        (there,) = csv.reader([line])
        here = _columns(self.rows.keys)
        if there == here:
            return
        for name in [*there, *here]:
            if name not in there or name not in here:
                where = "no column" if name in here else "a column"
                raise CommandError(f"{self.path} has {where} {quoted(name)}, so it is not of this sweep.")
        raise CommandError(f"{self.path} has its columns in another order than this sweep.")

    @contextmanager
    def open(self) -> Iterator[Callable[[Record], None]]:
        """Open it for more rows; what this yields writes one, and at the end all are in the order of their numbers."""
        with self._writing():
            # neither empties a file nor creates one that cannot be written
            flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
            file = os.fdopen(os.open(self.path, flags, 0o666), "r+b", buffering=0)
        with file:
            with self._writing():
                file.truncate(self.size)
                self._append(file, "" if self.size else self.format.head(self.rows.keys))

            def write(record: Record) -> None:
                self._note(record["index"])
                with self._writing(FAILED):
                    self._append(file, self.format.line(record))

            yield write
        if not self.is_ordered:
            self._put_in_order()

    def _append(self, file: io.FileIO, text: str) -> None:
        """Append a text as a whole, or not at all."""
        data = memoryview(text.encode())
        size = len(data)
        try:
            file.seek(self.size)
            while data:
                data = data[file.write(data) or 0 :]
        except BaseException:
            # Ctrl+C, too, must not leave half a line between others
            file.truncate(self.size)
            raise
        self.size += size

    @contextmanager
    def _writing(self, code: int = USAGE_ERROR) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise CommandError(f"{self.path} cannot be written: {error.strerror}.", code=code) from None

    def _put_in_order(self) -> None:
        """Write the file again, with its rows in the order of their numbers, each once."""
        keys, path = self.rows.keys, self.path.resolve()
        with self._writing(FAILED):
            *lines, _ = path.read_bytes().split(b"\n")
            head = lines[: self.format is CSV]
            rows = {self.format.parse(line.decode(), keys)["index"]: line for line in lines[len(head) :]}
            ordered = path.with_name(f"{path.name}.new")
            ordered.write_bytes(b"\n".join([*head, *(rows[index] for index in sorted(rows)), b""]))
            shutil.copymode(path, ordered)
            ordered.replace(path)


def first_link(path: Path) -> str:
    """The link of the first row in a file, "" if there is none."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            line = file.readline()
            if line.startswith("{"):
                return str(json.loads(line)["link"])
            return next(csv.DictReader([line, file.readline()]), {}).get("link") or ""
    except (OSError, ValueError, KeyError, TypeError, csv.Error):
        # what is wrong with the file is said when it is read
        return ""


def _named(path: Path) -> Format:
    """The format that a new file has by its name."""
    return CSV if path.suffix.lower() == ".csv" else JSON
