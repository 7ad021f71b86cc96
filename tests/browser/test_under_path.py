"""The playground under a path of a proxy, in a real browser: every request stays below that path."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.driver import Playground
from tests.browser.test_class import DESK, PHONE
from tests.support.prefix import PrefixProxy
from tests.support.server import ServerProcess

pytestmark = pytest.mark.browser

LINKS = """() => [...document.querySelectorAll("a[href], link[href], script[src]")].map((it) => it.href || it.src)"""
STATUSES = "(urls) => Promise.all(urls.map(async (url) => (await fetch(url)).status))"
LINK = "#dataset=xor&seed=0.3&networkShape=2"


class Site:
    """A server behind a proxy, and browsers whose requests are noted."""

    def __init__(self, chromium: Browser, proxy: PrefixProxy) -> None:
        self.proxy = proxy
        self.address = proxy.address
        self.requests: list[str] = []
        self.pages: list[Playground] = []
        self._chromium = chromium

    def browser(self, **options: object) -> BrowserContext:
        """A browser with a storage of its own."""
        context = self._chromium.new_context(**{"viewport": DESK, **options})  # type: ignore[arg-type]
        context.on("request", lambda request: self.requests.append(request.url))
        return context

    def page(self, context: BrowserContext | None = None) -> Playground:
        """An empty page."""
        playground = Playground((context or self.browser()).new_page(), self.address)
        playground.page.on("websocket", lambda socket: self.requests.append(socket.url.replace("ws:", "http:")))
        self.pages.append(playground)
        return playground

    def path(self, page: Page) -> str:
        """The path of a page below the prefix, without query and fragment."""
        assert page.url.startswith(self.address)
        return page.url.removeprefix(self.address).partition("#")[0].partition("?")[0]

    def strays(self) -> list[str]:
        """What was requested outside the path."""
        inside = (self.address, "data:", "blob:")
        return [*self.proxy.strays, *(url for url in self.requests if not url.startswith(inside))]


@pytest.fixture(scope="module")
def server_behind() -> Iterator[ServerProcess]:
    with ServerProcess(workers=1) as server:
        yield server


@pytest.fixture
def site(chromium: Browser, server_behind: ServerProcess) -> Iterator[Site]:
    """A site at which nothing strays and no page complains."""
    with PrefixProxy(server_behind.port) as proxy:
        site = Site(chromium, proxy)
        yield site
        for page in site.pages:
            page.page.context.close()
        assert site.strays() == []
        assert [page.complaints for page in site.pages if page.complaints] == []


def test_playground_trains_and_resumes(site: Site) -> None:
    own = site.page().open(LINK)
    page = own.page
    expect(page.locator("#linechart .main-svg").first).to_be_attached()
    assert [url for url in own.requests if "/vendor/" in url]
    epoch = own.play(until_epoch=20).epoch
    params = own.params.tolist()
    own.frames.clear()
    page.reload()
    own.until(lambda: bool(own.frames)).shown()
    assert (own.epoch, own.params.tolist()) == (epoch, params)
    # a link of another experiment, as it is opened in the address bar
    own.do(lambda: page.evaluate("location.hash = '#dataset=gauss&seed=0.3'"))
    assert own.config["dataset"] == "gauss"
    page.locator("#share-button").click()
    assert page.locator("#share-link").input_value() == page.url
    page.keyboard.press("Escape")
    page.locator("#class-button").click()
    page.locator("#class-menu [data-action=build]").click()
    page.locator("#builder-embed").check()
    expect(page.locator("#builder-link")).to_have_value(f"{site.address}?embed=1{own.link}")
    frame = page.frame_locator("#builder-preview iframe")
    expect(frame.locator("#iter-number")).to_have_text("000,000")
    assert frame.locator("#open-page").evaluate("(link) => link.href") == f"{site.address}{own.link}"


def test_pages_link_to_each_other(site: Site) -> None:
    own = site.page().open(LINK)
    page = own.page
    page.locator("#lessons-link").click()
    page.wait_for_url(f"{site.address}lessons")
    page.get_by_role("link", name="XOR").first.click()
    page.wait_for_url(f"{site.address}lessons/xor*")
    own.until(lambda: bool(own.frames) and own.config["dataset"] == "xor").drawn()
    linked = {f"{site.address}{path}" for path in ("lessons", "lessons/features", "glossary")}
    assert linked < set(page.evaluate(LINKS))
    with page.context.expect_page() as opened:
        page.locator("#help-button").click()
        page.get_by_role("link", name="The glossary").click()
    glossary = opened.value
    glossary.wait_for_load_state()
    assert (glossary.url, glossary.title()) == (f"{site.address}glossary", "Glossary · NumPy Playground")
    glossary.get_by_role("link", name="NumPy Playground").click()
    glossary.wait_for_url(f"{site.address}*")
    damages = {"lessons//depth//": "lessons/depth", "lessons%2Fdepth": "lessons/depth", "//index.html": ""}
    for damaged, meant in damages.items():
        glossary.goto(site.address + damaged)
        assert site.path(glossary) == meant
    glossary.goto(f"{site.address}no/such/page")
    glossary.get_by_role("link", name="Lessons").click()
    glossary.wait_for_url(f"{site.address}lessons")
    glossary.close()
    own.complaints[:] = [text for text in own.complaints if "404" not in text]


@pytest.mark.classes
def test_class_is_held(site: Site) -> None:
    teacher = site.page().open(LINK)
    page = teacher.page
    page.locator("#class-button").click()
    page.get_by_role("button", name="Start a class").click()
    page.wait_for_url(f"{site.address}teach*")
    teacher.until(lambda: any(message["type"] == "class" for message in teacher.messages))
    code = teacher.last("class")["code"]
    stored = page.evaluate("Object.keys(localStorage).filter((key) => /class$/.test(key))")
    assert stored == [f"{site.proxy.prefix} class"]

    student = site.page(site.browser(viewport=PHONE))
    student.page.goto(site.address)
    student.page.locator("#menu-button").click()
    student.page.locator("#class-button").click()
    student.page.get_by_role("link", name="Join a class").click()
    student.page.wait_for_url(f"{site.address}join")
    student.page.locator("#join-code").fill(code.lower())
    student.page.locator(".join-button").click()
    student.page.locator(".class-choice").first.click()
    expect(student.page.locator("#class-door")).to_be_hidden()
    assert site.path(student.page) == f"class/{code}"

    page.locator(".class-tools [data-tool=hand-out]").click()
    page.get_by_role("radio", name="A lesson").check()
    page.locator("#hand-out-lesson").select_option("xor")
    page.locator("#hand-out-send").click()
    student.page.wait_for_url(f"{site.address}class/{code}/lessons/xor*")
    expect(student.page.locator("#lesson-count")).to_contain_text("of 5")
    check_links(site, student.page)
    page.locator(".class-tools [data-tool=hand-out]").click()
    page.locator("#pace-lesson").click()
    page.wait_for_url(f"{site.address}teach/lessons/xor*")
    teacher.until(lambda: teacher.config["dataset"] == "xor").drawn()
    check_links(site, page)

    page.locator("#class-code").click()
    host = site.address.removeprefix("http://")
    expect(page.locator("#join-card [data-join=address]")).to_have_text(f"{host}join")
    expect(page.get_by_role("img", name=f"QR code of {site.address}class/{code}")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator(".class-tools [data-tool=screen]").click()
    with page.context.expect_page() as opened:
        page.locator("#screen-open").click()
    screen = opened.value
    expect(screen.locator("#screen-corner [data-part=address]")).to_have_text(f"{host}join")
    assert screen.url == f"{site.address}screen"
    screen.reload()
    expect(screen.locator("#screen-corner [data-part=code]")).to_have_text(f"{code[:3]} {code[3:]}")
    check_links(site, screen)


def check_links(site: Site, page: Page) -> None:
    """Every address of a page leads below the path, and somewhere."""
    found = {url.partition("#")[0] for url in page.evaluate(LINKS) if not url.startswith("https:")}
    assert [url for url in found if not url.startswith(site.address)] == []
    assert page.evaluate(STATUSES, sorted(found)) == [200] * len(found)
