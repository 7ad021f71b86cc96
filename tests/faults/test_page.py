"""What a real page does when something is wrong with the server, the wire, its storage, its clock, or its tab."""

import json
import re
import struct
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, WebSocketRoute

from app.protocol.containers import decode_container, encode_container
from tests.browser.driver import case
from tests.faults.browser import LOST, WatchedPage, kept_text, page_in, storage_of, watched, with_storage
from tests.faults.cable import wire_to
from tests.faults.page import Shown, assert_uninterrupted
from tests.faults.proxy import Wire
from tests.support.effort import Effort
from tests.support.server import ServerProcess

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.resilience]

LINK = "#dataset=spiral&seed=0.2&networkShape=4&activation=relu&learningRate=0.01&batchSize=7&percTrainData=10"
"""An experiment with short epochs, since all of them are computed again, and with an incomplete last batch."""
QUIET = "#seed=0.5"
BANNER_WITHIN = 1.0
BACK_WITHIN = 3.0


@pytest.fixture(scope="module")
def server() -> Iterator[ServerProcess]:
    """A server for all tests that do not harm it."""
    with ServerProcess(workers=1) as running:
        yield running


def address_of(port: int) -> str:
    return f"http://127.0.0.1:{port}/"


# --- nothing shown is lost ----------------------------------------------------------------------------------------


def play_a_while(page: WatchedPage, epochs: int = 30) -> None:
    """Open an experiment and train at a speed that is not the usual one, until so many epochs are shown."""
    page.begin(LINK).start_playing("epochs_5")
    page.until(lambda: page.number >= epochs)


def assert_goes_on(page: WatchedPage, number: int, before: list[Shown]) -> None:
    """A page that has shown `before`, lastly epoch `number`, went on from there as if nothing had been.

    It plays as fast as before, and every state on the way is right, to the last bit.
    """
    page.until(lambda: bool(page.visits) and bool(page.visits[-1].shown))
    shown = page.visits[-1].shown
    assert page.visits[-1].resumed
    assert shown[0].epoch >= number
    page.until(lambda: page.number >= number + 10)
    assert page.is_playing
    assert page.last("status")["speed"] == page.page.locator("#speed").input_value() == "epochs_5"
    assert_uninterrupted(LINK, [*before, *page.visits[-1].shown])


def assert_has_its_curve(page: WatchedPage, number: int) -> None:
    """The chart has what it showed before epoch `number`, and what came then."""
    page.until(lambda: bool(page.curve) and page.curve[-1] >= number)
    assert page.curve[0] == 0
    assert len([epoch for epoch in page.curve if epoch < number]) > 3


NOTE_FIRST_WORD = """() => {
  const messages = document.querySelector("#messages");
  new MutationObserver((_, observer) => {
    globalThis.saidAt = Date.now();
    observer.disconnect();
  }).observe(messages, { childList: true });
}"""
"""Notes when a page says something: whoever looks from outside does not look at every moment."""


def kill_while_a_page_plays(chromium: Browser) -> dict[str, float]:
    """Kill a server under a page, and start it anew; returns how long it took the page to say so, and to be back."""
    with ServerProcess(workers=1) as server, watched(chromium, address_of(server.port), chart=True) as page:
        play_a_while(page)
        # the chart's library keeps the page busy while it is read
        page.until(lambda: len(page.curve) > 3)
        page.page.evaluate(NOTE_FIRST_WORD)
        server.kill()
        killed = time.time()
        page.until_said(LOST)
        said = page.page.evaluate("saidAt") / 1000 - killed
        number = page.number
        opened = server.start()
        page.until(lambda: len(page.visits) > 1 and bool(page.visits[-1].shown))
        back = time.monotonic() - opened
        assert_goes_on(page, number, page.visits[0].shown)
        assert_has_its_curve(page, number)
        assert page.said == ""
        return {"said": said, "back": back}


def test_page_resumes_after_its_server_was_killed(chromium: Browser) -> None:
    kill_while_a_page_plays(chromium)


@pytest.mark.nightly
@pytest.mark.alone
def test_page_returns_soon_after_its_server(chromium: Browser) -> None:
    seconds = kill_while_a_page_plays(chromium)
    print(f"said after {seconds['said']:.2f} s, back {seconds['back']:.2f} s after the port was open")
    assert seconds["said"] <= BANNER_WITHIN
    assert seconds["back"] <= BACK_WITHIN


@pytest.mark.nightly
def test_page_without_checkpoint_starts_over(chromium: Browser) -> None:
    with ServerProcess(workers=1, without=["checkpoint"]) as server, watched(chromium, address_of(server.port)) as page:
        play_a_while(page)
        server.kill()
        page.until_said(LOST)
        server.start()
        page.until(lambda: len(page.visits) > 1 and bool(page.visits[-1].shown))
        assert page.visits[-1].hello["checkpoint"]["epoch"] >= 30
        assert (page.visits[-1].resumed, page.visits[-1].shown[0].epoch) == (None, 0)


AWAKE = """
globalThis.socketCount = 0;
globalThis.WebSocket = class extends WebSocket {
  constructor(...values) { super(...values); socketCount += 1; }
};
globalThis.isConnectingOn = (event) => { const before = socketCount; event(); return socketCount > before; };
"""
"""Shows whether a page connects during an event."""
ONLINE_AGAIN = "isConnectingOn(() => dispatchEvent(new Event('online')))"
SHOWN_AGAIN = "document.dispatchEvent(new Event('visibilitychange'))"


def test_page_resumes_after_cut_and_silence(chromium: Browser, server: ServerProcess) -> None:
    with wire_to(server.port) as cable, watched(chromium, address_of(cable.port), AWAKE) as page:
        play_a_while(page)
        cable.do(Wire.cut)
        number = wake_while_cut_off(page)
        cable.do(Wire.heal)
        page.until(lambda: bool(page.visits[-1].shown) and page.visits[-1].resumed == "session")
        before = [place for visit in page.visits[:-1] for place in visit.shown]
        assert_goes_on(page, number, before)
        cable.do(Wire.silence)
        number = wake_in_silence(page)
        cable.do(Wire.heal)
        assert_goes_on(page, number, [*before, *page.visits[-2].shown])


def wake_while_cut_off(page: WatchedPage) -> int:
    """A page that waits for its next attempt makes it as soon as there is a network again; returns its epoch."""
    page.until_said(LOST)
    # it may just be making an attempt
    page.until(lambda: bool(page.page.evaluate(ONLINE_AGAIN)))
    return page.number


def wake_in_silence(page: WatchedPage) -> int:
    """A page that is shown again does not wait the 15 s for which it trusts a silent connection; returns its epoch."""
    page.page.wait_for_timeout(200)
    number, visits = page.number, len(page.visits)
    page.page.evaluate(SHOWN_AGAIN)
    woken = time.monotonic()
    page.until(lambda: len(page.visits) > visits)
    assert time.monotonic() - woken < 10
    return number


def kept_by(page: WatchedPage) -> str:
    """What the tab of a page keeps when the page is left, and finds when it is opened again."""
    page.page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
    return storage_of(page.page)


@pytest.mark.nightly
def test_reload_with_new_server_keeps_the_curve(chromium: Browser) -> None:
    with ServerProcess(workers=1) as server, watched(chromium, address_of(server.port), chart=True) as page:
        play_a_while(page)
        server.kill()
        page.until_said(LOST)
        number, before = page.number, page.visits[0].shown
        server.start()
        page.visits.clear()
        page.page.reload()
        assert_goes_on(page, number, before)
        assert_has_its_curve(page, number)


@pytest.mark.nightly
def test_reopened_tab_keeps_the_curve(chromium: Browser) -> None:
    with ServerProcess(workers=1) as server, watched(chromium, address_of(server.port), chart=True) as page:
        play_a_while(page)
        number, before, context = page.number, page.visits[0].shown, page.page.context
        kept = kept_by(page)
        page.page.close()
        server.kill()
        server.start()
        again = page_in(context, address_of(server.port), with_storage(kept))
        again.begin(LINK)
        assert again.visits[0].resumed == "checkpoint"
        assert_goes_on(again, number, before)
        assert_has_its_curve(again, number)


@pytest.mark.nightly
def test_twenty_reloads_leave_one_connection(chromium: Browser, server: ServerProcess) -> None:
    with wire_to(server.port) as cable, watched(chromium, address_of(cable.port)) as page:
        page.begin(QUIET)
        for number in range(20):
            cable.do(Wire.cut)
            cable.do(Wire.heal)
            page.page.wait_for_timeout(number % 5 * 40)
            page.page.reload(wait_until="domcontentloaded" if number % 2 else "load")
        page.until(lambda: page.visits[-1].shown != [] and page.said == "")
        server.until("connections", 1)
        page.step()


# --- nonsense from the server -------------------------------------------------------------------------------------


class Relay:
    """Between a page and the real server: says what the real server never would."""

    def __init__(self, page: WatchedPage) -> None:
        self.frames: list[bytes] = []
        self.closed = 0
        self._route: WebSocketRoute | None = None
        page.page.route_web_socket("**/ws", self._open)

    def _open(self, route: WebSocketRoute) -> None:
        self._route = route
        server = route.connect_to_server()

        def from_server(data: str | bytes) -> None:
            if isinstance(data, bytes) and decode_container(data)[0]["type"] == "frame":
                self.frames.append(data)
            route.send(data)

        def closed(*_: object) -> None:
            self.closed += 1
            server.close()

        server.on_message(from_server)
        route.on_close(closed)

    def say(self, data: str | bytes) -> None:
        """Say something to the page."""
        assert self._route
        self._route.send(data)


@pytest.fixture
def page(chromium: Browser, server: ServerProcess) -> Iterator[WatchedPage]:
    with watched(chromium, address_of(server.port)) as page:
        yield page


def changed(frame: bytes, arrays: dict[str, Any] | None = None, **message: Any) -> bytes:
    """A frame with something else in it."""
    known, kept = decode_container(frame)
    return encode_container({**known, **message}, {**kept, **(arrays or {})})


def nan_in(frame: bytes, name: str) -> dict[str, Any]:
    vector = decode_container(frame)[1][name].copy()
    vector[0] = np.nan
    return {name: vector}


DAMAGED: dict[str, Callable[[bytes], bytes]] = {
    "two bytes": lambda frame: b"\1\2",
    "nothing": lambda frame: b"",
    "zeros": lambda frame: bytes(64),
    "ten bytes of a picture": lambda frame: changed(frame, {"surface": np.zeros(10, np.uint8)}),
    "cut in the middle": lambda frame: frame[: len(frame) // 2],
    "cut at its end": lambda frame: frame[:-9],
    "a header beyond its end": lambda frame: frame[:4] + struct.pack("<I", 2**31) + frame[8:],
    "a header that is no JSON": lambda frame: frame[:8] + b"{" * 40 + frame[48:],
    "a picture that is not square": lambda frame: changed(frame, {"surface": np.zeros((100, 50), np.uint8)}),
    "a weight that is no number": lambda frame: changed(frame, nan_in(frame, "params")),
    "weights of another network": lambda frame: changed(frame, {"params": np.ones(3)}),
    "pictures of another network": lambda frame: changed(frame, {"thumbnails": np.ones((3, 16, 16), np.uint8)}),
    "an old revision": lambda frame: changed(frame, revision=0, epoch=777),
    "no type": lambda frame: changed(frame, type=None),
    "a strange type": lambda frame: changed(frame, type="constructor"),
}


def test_damaged_frame_is_dropped(page: WatchedPage) -> None:
    relay = Relay(page)
    page.begin(QUIET).step(3)
    last = relay.frames[-1]
    for name, damage in DAMAGED.items():
        relay.say(damage(last))
        page.drawn().drawn()
        assert page.number == page.epoch, name
        before = page.number
        page.step()
        assert page.number == before + 1, name
    assert relay.closed == 0
    assert page.said == ""
    page.assert_harmless()


NONSENSE: list[str | bytes] = [b"\1\2", "{", "null", '{"type":"config","revision":2}']
"""A damaged frame with no later one, and texts that are not messages."""


def test_nonsense_reconnects_and_keeps_the_frame(page: WatchedPage) -> None:
    relay = Relay(page)
    page.begin(QUIET).step(2)
    for number, data in enumerate(NONSENSE, 2):
        with case(data):
            before, visits = relay.closed, len(page.visits)
            relay.say(data)
            page.until(lambda: relay.closed > before)  # noqa: B023 - it is called before the next round
            page.page.evaluate("dispatchEvent(new Event('online'))")
            assert page.number == number
            page.until(lambda: len(page.visits) > visits and page.visits[-1].shown != [])  # noqa: B023
            page.until(lambda: page.said == "")
            assert page.number == number
            page.step()
            assert page.number == number + 1


def test_chart_ignores_losses_that_are_not_numbers(chromium: Browser, server: ServerProcess) -> None:
    with watched(chromium, address_of(server.port), chart=True) as page:
        send_odd_losses(page)


def send_odd_losses(page: WatchedPage) -> None:
    relay = Relay(page)
    page.begin(QUIET).step(5)
    page.until(lambda: len(page.curve) == 6)
    odd = {name: np.array([np.nan, np.inf], np.float32) for name in ("history_train", "history_test")}
    arrays = {"history_epochs": np.array([6, 7], np.uint32), **odd}
    relay.say(changed(relay.frames[-1], arrays, train_loss=None, test_loss=None, epoch=7))
    page.until(lambda: page.number == 7)
    assert page.text("#loss-train") == page.text("#loss-test") == "–"
    page.step()
    top = page.page.evaluate("document.querySelector('.plot').layout.yaxis.range")
    assert 0 < top[1] < 2
    assert page.curve[:6] == list(range(6))
    page.assert_harmless()


# --- storage ------------------------------------------------------------------------------------------------------

BLOCKED = """
for (const name of ["sessionStorage", "localStorage"]) {
  Object.defineProperty(globalThis, name, { get() { throw new DOMException("blocked", "SecurityError"); } });
}
"""
NO_ROOM = """
Storage.prototype.setItem = () => { throw new DOMException("no room", "QuotaExceededError"); };
"""


@pytest.mark.parametrize(
    "script", [pytest.param(BLOCKED, id="blocked"), pytest.param(NO_ROOM, id="full", marks=pytest.mark.nightly)]
)
def test_page_works_without_storage_and_says_so(chromium: Browser, server: ServerProcess, script: str) -> None:
    with watched(chromium, address_of(server.port), script) as page:
        page.begin(QUIET).step(2)
        page.until_said("Progress is not saved")
        page.page.get_by_role("button", name="Dismiss").click()
        page.until(lambda: page.said == "")
        page.key("c").step(2)
        page.page.wait_for_timeout(1200)
        assert page.said == ""
        page.assert_harmless()


SHARES = (0.1, 0.6) if Effort.everything else (0.6,)


@pytest.mark.sampled
def test_damaged_progress_is_discarded_with_a_message(page: WatchedPage) -> None:
    page.begin(QUIET).step(3)
    kept = kept_by(page)
    for share in SHARES:
        page.begin_with(kept[: round(share * len(kept))], QUIET)
        assert (page.number, page.visits[-1].resumed) == (0, None)
        page.page.locator("#messages .message").wait_for()
        page.step()
        assert page.number == 1
        page.assert_harmless()


ODD_RECORDS = [
    {"session": 7, "playing": "yes", "speed": 1, "checkpoint": {"link": QUIET}},
    {"session": "gone", "playing": True, "speed": "epoch", "checkpoint": {"link": QUIET, "epoch": -1, "arrays": {}}},
]


@pytest.mark.parametrize("record", [pytest.param(ODD_RECORDS[0], marks=pytest.mark.nightly), ODD_RECORDS[1]], ids=str)
def test_page_opens_with_any_stored_state(page: WatchedPage, record: object) -> None:
    page.begin_with(kept_text(record), QUIET)
    assert page.number == 0
    page.until_said("Training restarted")
    # no word of what is in it
    assert "checkpoint" not in page.said
    page.step()
    assert page.number == 1


ODD_PICTURES: dict[str, object] = {
    "too large": {"size": 10**9, "bytes": "", "classes": None, "count": 0},
    "too short": {"size": 25, "bytes": "AAAA", "classes": None, "count": 0},
    "no such class": {"size": 1, "bytes": "AA==", "classes": "Ag==", "count": 2},
}


def test_runs_with_broken_pictures_are_listed(chromium: Browser, server: ServerProcess) -> None:
    with watched(chromium, address_of(server.port)) as page:
        page.begin(QUIET).step()
        page.page.evaluate("() => dispatchEvent(new Event('pagehide'))")
        (kept,) = page.page.evaluate("() => Object.entries(localStorage).filter(([key]) => key.startsWith('run-1 '))")
        run = json.loads(kept[1])
        odd = {
            f"run-1 {name}": json.dumps({**run, "id": name, "name": name, "picture": picture})
            for name, picture in ODD_PICTURES.items()
        }
        page.page.evaluate("(odd) => Object.assign(localStorage, odd)", odd)
        page.page.reload()
        page.key("n")
        for name in ODD_PICTURES:
            page.page.get_by_label(f"Curves of {name} in the chart").wait_for()
        page.assert_harmless()


# --- who is between, and around -----------------------------------------------------------------------------------


def test_refused_page_shows_the_servers_reason(chromium: Browser, server: ServerProcess) -> None:
    with watched(chromium, address_of(server.port)) as page:
        page.page.context.add_cookies(
            [{"name": f"c{number}", "value": "x" * 3500, "url": page.address} for number in range(3)]
        )
        page.page.goto(page.address + QUIET)
        page.until_said("clear the cookies of this site")


def test_duplicated_and_original_tab_both_continue(chromium: Browser, server: ServerProcess) -> None:
    with watched(chromium, address_of(server.port)) as page:
        page.begin(QUIET).start_playing()
        # it is kept now and then: what was kept before it played would make a copy that does not
        page.until(lambda: '"playing":true' in storage_of(page.page))
        with page.page.context.expect_page() as opened:
            # the other page gets a copy of all that this tab has kept, as when a tab is duplicated
            page.page.evaluate("() => window.open(location.href)")
        other = opened.value
        for tab in (other, page.page):
            tab.bring_to_front()
            seen = tab.locator("#iter-number").inner_text()
            tab.wait_for_function("(seen) => document.querySelector('#iter-number').textContent > seen", arg=seen)
            assert tab.locator("#messages").inner_text() == ""
        assert len(page.visits) == 1
        other.wait_for_function(
            "(first) => !sessionStorage.getItem('experiment').includes(first)", arg=page.last("welcome")["session"]
        )


NO_STORAGE_IN_FRAMES = f"if (window.top !== window) {{ {BLOCKED} }}"


FRAME = """([id, sandbox, address]) => {
  const frame = Object.assign(document.createElement("iframe"), { id, src: address });
  if (sandbox !== null) frame.setAttribute("sandbox", sandbox);
  document.body.append(frame);
}"""


@pytest.mark.nightly
def test_sandboxed_frame_names_the_missing_permission(chromium: Browser) -> None:
    with (
        foreign_site() as around,
        ServerProcess(workers=1, frame_ancestors=around) as framed,
        watched(chromium, around, NO_STORAGE_IN_FRAMES) as page,
    ):
        page.page.goto(around)
        for name, sandbox in (("tight", "allow-scripts"), ("free", None)):
            page.page.evaluate(FRAME, [name, sandbox, f"{address_of(framed.port)}?embed=1{QUIET}"])
        page.page.frame_locator("#tight").get_by_text("allow-same-origin").wait_for()
        frame = page.page.frame_locator("#free")
        frame.locator("#loss-test").filter(has_not_text="–").wait_for()
        frame.locator("#play-pause-button").click()
        frame.locator("#iter-number").filter(has_not_text="000,000").wait_for()
        # so long that what was trained would have been kept
        page.page.wait_for_timeout(1500)
        assert frame.locator("#messages").inner_text() == ""


# --- clocks and tabs ----------------------------------------------------------------------------------------------

CLOCK = """
globalThis.clockJump = 0;
const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...values) { values.length ? super(...values) : super(RealDate.now() + clockJump); }
  static now() { return RealDate.now() + clockJump; }
};
"""


def test_a_clock_that_jumps_changes_nothing(chromium: Browser, server: ServerProcess) -> None:
    with wire_to(server.port) as cable, watched(chromium, address_of(cable.port), CLOCK) as page:
        page.begin(QUIET).start_playing()
        page.page.evaluate("() => { clockJump = -3_600_000; }")
        page.until(lambda: page.number > 10)
        cable.do(Wire.cut)
        page.until_said(LOST)
        for jump in (86_400_000, -3_600_000):
            tried = len(page.visits)
            page.until(lambda: len(page.visits) > tried)  # noqa: B023 - it is called before the next round
            page.page.evaluate("jump => { clockJump = jump; }", jump)
            page.page.wait_for_timeout(200)
            assert all(int(seconds) <= 3 for seconds in re.findall(r"in (\d+)", page.said))
        number = page.number
        cable.do(Wire.heal)
        page.until(lambda: page.number > number + 5 and page.said == "")
        page.assert_harmless()


HIDDEN = """
globalThis.isTabHidden = false;
Object.defineProperty(Document.prototype, "hidden", { get: () => isTabHidden });
Object.defineProperty(Document.prototype, "visibilityState", { get: () => (isTabHidden ? "hidden" : "visible") });
globalThis.hideTab = (isHidden) => { isTabHidden = isHidden; document.dispatchEvent(new Event("visibilitychange")); };
"""


def test_hidden_tab_gets_no_frames_until_shown(chromium: Browser, server: ServerProcess) -> None:
    with watched(chromium, address_of(server.port), HIDDEN) as page:
        page.begin(QUIET).start_playing("epochs_5")
        page.until(lambda: page.number > 20)
        page.page.evaluate("hideTab(true)")
        page.page.wait_for_timeout(300)
        before = len(page.frames)
        page.page.wait_for_timeout(500)
        # what was on its way may have come; nothing else has
        assert len(page.frames) - before <= 1
        last, count = page.epoch, len(page.frames)
        page.page.evaluate("hideTab(false)")
        page.until(lambda: page.number > last + 20)
        assert page.frames[count].message["epoch"] > last + 20
        page.assert_harmless()


# --- a server that fails ------------------------------------------------------------------------------------------


@pytest.mark.nightly
def test_page_keeps_its_state_while_its_session_crashes(chromium: Browser) -> None:
    server = ServerProcess(workers=1, faults=["die:deadly:10"])
    with server, watched(chromium, address_of(server.port)) as page:
        page.begin("#seed=deadly").start_playing()
        page.until_said("has crashed its engine process several times and was paused")
        assert "Something went wrong" in page.said
        page.until(lambda: not page.is_playing)
        before = page.number
        page.page.locator("#play-pause-button").click()
        page.until_said("This experiment keeps crashing its engine process")
        # it comes back with all that it has, and is told the same
        page.until(lambda: len(page.visits) > 2)
        page.until_said("This experiment keeps crashing its engine process")
        assert "Your experiment is saved" in page.said
        assert "Training restarted" not in page.said
        assert "Connection lost" not in page.said
        assert "Something went wrong" not in page.said
        assert {visit.hello["checkpoint"]["epoch"] for visit in page.visits[2:]} == {page.number}
        assert json.loads(storage_of(page.page)[2:])["checkpoint"]["epoch"] == page.number >= before


# --- a server that is full, and pages of others -------------------------------------------------------------------


@pytest.mark.nightly
def test_full_server_admits_pages_that_retry(chromium: Browser) -> None:
    with ServerProcess(workers=1, max_sessions=1) as server, watched(chromium, address_of(server.port)) as first:
        first.begin(QUIET)
        with watched(chromium, address_of(server.port)) as second:
            second.page.goto(second.address + QUIET)
            second.until_said("The server is busy")
            assert "1 sessions are open" in second.said
            assert "Trying again in" in second.said
            assert (second.text("#loss-test"), second.page.locator("#heatmap .surface").is_visible()) == ("–", False)
            assert "Change rejected" not in second.said
            first.step()
            assert first.number == 1
            first.page.close()
            server.until("connections", 0)
            second.page.get_by_role("button", name="Try now").click()
            second.until(lambda: second.said == "" and bool(second.frames))
            second.step()


class ForeignSite(BaseHTTPRequestHandler):
    """A page of another site, on the same machine: there no browser stands in the way."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>Another site</title>")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


GREET = """url => new Promise((done) => {
  const socket = new WebSocket(url);
  socket.onopen = () => socket.send('{"type":"hello","version":4}');
  socket.onmessage = ({data}) => done(data);
  socket.onclose = () => done("closed");
})"""


@contextmanager
def foreign_site() -> Iterator[str]:
    """A page of another site; gives its origin."""
    with HTTPServer(("127.0.0.1", 0), ForeignSite) as site, ThreadPoolExecutor(1) as threads:
        threads.submit(site.serve_forever, 0.05)
        try:
            yield f"http://127.0.0.1:{site.server_port}"
        finally:
            site.shutdown()


def told_to_another_site(chromium: Browser, port: int) -> str:
    """What a page of another site that greets the server is told first; "closed" if nothing."""
    with foreign_site() as address, watched(chromium, address) as page:
        page.page.goto(page.address)
        told: str = page.page.evaluate(GREET, f"ws://127.0.0.1:{port}/ws")
        return told


def test_page_of_another_site_is_refused(chromium: Browser, server: ServerProcess) -> None:
    assert told_to_another_site(chromium, server.port) == "closed"


@pytest.mark.nightly
def test_missing_origin_check_opens_foreign_sessions(chromium: Browser) -> None:
    with ServerProcess(workers=0, without=["origin"]) as open_server:
        assert json.loads(told_to_another_site(chromium, open_server.port))["type"] == "welcome"
