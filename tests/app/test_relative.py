"""Addresses in pages and redirects are relative, so that a proxy can serve the playground under any path."""

import re
from collections.abc import Iterator
from functools import cache
from urllib.parse import urljoin

import pytest
from fastapi.routing import APIRouter
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from app.web.application import create_app
from app.web.relative import relative, root_of, with_root
from tests.support.addresses import addresses_in, resolve, values_in
from tests.support.server import ServerThread

PREFIXES = ("", "/playground", "/user/x/proxy/8000")

NAMES = st.text("abcXYZ019-_~%20", min_size=1, max_size=8)
PATHS = st.builds("/{}{}".format, st.lists(NAMES.map("{}/".format), max_size=5).map("".join), NAMES | st.just(""))


@given(prefix=st.lists(NAMES, max_size=4), page=PATHS, target=PATHS, rest=st.sampled_from(["", "?a=/b", "#c=../d"]))
def test_relative_addresses_lead_below_any_prefix(prefix: list[str], page: str, target: str, rest: str) -> None:
    root = "".join(f"/{name}" for name in prefix)
    address = relative(target, page) + rest
    assert urljoin(f"http://host{root}{page}", address) == f"http://host{root}{target}{rest}"
    assert resolve(root + page, address) == root + target + rest


def test_empty_parts_of_paths_count() -> None:
    assert [root_of(path) for path in ("/", "/lessons", "/lessons/", "//", "//a.example/b")] == [
        "./",
        "./",
        "../",
        "../",
        "../../",
    ]
    for page in ("//", "//a.example/b", "/lessons//depth//"):
        assert resolve(f"/tools{page}", relative("/join", page)) == "/tools/join"


def test_links_in_html_get_the_root() -> None:
    html = Markup('<a href="/glossary#xor">href=&#34;/</a> <a href="#x">') + 'href="/'
    assert with_root(html, "../") == '<a href="../glossary#xor">href=&#34;/</a> <a href="#x">href=&#34;/'


# --- the server -------------------------------------------------------------------------------------------------------

REDIRECTED = ("/lessons/", "//", "/index.html", "/lessons%2Fdepth?embed=1", "/%23noise=5", "/lessons/optimisers")
MISSING = ("/nothing", "/lessons/nothing", "/a/b/c/d/e/", "//a//b", "/class/ABC234/lessons/nothing", "/class/ABC%2F234")

PARAMETERS = {"code": "ABC234", "digest": "0123", "path": "icon.svg"}


@cache
def paths_of_pages() -> list[str]:
    """A path for each route that a browser can open, and for what is redirected or missing."""
    found = {*REDIRECTED, *MISSING, "/ws", "/ws/ABC234"}
    for route in create_app().routes:
        router = getattr(route, "original_router", None)
        for inner in router.routes if isinstance(router, APIRouter) else ():
            path = str(getattr(inner, "path", ""))
            # the lessons of a class are those of everybody, in one other template
            if not re.match(r"/(class|teach)\b.*/lessons/(?!depth)", path):
                found.add(re.sub(r"\{(\w+)(:path)?\}", lambda name: PARAMETERS[name[1]], path))
    assert {"/", "/lessons/depth", "/teach/lessons/depth", "/class/ABC234/lessons/depth", "/screen"} < found
    return sorted(found)


@pytest.fixture(scope="module", params=[True, False], ids=["classes", "no classes"])
def any_site(request: pytest.FixtureRequest) -> Iterator[ServerThread]:
    """A server with classes, and one without."""
    with ServerThread(classes=request.param) as running:
        yield running


def is_absolute(value: str) -> bool:
    """Whether a text is or contains an address from the root of the host on."""
    return re.search(r"^\s*/(?!/)|url\(['\"]?/|=/(?!/)", value) is not None


def test_server_sends_no_absolute_address(any_site: ServerThread) -> None:
    for path in paths_of_pages():
        _, headers, content = any_site.fetch(path, Accept="text/html")
        assert (path, [value for value in headers.values() if is_absolute(value)]) == (path, [])
        if headers.get_content_type() == "text/html" and content:
            wrong = [value[:100] for value in values_in(content.decode()) if is_absolute(value)]
            assert (path, wrong) == (path, [])


def test_every_address_leads_somewhere_below_prefix(any_site: ServerThread) -> None:
    known: dict[str, int] = {}
    for path in paths_of_pages():
        _, headers, content = any_site.fetch(path, Accept="text/html")
        found = [headers["Location"]] if "Location" in headers else []
        if headers.get_content_type() == "text/html" and content:
            found += [value for value in addresses_in(content.decode()) if not re.match("#|https?:", value)]
        for prefix in PREFIXES:
            for address in found:
                whole = resolve(prefix + path, address).partition("#")[0]
                assert whole.startswith(f"{prefix}/"), (path, address)
                target = whole.removeprefix(prefix)
                if target not in known:
                    known[target] = any_site.fetch(target, Accept="text/html")[0]
                assert (path, address, known[target]) == (path, address, 200)


@pytest.mark.parametrize("prefix", ["", "/user/x/proxy/8000"])
def test_proxy_may_pass_its_path_on(prefix: str) -> None:
    with ServerThread(public_url="https://hub.example/user/x/proxy/8000/") as site:
        for path in ("/", "/lessons/depth", "/class/ABC234/lessons/depth", "/a/b", "/lessons/", "/lessons%2Fdepth"):
            _, headers, content = site.fetch(prefix + path, Accept="text/html")
            if location := headers["Location"]:
                assert site.fetch(resolve(prefix + path, location))[0] == 200
            else:
                (root,) = re.findall('data-root="([./]+)"', content.decode())
                assert resolve(prefix + path, root) == f"{prefix}/"
