"""No state of the page keeps anybody out: what axe finds, in light and in dark colors."""

import re
from pathlib import Path
from typing import Literal

import pytest

from tests.browser.driver import Playground
from tests.browser.states import STATES
from tests.browser.test_layout import WIDTH
from tests.support.effort import Effort

pytestmark = [pytest.mark.browser, pytest.mark.chart, pytest.mark.nightly]


@pytest.mark.parametrize("name", STATES)
def test_no_state_has_barriers(playground: Playground, name: str) -> None:
    state = STATES[name]
    state.bring_about(playground)
    assert playground.barriers(state.part) == []
    assert playground.page.evaluate(WIDTH) <= state.screen["width"]
    if Effort.pictures:
        save_pictures(playground, Effort.pictures, re.sub(r"\W+", "-", name))


def save_pictures(playground: Playground, folder: Path, name: str) -> None:
    """Save what the window shows, in light and in dark colors."""
    schemes: tuple[Literal["dark", "light"], ...] = ("dark", "light")
    for scheme in schemes:
        playground.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        # pictures of neurons follow the palette one after the other
        playground.page.wait_for_timeout(400)
        playground.page.screenshot(path=folder / f"{name}-{scheme}.png")
