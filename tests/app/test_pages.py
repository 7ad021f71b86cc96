"""The page and its files, over real HTTP."""

import gzip
import json
import re

import pytest

from app.link import HIDEABLE
from app.link.controls import controls_on_page
from app.protocol.messages import SENT_FIELDS
from app.web import assets
from engine import FIELDS
from tests.support.addresses import addresses_in, resolve
from tests.support.server import ServerThread


def files_of(path: str, html: str) -> list[str]:
    """The paths of the static files that the page at a path names."""
    found = {resolve(path, address) for address in addresses_in(html)}
    return sorted(file for file in found if file.startswith("/static/"))


def plotly_of(html: str) -> str:
    """The path of Plotly's script."""
    (found,) = re.findall(r'"(vendor/[0-9a-f]+/plotly\.min\.js)"', html)
    return f"/{found}"


@pytest.fixture(scope="module")
def page(site: ServerThread) -> str:
    return site.fetch("/")[2].decode()


def test_the_page_brings_the_schema(page: str) -> None:
    found = re.search(r'<script type="application/json" id="schema">(.*?)</script>', page, re.DOTALL)
    assert found
    schema = json.loads(found[1])
    assert [field["name"] for field in schema["fields"]] == [name for name in FIELDS if name in SENT_FIELDS]
    assert f"/{schema['plotly']}" == plotly_of(page)


def test_files_of_the_page_are_served_as_immutable(site: ServerThread, page: str) -> None:
    paths = files_of("/", page)
    assert paths
    for path in paths:
        status, headers, content = site.fetch(path)
        assert (path, status) == (path, 200)
        assert content
        assert "immutable" in headers["Cache-Control"]


def test_font_is_preloaded_on_every_page(site: ServerThread) -> None:
    for path in ("/", "/glossary", "/lessons", "/lessons/depth", "/nothing"):
        html = site.fetch(path, Accept="text/html")[2].decode()
        assert (path, len(re.findall(PRELOADED, html))) == (path, 1)
        (sheet,) = [file for file in files_of(path, html) if re.search(r"/pages/\w+\.css$", file)]
        assert b"@font-face" in site.fetch(sheet)[2]


def test_font_is_small_and_has_its_license(site: ServerThread, page: str) -> None:
    assert assets.read_font(), "the font is missing: install the playground again, as `make` does"
    (path,) = [resolve("/", address) for address in re.findall(PRELOADED, page)]
    status, headers, content = site.fetch(path, Accept_Encoding="gzip")
    assert (status, headers["Content-Type"], content[:4]) == (200, "font/woff", b"wOFF")
    assert "immutable" in headers["Cache-Control"]
    assert len(content) < 80_000
    status, headers, content = site.fetch(path.replace("inter.woff", "LICENSE.txt"))
    assert (status, headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert content.startswith(b"Copyright")
    assert b"SIL OPEN FONT LICENSE" in content


PRELOADED = r'<link rel="preload" href="(\S+)" as="font" type="font/woff" crossorigin>'


def test_missing_font_is_reported_and_not_linked(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets, "read_font", dict)
    with ServerThread() as site:
        assert b'as="font"' not in site.fetch("/")[2]
    assert "the pages use the system's font" in caplog.text


def test_page_loads_one_script_and_few_style_sheets(page: str) -> None:
    assert [path.rpartition("/")[2] for path in re.findall(r'<script[^>]* src="([^"]+)"', page)] == [
        "theme-init.js",
        "playground.js",
    ]
    assert page.count('rel="stylesheet"') == 3


def test_page_is_revalidated_each_time(site: ServerThread) -> None:
    _, headers, _ = site.fetch("/")
    assert headers["Cache-Control"] == "no-cache"
    status, _, content = site.fetch("/", If_None_Match=headers["ETag"])
    assert (status, content) == (304, b"")


def test_every_file_that_the_glossary_names_is_there(site: ServerThread) -> None:
    glossary = site.fetch("/glossary")[2].decode()
    for path in files_of("/glossary", glossary):
        assert (path, site.fetch(path)[0]) == (path, 200)


def test_the_glossary_is_a_page_like_the_first(site: ServerThread) -> None:
    status, headers, content = site.fetch("/glossary")
    first = site.fetch("/")[1]
    assert status == 200
    assert headers["ETag"] != first["ETag"]
    for name in ("Content-Type", "Cache-Control", "Content-Security-Policy", "X-Content-Type-Options"):
        assert headers[name] == first[name]
    assert site.fetch("/glossary", If_None_Match=headers["ETag"])[0] == 304
    assert site.fetch("/glossary", "HEAD")[2] == b""
    assert site.fetch("/glossary", "POST")[0] == 405
    assert gzip.decompress(site.fetch("/glossary", Accept_Encoding="gzip")[2]) == content


def test_glossary_loads_only_styles_and_theme(site: ServerThread) -> None:
    glossary = site.fetch("/glossary")[2].decode()
    assert [path.rpartition("/")[2] for path in re.findall(r'<script[^>]*src="([^"]+)"', glossary)] == ["theme-init.js"]
    assert glossary.count("<script") == 1


def test_page_has_help_for_all_it_explains(page: str) -> None:
    found = re.search(r'<script type="application/json" id="help-texts">(.*?)</script>', page, re.DOTALL)
    assert found
    asked = set(re.findall(r'data-(?:help|explained)="(\w+)"', page))
    assert asked
    assert asked <= set(json.loads(found[1]))


@pytest.mark.parametrize("data", ["points", "pictures"])
@pytest.mark.parametrize("name", FIELDS)
def test_page_has_a_control_for_each_field(site: ServerThread, name: str, data: str) -> None:
    page = site.fetch("/" if data == "points" else "/digits")[2].decode()
    apart = {
        "dataset": "data-dataset=",
        "regression_dataset": "data-regDataset=",
        # scripts make them, on the page that has a map
        "features": 'id="heatmap"',
        "hidden_layer_sizes": 'id="network"',
        "seed": 'id="data-seed"',
        "weight_seed": 'id="weight-seed"',
        "weight_offset": 'id="weight-offset"',
        "own_examples": 'id="own-draw"',
    }
    signs = [apart[name]] if name in apart else [f'data-field="{name}"', f'data-setting="{name}"']
    assert sum(sign in page for sign in signs) == (FIELDS[name].data in ("", data))


def test_plotly_comes_compressed_from_its_package(site: ServerThread, page: str) -> None:
    path = plotly_of(page)
    status, headers, content = site.fetch(path, Accept_Encoding="gzip")
    assert (status, headers["Content-Encoding"], headers["Content-Type"]) == (
        200,
        "gzip",
        "text/javascript; charset=utf-8",
    )
    assert "immutable" in headers["Cache-Control"]
    assert gzip.decompress(content) == assets.read_plotly()
    assert site.fetch(path)[2] == assets.read_plotly()
    # a page of an earlier version knows the digest of another Plotly
    status, headers, _ = site.fetch("/vendor/plotly.min.js?attempt=1")
    way = resolve("/vendor/plotly.min.js", headers["Location"])
    assert (status, way, headers["Cache-Control"]) == (307, path, "no-store")


@pytest.mark.parametrize(
    "path",
    [
        "/static/%2e%2e/%2e%2e/etc/passwd",
        "/static/0000000000000000/js/main.js",
        "/static//etc/passwd",
        "/static/..%5c..%5cwindows%5cwin.ini",
        "/static/x/icon.svg%00.png",
        "/vendor/0/plotly.min.js",
        "/.git/config",
        "/app/main.py",
        "/docs",
        "/openapi.json",
        "/ws/../../etc/passwd",
    ],
)
def test_what_is_not_there_is_not_found(site: ServerThread, path: str) -> None:
    assert site.fetch(path)[0] == 404


@pytest.mark.parametrize(
    ("path", "way"),
    [
        ("/index.html", "/"),
        ("/INDEX.HTM?embed=1", "/?embed=1"),
        ("//", "/"),
        ("/lessons/", "/lessons"),
        ("/lessons/index.html", "/lessons"),
        ("/Glossary", "/glossary"),
        ("/glossary/", "/glossary"),
        ("/glossary.html", "/glossary"),
        ("/lessons/depth/", "/lessons/depth"),
        ("/lessons/initialisation", "/lessons/initialization"),
        ("/lessons/optimisers", "/lessons/optimizers"),
        ("/lessons/depth).", "/lessons/depth"),
        ("/lessons/depth%E2%80%8B", "/lessons/depth"),
        ("/%23dataset=spiral&noise=20", "/#dataset=spiral&noise=20"),
        ("/%2523dataset=spiral&noise=20", "/#dataset=spiral&noise=20"),
        ("/%23dataset%3Dspiral%26noise%3D20", "/#dataset=spiral&noise=20"),
        ("/lessons/depth%23seed=3", "/lessons/depth#seed=3"),
        ("/lessons/depth/%23seed=3", "/lessons/depth#seed=3"),
        ("/dataset=spiral&encodedSeed=a%20b", "/#dataset=spiral&encodedSeed=a%20b"),
        ("/%3Fdataset=spiral", "/#dataset=spiral"),
        ("/%5C%23dataset=spiral%5C&noise=20", "/#dataset=spiral%5C&noise=20"),
        ("//evil.example/%23dataset=spiral", "/#dataset=spiral"),
        ("//lessons//depth//", "/lessons/depth"),
        ("/%23dataset=spiral%0d%0aSet-Cookie:%20a=b", None),
    ],
)
def test_damaged_address_redirects_to_the_page_meant(site: ServerThread, path: str, way: str | None) -> None:
    status, headers, _ = site.fetch(path, Accept="text/html")
    assert status == 307
    found = resolve(path.partition("?")[0], headers["Location"])
    assert found == (way or found)
    assert headers["Location"].startswith(("./", "../"))
    assert "Set-Cookie" not in headers
    assert site.fetch(path, "HEAD")[0] == 307
    assert site.fetch(path, "POST")[0] == 404


def test_encoded_slashes_redirect_to_plain_ones(site: ServerThread) -> None:
    ways = {"/lessons%2Fdepth?embed=1": "./lessons/depth?embed=1", "/class%2fABC%20234": "./class/ABC%20234"}
    for path, way in ways.items():
        status, headers, content = site.fetch(path, Accept="text/html")
        assert (status, headers["Location"], content) == (307, way, b"")


def test_missing_page_is_html_or_json_as_accepted(site: ServerThread) -> None:
    status, headers, content = site.fetch("/lesons", Accept="text/html,application/xhtml+xml")
    assert (status, headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert b"Page not found" in content
    status, headers, content = site.fetch("/lesons")
    assert (status, json.loads(content)) == (404, {"detail": "Not Found"})


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "TRACE"])
def test_there_is_nothing_to_write_to(site: ServerThread, method: str) -> None:
    assert site.fetch("/", method)[0] == 405


def test_the_server_says_that_it_is_well(site: ServerThread) -> None:
    status, headers, content = site.fetch("/healthz")
    state = json.loads(content)
    assert (status, state["status"], state["sessions"], state["workers"]) == (200, "ready", 0, 0)
    assert headers["Cache-Control"] == "no-store"
    assert "Server" not in headers
    with site.open():
        state = json.loads(site.fetch("/healthz")[2])
        assert (state["sessions"], state["connections"]) == (1, 1)


def test_every_response_forbids_scripts_and_requests_of_others(site: ServerThread) -> None:
    for path in ("/", "/healthz", "/nothing"):
        policy = site.fetch(path)[1]["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy


def test_plotly_style_sheets_are_allowed_by_hash(site: ServerThread) -> None:
    sources = " ".join(["'self'", *assets.inline_styles(assets.read_plotly())])
    assert f"style-src {sources};" in site.fetch("/")[1]["Content-Security-Policy"]


def test_the_style_sheet_in_a_bundle_is_found() -> None:
    identity = "0123456789abcdef" * 4
    script = f"""a();var e=document.createElement("style");e.id="{identity}",e.textContent='b{{color:red}}';c()"""
    assert assets.inline_styles(script.encode()) == ["'sha256-ypIZpeWh67Lh3q46jpjGW7VCAJpmEqcFe8Dl5B2rXQU='"]
    assert assets.inline_styles(b"no style") == []


def test_request_for_another_host_is_refused(site: ServerThread) -> None:
    assert site.fetch("/", Host="evil.example")[0] == 421


def test_hideable_controls_have_labels() -> None:
    labels = {control.name: control.label for control in controls_on_page()}
    assert set(HIDEABLE) - set(labels) == {"cosX", "cosY"}
    assert all(labels.values())


def test_class_pages_say_nothing_about_class(site: ServerThread) -> None:
    student = site.fetch("/class/ABC234")
    assert student[0] == 200
    assert student[2] == site.fetch("/class/xyz-789")[2]
    assert b"ABC234" not in student[2]
    assert site.fetch("/class/ABC234", If_None_Match=student[1]["ETag"] or "")[0] == 304


@pytest.mark.parametrize("path", ["/class/ABC234", "/teach"])
def test_lessons_open_in_a_class(site: ServerThread, path: str) -> None:
    status, _, page = site.fetch(f"{path}/lessons/depth")
    assert (status, b'data-lesson="depth"' in page) == (200, True)
    assert site.fetch(f"{path}/lessons/nothing")[0] == 404


def test_each_class_page_loads_its_bundle(site: ServerThread) -> None:
    paths = {"/class/ABC234": "student", "/teach": "teacher", "/screen": "screen", "/join": "join", "/": "playground"}
    for path, name in paths.items():
        files = files_of(path, site.fetch(path)[2].decode())
        loaded = [file.rpartition("/")[2] for file in files if "/pages/" in file]
        assert (path, loaded) == (path, [f"{name}.css", f"{name}.js"])
