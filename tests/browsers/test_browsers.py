"""What everybody does on the page works in every browser without an error: a link, steps, play, each panel, drawing."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from app.protocol.containers import decode_container
from tests.browsers.engines import ENGINES, Engine
from tests.support.server import ServerProcess

pytestmark = pytest.mark.browsers

RUN = json.loads((Path(__file__).parents[1] / "golden/classic_runs.json").read_text("utf-8"))[3]
EPOCHS = 5

DOCK = {"#inside-button": "#inside", "#runs-button": "#runs", "#compare-button": "#compare", "#luck-button": "#luck"}
"""The buttons of the dock, and the panel that each opens."""

PATIENCE = 20

BOX = """(() => {
  const element = document.querySelector(SELECTOR);
  element.scrollIntoView({ block: "center", behavior: "instant" });
  const { left, top, width, height } = element.getBoundingClientRect();
  const [x, y] = [left + SHARE_X * width, top + SHARE_Y * height];
  const on = document.elementFromPoint(x, y);
  return { x, y, there: on !== null && (element.contains(on) || on.contains(element)) };
})()"""
"""Where to click on an element, and whether it is not covered there."""

LISTEN = """(() => {
  const { get } = Object.getOwnPropertyDescriptor(MessageEvent.prototype, "data");
  globalThis.received = {};
  Object.defineProperty(MessageEvent.prototype, "data", { configurable: true, enumerable: true, get() {
    const data = get.call(this);
    if (data instanceof ArrayBuffer) {
      const header = new Uint8Array(data, 8, new DataView(data).getUint32(4, true));
      received[JSON.parse(new TextDecoder().decode(header)).message.type] = data;
    }
    return data;
  } });
})()"""
"""Keeps the last container of each type that comes over the wire, exact to the last bit."""

RATES = """new Promise((done) => {
  const start = performance.now();
  const shown = new Set();
  let frames = 0;
  const count = (now) => {
    frames += 1;
    shown.add(document.querySelector("#iter-number").textContent);
    if (now - start < 1500) requestAnimationFrame(count);
    else done([frames, shown.size].map((amount) => amount / (now - start) * 1000));
  };
  requestAnimationFrame(count);
})"""
"""How many frames the browser draws in a second, and how many of them show another epoch."""


DRAWN = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))"
"""Comes true once what has changed is on the screen."""


class Visitor(NamedTuple):
    """Somebody who uses the page in a browser."""

    engine: Engine

    def click(self, selector: str, x: float = 0.5, y: float = 0.5) -> None:
        """Click on an element, at a place given as shares of its width and height."""
        script = BOX.replace("SELECTOR", json.dumps(selector)).replace("SHARE_X", str(x)).replace("SHARE_Y", str(y))
        self.until(f"{script}.there")
        place = self.engine.run(script)
        self.engine.press(place["x"], place["y"])

    def until(self, script: str) -> Any:
        """Wait until an expression of the page is true; returns its value."""
        end = time.monotonic() + PATIENCE
        while not (value := self.engine.run(script)):
            assert time.monotonic() < end, f"timed out: {script}"
            time.sleep(0.05)
        return value

    def text(self, selector: str) -> str:
        """The text of an element."""
        text: str = self.engine.run(f"document.querySelector({json.dumps(selector)}).textContent.trim()")
        return text

    def epoch(self) -> int:
        """The epoch on the screen."""
        return int(self.text("#iter-number").replace(",", ""))

    def received(self, kind: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """The last container of a type: its message and its arrays."""
        return decode_container(bytes(self.until(f"received.{kind} && [...new Uint8Array(received.{kind})]")))


@pytest.fixture(scope="module")
def server() -> Iterator[ServerProcess]:
    """One server for all browsers."""
    with ServerProcess(workers=1) as running:
        yield running


# Selenium warns of itself
@pytest.mark.filterwarnings("ignore:setting remote_server_addr:DeprecationWarning")
@pytest.mark.parametrize("name", ENGINES)
def test_page_works_without_an_error(name: str, server: ServerProcess, capsys: pytest.CaptureFixture[str]) -> None:
    with ENGINES[name]() as engine:
        engine.open(f"{server.address}{RUN['hash']}")
        visitor = Visitor(engine)
        visitor.until("document.querySelector('#loss-train').textContent.trim().startsWith('0.')")
        visitor.until("[...document.fonts].some(({ family, status }) => family === 'Inter' && status === 'loaded')")
        engine.run(LISTEN)
        steps_reach_golden_losses(visitor)
        rates = plays(visitor)
        with capsys.disabled():
            print(f"\n{engine.version}: {rates[0]:.0f} frames a second while playing, {rates[1]:.0f} with a new epoch")
        panels_open_and_close(visitor)
        points_are_drawn(visitor)
        assert engine.complaints() == []


def steps_reach_golden_losses(visitor: Visitor) -> None:
    """The losses of the original after five epochs: in the frame to nine digits, and on the screen as shown."""
    for _ in range(EPOCHS):
        visitor.click("#next-step-button")
    visitor.until(f"document.querySelector('#iter-number').textContent === '{EPOCHS:07,}'")
    train, test = RUN["losses"][str(EPOCHS)]
    frame, _ = visitor.received("frame")
    assert (frame["epoch"], frame["train_loss"], frame["test_loss"]) == (
        EPOCHS,
        pytest.approx(train, rel=1e-9),
        pytest.approx(test, rel=1e-9),
    )
    assert (visitor.text("#loss-train"), visitor.text("#loss-test")) == (f"{train:.3f}", f"{test:.3f}")


def plays(visitor: Visitor) -> list[float]:
    """Epochs go by while the network plays, and no more once it is paused; returns what `RATES` measures."""
    visitor.click("#play-pause-button")
    visitor.until(f"Number(document.querySelector('#iter-number').textContent.replace(',', '')) > {EPOCHS + 10}")
    rates: list[float] = visitor.engine.run(RATES)
    visitor.click("#play-pause-button")
    visitor.until("document.querySelector('#play-pause-button').getAttribute('aria-label') === 'Play'")
    assert visitor.epoch() > EPOCHS + 10
    return rates


def panels_open_and_close(visitor: Visitor) -> None:
    """Each panel of the dock opens and closes, and each view of Look inside shows something."""
    for button, panel in DOCK.items():
        visitor.click(button)
        visitor.until(f"document.querySelector('{panel}').checkVisibility()")
        for tab in visitor.engine.run(f"[...document.querySelectorAll('{panel} [role=tab]')].map(({{ id }}) => id)"):
            visitor.click(f"#{tab}")
            visitor.until(f"document.querySelector('#{tab}').getAttribute('aria-selected') === 'true'")
            shown = f"document.querySelector('#' + document.querySelector('#{tab}').getAttribute('aria-controls'))"
            visitor.until(f"{shown}.checkVisibility() && !{shown}.textContent.includes('Loading…')")
            visitor.engine.run(DRAWN)
        visitor.click("#dock-close")
        visitor.until(f"!document.querySelector('{panel}').checkVisibility()")
    assert visitor.engine.run("document.querySelectorAll('#inside [role=tab]').length") >= 9


def points_are_drawn(visitor: Visitor) -> None:
    """A click on the map adds an example where it was."""
    visitor.click("#own-row summary")
    visitor.click("#own-draw")
    visitor.until("document.querySelector('#own-draw').getAttribute('aria-pressed') === 'true'")
    own = "received.data && document.querySelector('#paint').checkVisibility()"
    visitor.until(own)
    before = len(visitor.received("data")[1]["own_points"])
    visitor.click("#heatmap .map", 0.25, 0.75)
    end = time.monotonic() + PATIENCE
    while len(points := visitor.received("data")[1]["own_points"]) == before:
        assert time.monotonic() < end, "no point was drawn"
    assert len(points) == before + 1
    assert points[-1] == pytest.approx([-3, -3], abs=0.1)
