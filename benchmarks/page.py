"""The page in Chromium: first picture, time to pixels, frames per second, and the processor time of a frame.

    python -m benchmarks.page [--against DIR] [--seconds 1] [--rounds 3] [--only first,playing]

`--against` names another checkout with a `.venv` of its own. Its server and this one then take turns in the same run,
and figures are printed together, with ratios, since the machine may be busy with other work.

The browser has no graphics card here: canvases and the whole page are painted by the processor, and so are slower than
for most users. Its main thread shows what the page's own code costs; "all processes" includes painting. Phones and slow
computers are imitated by Chromium's CPU throttling, which stretches the main thread only.
"""

import argparse
import statistics
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from math import nan
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

from benchmarks.load import ALL_FEATURES
from benchmarks.stream import percentile
from tests.support.browser import LoopSwitch, launched
from tests.support.server import ServerProcess

NETWORKS = {
    "default 2-4-2-1": "",
    "7-8×6-1": f"#dataset=spiral&networkShape={','.join(['8'] * 6)}&{ALL_FEATURES}",
    "7-24×32-1": f"#dataset=spiral&batchSize=30&percTrainData=10&networkShape={','.join(['24'] * 32)}&{ALL_FEATURES}",
}
"""The last one has about as many weights as the server allows. It learns from few examples in large minibatches, so
that the engine keeps up."""


class Screen(NamedTuple):
    """A screen, and how many times slower its processor is than this one."""

    name: str
    slowed: int
    context: Mapping[str, Any]


_DESKTOP = {"viewport": {"width": 1440, "height": 900}}
_PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
SCREENS = (
    Screen("1440 × 900", 1, _DESKTOP),
    Screen("1440 × 900, processor 4 × slower", 4, _DESKTOP),
    Screen("390 × 844, processor 4 × slower", 4, _PHONE),
)

WATCH = """(() => {
  const noted = globalThis.noted = { marks: {}, bytes: 0, drawn: [], shown: [] };
  const arrived = new Map();
  const mark = (name) => { noted.marks[name] ??= performance.now(); };
  const begins = new TextDecoder();
  const seqIn = (data) => /"type": ?"frame".*?"seq": ?([0-9]+)/.exec(begins.decode(new Uint8Array(data, 8, 300)))?.[1];
  globalThis.WebSocket = class extends WebSocket {
    constructor(...options) {
      super(...options);
      mark("asked");
      this.addEventListener("open", () => mark("open"));
      this.addEventListener("message", ({ data }) => {
        noted.bytes += data.byteLength ?? data.length;
        const seq = data instanceof ArrayBuffer ? seqIn(data) : undefined;
        if (seq === undefined) return;
        mark("arrived");
        arrived.set(seq, performance.now());
      });
    }
    send(text) {
      super.send(text);
      const acknowledged = /"type":"ack","seq":([0-9]+)/.exec(text);
      const since = acknowledged && arrived.get(acknowledged[1]);
      if (!since) return;
      arrived.delete(acknowledged[1]);
      mark("drawn");
      noted.drawn.push(performance.now() - since);
      requestAnimationFrame(() => {
        mark("shown");
        noted.shown.push(performance.now() - since);
      });
    }
  };
})()"""
"""Notes, in milliseconds, when the page reaches each step of its way to the first picture, and how long each frame
takes from its arrival until the page acknowledges it and until the next frame of the screen, when it is visible."""

TAKE = """() => {
  const { drawn, shown } = noted;
  noted.drawn = [];
  noted.shown = [];
  return { drawn, shown };
}"""

STEPS = """() => new Promise((done) => {
  const read = () => {
    if (noted.marks.shown === undefined) return void setTimeout(read, 10);
    const [page] = performance.getEntriesByType("navigation");
    const files = [page, ...performance.getEntriesByType("resource").filter(({ name }) => !name.includes("/vendor/"))];
    done({
      html: page.responseEnd,
      painted: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? NaN,
      ...noted.marks,
      bytes: files.reduce((sum, { transferSize }) => sum + transferSize, 0),
      wire: noted.bytes,
    });
  };
  read();
})"""
"""Waits for the first picture, and returns when each step was reached (ms after the navigation began) and the bytes
that were transferred until then: files, without the chart's library, and what came over the socket."""

STEP_NAMES = {
    "html": "the HTML has arrived (ms)",
    "painted": "something is painted (ms)",
    "asked": "scripts run, a connection is requested (ms)",
    "open": "it is open (ms)",
    "arrived": "the first frame has arrived (ms)",
    "drawn": "it is drawn (ms)",
    "shown": "first picture on the screen (ms)",
    "bytes": "files transferred (bytes)",
    "wire": "over the socket (bytes)",
}


class Subject(NamedTuple):
    """A server to be measured."""

    name: str
    server: ServerProcess


# --- first picture --------------------------------------------------------------------------------------------------


def first_picture(browser: Browser, subjects: Sequence[Subject], rounds: int) -> None:
    """Print when the first picture is on the screen, with an empty cache and after a reload."""
    for screen in SCREENS:
        found: dict[tuple[str, str], list[dict[str, float]]] = {}
        for _ in range(rounds):
            for subject in subjects:
                cold, warm = opened_twice(browser, screen, subject.server.address)
                found.setdefault((subject.name, "cold"), []).append(cold)
                found.setdefault((subject.name, "warm"), []).append(warm)
        print(f"\nFirst picture, {screen.name}: median (least)")
        print(f"  {'':48}" + "".join(f"{f'{name}, {kind}':>22}" for name, kind in found))
        for step, title in STEP_NAMES.items():
            values = [[steps[step] for steps in of_one] for of_one in found.values()]
            print(f"  {title:48}" + "".join(f"{f'{statistics.median(of):,.0f} ({min(of):,.0f})':>22}" for of in values))
        sys.stdout.flush()


def opened_twice(browser: Browser, screen: Screen, address: str) -> Iterator[dict[str, float]]:
    """The steps to the first picture in a browser that has never been here, and after a reload."""
    with new_page(browser, screen) as (page, _):
        page.goto(address)
        yield page.evaluate(STEPS)
        page.wait_for_load_state("load")
        page.reload()
        yield page.evaluate(STEPS)


@contextmanager
def new_page(browser: Browser, screen: Screen) -> Iterator[tuple[Page, CDPSession]]:
    """An empty page in a context of its own, on a screen."""
    context: BrowserContext = browser.new_context(**screen.context)
    try:
        page = context.new_page()
        page.add_init_script(WATCH)
        session = context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": screen.slowed})
        yield page, session
    finally:
        context.close()


# --- playing --------------------------------------------------------------------------------------------------------


class Playing(NamedTuple):
    """What a page did while it played: frames and their delays (ms), and counters of the browser, as differences."""

    seconds: float
    drawn: list[float]
    shown: list[float]
    counters: dict[str, float]

    def per_frame(self, *names: str) -> float:
        """The sum of counters divided by the number of frames."""
        return sum(self.counters[name] for name in names) / max(1, len(self.drawn))


_MILLISECONDS = 1000.0
COLUMNS: dict[str, Callable[[Playing], float]] = {
    "frames/s": lambda playing: len(playing.drawn) / playing.seconds,
    "drawn": lambda playing: median(playing.drawn),
    "p95": lambda playing: percentile(playing.drawn, 0.95) if playing.drawn else nan,
    "visible": lambda playing: median(playing.shown),
    "busy, %": lambda playing: 100 * playing.counters["TaskDuration"] / playing.seconds,
    "script": lambda playing: _MILLISECONDS * playing.per_frame("ScriptDuration"),
    "layout": lambda playing: _MILLISECONDS * playing.per_frame("LayoutDuration", "RecalcStyleDuration"),
    "main": lambda playing: _MILLISECONDS * playing.per_frame("TaskDuration"),
    "all": lambda playing: _MILLISECONDS * playing.per_frame("processes"),
    "layouts": lambda playing: playing.per_frame("LayoutCount"),
    "styles": lambda playing: playing.per_frame("RecalcStyleCount"),
}


PLAYING = """Playing. drawn, p95, visible: ms from a frame's arrival until it is drawn, and until the next frame of the
screen. busy: the main thread. For each frame: script, layout (with styles), main thread and all processes of the
browser in ms of processor time; layouts and styles, how often they are computed."""


class Player:
    """A page that shows a network and can play it for some time."""

    def __init__(self, page: Page, session: CDPSession, of_browser: CDPSession) -> None:
        self._page = page
        self._session = session
        self._of_browser = of_browser
        session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def play(self, seconds: float, warm_up: float) -> Playing:
        """Play, and count from the end of the warm-up on."""
        self._turn()
        self._page.wait_for_timeout(1000 * warm_up)
        self._page.evaluate(TAKE)
        before = self._counters()
        self._page.wait_for_timeout(1000 * seconds)
        taken, after = self._page.evaluate(TAKE), self._counters()
        self._turn()
        counters = {name: after[name] - value for name, value in before.items()}
        return Playing(counters["Timestamp"], taken["drawn"], taken["shown"], counters)

    def _turn(self) -> None:
        """Play or pause."""
        self._page.evaluate("document.getElementById('play-pause-button').click()")

    def _counters(self) -> dict[str, float]:
        metrics = self._session.send("Performance.getMetrics")["metrics"]
        processes = self._of_browser.send("SystemInfo.getProcessInfo")["processInfo"]
        return {
            **{metric["name"]: metric["value"] for metric in metrics},
            "processes": sum(process["cpuTime"] for process in processes),
        }


def median(values: Sequence[float]) -> float:
    """The median; NaN of nothing."""
    return statistics.median(values) if values else nan


def playing(browser: Browser, subjects: Sequence[Subject], rounds: int, seconds: float) -> None:
    """Print what it takes to play each network on each screen."""
    of_browser = browser.new_browser_cdp_session()
    print(f"\n{PLAYING}")
    print(f"  {'':24}" + "".join(f"{name:>9}" for name in COLUMNS))
    for screen in SCREENS:
        print(screen.name)
        for name, link in NETWORKS.items():
            with ExitStack() as stack:
                players = []
                for subject in subjects:
                    page, session = stack.enter_context(new_page(browser, screen))
                    page.goto(subject.server.address + link)
                    page.evaluate(STEPS)
                    players.append(Player(page, session, of_browser))
                found = take_turns(players, rounds, seconds)
            print_playing(name, [subject.name for subject in subjects], found)


def take_turns(players: Sequence[Player], rounds: int, seconds: float) -> list[list[Playing]]:
    """Let pages play one after the other, several times; what each did in each round."""
    found: list[list[Playing]] = [[] for _ in players]
    for number in range(rounds):
        for player, of_one in zip(players, found, strict=True):
            # at first, the browser has yet to compile what runs often
            of_one.append(player.play(seconds, 1 if number == 0 else 0.2))
    return found


def print_playing(network: str, names: Sequence[str], found: Sequence[Sequence[Playing]]) -> None:
    """Print the rows of a network: the median of the rounds of each server, and their ratio."""
    rows = [[median([of(playing) for playing in rounds]) for of in COLUMNS.values()] for rounds in found]
    for name, row in zip(names, rows, strict=True):
        print(f"  {f'{network}, {name}':24}" + "".join(f"{value:9.2f}" for value in row))
    if len(rows) == 2:
        ratios = (f"{ours / theirs:9.2f}" if theirs else f"{'–':>9}" for ours, theirs in zip(*rows, strict=True))
        print(f"  {'ratio':24}" + "".join(ratios))
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--against", type=Path, metavar="DIR", help="another checkout, with its .venv, to compare with")
    parser.add_argument("--seconds", type=float, default=1.0, help="seconds of each turn of playing")
    parser.add_argument("--rounds", type=int, default=3, help="turns of each server for each figure")
    parser.add_argument("--only", default="first,playing", help="what to measure")
    options = parser.parse_args()
    with ExitStack() as stack:
        subjects = [Subject("this", stack.enter_context(ServerProcess(workers=1)))]
        if options.against:
            folder = options.against.resolve()
            command = (folder / ".venv/bin/python", "-m", "app.cli")
            other = ServerProcess(workers=1, command=command, cwd=folder)
            subjects.append(Subject("other", stack.enter_context(other)))
        browser = stack.enter_context(launched(LoopSwitch()))
        print(f"Chromium {browser.version}, without a graphics card")
        if "first" in options.only:
            first_picture(browser, subjects, options.rounds)
        if "playing" in options.only:
            playing(browser, subjects, options.rounds, options.seconds)


if __name__ == "__main__":
    main()
