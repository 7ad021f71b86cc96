"""A page in a real browser that is watched closely: each of its connections, and every script that should not run."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from playwright.sync_api import Browser, BrowserContext, Dialog, Page, WebSocket

from app.protocol.containers import decode_container
from engine import TrainingState
from tests.browser.driver import Frame, Playground, block_chart, clear_storage
from tests.faults.page import Shown, digest

CANARY = """
globalThis.canaryRuns = [];
globalThis.canary = (...what) => canaryRuns.push(what.join());
for (const name of ["alert", "confirm", "prompt", "print"]) globalThis[name] = canary;
addEventListener("securitypolicyviolation", (event) => canary(event.violatedDirective, event.blockedURI));
"""
"""Runs before everything else in a page: notes what is called that nobody should call, and what the policy stops."""

LOST = "Connection lost"


@dataclass
class Visit:
    """One connection of a page: its messages, and the frames received."""

    sent: list[dict[str, Any]] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)

    @property
    def hello(self) -> dict[str, Any]:
        """What the page greeted with."""
        return self.sent[0]

    @property
    def resumed(self) -> str | None:
        """What the server went on from."""
        resumed: str | None = next(item for item in self.messages if item["type"] == "welcome")["resumed"]
        return resumed

    @property
    def shown(self) -> list[Shown]:
        """The frames that were on the screen: the page has acknowledged them."""
        seen = {message["seq"] for message in self.sent if message["type"] == "ack"}
        return [place_of(frame) for frame in self.frames if frame.message["seq"] in seen]


def place_of(frame: Frame) -> Shown:
    """Where training was in a frame, and a digest of all that it goes on from."""
    known = frame.message["checkpoint"]
    vectors = {name: frame.arrays[name] for name in known["arrays"]}
    numbers = {name: value for name, value in known.items() if name != "arrays"}
    state = TrainingState(**numbers, arrays=vectors)
    return Shown(state.epoch, state.step, state.batch, digest(state))


class WatchedPage(Playground):
    """A page whose connections are told apart, with a canary in it."""

    def __init__(self, page: Page, address: str) -> None:
        self.visits: list[Visit] = []
        super().__init__(page, address)
        page.add_init_script(CANARY)
        page.on("dialog", self._dismiss)

    def _dismiss(self, dialog: Dialog) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _listen(self, socket: WebSocket) -> None:
        visit = Visit()
        self.visits.append(visit)
        super()._listen(socket)
        socket.on("framesent", lambda payload: visit.sent.append(json.loads(payload)))
        socket.on("framereceived", lambda payload: _note(visit, payload))

    def begin(self, link: str = "") -> "WatchedPage":
        """Load the page with a link, and wait until the first picture is on the screen."""
        self.open(link)
        return self

    def begin_with(self, kept: str, link: str) -> "WatchedPage":
        """Load the page with a link in a tab that has kept something else, and wait for the first picture."""
        # a page would overwrite this with what it keeps itself when it is left
        self.page.goto(f"{self.address}healthz")
        self.page.evaluate("([key, text]) => sessionStorage.setItem(key, text)", [KEY, kept])
        return self.begin(link)

    def start_playing(self, speed: str = "epoch") -> "WatchedPage":
        """Set the speed and press Play."""
        self.page.locator("#speed").select_option(speed)
        self.page.locator("#play-pause-button").click()
        return self

    @property
    def is_playing(self) -> bool:
        """Whether the page says that it plays."""
        return self.page.locator("#play-pause-button").get_attribute("aria-label") == "Pause"

    @property
    def number(self) -> int:
        """The epoch on the screen."""
        return int(self.text("#iter-number").replace(",", ""))

    @property
    def curve(self) -> list[int]:
        """The epochs of the points of the curve of the training loss."""
        epochs: list[int] = self.page.evaluate("[...(document.querySelector('.plot')?.data?.[0].x ?? [])]")
        return epochs

    @property
    def said(self) -> str:
        """All messages on the page."""
        return self.text("#messages")

    def until_said(self, text: str) -> "WatchedPage":
        """Wait until the page says something."""
        self.page.locator("#messages").get_by_text(text).first.wait_for()
        return self

    def assert_harmless(self) -> None:
        """No script has run that came as text, nothing was stopped by the policy, nothing was complained of."""
        assert self.page.evaluate("canaryRuns") == []
        assert [text for text in self.complaints if "WebSocket connection to" not in text] == []


def _note(visit: Visit, payload: str | bytes) -> None:
    if isinstance(payload, str):
        message = _read(payload)
        if message:
            visit.messages.append(message)
        return
    try:
        message, arrays = decode_container(payload)
    except (ValueError, KeyError):
        return
    if message["type"] == "frame":
        visit.frames.append(Frame(message, arrays))


def _read(text: str) -> dict[str, Any] | None:
    try:
        message = json.loads(text)
    except ValueError:
        return None
    return message if isinstance(message, dict) else None


_idle: WeakKeyDictionary[Browser, BrowserContext] = WeakKeyDictionary()
"""A context of each browser that no page uses now, with the files of the page in its cache."""


@contextmanager
def watched(browser: Browser, address: str, script: str = "", *, chart: bool = False) -> Iterator[WatchedPage]:
    """A page with nothing stored; `script` runs in it before its own. Without a chart it is there sooner."""
    context = _idle.pop(browser, None) or browser.new_context(viewport={"width": 1440, "height": 900})
    page = page_in(context, address, script, chart=chart)
    clear_storage(page.page, address)
    try:
        yield page
    finally:
        for opened in context.pages:
            opened.close()
        context.clear_cookies()
        _idle[browser] = context


def page_in(context: BrowserContext, address: str, script: str = "", *, chart: bool = True) -> WatchedPage:
    """Another page of a context."""
    page = WatchedPage(context.new_page(), address)
    if not chart:
        block_chart(page.page)
    if script:
        page.page.add_init_script(script)
    return page


# --- what a tab has kept ------------------------------------------------------------------------------------------

KEY = "experiment"


def kept_text(record: object) -> str:
    """A record as a page keeps it."""
    return "1 " + (record if isinstance(record, str) else json.dumps(record))


def with_storage(text: str) -> str:
    """A script that puts a text where a page of this tab has kept its experiment, unless there is one."""
    return f"sessionStorage.getItem({KEY!r}) ?? sessionStorage.setItem({KEY!r}, {json.dumps(text)});"


def storage_of(page: Page) -> str:
    """The saved state of a page; empty at first."""
    text: str = page.evaluate(f"sessionStorage.getItem({KEY!r}) ?? ''")
    return text
