"""The page that tests share: whatever one of them does to it, the next finds it as after a load."""

import asyncio

import pytest

from tests.browser.driver import Playground, SharedPlayground
from tests.conftest import SWITCH

pytestmark = pytest.mark.browser

DOCUMENT = """() => {
  const text = (element) => `${element.outerHTML.replace(/ style="[^"]*"/g, "").replace(/[0-9a-z-]{20,}/g, "")}`;
  return [...document.querySelectorAll("body *")].filter((element) => element.childElementCount === 0).map((element) =>
    `${text(element)} ${element.value ?? ""} ${element.checked ?? ""} ${element.checkVisibility()}`);
}"""
"""Every leaf of the document: its markup, its value, and whether it can be seen."""


def test_event_loops_run_beside_the_browser(playground: Playground) -> None:
    playground.open()
    with SWITCH.off():
        asyncio.run(asyncio.sleep(0))
    assert playground.step().epoch == 1


LINK = "#seed=0.3&networkShape=3,2"


def test_shared_page_equals_a_loaded_page(playground: SharedPlayground) -> None:
    page = playground.page
    playground.open("#seed=0.1")
    playground.open(LINK)
    loaded = page.evaluate(DOCUMENT)
    for act in (lambda: playground.step(3),):
        playground.open("#seed=0.7&dataset=xor")
        act()
        playground.begin().open(LINK)
        assert page.evaluate(DOCUMENT) == loaded
