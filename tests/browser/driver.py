"""A playground in a real browser, as the tests drive it: what goes over its wire, and what is on its screen."""

import json
from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import numpy as np
from axe_playwright_python.sync_playwright import Axe
from numpy.typing import NDArray
from playwright.sync_api import BrowserContext, Page, ViewportSize, WebSocket

from app.protocol.containers import decode_container

TIMEOUT = 15_000


class Frame(NamedTuple):
    """A frame that came over the wire."""

    message: dict[str, Any]
    arrays: dict[str, NDArray[Any]]


SERIOUS = frozenset({"serious", "critical"})


def barriers_of(page: Page, part: str | None = None, impacts: frozenset[str] | None = None) -> list[tuple[str, str]]:
    """What keeps somebody from using a page or a part of it: which rule, and where; of all impacts, or only of some."""
    return [
        (violation["id"], violation["nodes"][0]["html"][:200])
        for violation in Axe().run(page, context=part).response["violations"]
        if impacts is None or violation["impact"] in impacts
    ]


def without_chart(context: BrowserContext) -> None:
    """Keep the chart's library from all pages of a context: they are there sooner, and have an empty chart."""
    context.route("**/vendor/**", lambda route: route.fulfill(body="", content_type="text/javascript"))


def block_chart(page: Page) -> None:
    """Keep the chart's library from a page; unlike a route, this leaves the browser its cache."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setBlockedURLs", {"urls": ["*/vendor/*"]})


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
        page.set_default_timeout(TIMEOUT)
        page.on("websocket", self._listen)
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._note_console)

    def _note_console(self, message: Any) -> None:
        is_blocked_chart = "/vendor/" in message.location["url"]
        if message.type in {"error", "warning"} and not is_blocked_chart:
            self.complaints.append(message.text)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._receive)
        socket.on("framesent", lambda payload: self.sent.append(json.loads(payload)))

    def _receive(self, payload: str | bytes) -> None:
        if isinstance(payload, str):
            self.messages.append(json.loads(payload))
            if self.messages[-1]["type"] == "status":
                self._frames_before_status = len(self.frames)
            return
        message, arrays = decode_container(payload)
        if message["type"] == "frame":
            self.frames.append(Frame(message, arrays))
        elif message["type"] == "data":
            self.data.append(Frame(message, arrays))

    def open(self, link: str = "") -> "Playground":
        """Load the page with a link and wait for the first picture."""
        self.frames.clear()
        self.page.goto(self.address + link)
        return self.until(lambda: bool(self.frames)).shown()

    def until(self, condition: Callable[[], bool]) -> "Playground":
        """Wait until a condition of what has come holds; the browser goes on meanwhile."""
        waited = 0
        while not condition():
            self.page.wait_for_timeout(20)
            waited += 20
            assert waited < TIMEOUT, f"waited in vain; last frame {self.frames[-1].message if self.frames else None}"
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
        """The newest message of a kind."""
        return next(message for message in reversed(self.messages) if message["type"] == kind)

    @property
    def link(self) -> str:
        """What the address bar has from `#` on."""
        return "#" + self.page.url.partition("#")[2]

    def text(self, selector: str) -> str:
        """The text of an element, as a user reads it."""
        return self.page.locator(selector).inner_text().strip()

    def do(self, act: Callable[[], object]) -> "Playground":
        """Do something that the server answers with a new config, and wait for a frame of it."""
        before = len([message for message in self.messages if message["type"] == "config"])
        act()
        self.until(lambda: len([message for message in self.messages if message["type"] == "config"]) > before)
        return self.until(lambda: self.frame["revision"] == self.revision)

    def key(self, key: str) -> "Playground":
        """Press a key, with nothing in focus."""
        self.page.evaluate("document.activeElement instanceof HTMLElement && document.activeElement.blur()")
        self.page.keyboard.press(key)
        return self

    def step(self, epochs: int = 1) -> "Playground":
        """Press Step so many times, each time when the last epoch is on the screen."""
        for _ in range(epochs):
            target = self.epoch + 1
            self.page.locator("#next-step-button").click()
            self.until(lambda: self.epoch >= target)  # noqa: B023 - it is called before the next round
        return self.shown()

    def play(self, until_epoch: int) -> "Playground":
        """Play until an epoch is reached, then pause."""
        self.page.locator("#play-pause-button").click()
        self.until(lambda: self.epoch >= until_epoch)
        return self.pause()

    def pause(self) -> "Playground":
        """Press Pause, and wait for the frame that shows where training stopped."""
        self.page.locator("#play-pause-button").click()
        self.until(lambda: not self.last("status")["playing"])
        # the frame that shows where it stopped comes after that answer
        self.until(lambda: len(self.frames) > self._frames_before_status)
        return self.shown()

    def barriers(self) -> list[tuple[str, str]]:
        """What keeps somebody from using the page as it is now, in light and in dark colours: which rule, and where."""
        found: list[tuple[str, str]] = []
        schemes: tuple[Literal["dark", "light"], ...] = ("dark", "light")
        for scheme in schemes:
            self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found += barriers_of(self.page)
        return found

    def shown(self) -> "Playground":
        """Wait until what has come last is on the screen."""
        return self.until(lambda: self.text("#iter-number") == f"{self.epoch:07,}")


CLEAR_STORAGE = """try {
  if (top === window) { localStorage.clear(); sessionStorage.clear(); }
} catch { /* about:blank has no storage */ }"""
"""Runs before everything else in a shared page, so that no document finds what an earlier one has stored."""

FORGET_RUNS = """() => {
  localStorage.clear();
  sessionStorage.clear();
  // as if another tab had deleted them
  dispatchEvent(new StorageEvent("storage", { key: null, storageArea: localStorage }));
}"""

OPEN_HASH = """(hash) => {
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  location.replace(hash);
}"""

CHROME = """() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const name = (element) => `${element.tagName}#${element.id}.${element.className} ${element.getAttribute("name") ?? ""}`;
  const attributes = ["aria-expanded", "aria-selected", "aria-pressed", "open"];
  // what follows from the config changes with every link
  const ofConfig = "#lab, #data .thumb, #more-datasets, #network, .unit, #bar .fields :not(#speed, #lab-button), "
      + "#hide-controls label, #builder, #goals, [data-view], .sliders, .seeds, .runs-table, #runs-table, #timeline";
  const free = (element) => !element.closest(ofConfig);
  return [
    ...[document.documentElement, document.body].flatMap((root) => [...root.attributes].map((it) => `${it.name}=${it.value}`)),
    ...attributes.flatMap((attribute) => all(`[${attribute}]`).filter(free)
      .map((element) => `${name(element)} ${attribute}=${element.getAttribute(attribute)}`)),
    ...all(":popover-open, dialog:modal").map((element) => `open ${name(element)}`),
    ...all("input:not([readonly]), select, textarea").filter(free).map((field) => `${name(field)} ${field.value} ${field.checked}`),
    ...all("#messages > *, #lost-seed:not([hidden]), #info-card:not([hidden]), #hovercard:not([hidden])").map(name),
    `at ${scrollX}, ${scrollY}`,
  ];
}"""
"""All of a page that does not follow from its link: what is open, pressed, selected, typed and said."""


class SharedPlayground(Playground):
    """A page that serves many tests. Another experiment comes with a change of the hash, which is far cheaper than a load.

    The page is loaded afresh whenever more of it has changed than a change of the hash takes back.
    """

    VIEWPORT: ViewportSize = {"width": 1440, "height": 900}
    ONLY_FRESH = ("add_init_script", "expose_binding", "expose_function", "reload", "route", "route_web_socket")
    """What of a page cannot be undone: only a test with a page of its own may do it."""

    def __init__(self, page: Page, address: str) -> None:
        super().__init__(page, address)
        page.add_init_script(CLEAR_STORAGE)
        for owner in (page, page.context):
            for name in self.ONLY_FRESH:
                if hasattr(owner, name):
                    setattr(owner, name, _refuse)
        super().open("#seed=0.5")
        self._pristine = self._chrome()

    def _chrome(self) -> list[str]:
        state: list[str] = self.page.evaluate(CHROME)
        return state

    def begin(self) -> "SharedPlayground":
        """Take back what the last test has changed around the page."""
        page = self.page
        self.complaints.clear()
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        if page.viewport_size != self.VIEWPORT:
            page.set_viewport_size(self.VIEWPORT)
        page.mouse.move(0, 0)
        return self

    def rest(self) -> None:
        """Stop what would go on after the test."""
        if self._is_playing():
            self.page.goto("about:blank")

    def open(self, link: str = "") -> "Playground":
        """Show the experiment of a link as a page that has just been loaded does."""
        if not (self._is_clean(link) and self._open_hash(link)):
            if self.page.url != "about:blank":
                self.page.goto("about:blank")
            self._forget()
            super().open(link)
        return self

    def _forget(self) -> None:
        for notes in (self.frames, self.data, self.messages, self.sent, self.requests):
            notes.clear()  # type: ignore[attr-defined]

    def _is_playing(self) -> bool:
        statuses = [message for message in self.messages if message["type"] == "status"]
        return bool(statuses and statuses[-1]["playing"])

    def _is_clean(self, link: str) -> bool:
        """Whether nothing but the experiment has changed since the page was loaded."""
        document, _, fragment = self.page.url.partition("#")
        if document != self.address or link[:1] not in {"", "#"} or link[1:] == fragment or self._is_playing():
            return False
        configs = [message for message in self.messages if message["type"] == "config"]
        # locks hold until the page is left, and own examples come back with their data set
        is_bound = configs[-1]["view"]["locked"] or any("own" in _datasets(message["config"]) for message in configs)
        return not is_bound and self._chrome() == self._pristine

    def _open_hash(self, link: str) -> bool:
        """Change the hash, and wait for the first picture; returns whether all is as after a load."""
        self._forget()
        self.page.evaluate(OPEN_HASH, link or "#")
        self.until(lambda: any(message["type"] == "config" for message in self.messages))
        self.until(lambda: bool(self.frames) and self.frame["revision"] == self.revision)
        self.until(lambda: any(message.get("seq") == self.frame["seq"] for message in self.sent)).shown()
        self.page.evaluate(FORGET_RUNS)
        return self._chrome() == self._pristine


def _datasets(config: dict[str, Any]) -> set[str]:
    return {str(config[name]).removeprefix("reg-") for name in ("dataset", "regression_dataset")}


def _refuse(*_: object, **__: object) -> None:
    raise AssertionError("this cannot be undone on a shared page; mark the test as fresh")
