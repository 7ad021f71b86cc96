"""What must not go wrong: other hosts, lost connections, reloads, and use without a mouse."""

import pytest

from tests.browser.driver import Playground
from tests.browser.test_inside import inside, open_panel
from tests.support.server import ServerProcess

pytestmark = pytest.mark.browser


@pytest.mark.fresh
@pytest.mark.chart
def test_page_requests_nothing_from_other_hosts(playground: Playground) -> None:
    playground.page.route(lambda url: not url.startswith(playground.address.rstrip("/")), lambda route: route.abort())
    playground.open().play(until_epoch=30)
    playground.page.wait_for_selector("#linechart svg")
    assert all(url.startswith((playground.address, "data:", "blob:")) for url in playground.requests)
    assert playground.complaints == []


@pytest.mark.fresh
def test_reload_keeps_the_experiment_and_its_weights(playground: Playground) -> None:
    playground.open("#seed=0.48429&dataset=xor").step(7)
    link, params = playground.link, playground.params.tolist()
    playground.frames.clear()
    playground.page.reload()
    playground.until(lambda: bool(playground.frames)).shown()
    assert (playground.link, playground.epoch) == (link, 7)
    assert playground.params.tolist() == params


@pytest.mark.fresh
def test_lost_connection_restores_weights_and_open_panel(own_server: ServerProcess, playground: Playground) -> None:
    playground.address = own_server.address
    playground.open("#seed=0.48429").step(5)
    open_panel(playground, "weights")
    params = playground.params.tolist()
    own_server.kill()
    playground.page.get_by_text("connect", exact=False).first.wait_for()
    playground.frames.clear()
    own_server.start()
    playground.until(lambda: bool(inside(playground, "weights")))
    assert playground.epoch == 5
    assert playground.params.tolist() == params
    playground.step(1)
    assert playground.epoch == 6


def test_page_is_used_with_the_keyboard_alone(playground: Playground) -> None:
    playground.open("#seed=0.48429")
    playground.key("ArrowRight").until(lambda: playground.epoch == 1)
    playground.key(" ").until(lambda: playground.last("status")["playing"] and playground.epoch > 3)
    playground.key(" ").until(lambda: not playground.last("status")["playing"])
    playground.do(lambda: playground.key("r"))
    playground.key("?")
    playground.page.get_by_role("dialog").wait_for()
    playground.page.keyboard.press("Escape")
    playground.page.get_by_role("dialog").wait_for(state="hidden")


def test_epoch_is_announced_to_screen_readers(playground: Playground) -> None:
    playground.open().step(1)
    playground.until(lambda: "1" in (playground.page.locator("#live").text_content() or ""))
