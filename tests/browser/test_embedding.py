"""The playground in frames of other pages, and in a learning platform: what these hear, and who hears nothing."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.driver import TIMEOUT, block_chart
from tests.support.server import ServerProcess

pytestmark = [pytest.mark.browser, pytest.mark.server]

LINK = "#dataset=circle&seed=0.5&goalTestLoss=0.2"
EMBEDDING = Path(__file__).parents[2] / "docs/embedding.md"


class Site(ThreadingHTTPServer):
    """Another site on this machine, whose pages a test writes."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files: dict[str, bytes] = {}

    def origin(self, host: str = "127.0.0.1") -> str:
        """Its origin, under a name of this machine."""
        return f"http://{host}:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        content = self.server.files.get(self.path.partition("?")[0])
        self.send_response(404 if content is None else 200)
        self.send_header("Content-Type", "text/javascript" if self.path.endswith(".js") else "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(content or b"")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """A site that may frame the playground as 127.0.0.1, and may not as localhost."""
    with Site() as running:
        thread = Thread(target=running.serve_forever, args=[0.05])
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def server(site: Site) -> Iterator[ServerProcess]:
    with ServerProcess(workers=1, frame_ancestors=f"https://*.school.example,{site.origin()}") as running:
        yield running


@contextmanager
def page_of(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    page = context.new_page()
    page.set_default_timeout(TIMEOUT)
    block_chart(page)
    yield page
    context.close()


# --- events ---------------------------------------------------------------------------------------------------------


def test_example_of_the_documents_hears_everything(chromium: Browser, server: ServerProcess, site: Site) -> None:
    (example,) = re.findall(r"```html\n(<!doctype.*?)```", EMBEDDING.read_text("utf-8"), re.DOTALL)
    site.files["/example"] = example.replace("https://playground.example/", server.address).encode()
    with page_of(chromium) as page:
        page.goto(f"{site.origin()}/example")
        page.get_by_text("1 goals to reach").wait_for()
        page.frame_locator("#playground").locator("#play-pause-button").click()
        page.locator("#reached li").filter(has_text=re.compile(r"^Test loss ≤ 0\.2 in epoch \d+$")).wait_for()
        page.locator("#state").filter(has_text=re.compile(r"^Epoch \d+: test loss 0\.\d+$")).wait_for()
        assert page.title() == "Done: the spiral"


LISTENING = """<!doctype html><title>Around</title><iframe id="playground" width="1000" height="860"></iframe><script>
const frame = document.querySelector("#playground");
globalThis.heard = [];
addEventListener("message", ({ data }) => heard.push(data));
frame.addEventListener("load", () => frame.contentWindow.postMessage(SUBSCRIBE, "*"));
frame.src = ADDRESS;
</script>"""
SUBSCRIBE = '{"to": "numpy-playground", "type": "subscribe", "version": 1}'


def listen(site: Site, server: ServerProcess, query: str = "?embed=1") -> None:
    """Let the site have a page that listens to a playground, whatever its origin."""
    text = LISTENING.replace("SUBSCRIBE", SUBSCRIBE).replace("ADDRESS", f'"{server.address}{query}{LINK}"')
    site.files["/listening"] = text.encode()


NOBODY = """
const { parse } = JSON;
JSON.parse = (text) => {
  const value = parse(text);
  return value?.frame_ancestors ? { ...value, frame_ancestors: [] } : value;
};
"""
"""Lets the page in the frame know no origin that may frame it, as if the policy of its answer had been lost."""


def step_in_frame(page: Page) -> None:
    """Train an epoch in the frame: by then, all that there is to say has been said."""
    playground = page.frame_locator("#playground")
    playground.locator("#loss-test").filter(has_not_text="–").wait_for()
    playground.locator("#next-step-button").click()
    playground.locator("#iter-number").filter(has_text="000,001").wait_for()


def heard_by(page: Page) -> list[dict[str, Any]]:
    heard: list[dict[str, Any]] = page.evaluate("heard")
    return heard


def test_page_that_may_frame_hears_ready(chromium: Browser, server: ServerProcess, site: Site) -> None:
    listen(site, server)
    with page_of(chromium) as page:
        page.goto(f"{site.origin()}/listening")
        step_in_frame(page)
        page.wait_for_function("() => heard.length > 0")
        ready = heard_by(page)[0]
        assert (ready["event"], ready["version"], ready["epoch"], ready["playing"]) == ("ready", 1, 0, False)
        assert ready["goals"] == [{"name": "own", "label": "Test loss ≤ 0.2", "reached": None}]
        assert ready["link"].startswith(f"{server.address}#")
        assert "goalTestLoss=0.2" in ready["link"]


def test_forbidden_origin_hears_nothing(chromium: Browser, server: ServerProcess, site: Site) -> None:
    listen(site, server)
    with page_of(chromium) as page:
        page.add_init_script(NOBODY)
        page.goto(f"{site.origin()}/listening")
        step_in_frame(page)
        assert heard_by(page) == []


def test_forbidden_page_cannot_frame_at_all(chromium: Browser, server: ServerProcess, site: Site) -> None:
    listen(site, server)
    with page_of(chromium) as page:
        refused: list[str] = []
        page.on("console", lambda message: refused.append(message.text))
        page.goto(f"{site.origin('localhost')}/listening", wait_until="load")
        assert any("frame-ancestors" in text for text in refused)
        assert heard_by(page) == []


def test_only_the_parent_may_subscribe(chromium: Browser, server: ServerProcess, site: Site) -> None:
    listen(site, server)
    site.files["/around"] = b'<iframe id="listening" src="/listening" width="1100" height="880"></iframe>'
    with page_of(chromium) as page:
        page.goto(f"{site.origin()}/around")
        page.evaluate("() => { globalThis.heard = []; addEventListener('message', ({ data }) => heard.push(data)); }")
        playground = page.frame_locator("#listening").frame_locator("#playground")
        playground.locator("#loss-test").filter(has_not_text="–").wait_for()
        page.evaluate(f"() => frames[0].frames[0].postMessage({SUBSCRIBE}, '*')")
        playground.locator("#next-step-button").click()
        page.wait_for_function("() => frames[0].heard.some(({ event, epoch }) => event === 'progress' && epoch === 1)")
        assert heard_by(page) == []
        assert [event["event"] for event in page.evaluate("frames[0].heard")].count("ready") == 1


def test_page_without_embed_says_nothing(chromium: Browser, server: ServerProcess, site: Site) -> None:
    listen(site, server, query="")
    with page_of(chromium) as page:
        page.goto(f"{site.origin()}/listening")
        step_in_frame(page)
        assert heard_by(page) == []


# --- learning platforms -----------------------------------------------------------------------------------------------

TITLE = 'Circle <1> & "2"'


def make_package(page: Page, server: ServerProcess, link: str) -> bytes:
    """Make a package in the link builder."""
    page.goto(f"{server.address}{link}")
    page.locator("#loss-test").filter(has_not_text="–").wait_for()
    page.locator("#class-button").click()
    page.locator("#class-menu [data-action=build]").click()
    page.locator("#builder-title").fill(TITLE)
    page.locator("#builder-preview iframe").wait_for()
    with page.expect_download() as downloading:
        page.locator("#builder-package").click()
    assert downloading.value.suggested_filename == "circle-1-2-scorm.zip"
    return Path(downloading.value.path()).read_bytes()


IMSCP = "{http://www.imsproject.org/xsd/imscp_rootv1p1p2}"
ADLCP = "{http://www.adlnet.org/xsd/adlcp_rootv1p2}"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"

CHILDREN: Mapping[str, tuple[str, ...]] = {
    "manifest": ("metadata", "organizations", "resources"),
    "metadata": ("schema", "schemaversion"),
    "organizations": ("organization",),
    "organization": ("title", "item"),
    "item": ("title", "item"),
    "resources": ("resource",),
    "resource": ("file",),
}
"""What the elements of a manifest may contain here, in this order."""
ATTRIBUTES: Mapping[str, tuple[set[str], set[str]]] = {
    "manifest": ({"identifier"}, {"version", f"{XSI}schemaLocation"}),
    "organizations": ({"default"}, set()),
    "organization": ({"identifier"}, set()),
    "item": ({"identifier", "identifierref"}, {"isvisible"}),
    "resource": ({"identifier", "type", f"{ADLCP}scormtype", "href"}, set()),
    "file": ({"href"}, set()),
}
"""The attributes that they must and may have."""


def faults_of(package: bytes) -> list[str]:
    """What is wrong with a package by the rules of SCORM 1.2."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        files = set(archive.namelist())
        faults = [f"damaged: {name}" for name in [archive.testzip()] if name]
    if "imsmanifest.xml" not in files:
        return [*faults, "imsmanifest.xml is not at the top"]
    root = manifest_of(package)
    return [*faults, *faults_of_elements(root), *faults_of_references(root, files)]


def manifest_of(package: bytes) -> ET.Element:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return ET.fromstring(archive.read("imsmanifest.xml"))  # noqa: S314 - it is our own


def faults_of_elements(root: ET.Element) -> Iterator[str]:
    """Elements and attributes that are missing, unknown or in a wrong order."""
    if root.tag != f"{IMSCP}manifest":
        yield f"the root is {root.tag}"
    for element in root.iter():
        name = element.tag.removeprefix(IMSCP)
        allowed = CHILDREN.get(name, ())
        given = [child.tag.removeprefix(IMSCP) for child in element]
        if set(given) - set(allowed) or given != sorted(given, key=lambda child: [*allowed, child].index(child)):
            yield f"{name} contains {given}"
        if name in CHILDREN and (set(allowed) - {"item"} if name == "item" else set(allowed)) - set(given):
            yield f"{name} lacks some of {allowed}"
        must, may = ATTRIBUTES.get(name, (set(), set()))
        if not must <= set(element.attrib) <= must | may:
            yield f"{name} has the attributes {sorted(element.attrib)}"


def faults_of_references(root: ET.Element, files: set[str]) -> Iterator[str]:
    """Identifiers that are not unique or lead nowhere, and files that are not there or not listed."""
    identifiers = [element.get("identifier", "") for element in root.iter() if "identifier" in element.attrib]
    if len(set(identifiers)) != len(identifiers):
        yield f"identifiers are not unique: {identifiers}"
    yield from (f"no identifier: {name}" for name in identifiers if not re.fullmatch(r"[A-Za-z_][\w.-]*", name))
    texts = [(root.findtext(f"{IMSCP}metadata/{IMSCP}{name}")) for name in ("schema", "schemaversion")]
    if texts != ["ADL SCORM", "1.2"]:
        yield f"the schema is {texts}"
    organizations = {item.get("identifier") for item in root.iter(f"{IMSCP}organization")}
    if {item.get("default") for item in root.iter(f"{IMSCP}organizations")} - organizations:
        yield "the default organization is missing"
    resources = {item.get("identifier"): item for item in root.iter(f"{IMSCP}resource")}
    yield from (
        f"no resource for {item.attrib}"
        for item in root.iter(f"{IMSCP}item")
        if item.get("identifierref") not in resources
    )
    for resource in resources.values():
        listed = [file.get("href", "") for file in resource]
        if (resource.get("type"), resource.get(f"{ADLCP}scormtype")) != ("webcontent", "sco"):
            yield f"it is no SCO: {resource.attrib}"
        if resource.get("href") not in listed or set(listed) != files - {"imsmanifest.xml"}:
            yield f"files are {sorted(files)}, and listed are {listed}"


def test_package_of_the_builder_is_valid(chromium: Browser, server: ServerProcess) -> None:
    with page_of(chromium) as page:
        package = make_package(page, server, LINK)
        assert "share of goals reached" in page.locator("#builder-package-note").inner_text()
        with page.expect_download() as again:
            page.locator("#builder-package").click()
        assert Path(again.value.path()).read_bytes() == package
    assert faults_of(package) == []
    assert {title.text for title in manifest_of(package).iter(f"{IMSCP}title")} == {TITLE}
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        assert sorted(archive.namelist()) == ["imsmanifest.xml", "index.html", "sco.js", "start.js"]
        assert {item.date_time for item in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert f'data-address="{server.address}?embed=1#' in archive.read("index.html").decode()


def test_validator_finds_what_is_wrong(chromium: Browser, server: ServerProcess) -> None:
    with page_of(chromium) as page:
        package = make_package(page, server, LINK)
    for wrong, right in (
        ("<schemaversion>1.2", "<schemaversion>2004"),
        ('identifierref="page"', 'identifierref="pag"'),
        ('default="course"', 'default="curse"'),
        ('<file href="sco.js"/>', ""),
        ('scormtype="sco"', 'scormtype="asset"'),
        ("imscp_rootv1p1p2", "imscp_v1p1"),
        ('identifier="course"', 'identifier="page"'),
    ):
        assert faults_of(with_manifest(package, wrong, right)) != [], wrong


def with_manifest(package: bytes, old: str, new: str) -> bytes:
    """A package with another text in its manifest."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as archive, zipfile.ZipFile(changed, "w") as other:
        for name in archive.namelist():
            text = archive.read(name).decode()
            assert name != "imsmanifest.xml" or old in text
            other.writestr(name, text.replace(old, new) if name == "imsmanifest.xml" else text)
    return changed.getvalue()


PLATFORM = """<!doctype html><title>Platform</title><p id="status"></p><script>
globalThis.calls = [];
globalThis.values = VALUES;
const note = (name) => (...given) => { calls.push([name, ...given]); return "true"; };
globalThis.API = {
  LMSInitialize: note("LMSInitialize"), LMSFinish: note("LMSFinish"), LMSCommit: note("LMSCommit"),
  LMSGetLastError: () => "0", LMSGetErrorString: () => "", LMSGetDiagnostic: () => "",
  LMSGetValue: (name) => values[name] ?? "",
  LMSSetValue(name, value) {
    values[name] = value;
    const { "cmi.core.lesson_status": status, "cmi.core.score.raw": score } = values;
    document.querySelector("#status").textContent = `${status} ${score}`;
    return note("LMSSetValue")(name, value);
  },
};
</script><iframe id="sco" src="/package/index.html" width="1200" height="860"></iframe>"""


def launch(page: Page, site: Site, values: str = "{}") -> None:
    """Open the package that the site has in a platform that knows these values."""
    site.files["/platform"] = PLATFORM.replace("VALUES", values).encode()
    page.goto(f"{site.origin()}/platform")


def install(site: Site, package: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        site.files.update({f"/package/{name}": archive.read(name) for name in archive.namelist()})


def test_platform_hears_of_the_goal(chromium: Browser, server: ServerProcess, site: Site) -> None:
    with page_of(chromium) as page:
        install(site, make_package(page, server, LINK))
        launch(page, site)
        page.locator("#status").filter(has_text="incomplete 0").wait_for()
        page.frame_locator("#sco").frame_locator("#playground").locator("#play-pause-button").click()
        page.locator("#status").filter(has_text="passed 100").wait_for()
        page.evaluate("() => document.querySelector('#sco').remove()")
        calls, values = page.evaluate("[calls, values]")
    assert calls[0] == ["LMSInitialize", ""]
    assert ["LMSSetValue", "cmi.core.lesson_status", "passed"] in calls
    assert ["LMSSetValue", "cmi.core.score.raw", "100"] in calls
    assert calls[-2:] == [["LMSCommit", ""], ["LMSFinish", ""]]
    assert re.fullmatch(r"00:0\d:\d\d\.\d\d", values["cmi.core.session_time"])
    assert '"reached":1' in values["cmi.suspend_data"]


def test_next_visit_begins_where_the_last_ended(chromium: Browser, server: ServerProcess, site: Site) -> None:
    with page_of(chromium) as page:
        install(site, make_package(page, server, LINK))
        launch(page, site)
        playground = page.frame_locator("#sco").frame_locator("#playground")
        page.locator("#status").filter(has_text="incomplete 0").wait_for()
        playground.locator("#learningRate").select_option("0.1")
        page.wait_for_function("() => values['cmi.suspend_data']?.includes('learningRate=0.1&')")
        page.evaluate("() => document.querySelector('#sco').remove()")
        kept = page.evaluate("JSON.stringify(values)")
        launch(page, site, kept)
        page.locator("#status").filter(has_text="incomplete 0").wait_for()
        assert playground.locator("#learningRate").input_value() == "0.1"


def test_package_without_goals_is_completed_when_opened(chromium: Browser, server: ServerProcess, site: Site) -> None:
    with page_of(chromium) as page:
        install(site, make_package(page, server, "#dataset=circle&seed=0.5"))
        assert "no goal" in page.locator("#builder-package-note").inner_text()
        launch(page, site)
        page.locator("#status").filter(has_text="completed").wait_for()
