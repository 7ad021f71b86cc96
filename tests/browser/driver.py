"""A playground in a real browser as the tests drive it: what goes over its wire, and what is on its screen."""

import itertools
import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
from axe_playwright_python.sync_playwright import Axe
from numpy.typing import NDArray
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Locator, Page, WebSocket

from app.protocol.containers import decode_container, decompress
from tests.support.effort import Effort
from tests.support.settled import settle, settle_page_after_input

TIMEOUT = 15_000
MOST_CLICKS = 10
"""Steps that are asked for before the first of them is waited for."""


class Frame(NamedTuple):
    """A frame that came over the wire."""

    message: dict[str, Any]
    arrays: dict[str, NDArray[Any]]
    socket: int = 0
    """The number of the connection that it came over."""


SERIOUS = frozenset({"serious", "critical"})


AXE = Axe()
RUN_AXE = """([part, rules]) => axe.run(part ?? document, {
  resultTypes: ["violations"], preload: false, iframes: false, rules: { "target-size": { enabled: true } },
  ...(rules && { runOnly: { type: "rule", values: rules } }) })"""
OF_COLORS = ("color-contrast",)
"""The rules of axe whose result depends on the color scheme."""
OF_LAYOUT = ("scrollable-region-focusable",)
"""The rules of axe whose result depends on the width of the screen."""


def barriers_of(
    page: Page,
    part: str | None = None,
    impacts: frozenset[str] | None = None,
    rules: tuple[str, ...] | None = None,
) -> list[tuple[str, str]]:
    """Return the accessibility barriers of a page or a part of it: the rule and the element of each.

    Only barriers of some `impacts` count, and only some `rules` are checked, if these are given.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.axe_script)
    return [
        (violation["id"], violation["nodes"][0]["html"][:200])
        for violation in page.evaluate(RUN_AXE, [part, rules])["violations"]
        if impacts is None or violation["impact"] in impacts
    ]


def barriers_in_both_schemes(
    page: Page, part: str | None = None, impacts: frozenset[str] | None = None
) -> list[tuple[str, str]]:
    """Return the barriers of a page in light colors, and those that its dark colors bring."""
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    light = barriers_of(page, part, impacts)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    dark = barriers_of(page, part, impacts, OF_COLORS)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    return light + dark


@contextmanager
def case(*values: object) -> Iterator[None]:
    """Name one case of a loop in the failure message."""
    try:
        yield
    except (AssertionError, PlaywrightError) as error:
        error.add_note(f"case: {', '.join(map(str, values))}")
        raise


def block_chart(page: Page) -> None:
    """Keep the chart's library from a page; unlike a route, this leaves the browser its cache."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setBlockedURLs", {"urls": ["*/vendor/*"]})


def clear_storage(page: Page, address: str) -> None:
    """Remove what earlier pages of the browser context have stored; what a tab stores goes with the tab."""
    session = page.context.new_cdp_session(page)
    session.send("Storage.clearDataForOrigin", {"origin": address.rstrip("/"), "storageTypes": "local_storage"})
    session.detach()


class NotYetError(LookupError):
    """No message of this kind has come."""


def _holds(condition: Callable[[], bool]) -> bool:
    try:
        return condition()
    except NotYetError:
        return False


class Playground:
    """One page. Everything that it receives is noted, so that a test can compare what is shown with what was sent."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.frames: list[Frame] = []
        self.data: list[Frame] = []
        self.messages: list[dict[str, Any]] = []
        self.sent: list[dict[str, Any]] = []
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self._frames_before_status = 0
        self._sockets = itertools.count()
        self._drawn: set[tuple[int, int]] = set()
        page.set_default_timeout(TIMEOUT)
        settle_page_after_input(page)
        page.on("websocket", self._listen)
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._note_console)

    def _note_console(self, message: Any) -> None:
        # the chart's library is blocked on purpose, and only `healthz` has no icon
        is_expected = re.search(r"/vendor/|/favicon\.ico$", message.location.get("url", ""))
        # a browser without a graphics card says that copying a picture of WebGL takes long
        is_slow = "GPU stall due to ReadPixels" in message.text
        if message.type in {"error", "warning"} and not is_expected and not is_slow:
            self.complaints.append(message.text)

    def _listen(self, socket: WebSocket) -> None:
        number = next(self._sockets)
        socket.on("framereceived", lambda payload: self._receive(number, payload))
        socket.on("framesent", lambda payload: self._note_sent(number, payload))

    def _note_sent(self, socket: int, payload: str | bytes) -> None:
        message = json.loads(payload)
        self.sent.append(message)
        if message["type"] == "ack":
            self._drawn.add((socket, message["seq"]))

    def _receive(self, socket: int, payload: str | bytes) -> None:
        if isinstance(payload, str):
            self.messages.append(json.loads(payload))
            if self.messages[-1]["type"] == "status":
                self._frames_before_status = len(self.frames)
            return
        message, arrays = decode_container(decompress(payload))
        if message["type"] == "frame":
            self.frames.append(Frame(message, arrays, socket))
        elif message["type"] == "data":
            self.data.append(Frame(message, arrays, socket))

    def open(self, link: str = "") -> "Playground":
        """Load the page with a link and wait for the first picture."""
        self.frames.clear()
        self.page.goto(self.address + link)
        return self.until(lambda: bool(self.frames)).shown()

    def load(self, link: str = "") -> "Playground":
        """Leave the page that is open, load it with a link, and wait for the first picture."""
        # another document of the same server, so that the browser keeps its process
        self.page.goto(f"{self.address}healthz")
        return Playground.open(self, link)

    def until(self, condition: Callable[[], bool]) -> "Playground":
        """Wait until a condition of what has come holds; the browser goes on meanwhile.

        It does not hold as long as a message that it looks at has not come.
        """
        end = time.monotonic() + TIMEOUT / 1000
        while not _holds(condition):
            self.page.wait_for_timeout(20)
            assert time.monotonic() < end, f"timed out; last frame {self.frames[-1].message if self.frames else None}"
        return self

    @property
    def frame(self) -> dict[str, Any]:
        """The newest frame's message."""
        return self.frames[-1].message

    @property
    def params(self) -> NDArray[np.float64]:
        """The newest frame's weights and biases."""
        return self.frames[-1].arrays["params"]

    @property
    def epoch(self) -> int:
        """The newest frame's epoch."""
        epoch: int = self.frame["epoch"]
        return epoch

    @property
    def config(self) -> dict[str, Any]:
        """The config in force."""
        config: dict[str, Any] = self.last("config")["config"]
        return config

    @property
    def revision(self) -> int:
        """The revision in force."""
        revision: int = self.last("config")["revision"]
        return revision

    def last(self, kind: str) -> dict[str, Any]:
        """The newest message of a kind. Raises NotYetError if none has come."""
        for message in reversed(self.messages):
            if message["type"] == kind:
                found: dict[str, Any] = message
                return found
        raise NotYetError(kind)

    @property
    def link(self) -> str:
        """What the address bar has from `#` on."""
        return "#" + self.page.url.partition("#")[2]

    def text(self, selector: str) -> str:
        """The text of an element, as a user reads it."""
        return self.page.locator(selector).inner_text().strip()

    def unfold(self, selector: str) -> Locator:
        """Open the details around an element, and return it."""
        element = self.page.locator(selector)
        element.evaluate("element => { element.closest('details').open = true; }")
        return element

    def do(self, act: Callable[[], object]) -> "Playground":
        """Do something that the server answers with a new config, and wait for a frame of it."""
        before = len([message for message in self.messages if message["type"] == "config"])
        act()
        self.until(lambda: len([message for message in self.messages if message["type"] == "config"]) > before)
        self.until(lambda: self.frame["revision"] == self.revision)
        return self.until(lambda: self.link == self.last("config")["link"]).drawn()

    def drawn(self) -> "Playground":
        """Wait until the page has drawn what it has received."""
        settle(self.page)
        return self

    def key(self, key: str) -> "Playground":
        """Press a key, with nothing in focus."""
        self.page.evaluate("document.activeElement instanceof HTMLElement && document.activeElement.blur()")
        self.page.keyboard.press(key)
        return self

    def step(self, epochs: int = 1) -> "Playground":
        """Press Step `epochs` times, and wait until the last of these epochs is on the screen."""
        target = self.epoch + epochs
        while self.epoch < target:
            clicks = min(MOST_CLICKS, target - self.epoch)
            reached = self.epoch + clicks
            self.page.locator("#next-step-button").click(click_count=clicks)
            self.until(lambda: self.epoch >= reached)  # noqa: B023 - it is called before the next round
        return self.shown()

    def play(self, until_epoch: int, speed: str | None = None) -> "Playground":
        """Play until an epoch is reached, then pause."""
        if speed:
            self.page.locator("#speed").select_option(speed)
            self.until(lambda: bool(self.last("status")["speed"] == speed))
        self.page.locator("#play-pause-button").click()
        self.until(lambda: self.epoch >= until_epoch)
        return self.pause()

    def pause(self) -> "Playground":
        """Press Pause, and wait for the frame that shows where training stopped."""
        self.page.locator("#play-pause-button").click()
        self.until(lambda: not self.last("status")["playing"])
        # the frame that shows where it stopped comes after that answer, and an epoch that has begun is finished first
        ends_anywhere = self.last("status")["speed"] == "minibatch"
        self.until(lambda: len(self.frames) > self._frames_before_status and (ends_anywhere or not self.frame["batch"]))
        return self.shown()

    def barriers(self, part: str | None, impacts: frozenset[str] | None = None) -> list[tuple[str, str]]:
        """Return the accessibility barriers of a part of the page as it is now, in light and in dark colors.

        With `--nightly` it is the whole page, which takes four times as long. Only barriers of some `impacts` count,
        if these are given.
        """
        return barriers_in_both_schemes(self.page, None if Effort.everything else part, impacts)

    def shown(self) -> "Playground":
        """Wait until what has come last is on the screen: a page acknowledges what it has drawn."""
        self.until(lambda: (self.frames[-1].socket, self.frame["seq"]) in self._drawn)
        return self.until(lambda: self.text("#iter-number") == f"{self.epoch:07,}").drawn()
