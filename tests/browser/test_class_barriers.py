"""No state of a class's pages keeps anybody out, or is wider than its window."""

import re
from collections.abc import Mapping, Sequence

import pytest
from playwright.sync_api import Browser, ViewportSize

from tests.browser.class_states import DESK, NARROW, OF_SCREEN, OF_STUDENT, OF_TEACHER, PHONE, PROJECTOR, Scene, Step
from tests.browser.driver import barriers_in_both_schemes, case
from tests.browser.test_barriers import save_pictures
from tests.browser.test_layout import WIDTH
from tests.support.effort import Effort
from tests.support.server import ServerProcess

pytestmark = [pytest.mark.browser, pytest.mark.nightly]

STORIES: Mapping[str, tuple[Mapping[str, Step], Sequence[ViewportSize]]] = {
    "student": (OF_STUDENT, (PHONE, DESK)),
    "screen": (OF_SCREEN, (PROJECTOR,)),
    "wall": (OF_TEACHER, (PHONE, DESK)),
}
"""The steps of each page, and the windows in which it is looked at; the last one is that of the story."""


@pytest.mark.parametrize("name", STORIES)
def test_class_pages_have_no_barriers(chromium: Browser, server: ServerProcess, name: str) -> None:
    steps, windows = STORIES[name]
    scene = Scene(chromium, server)
    page = scene.page
    for state, step in steps.items():
        with case(state):
            page.set_viewport_size(windows[-1])
            step(scene)
            for window in windows:
                page.set_viewport_size(window)
                scene.playground.drawn()
                assert barriers_in_both_schemes(page) == []
                if Effort.pictures:
                    title = f"{name} {state} {window['width']}"
                    save_pictures(scene.playground, Effort.pictures, re.sub(r"\W+", "-", title))
            page.set_viewport_size(NARROW if name != "screen" else windows[-1])
            assert page.evaluate(WIDTH) <= (page.viewport_size or NARROW)["width"]
    scene.close()
