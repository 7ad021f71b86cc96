"""No state of the page keeps anybody out: what axe finds, in light and in dark colors."""

import pytest

from tests.browser.driver import Playground
from tests.browser.states import STATES
from tests.browser.test_layout import WIDTH
from tests.support.effort import sampled

pytestmark = [pytest.mark.browser, pytest.mark.chart, pytest.mark.sampled]


@pytest.mark.parametrize("name", sampled(STATES, 0.2))
def test_no_state_has_barriers(playground: Playground, name: str) -> None:
    state = STATES[name]
    state.bring_about(playground)
    assert playground.barriers(state.part) == []
    assert playground.page.evaluate(WIDTH) <= state.screen["width"]
