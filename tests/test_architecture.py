"""The invariants of ARCHITECTURE.md, held by reading the code."""

import ast
import re
import sys
from collections import Counter
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PYTHON = sorted(path for package in ("engine", "app") for path in (ROOT / package).rglob("*.py"))
SCRIPTS = sorted((ROOT / "static/js").rglob("*.js"))

each_script = pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.relative_to(ROOT).as_posix())


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports_of(path: Path) -> Iterator[str]:
    """What a Python file imports, anywhere in it: `a` for `import a`, `a.b` for `from a import b`."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def scripts_of(path: Path) -> Iterator[Path]:
    """The scripts that a script imports, types in comments not counted."""
    for quoted in re.findall(r"""(?:^|\s)(?:import|from)\s*\(?\s*["'](\.[^"']+)["']""", code_of(path)):
        yield (path.parent / quoted).resolve()


def code_of(path: Path) -> str:
    """A script without its comments."""
    return re.sub(r"/\*.*?\*/|(?<![:'\"\\])//[^\n]*", "", path.read_text("utf-8"), flags=re.DOTALL)


def assert_no_cycle(graph: dict[str, set[str]]) -> None:
    try:
        list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(f"a cycle of imports: {' → '.join(error.args[1])}")


def test_there_is_something_to_look_at() -> None:
    assert len(PYTHON) > 20
    assert len(SCRIPTS) > 10


@pytest.mark.parametrize("path", [path for path in PYTHON if path.is_relative_to(ROOT / "engine")], ids=module_of)
def test_the_engine_imports_the_standard_library_and_numpy_only(path: Path) -> None:
    allowed = {*sys.stdlib_module_names, "numpy", "engine"}
    assert {name.partition(".")[0] for name in imports_of(path)} <= allowed


def test_there_are_no_cycles_in_python() -> None:
    modules = {module_of(path): path for path in PYTHON}

    def edges(path: Path) -> set[str]:
        """`a.b` where that is a module, else `a`."""
        names = {name if name in modules else name.rpartition(".")[0] for name in imports_of(path)}
        return names & (set(modules) - {module_of(path)})

    assert_no_cycle({module: edges(path) for module, path in modules.items()})


def test_there_are_no_cycles_in_the_scripts() -> None:
    assert_no_cycle({path.name: {other.name for other in scripts_of(path)} for path in SCRIPTS})


@each_script
def test_a_script_imports_files_that_are_there_and_nothing_else(path: Path) -> None:
    assert set(scripts_of(path)) <= set(SCRIPTS)
    assert not re.search(r"""(?:^|\n)\s*(?:import|export)[^;\n]*\sfrom\s*["'][^.]""", code_of(path))


def known_to(name: str) -> set[str]:
    """A module of ours, and all that it imports, by way of others, too."""
    modules = {module_of(path): path for path in PYTHON}
    found, new = set(), {name}
    while new:
        found |= new
        imported = {item for module in new for item in imports_of(modules[module])}
        new = ({*imported, *(item.rpartition(".")[0] for item in imported)} & set(modules)) - found
    return found


QUIET = sorted(known_to("app.workers.scheduler"))


def test_a_host_knows_sessions_and_all_that_they_are_made_of_but_not_who_watches() -> None:
    assert {
        "app.session.session",
        "app.training.run",
        "app.session.events",
        "app.protocol",
        "app.link",
        "engine.trainer",
    } <= set(QUIET)
    assert {"app.web.rooms", "app.web.websocket", "app.web.pages"}.isdisjoint(QUIET)


@pytest.mark.parametrize("path", [path for path in PYTHON if module_of(path) in QUIET], ids=module_of)
def test_hosts_and_sessions_know_neither_tasks_nor_sockets_nor_pages(path: Path) -> None:
    known = {module.partition(".")[0] for module in imports_of(path)}
    assert known.isdisjoint({"asyncio", "socket", "threading", "fastapi", "starlette", "uvicorn"})


def test_only_the_socket_module_knows_websockets() -> None:
    uses = {path.name for path in PYTHON for name in imports_of(path) if name.rpartition(".")[2] == "WebSocket"}
    assert uses == {"socket.py"}


def test_only_the_settings_read_the_environment() -> None:
    """No variable changes what the server does but the documented ones: there is no hidden switch."""
    uses: Counter[str] = Counter()
    for path in [*PYTHON, ROOT / "numpy_playground.py"]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = node.attr if isinstance(node, ast.Attribute) else node.name if isinstance(node, ast.alias) else ""
            uses[module_of(path)] += name in {"environ", "environb", "getenv", "getenvb", "expandvars"}
    # that of `app` is a setting of NumPy's, PYTHONPATH is Python's, and the workers hand theirs on to processes
    assert +uses == {"app": 1, "app.settings": 3, "app.workers.pool": 1, "numpy_playground": 1}


def test_only_the_protocol_reads_and_writes_json_and_bytes_of_the_wire() -> None:
    others = [path for path in PYTHON if path.parent.name != "protocol"]
    uses = {path.name for path in others for name in imports_of(path) if name.partition(".")[0] in {"json", "struct"}}
    # the command line has lines of its own, the channel its envelopes, and /healthz its three words
    assert uses == {"cli.py", "channel.py", "pages.py", "health.py"}


def test_only_the_link_package_knows_the_originals_names_of_keys() -> None:
    names = r"networkShape|percTrainData|regDataset|regularizationRate|initZero|weightOffset"
    uses = {path.parent for path in PYTHON if re.search(rf"\b(?:{names})\b", path.read_text("utf-8"))}
    assert uses == {ROOT / "app/link"}


@each_script
def test_only_the_socket_script_opens_websockets(path: Path) -> None:
    assert ("new WebSocket" in code_of(path)) <= (path.name == "socket.js")


@each_script
def test_only_the_charts_name_plotly(path: Path) -> None:
    assert bool(re.search(r"\bPlotly\b", code_of(path))) <= (path.name == "charts.js")


@each_script
def test_only_views_touch_the_page(path: Path) -> None:
    may = ROOT / "static/js/views" in path.parents or path.name in {"dom.js", "early.js", "keyboard.js", "main.js"}
    assert bool(re.search(r"\b(?:document|window)\s*\.", code_of(path))) <= may


@each_script
def test_no_script_reads_numbers_as_a_browser_does(path: Path) -> None:
    """A field for numbers of the browser drops a decimal comma: 0,25 becomes 025."""
    code = code_of(path)
    assert "valueAsNumber" not in code
    assert not re.search(r"""type["']?\s*[:=]\s*["']number["']""", code)
    assert path.name == "numbers.js" or not re.search(r"""replace\(\s*["'/],["'/]""", code), "numbers.js reads them"


def test_no_template_has_a_browsers_field_for_numbers() -> None:
    for path in (ROOT / "templates").rglob("*.html"):
        assert not re.search(r"""type\s*=\s*["']?number""", path.read_text("utf-8")), path.name


@each_script
def test_no_script_makes_code_or_markup_of_text(path: Path) -> None:
    assert not re.search(r"\beval\(|new Function\(|\.innerHTML\b|insertAdjacentHTML", code_of(path))


def test_no_file_names_another_host() -> None:
    """What the page is made of asks nothing of the net; a link to follow is all that an address may be."""
    for path in [*SCRIPTS, *(ROOT / "static").rglob("*.css"), *(ROOT / "templates").rglob("*.html")]:
        for line in path.read_text("utf-8").splitlines():
            for address in re.findall(r"""https?://[^\s"'<>)]+""", line):
                assert "http://www.w3.org/" in address or 'href="' in line, f"{path.name}: {address}"
