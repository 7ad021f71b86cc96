"""The playground behind a real Jupyter server: from its launcher, and through its proxy."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from app.notebook.server import serving_port, stop
from tests.faults.browser import WatchedPage, page_in
from tests.notebooks.jupyter import HUB, PREFIX, TOKEN, Jupyter, servers_of
from tests.notebooks.kernel import WAIT, assert_gone
from tests.support.client import BINARY, PING, PONG, ClosedError, frame
from tests.support.server import ROOT, ServerProcess

pytestmark = [pytest.mark.notebooks, pytest.mark.server]

LINK = "#dataset=spiral&seed=0.5&noise=5"


@pytest.fixture(scope="module")
def jupyter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Jupyter]:
    """One server for all tests."""
    with Jupyter(tmp_path_factory.mktemp("jupyter")) as running:
        yield running


@pytest.fixture(scope="module")
def context(jupyter: Jupyter, chromium: Browser) -> Iterator[BrowserContext]:
    """A browser in which the user of Jupyter has logged in."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(f"{jupyter.address}playground/healthz?token={TOKEN}")
    page.close()
    yield context
    context.close()


def opened(context: BrowserContext, address: str) -> WatchedPage:
    """A page that has trained some epochs."""
    page = page_in(context, address, chart=False)
    page.begin(LINK).step(3)
    return page


def test_launcher_has_title_and_icon(jupyter: Jupyter) -> None:
    (offered,) = servers_of(jupyter)
    launcher = offered["launcher_entry"]
    assert (offered["name"], launcher["title"], launcher["path_info"]) == (
        "playground",
        "NumPy Playground",
        "playground/",
    )
    assert offered["new_browser_tab"] is True
    icon = jupyter.fetch(launcher["icon_url"].removeprefix(PREFIX))
    assert icon == (200, "image/svg+xml", (ROOT / "static/icon.svg").read_bytes())


@pytest.mark.browser
def test_icon_in_jupyterlab_opens_the_playground(jupyter: Jupyter, context: BrowserContext) -> None:
    lab = context.new_page()
    lab.goto(f"{jupyter.address}lab")
    card = lab.locator(".jp-LauncherCard", has_text="NumPy Playground")
    expect(card.locator("img")).to_be_visible(timeout=WAIT)
    assert card.locator("img").evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    with context.expect_page() as found:
        card.click()
    tab = found.value
    tab.locator("#next-step-button").click()
    expect(tab.locator("#iter-number")).to_have_text("000,001", timeout=WAIT)
    assert tab.url.startswith(f"{jupyter.address}playground/#")
    tab.close()
    lab.close()


@pytest.mark.browser
def test_launched_page_resumes_after_reload_and_kill(jupyter: Jupyter, context: BrowserContext) -> None:
    page = opened(context, f"{jupyter.address}playground/")
    page.page.reload()
    page.until(lambda: len(page.visits) == 2 and bool(page.visits[1].shown))
    assert (page.visits[1].resumed, page.number) == ("session", 3)
    jupyter.kill_launched()
    page.until(lambda: len(page.visits) > 2 and bool(page.visits[-1].shown))
    assert (page.visits[-1].resumed, page.number) == ("checkpoint", 3)
    page.step(2)
    assert page.number == 5
    assert {request for request in page.requests if not request.startswith(jupyter.address)} == set()
    page.page.close()


@pytest.mark.browser
def test_all_pages_are_served_below_jupyter(jupyter: Jupyter, context: BrowserContext) -> None:
    page = context.new_page()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(f"{jupyter.address}playground/lessons")
    page.get_by_role("link", name="XOR").first.click()
    page.wait_for_url(f"{jupyter.address}playground/lessons/xor**")
    page.locator("#next-step-button").click()
    expect(page.locator("#iter-number")).to_have_text("000,001", timeout=WAIT)
    page.goto(f"{jupyter.address}playground/glossary")
    expect(page.locator("dt").first).to_be_visible(timeout=WAIT)
    home = f"{jupyter.address}playground/"
    assert {request for request in requests if not request.startswith((home, "data:", "blob:"))} == set()
    page.close()


def test_connection_through_jupyter_is_whole(jupyter: Jupyter) -> None:
    """Frames are binary, pings are answered on both sides, and the end of the server is the end of the connection."""
    with jupyter.connect("playground/ws") as client:
        client.greet(LINK)
        assert client.train(3)["epoch"] == 3
        client.send(frame(PING, b"page"))
        opcodes: set[int] = set()
        while not {PING, PONG} <= opcodes:
            opcodes.add(client.receive().opcode)
        client.say("advance", count=1)
        while client.receive().opcode != BINARY:
            pass
        jupyter.kill_launched()
        with pytest.raises(ClosedError):
            client.answer("moved")


def test_jupyter_refuses_strangers_and_foreign_pages(jupyter: Jupyter) -> None:
    with jupyter.connect("playground/ws", Authorization="") as client:
        assert client.status_code == 403
    # Jupyter, which checks the origin of those that come with a cookie, lets this one through
    with jupyter.connect("playground/ws", Origin="https://evil.example") as client, pytest.raises(ClosedError):
        client.hello()


def test_launched_server_ends_when_jupyter_is_killed(tmp_path: Path) -> None:
    with Jupyter(tmp_path) as own:
        own.fetch("playground/")
        launched = own.launched()
        processes = [launched, *launched.children(recursive=True)]
        own.kill()
        assert_gone(processes)


@pytest.mark.browser
def test_page_through_port_resumes_after_restart(jupyter: Jupyter, context: BrowserContext) -> None:
    with ServerProcess(workers=1) as server:
        page = opened(context, f"{jupyter.address}proxy/{server.port}/")
        server.kill()
        page.until_said("Connection lost")
        server.start()
        page.until(lambda: len(page.visits) > 1 and bool(page.visits[-1].shown))
        assert (page.visits[-1].resumed, page.number) == ("checkpoint", 3)
        page.page.close()


def test_foreign_name_through_port_is_explained(jupyter: Jupyter) -> None:
    with ServerProcess(workers=1) as server, jupyter.connect(f"proxy/{server.port}/ws") as client:
        with pytest.raises(ClosedError):
            client.hello()
        server.until_said("PLAYGROUND_ALLOWED_HOSTS=hub.school.example")


def test_notebook_server_answers_to_the_hub(jupyter: Jupyter) -> None:
    """Where Jupyter's own environment lacks the playground, its proxy leads to the kernel's server."""
    try:
        port = serving_port({HUB})
        with jupyter.connect(f"proxy/{port}/ws") as client:
            client.greet(LINK)
            assert client.train(1)["epoch"] == 1
    finally:
        stop()


@pytest.mark.browser
def test_cell_in_jupyterlab_shows_the_launched_playground(jupyter: Jupyter, context: BrowserContext) -> None:
    jupyter.write_notebook("shown.ipynb", f'from app.notebook import show\nshow("{LINK}", height=500)')
    lab = context.new_page()
    lab.goto(f"{jupyter.address}lab/tree/shown.ipynb")
    lab.locator(".jp-Notebook .cm-content").first.click()
    expect(lab.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']")).to_be_visible(timeout=WAIT)
    lab.keyboard.press("Control+Enter")
    shown = lab.locator("iframe[title='NumPy Playground']")
    expect(shown).to_have_attribute("src", re.compile(rf"^{PREFIX}playground/\?embed=1#"), timeout=WAIT)
    frame_of = lab.frame_locator("iframe[title='NumPy Playground']")
    frame_of.locator("#next-step-button").click()
    expect(frame_of.locator("#iter-number")).to_have_text("000,001", timeout=WAIT)
    lab.close()
