"""The page that tests share: whatever one of them does to it, the next finds it as after a load."""

import asyncio
from collections.abc import Callable

import pytest

from tests.browser.driver import Playground, case
from tests.browser.shared import SharedPlayground
from tests.conftest import SWITCH

pytestmark = pytest.mark.browser

LINK = "#seed=0.3&networkShape=3,2"

DOCUMENT = """() => [...document.querySelectorAll("body *")]
  .filter((element) => element.childElementCount === 0 && !element.matches("script, style, option, #live, .callout *"))
  .map((element) => [element.tagName, element.id, element.className.toString(), element.textContent.trim(),
    element.value, element.checked, element.getAttribute("aria-pressed"), element.checkVisibility()].join(" "))"""
"""Every leaf of the document: its text, its value, and whether it is visible.

What it announces last is no state, and callouts that were used stay away until the page is loaded again.
"""


def document_of(playground: Playground) -> list[str]:
    """Return the document once the chart has done without its library, which is the last thing that a load does."""
    playground.page.locator(".chart-note").wait_for()
    leaves: list[str] = playground.page.evaluate(DOCUMENT)
    return leaves


def test_event_loops_run_beside_the_browser(playground: Playground) -> None:
    playground.open()
    with SWITCH.off():
        asyncio.run(asyncio.sleep(0))
    assert playground.step().epoch == 1


def change_experiment(playground: Playground) -> None:
    """Do what most tests do: train, look at neurons, change settings and the view."""
    page = playground.step(2).page
    page.locator("[data-unit='8']").click()
    playground.do(page.locator("#add-layers").click)
    playground.do(lambda: page.locator("#activations").select_option("relu"))
    page.locator("#discretize").check()
    playground.until(lambda: "discretize=true" in playground.link)
    page.locator("#heatmap .map").hover()


def type_seed(playground: Playground) -> None:
    """Type a seed: when other data take its place, the page offers it again."""
    playground.unfold("#data-seed").fill("42")
    playground.do(lambda: playground.unfold("#data-seed").press("Enter"))


DEEDS: dict[str, Callable[[Playground], object]] = {
    "seed": type_seed,
    "lock": lambda playground: playground.open("#seed=0.3&activation_lock=true&noise=10"),
    "own data": lambda playground: playground.do(playground.unfold("#own-draw").click),
    "more data sets": lambda playground: playground.open("#seed=0.3&dataset=moons"),
    "goal": lambda playground: playground.open("#seed=0.3&goalTestLoss=0.1"),
    "invalid link": lambda playground: playground.open("#seed=0.3&activation=mish"),
    "play": lambda playground: playground.key(" "),
}
"""State that the document does not show, or that changes by itself."""


def test_opening_a_link_resets_the_shared_page(playground: SharedPlayground) -> None:
    playground.load(LINK)
    loaded = document_of(playground)
    change_experiment(playground)
    playground.begin().open(LINK)
    assert not [url for url in playground.requests if url.endswith(".js")], "the page was loaded again"
    assert document_of(playground) == loaded
    for name, do in DEEDS.items():
        with case(name):
            do(playground)
            playground.begin().open(LINK)
            assert document_of(playground) == loaded


def test_shared_page_notices_everything_that_is_open(playground: SharedPlayground) -> None:
    page = playground.open(LINK).page
    assert playground.is_pristine()
    for key in "lcponbi":
        with case(key):
            playground.key(key).until(lambda: not playground.is_pristine())
            playground.begin().open(f"{LINK}&noise=10")
            assert playground.is_pristine()
            playground.open(LINK)
    page.locator("#speed").select_option("epochs_5")
    assert not playground.is_pristine()


def test_shared_page_refuses_what_it_cannot_undo(playground: Playground) -> None:
    with pytest.raises(AssertionError, match="mark the test as fresh"):
        playground.page.route("**", lambda route: route.abort())
