"""What a real page says when something in between blocks live connections, and what it does afterwards."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.classroom import Class
from tests.browser.driver import barriers_in_both_schemes, case
from tests.faults.browser import WatchedPage, watched
from tests.faults.cable import Cable, wire_to
from tests.faults.proxy import Blockade, Wire
from tests.support.server import ServerProcess

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.resilience]

LINK = "#seed=0.5"
REFUSED, HUNG, SILENT, CUT = "refuses the live", "leaves the live", "holds back everything", "cuts the live"

BLOCKADES: dict[Blockade, str] = {
    Blockade("hang"): HUNG,
    Blockade("hold"): SILENT,
    Blockade("end"): REFUSED,
    Blockade("strip"): REFUSED,
    Blockade("cut"): CUT,
    **{Blockade("answer", status): REFUSED for status in (400, 403, 404, 501, 502)},
}
"""All of them, the slow ones first, and what the page says of each."""

OF_PATH = {status: Blockade("answer", status, of_plain=True) for status in (403, 404, 502)}
"""Those that answer any request to the address of live connections."""


@pytest.fixture(scope="module")
def server() -> Iterator[ServerProcess]:
    with ServerProcess(workers=1) as running:
        yield running


def address_of(cable: Cable) -> str:
    return f"http://127.0.0.1:{cable.port}/"


def panel_of(page: Page) -> str:
    """Wait for the panel; returns its text."""
    page.locator("#blocked").wait_for()
    return page.locator("#blocked").inner_text()


def test_every_blockade_is_explained_until_it_ends(chromium: Browser, server: ServerProcess) -> None:
    with ExitStack() as stack:
        opened: list[tuple[Cable, WatchedPage]] = []
        for blockade in BLOCKADES:
            cable = stack.enter_context(wire_to(server.port))
            cable.block(blockade)
            page = stack.enter_context(watched(chromium, address_of(cable)))
            page.page.goto(page.address + LINK, wait_until="domcontentloaded")
            opened.append((cable, page))
        for (blockade, words), (cable, page) in zip(BLOCKADES.items(), opened, strict=True):
            with case(blockade):
                assert words in panel_of(page.page)
                assert page.said == ""
                assert not page.page.locator("#main").is_visible()
                letter = page.page.locator("#blocked-letter").input_value()
                assert f"ws://127.0.0.1:{cable.port}/ws" in letter
                cable.block(None)
                # the panel may be gone already: the page tries by itself, too
                page.page.locator("#blocked-try").evaluate("button => button.click()")
                page.until(lambda: page.visits[-1].frames != [])  # noqa: B023 - called at once
                page.page.locator("#blocked").wait_for(state="hidden")
                page.step()


def test_proxy_that_answers_for_the_server_is_quoted(chromium: Browser, server: ServerProcess) -> None:
    for status, blockade in OF_PATH.items():
        with case(status), wire_to(server.port) as cable, watched(chromium, address_of(cable)) as page:
            cable.block(blockade)
            page.page.goto(page.address + LINK)
            assert f"answers with {status} (" in panel_of(page.page)


def test_what_was_changed_meanwhile_is_not_lost(chromium: Browser, server: ServerProcess) -> None:
    with wire_to(server.port) as cable, watched(chromium, address_of(cable)) as page:
        page.begin(LINK).step(3)
        cable.block(Blockade("end"))
        cable.do(Wire.snap)
        # ten attempts fail before a page that had a connection asks why
        page.until(lambda: page.page.evaluate(TRY_NOW) or "Live connections are blocked" in page.said)
        assert page.page.locator("#main").is_visible()
        page.page.get_by_role("button", name="What to ask for").click()
        assert REFUSED in panel_of(page.page)
        assert "Nothing that you have done is lost" in panel_of(page.page)
        page.page.get_by_role("button", name="Back to the playground").click()
        page.page.locator("#learningRate").select_option("0.1")
        cable.block(None)
        page.until(lambda: page.said == "" and page.visits[-1].frames != [])
        page.until(lambda: page.last("config")["config"]["learning_rate"] == 0.1)
        assert page.number == 3


TRY_NOW = "() => void dispatchEvent(new Event('online'))"


def test_connections_that_keep_breaking_are_reported(chromium: Browser, server: ServerProcess) -> None:
    with wire_to(server.port) as cable, watched(chromium, address_of(cable)) as page:
        page.begin(LINK)
        for visits in range(1, 4):
            page.until(lambda: len(page.visits) == visits and page.visits[-1].frames != [])  # noqa: B023
            cable.do(Wire.snap)
        page.until_said("The live connection keeps breaking")
        page.until(lambda: len(page.visits) == 4 and page.visits[-1].frames != [])
        # it works, and nobody knows for how long
        page.step()
        page.page.get_by_role("button", name="What to ask for").click()
        assert CUT in panel_of(page.page)


def test_restarting_server_is_not_called_blocked(chromium: Browser) -> None:
    with (
        ServerProcess(workers=1) as server,
        wire_to(server.port) as cable,
        watched(chromium, address_of(cable)) as page,
    ):
        cable.block(Blockade("hang"))
        page.page.goto(page.address + LINK)
        page.until(lambda: len(page.visits) == 1)
        page.page.evaluate(NOTE_PANEL)
        server.kill()
        cable.do(Wire.snap)
        cable.block(None)
        page.until_said("The server does not answer")
        server.start()
        page.until(lambda: page.visits[-1].frames != [])
        server.kill()
        page.until_said("Connection lost")
        server.start()
        page.until(lambda: page.said == "")
        assert not page.page.evaluate("wasBlocked")


NOTE_PANEL = """() => {
  globalThis.wasBlocked = false;
  new MutationObserver(() => (wasBlocked ||= !document.querySelector("#blocked").hidden))
    .observe(document.querySelector("#blocked"), { attributes: true });
}"""
"""Notes whether the panel was ever shown."""


def test_sign_in_page_is_not_the_server(chromium: Browser, server: ServerProcess) -> None:
    with watched(chromium, server.address) as page:
        page.page.route_web_socket(re.compile("/ws$"), lambda route: route.close())
        for path in ("ws", "healthz"):
            page.page.route(
                f"**/{path}", lambda route: route.fulfill(status=200, content_type="text/html", body="Sign in")
            )
        page.page.goto(page.address + LINK)
        page.until_said("Something else answers in place of the server")


def test_pages_of_classes_explain_a_blockade(chromium: Browser, server: ServerProcess) -> None:
    lesson = Class(server)
    for name, open_page in PAGES_OF_CLASSES.items():
        with case(name), wire_to(server.port) as cable, watched(chromium, address_of(cable)) as page:
            cable.block(Blockade("strip"))
            open_page(page.page, address_of(cable), lesson)
            assert REFUSED in panel_of(page.page)
            page.page.locator("#blocked-try").click(trial=True)
            assert barriers_in_both_schemes(page.page, "#blocked") == []
            cable.block(None)
            page.page.locator("#blocked").wait_for(state="hidden")
            page.page.locator(SHOWN_THEN[name]).wait_for()
    lesson.close()


def join(page: Page, address: str, lesson: Class) -> None:
    page.goto(f"{address}join")
    page.locator("#join-code").fill(lesson.code)
    page.locator("#join-code").press("Enter")


PAGES_OF_CLASSES: dict[str, Callable[[Page, str, Class], object]] = {
    "join": join,
    "student": lambda page, address, lesson: page.goto(f"{address}class/{lesson.code}"),
    "teacher": lambda page, address, lesson: page.goto(f"{address}teach#{lesson.secret}.{lesson.code}"),
    "screen": lambda page, address, lesson: page.goto(f"{address}screen#{lesson.screen}.{lesson.code}"),
}
SHOWN_THEN = {
    "join": ".class-choice >> nth=0",
    "student": ".class-choice >> nth=0",
    "teacher": "#network",
    "screen": "#screen-join",
}
"""What there is to see as soon as there is a connection."""
