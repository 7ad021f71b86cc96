"""The map in three dimensions, with the library and the graphics of a real browser."""

import pytest
from playwright.sync_api import expect

from tests.browser.driver import Playground

pytestmark = [pytest.mark.browser, pytest.mark.chart]

CAMERA = "() => JSON.stringify(document.querySelector('.surface-plot')._fullLayout.scene.camera.eye)"
PIXELS = """() => {
  const { gl } = document.querySelector('.surface-plot')._fullLayout.scene._scene.glplot;
  return gl.drawingBufferWidth * gl.drawingBufferHeight;
}"""


def test_map_turns_in_three_dimensions(playground: Playground) -> None:
    page = playground.open("#dataset=xor&seed=0.5").page
    button = page.locator("#surface-button")
    room = page.locator("#heatmap .surface-room")
    before = page.locator("#heatmap").bounding_box()
    button.click()
    page.wait_for_selector("#heatmap.in-3d")
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(room).to_be_focused()
    assert page.evaluate(PIXELS) > 10_000
    assert page.locator("#heatmap").bounding_box() == before
    assert page.locator(".surface-plot .modebar-container *").count() == 0

    camera = page.evaluate(CAMERA)
    page.keyboard.press("ArrowLeft")
    playground.until(lambda: page.evaluate(CAMERA) != camera)
    camera = page.evaluate(CAMERA)
    shown = page.evaluate("document.querySelector('.surface-plot').data[0].z[3][3]")
    playground.step(2)
    playground.until(lambda: page.evaluate("document.querySelector('.surface-plot').data[0].z[3][3]") != shown)
    assert page.evaluate(CAMERA) == camera

    room.press("Escape")
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(button).to_be_focused()
    expect(room).to_be_hidden()
    assert not playground.complaints
