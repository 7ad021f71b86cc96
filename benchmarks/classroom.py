"""A class under load: joining, following, the wall, and what the teacher does to all, over real sockets.

    python -m benchmarks.classroom [--students 200,300] [--seconds 8] [--workers N]

`python -m benchmarks.load --only class` does the same. The members do the minimum that a page does; the wall is decoded
in full. They share the machine's cores with the server, unlike a real class.
"""

import argparse
import asyncio
import contextlib
import json
import os
import random
import secrets
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from app.protocol.containers import decode_container, decompress
from app.protocol.version import VERSION
from benchmarks.clients import (
    DEFAULT,
    PLAY,
    Client,
    Cores,
    Rates,
    milliseconds,
    observe,
    open_all,
    row,
    spread,
)
from benchmarks.stream import percentile
from tests.support.server import ServerProcess

SIZES = (200, 300)

_JOIN_WITHIN = 10.0
"""Seconds in which a class comes."""

_TRAINING = 100
"""Sessions without a class that train meanwhile."""

_WRONG_CODES = 1000
"""Wrong codes per minute."""

_PATIENCE = 60.0

_ADDRESS_LIMIT = 2000
"""Connections from one address: here all come from the same."""


class Member(Client):
    """A page in a class: it joins, takes the first name that is offered, and says hello."""

    def __init__(self, code: str, join: dict[str, Any], link: str) -> None:
        super().__init__(link, f"/ws/{code}")
        self.seat = 0
        self.room: dict[str, Any] = {}
        """The last `class` message."""
        self.room_at = 0.0
        self.is_watching = False
        self.welcomed_at = 0.0
        self.shown_at = 0.0
        """When the first frame after the last welcome came; 0 before."""
        self.epochs: list[int] = []
        self.times: list[float] = []
        """When a frame of each of the epochs came."""
        self.refusals: Counter[str] = Counter()
        self._join = {"type": "join", "version": VERSION, **join}

    def begin(self) -> None:
        """Join the class."""
        self.say(json.dumps(self._join))

    def take_message(self, message: dict[str, Any]) -> None:
        """Keep what a class tells, and answer as a page does."""
        match message["type"]:
            case "door":
                self._join["name"] = message["choices"][0]
                self.begin()
            case "joined":
                is_first, self.seat = not self.room, message["seat"] or 0
                if is_first:
                    self.say_hello()
            case "class":
                self.room, self.room_at = message, time.perf_counter()
            case "welcome":
                self.is_watching = message.get("watching") is not None
                self.welcomed_at, self.shown_at = time.perf_counter(), 0.0
            case "error":
                self.refusals.update(item["code"] for item in message["errors"])
        super().take_message(message)

    def show(self, message: dict[str, Any], payload: bytes) -> None:
        """Note when a frame came."""
        super().show(message, payload)
        now = time.perf_counter()
        self.shown_at = self.shown_at or now
        self.epochs.append(message["epoch"])
        self.times.append(now)

    def forget(self) -> None:
        """Forget the frames so far."""
        self.epochs, self.times = [], []

    def reached_at(self, epoch: int) -> float | None:
        """When the first frame of this or a later epoch came; None if none has."""
        index = bisect_left(self.epochs, epoch)
        return self.times[index] if index < len(self.times) else None


class Student(Member):
    """A student, who acknowledges frames after `delay` seconds, or who stops to read."""

    def __init__(self, code: str, number: int) -> None:
        super().__init__(code, {"role": "student", "seat": secrets.token_urlsafe(16)}, DEFAULT.format(number))
        self.delay = 0.0

    def acknowledge(self, seq: int) -> None:
        """Say that a frame is on the screen, once it is."""
        if self.delay:
            asyncio.get_running_loop().call_later(self.delay, super().acknowledge, seq)
        else:
            super().acknowledge(seq)


class Stranger(Member):
    """Somebody with a wrong code: leaves at the answer."""

    def __init__(self) -> None:
        code = "".join(random.choices("ABCDEFGH", k=6))  # noqa: S311 - not for security
        super().__init__(code, {"role": "student", "seat": secrets.token_urlsafe(16)}, "")

    def take_message(self, message: dict[str, Any]) -> None:
        """Leave."""
        super().take_message(message)
        self.close()


class WallSeen(NamedTuple):
    """A `wall` message as it came."""

    time: float
    epochs: dict[int, int]
    """The epoch of each tile in it, by seat."""
    pictures: list[int]
    size: int


class Teacher(Member):
    """The teacher, who can command and sees the wall."""

    def __init__(self, code: str, secret: str) -> None:
        super().__init__(code, {"role": "teacher", "secret": secret}, DEFAULT.format(0))
        self.walls: list[WallSeen] = []
        self._awaited: dict[int, asyncio.Future[dict[str, Any]]] = {}

    async def order(self, type_: str, **fields: Any) -> dict[str, Any]:
        """Send a command and return its answer. Raises RuntimeError if it is refused."""
        number = _FIRST_ORDER + len(self._awaited)
        answer = self._awaited[number] = asyncio.get_running_loop().create_future()
        self.say(json.dumps({"type": type_, "id": number, **fields}))
        message: dict[str, Any] = await answer
        if message["type"] == "error":
            raise RuntimeError(f"{type_} was refused: {message}")
        return message

    def take_message(self, message: dict[str, Any]) -> None:
        """Note answers to commands."""
        super().take_message(message)
        self._settle(message)

    def take_container(self, message: dict[str, Any], payload: bytes) -> None:
        """Decode the wall as a page does."""
        super().take_container(message, payload)
        if message["type"] == "wall":
            decode_container(decompress(payload))
            epochs = {tile["seat"]: tile["epoch"] for tile in message["tiles"]}
            self.walls.append(WallSeen(time.perf_counter(), epochs, message["pictures"], len(payload)))
        self._settle(message)

    def _settle(self, message: dict[str, Any]) -> None:
        if (answer := self._awaited.get(message.get("id", 0))) and not answer.done():
            answer.set_result(message)


_FIRST_ORDER = 1_000_000


# --- a class ------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Class:
    """A class on a server."""

    server: ServerProcess
    code: str
    teacher: Teacher
    students: list[Student]


async def open_class(server: ServerProcess) -> Class:
    """Make a class, and let its teacher in."""
    headers = {"Content_Type": "application/json", "Origin": server.address.rstrip("/")}
    status, _, content = await asyncio.to_thread(server.fetch, "/api/classes", "POST", "{}", **headers)
    if status != 201:
        raise RuntimeError(f"no class was made: {content!r}")
    made = json.loads(content)
    teacher = Teacher(made["code"], made["secret"])
    await teacher.open(server.port)
    return Class(server, made["code"], teacher, [])


async def join_all(room: Class, count: int, within: float) -> tuple[list[float], int]:
    """Let students join, evenly over some seconds. Returns how long each waited for a picture, and how many failed."""
    waits: list[float] = []
    refused = 0

    async def join(number: int) -> None:
        nonlocal refused
        await asyncio.sleep(within * number / count)
        began = time.perf_counter()
        student = Student(room.code, 1000 + number)
        try:
            async with asyncio.timeout(_PATIENCE):
                await student.open(room.server.port)
        except (OSError, asyncio.CancelledError, TimeoutError):
            refused += 1
            return
        waits.append(time.perf_counter() - began)
        room.students.append(student)

    await asyncio.gather(*(join(number) for number in range(count)))
    return waits, refused


async def until_all(members: Iterable[Member], is_so: Callable[[Any], object], what: str) -> None:
    """Wait until something is so of all members. Raises TimeoutError if it never is."""
    end = time.perf_counter() + _PATIENCE
    waiting = [member for member in members if not is_so(member)]
    while waiting:
        if time.perf_counter() > end:
            raise TimeoutError(f"{len(waiting)} members have not {what}")
        await asyncio.sleep(0.02)
        waiting = [member for member in waiting if not is_so(member)]


def quantiles(values: Sequence[float]) -> str:
    """Median, 95% and slowest."""
    return " / ".join(milliseconds(values, share) for share in (0.5, 0.95, 1))


# --- measurements -------------------------------------------------------------------------------------------------


async def joins(workers: int, count: int, *, with_strangers: bool) -> None:
    """A class comes within ten seconds while a hundred others train."""
    with ServerProcess(workers=workers, max_per_address=_ADDRESS_LIMIT) as server:
        room = await open_class(server)
        playing = await open_all(server.port, (DEFAULT.format(number) for number in range(_TRAINING)))
        tried: list[Stranger] = []
        trying = asyncio.create_task(try_wrong_codes(server.port, tried)) if with_strangers else None
        asking = asyncio.create_task(observe(playing, _JOIN_WITHIN))
        used = Cores(server)
        waits, refused = await join_all(room, count, _JOIN_WITHIN)
        beside = " with wrong codes" if with_strangers else ""
        row(f"join{beside}: p50 / p95 / max until the first picture", quantiles(waits), "p95 at most 1 s")
        row("    refused", str(refused), "0")
        row("    response to a command in the others' sessions, p95", milliseconds(await asking))
        row("    cores used: front / workers / these clients", cores(used))
        if trying is not None:
            trying.cancel()
            answers = sum((stranger.refusals for stranger in tried), Counter())
            row("    wrong codes: told that they are / that there are too many", _counts(answers, *_OF_STRANGERS))


_OF_STRANGERS = ("no_such_class", "rate_limited")


def _counts(counter: Counter[str], *names: str) -> str:
    return " / ".join(str(counter[name]) for name in names)


async def try_wrong_codes(port: int, tried: list[Stranger]) -> None:
    """Try wrong codes, each over a connection of its own."""
    while True:
        tried.append(Stranger())
        with contextlib.suppress(OSError):
            await tried[-1].connect(port)
        await asyncio.sleep(60 / _WRONG_CODES)


def cores(used: Cores) -> str:
    return " / ".join(f"{value:.2f}" for value in used.take())


async def explore(room: Class, seconds: float) -> None:
    """All train networks of their own while the teacher has the wall open."""
    for student in room.students:
        student.say(PLAY)
    await asyncio.sleep(2)
    for student in room.students:
        student.forget()
    seats = [student.seat for student in room.students]
    began = time.perf_counter()
    await room.teacher.order("watch_wall", on=True, seats=seats)
    missing = set(seats)
    await until_all([room.teacher], partial(_has_wall, missing), "got the whole wall")
    row("wall: from opening to the last picture", f"{room.teacher.walls[-1].time - began:.2f} s", "at most 2 s")
    room.teacher.walls.clear()
    rates, used = Rates(room.students), Cores(room.server)
    answers = await observe(room.students, seconds, 1.0)
    frames, epochs = rates.take()
    engaged = cores(used)
    walls = room.teacher.walls
    arriving, shown = ages(room)
    row("    age of tiles when they come, p50 / p95 / max", quantiles(arriving))
    row("    age of tiles when newer ones come, p50 / p95 / max", quantiles(shown), "at most 2 s")
    row("    bytes/s to the teacher", f"{sum(wall.size for wall in walls) / seconds / 1000:.0f} kB")
    row("explore: frames/s per student (min / median / max)", spread(frames), "at least 5")
    row("    epochs/s per student", spread(epochs))
    row("    the slowest student's share of the median", f"{min(epochs) / percentile(epochs, 0.5):.0%}")
    row("    response to a command, p95", milliseconds(answers), "at most 150 ms")
    row("    cores used: front / workers / these clients", engaged)


def _has_wall(missing: set[int], teacher: Teacher) -> bool:
    for wall in teacher.walls:
        missing.difference_update(wall.pictures)
    return not missing


def ages(room: Class) -> tuple[list[float], list[float]]:
    """Seconds since students showed what their tiles show: when the tiles come, and when newer ones replace them."""
    students = {student.seat: student for student in room.students}
    arriving, shown = [], []
    since: dict[int, float] = {}
    for wall in room.teacher.walls:
        for seat, epoch in wall.epochs.items():
            if seat in since:
                shown.append(wall.time - since[seat])
            reached = students[seat].reached_at(epoch)
            # a tile may come before the frame
            since[seat] = min(wall.time, reached or wall.time)
            arriving.append(wall.time - since[seat])
    return arriving, shown


async def pause(room: Class) -> None:
    """The teacher pauses the class, and nobody can train any more."""
    began = time.perf_counter()
    await room.teacher.order("set_mode", mode="pause")
    await until_all(room.students, lambda student: student.room["mode"] == "pause", "been paused")
    told = [student.room_at - began for student in room.students]
    row("pause: until the last student was told", f"{max(told):.2f} s", "at most 1 s")
    await asyncio.sleep(began + 1 - time.perf_counter())
    before = await epochs_of(room)
    for student in room.students:
        student.refusals.clear()
        student.say(PLAY)
        student.say('{"type":"advance","count":1}')
    await until_all(room.students, lambda student: student.refusals["paused"] == 2, "been refused to train")
    await asyncio.sleep(1)
    after = await epochs_of(room)
    trained = sum(epoch != before[seat] for seat, epoch in after.items())
    row("    students who trained one second later or after that", str(trained), "0")
    await room.teacher.order("set_mode", mode="explore")


async def epochs_of(room: Class) -> dict[int, int]:
    """The epoch of each student's network, by seat."""
    message = await room.teacher.order("ask_results")
    return {result["seat"]: result["epoch"] for result in message["results"]}


async def hand_out(room: Class) -> None:
    """The teacher hands out an experiment."""
    began = time.perf_counter()
    await room.teacher.order("hand_out", link="#dataset=xor&seed=0.5", text="Separate the colors.")

    def has_task(student: Student) -> bool:
        return student.room.get("task") is not None and student.welcomed_at > began and student.shown_at > 0

    await until_all(room.students, has_task, "got the task")
    waits = [max(student.room_at, student.shown_at) - began for student in room.students]
    row("hand out: p50 / p95 / max until its first picture", quantiles(waits), "max at most 1 s")


async def follow(room: Class, seconds: float) -> None:
    """All follow the teacher's network; then again while a fifth of them are stuck or slow."""
    await room.teacher.order("watch_wall", on=False, seats=[])
    room.teacher.say(PLAY)
    began = time.perf_counter()
    await room.teacher.order("set_mode", mode="follow")

    def follows(student: Student) -> bool:
        return student.is_watching and student.shown_at > 0

    await until_all(room.students, follows, "seen the teacher's network")
    waits = [student.shown_at - began for student in room.students]
    row("follow: p50 / p95 / max until the first picture", quantiles(waits), "max at most 1 s")
    await asyncio.sleep(1)
    await watch(room, room.students, seconds)
    bad = room.students[::5]
    for number, student in enumerate(bad):
        if number % 2:
            student.delay = 1.0
        else:
            student.stop_reading()
    others = [student for student in room.students if student not in bad]
    row(f"    beside {len(bad)} others, who do not read or are a second late", "")
    await watch(room, others, seconds)


async def watch(room: Class, students: Sequence[Student], seconds: float) -> None:
    """How well some of the class follow."""
    teacher = room.teacher
    for member in (teacher, *students):
        member.forget()
    rates, own, used = Rates(students), Rates([teacher]), Cores(room.server)
    received = sum(student.bytes for student in students)
    await asyncio.sleep(seconds)
    frames, _ = rates.take()
    engaged = cores(used)
    received = sum(student.bytes for student in students) - received
    row("    frames/s per student (min / median / max)", spread(frames), "at least 8")
    row("    the teacher's own frames/s", f"{own.take()[0][0]:.1f}", "at least 30")
    since = dict(zip(teacher.epochs, teacher.times, strict=True))
    same = [
        moment - since[epoch]
        for student in students
        for epoch, moment in zip(student.epochs, student.times, strict=True)
        if epoch in since
    ]
    row("    behind the teacher with the same frame, p50 / p95 / max", quantiles(same))
    row(
        "    behind any frame of the teacher, p50 / p95 / max", quantiles(lags(teacher, students)), "p95 at most 250 ms"
    )
    row("    to each student", f"{received / len(students) / seconds / 1000:.0f} kB/s")
    row("    cores used: front / workers / these clients", engaged)


def lags(teacher: Teacher, students: Iterable[Student]) -> list[float]:
    """Seconds from each frame of the teacher's until a student has the same or a later one."""
    found = []
    for student in students:
        for epoch, moment in zip(teacher.epochs, teacher.times, strict=True):
            reached = student.reached_at(epoch)
            if reached is not None:
                found.append(max(0.0, reached - moment))
    return found


async def measure(workers: int, seconds: float, sizes: Iterable[int] = SIZES) -> None:
    """Measure classes of several sizes."""
    for count in sizes:
        print(f"  {count} students")
        await joins(workers, count, with_strangers=False)
        await joins(workers, count, with_strangers=True)
        with ServerProcess(workers=workers, max_per_address=_ADDRESS_LIMIT) as server:
            room = await open_class(server)
            await join_all(room, count, count / 50)
            await explore(room, seconds)
            await pause(room)
            await hand_out(room)
            await follow(room, seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", default=",".join(map(str, SIZES)), help="sizes of the classes")
    parser.add_argument("--seconds", type=float, default=8.0, help="seconds of measurement per figure")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="worker processes of the server")
    options = parser.parse_args()
    asyncio.run(measure(options.workers, options.seconds, map(int, options.students.split(","))))


if __name__ == "__main__":
    main()
