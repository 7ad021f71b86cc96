"""Text is text: whatever comes by a link, a checkpoint or the tab's own storage, nothing of it ever runs."""

import base64
import itertools
import json
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser

from tests.faults import adapter
from tests.faults.browser import WatchedPage, kept_text, watched
from tests.support.effort import Effort, sampled
from tests.support.server import ServerProcess

pytestmark = [pytest.mark.browser, pytest.mark.server]

LINES = {line.id: line for line in adapter.read() if line.channel == "url-hash"}

PAYLOADS = [
    "<script>canary(1)</script>",
    "</script><script>canary(2)</script>",
    "<img src=x onerror=canary(3)>",
    "<svg onload=canary(4)>",
    "<svg><animate onbegin=canary(5) attributeName=x dur=1s>",
    "<iframe srcdoc='<script>parent.canary(6)</script>'>",
    "<iframe src=javascript:parent.canary(7)>",
    "<details open ontoggle=canary(8)>",
    "<input autofocus onfocus=canary(9)>",
    "<video><source onerror=canary(10)>",
    "<math><mtext></table></math><img src=x onerror=canary(11)>",
    "<a href=javascript:canary(12) id=play-pause-button>",
    "javascript:canary(13)",
    "'-canary(14)-'",
    '"-canary(15)-"',
    "';canary(16);//",
    '"onmouseover="canary(17)"autofocus onfocus="canary(17)',
    "`${canary(18)}`",
    "{{constructor.constructor('canary(19)')()}}",
    "${canary(20)}",
    "<base href=http://evil.example/>",
    "<meta http-equiv=refresh content='0;url=http://evil.example/'>",
    "<style>*{background:url(http://evil.example/)}</style>",
    "<form action=http://evil.example/><button id=reset-button>",
    "<object data=javascript:canary(25)><embed src=javascript:canary(25)>",
    "<template><script>canary(26)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=canary(27)>'>",
    "\u202e<img/src=x\u00a0onerror=canary(28)>\u0000",
    "<b>100%</b>%3Cscript%3Ecanary(29)%3C/script%3E",
    "../../tutorials/evil.html?<script>canary(30)</script>",
]

KEYS = ["seed", "weightSeed", "dataset", "activation", "tutorial", "networkShape", "learningRate", "problem", "noise"]

STRANGE = (
    "script, style, link, base, meta, form, iframe, object, embed, img, video, audio, source, math, details, animate"
)
"""Elements by which a text could do something, if it were markup."""

COUNT = f"""() => [
  document.querySelectorAll({json.dumps(STRANGE)}).length,
  [...document.querySelectorAll("*")].filter((element) =>
    [...element.attributes].some(({{name, value}}) => name.startsWith("on") || /^\\s*javascript:/i.test(value))).length,
  document.querySelectorAll("[id=play-pause-button], [id=reset-button]").length,
]"""


@pytest.fixture(scope="module")
def server() -> Iterator[ServerProcess]:
    with ServerProcess(workers=1) as running:
        yield running


@pytest.fixture(scope="module")
def page(chromium: Browser, server: ServerProcess) -> Iterator[WatchedPage]:
    """One page for all links, without a chart; each link is loaded anew, or opened in it."""
    with watched(chromium, f"http://127.0.0.1:{server.port}/") as page:
        yield page


@pytest.fixture(scope="module")
def usual(page: WatchedPage) -> list[int]:
    """How many elements of the kinds that matter a page has."""
    page.begin("#seed=0.5")
    page.assert_harmless()
    count: list[int] = page.page.evaluate(COUNT)
    return count


def load(page: WatchedPage, link: str) -> None:
    """Load the page anew with a link; a page with another query is another page."""
    page.load(f"?{len(page.visits)}{link}")


def assert_text_is_text(page: WatchedPage, usual: list[int]) -> None:
    """Nothing has run or been made, nothing was asked of anybody else, and the page goes on working."""
    page.assert_harmless()
    assert page.page.evaluate(COUNT) == usual
    assert all(url.startswith((page.address, "data:", "blob:", "about:")) for url in page.requests)
    assert "evil" not in " ".join(url.partition("#")[0] for url in page.requests)
    shown = page.config["seed"], page.last("config")["view"]["show_test_data"]
    page.do(lambda: page.page.locator("#show-test-data").click())
    assert page.last("config")["view"]["show_test_data"] != shown[1]
    assert page.config["seed"] == shown[0]


@pytest.mark.parametrize("name", sampled(LINES, share=0.3))
def test_page_works_with_any_link_of_the_corpus(name: str, page: WatchedPage, usual: list[int]) -> None:
    line = LINES[name]
    wanted = adapter.expected(line)
    link = adapter.link(line)
    load(page, link)
    explained = len(link) > 10_000 or (bool(wanted.get("ui")) and "divergence" not in wanted["ui"])
    if explained:
        page.until_said("About this link")
    assert ("About this link" in page.said) == explained
    assert_text_is_text(page, usual)
    if "divergence" in (wanted.get("ui") or ""):
        page.start_playing("unlimited").until_said("Training diverged")
        assert "NaN" not in page.page.content()


def link_of(*texts: str) -> str:
    """A link that has texts in all its places, in turn."""
    turns = itertools.cycle(texts)
    return "#" + "&".join(
        [*(f"{key}={next(turns)}" for key in KEYS), *(f"{text}={text}&{text}_hide=true" for text in texts)]
    )


@pytest.mark.parametrize("first", sampled(range(0, len(PAYLOADS), len(KEYS)), share=0.5))
def test_markup_in_a_link_is_shown_as_text(first: int, page: WatchedPage, usual: list[int]) -> None:
    load(page, link_of(*(quote(payload, safe="") for payload in PAYLOADS[first : first + len(KEYS)])))
    assert "About this link" in page.said
    page.page.locator("#share-button").click()
    page.page.locator("#share").wait_for()
    assert page.page.locator("#share-link").input_value()
    page.page.keyboard.press("Escape")
    page.page.locator("#share").wait_for(state="hidden")
    assert_text_is_text(page, usual)


@pytest.mark.sampled
def test_markup_in_later_links_is_shown_as_text(page: WatchedPage, usual: list[int]) -> None:
    load(page, "#seed=0.5")
    for payload in PAYLOADS if Effort.everything else PAYLOADS[::3]:
        page.do(lambda: page.page.evaluate("link => { location.hash = link; }", link_of(payload)))  # noqa: B023
        assert page.page.evaluate(COUNT) == usual
    assert_text_is_text(page, usual)


def records(payload: str) -> Iterator[str]:
    """What a tab may find in its storage that somebody has tampered with: whole or damaged."""
    number = base64.b64encode(bytes(8)).decode()
    link = "#seed=0.5"
    yield payload
    yield kept_text(payload)
    yield kept_text(json.dumps(payload))
    yield kept_text(
        {"session": payload, "checkpoint": payload, "playing": payload, "speed": payload, "losses": payload}
    )
    yield kept_text(
        {"session": {payload: payload}, "checkpoint": {payload: payload}, "playing": True, "speed": "epoch"}
    )
    known = {"epoch": 1, "step": 1, "batch": 0, "carried": 0}
    for checkpoint in (
        {"link": payload, **known, "arrays": {"params": number}},
        {"link": link, **known, "arrays": {payload: number, "params": number}},
        {"link": link, **known, "arrays": {"params": payload}},
        {"link": link, **known, "epoch": payload, payload: 1, "arrays": {"params": number}},
    ):
        losses = {"epochs": [0, 1], "train": [0.5, 0.5], "test": [0.5, None]}
        yield kept_text(
            {"session": payload, "checkpoint": checkpoint, "playing": True, "speed": "epoch", "losses": losses}
        )


@pytest.mark.parametrize("place", sampled(range(9), share=0.4))
def test_markup_in_stored_state_stays_text(place: int, page: WatchedPage, usual: list[int]) -> None:
    text = list(records(PAYLOADS[place % 3]))[place]
    page.begin_with(text, "#seed=0.5")
    assert page.epoch == 0
    assert_text_is_text(page, usual)


def test_a_canary_that_is_let_in_sings(page: WatchedPage, usual: list[int]) -> None:
    load(page, "#seed=0.5")
    page.page.evaluate("() => { document.querySelector('#messages').innerHTML = '<img src=x onerror=canary(1)>'; }")
    page.until(lambda: page.page.evaluate("canaryRuns.length") > 0)
    with pytest.raises(AssertionError):
        page.assert_harmless()
    assert page.page.evaluate(COUNT) != usual
    page.complaints.clear()
