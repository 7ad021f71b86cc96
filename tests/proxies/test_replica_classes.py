"""Classes on two servers behind nginx: the code leads to the server, to the other one while that is down, and back."""

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager

import pytest
from playwright.sync_api import Browser

from tests.browser.driver import Playground
from tests.proxies.nginx import ORIGIN
from tests.proxies.replicas import ProxiedClass, Replicas, place_at
from tests.proxies.visitor import visiting
from tests.support.class_client import ClassPage
from tests.support.server import ServerProcess

pytestmark = [pytest.mark.proxies, pytest.mark.server]

TASK = "#dataset=xor&seed=0.7&networkShape=3"


def has_class(server: ServerProcess, held: ProxiedClass) -> bool:
    """Whether a class is open on a server."""
    return bool(place_at(server, held.code)["open"])


def come_back(held: ProxiedClass, page: ClassPage) -> ClassPage:
    """The page again, after its connection has ended."""
    page.until_closed()
    again = held.page(page.memory)
    assert again.joined, again.errors
    return again


@pytest.mark.parametrize("index", [0, 1])
def test_all_of_a_class_meet_at_one_server(replicas: Replicas, index: int) -> None:
    with closing(replicas.class_at(replicas.servers[index])) as held:
        teacher = held.teacher(names="free")
        students = [held.student(name) for name in ("Ann", "Bob")]
        held.screen(teacher)
        teacher.until_class(lambda room: (room["present"], room["screens"]) == (2, 1))
        assert [has_class(server, held) for server in replicas.servers] == [index == 0, index == 1]
        assert students[1].joined["seat"] == 2


def test_class_goes_on_elsewhere_and_comes_back(replicas: Replicas) -> None:
    first, other = replicas.servers
    with closing(replicas.class_at(first)) as held:
        teacher, student = held.teacher(names="free"), held.student("Ann")
        teacher.do("hand_out", link=TASK)
        student.until_own(None)
        student.train(3)
        teacher.until_so(lambda: (teacher.memory.kept or {}).get("task"))
        first.kill()
        teacher = come_back(held, teacher)
        student = come_back(held, student)
        assert student.greet()["resumed"] == "checkpoint"
        student.train(2)
        assert has_class(other, held)
        first.start()
        assert held.place() == {"instance": place_at(first, held.code)["instance"], "open": False}
        teacher.say("move_class")
        teacher = come_back(held, teacher)
        student = come_back(held, student)
        assert student.greet()["resumed"] == "checkpoint"
        assert student.frame["epoch"] == 5
        assert teacher.room["task"]["link"] == TASK
        assert [has_class(server, held) for server in replicas.servers] == [True, False]


# --- in a browser -------------------------------------------------------------------------------------------------


def test_class_in_browsers_follows_its_server(chromium: Browser, replicas: Replicas) -> None:
    first, other = replicas.servers
    with closing(replicas.class_at(first)) as held, visiting(chromium, replicas.proxy) as visitors:
        teacher = Playground(visitors.page(), f"{ORIGIN}/").open(f"teach#{held.secret}.{held.code}")
        student = Playground(visitors.page(), f"{ORIGIN}/")
        student.page.goto(f"{ORIGIN}/class/{held.code.lower()}")
        student.page.locator("#class-door .class-choice").first.click()
        student.until(lambda: bool(student.frames))
        student.step(3)
        pages = (teacher, student)
        with moving(pages, held, other):
            first.kill()
        with moving(pages, held, first):
            # the teacher's page finds it out and moves the class there
            first.start()
        assert not has_class(other, held)
        with moving(pages, held, other):
            first.kill()
        with moving(pages, held, first):
            first.start()
            # it comes back to another server than its class is on
            teacher.page.reload()
        assert student.epoch == 3


@contextmanager
def moving(pages: Iterable[Playground], held: ProxiedClass, server: ServerProcess) -> Iterator[None]:
    """Wait until all pages are back with their networks, and in their class at a server."""
    before = {page: page.frames[-1].socket for page in pages}
    yield
    instance = place_at(server, held.code)["instance"]
    for page, socket in before.items():
        page.until(lambda page=page, socket=socket: page.frames[-1].socket > socket)  # type: ignore[misc]
        page.until(lambda page=page: page.last("joined")["instance"] == instance)  # type: ignore[misc]
        page.until(lambda page=page: page.last("class")["teacher"])  # type: ignore[misc]
        assert page.last("welcome")["resumed"] == "checkpoint"
