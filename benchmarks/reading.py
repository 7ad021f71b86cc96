"""The time to parse long, mostly invalid input: `python -m benchmarks.reading [--quick]`.

Parses each input of `tests/faults/large.py`, shapes known to slow down parsers, as the server does, and encodes the
response. Prints CPU time in milliseconds per 100 kB, the best of several runs; shorter inputs are not scaled.
"""

import argparse
import sys
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

from app.link import format_link, parse_link
from app.protocol.errors import ProtocolError
from app.protocol.messages import encode_table
from app.protocol.parser import parse
from app.tables import read_table
from tests.faults import large
from tests.faults.test_experiment import greeting, open_file

GOAL = 50.0
"""The goal: milliseconds per 100 kB."""

UNIT = 100_000
MIB = 1024 * 1024


class Subject(NamedTuple):
    """A kind of input, and its parser."""

    name: str
    inputs: Mapping[str, str]
    read: Callable[[str], object]


def read_message(text: str) -> object:
    """A message, or the reason it is refused."""
    try:
        return parse(text, MIB)
    except ProtocolError as error:
        return error


def read_link(text: str) -> str:
    """The canonical form of a link."""
    link = parse_link(text)
    return format_link(link.config, link.view)


def milliseconds(read: Callable[[str], object], text: str, times: int) -> float:
    """Milliseconds per 100 kB of an input."""
    taken = []
    for _ in range(times):
        began = time.process_time()
        read(text)
        taken.append(time.process_time() - began)
    return 1000 * min(taken) * UNIT / max(UNIT, len(text.encode("utf-8", "surrogatepass")))


def main() -> int:
    """Measure, print, and return the exit code: 1 if a parser is too slow."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="parse everything once")
    times = 1 if parser.parse_args().quick else 5
    subjects = (
        Subject("messages", large.MESSAGES, read_message),
        Subject("links", large.LINKS, read_link),
        Subject("tables", large.TABLES, lambda text: encode_table(read_table(text.encode()))),
        Subject("experiment files", large.files(greeting()), open_file),
    )
    print("| 100 kB of | shapes | median | slowest |\n|---|---|---|---|")
    is_slow = False
    for name, inputs, read in subjects:
        taken = sorted((milliseconds(read, text, times), shape) for shape, text in inputs.items())
        (slowest, shape), (median, _) = taken[-1], taken[len(taken) // 2]
        is_slow |= slowest > GOAL
        print(f"| {name} | {len(taken)} | {median:.0f} ms | {slowest:.0f} ms ({shape}) |", flush=True)
    return int(is_slow)


if __name__ == "__main__":
    sys.exit(main())
