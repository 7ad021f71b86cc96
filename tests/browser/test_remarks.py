"""The run in words, on the page."""

import pytest

from tests.browser.driver import Playground

pytestmark = pytest.mark.browser


def test_words_describe_and_remedy_is_tried(playground: Playground) -> None:
    page = playground.open("#dataset=xor&networkShape=&seed=0.5").page
    strip = page.locator("#remarks")
    assert not strip.is_visible()
    playground.play(100, "epochs_20")
    playground.do(page.locator("#words").check)
    page.locator("#remark-remedy:not([hidden])").wait_for()
    height = strip.evaluate("element => element.offsetHeight")
    assert "no hidden layer" in playground.text("#remark-sentence")
    assert playground.text("#remark-remedy") == "Add x₁x₂"
    playground.do(page.locator("#remark-remedy").click)
    assert "xTimesY=true" in playground.link
    page.locator("#remark-quiet:not([hidden])").wait_for()
    assert strip.evaluate("element => element.offsetHeight") == height
    playground.do(page.locator("#words").uncheck)
    assert not strip.is_visible()
