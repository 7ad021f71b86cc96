"""The rules of ARCHITECTURE.md, checked against the source; its tables list what each folder may import."""

import ast
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PYTHON = sorted(path for package in ("engine", "app") for path in (ROOT / package).rglob("*.py"))
SCRIPTS = sorted((ROOT / "static/js").rglob("*.js"))
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text("utf-8")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {module_of(path): path for path in PYTHON}


@cache
def imports_of(path: Path) -> tuple[str, ...]:
    """The names that a Python file imports anywhere: `a` for `import a`, `a.b` for `from a import b`."""
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)} has a relative import"
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return tuple(found)


def own_imports_of(path: Path) -> set[str]:
    """The modules of this project that a Python file imports."""
    names = (name if name in MODULES else name.rpartition(".")[0] for name in imports_of(path))
    return {name for name in names if name in MODULES} - {module_of(path)}


@cache
def code_of(path: Path) -> str:
    """A script without its comments."""
    return re.sub(r"/\*.*?\*/|(?<![:'\"\\])//[^\n]*", "", path.read_text("utf-8"), flags=re.DOTALL)


def scripts_of(path: Path) -> Iterator[Path]:
    """The scripts that a script imports, not counting types in comments."""
    for quoted in re.findall(r"""(?:^|\s)(?:import|from)\s*\(?\s*["'](\.[^"']+)["']""", code_of(path)):
        yield (path.parent / quoted).resolve()


def assert_no_cycle(graph: dict[str, set[str]]) -> None:
    try:
        list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(f"import cycle: {' → '.join(error.args[1])}")


def offenders(paths: Iterable[Path], is_wrong: Callable[[Path], object]) -> list[str]:
    return [name_of(path) for path in paths if is_wrong(path)]


# folders


def folders(title: str) -> dict[str, list[str]]:
    """A table of ARCHITECTURE.md: each row's folder and other cells."""
    section = ARCHITECTURE.split(f"\n## {title}\n")[1].split("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| `")]
    return {row[0].strip("`/ "): row[1:] for row in rows}


PACKAGES = folders("Python")
SUBJECTS = folders("JavaScript")


def folder_of(module: str) -> str:
    """The table row of a module: a folder, or a file at the top of `app`."""
    path = MODULES[module]
    parts = path.relative_to(ROOT).parts
    return parts[0] if parts[0] == "engine" or path.name == "__init__.py" == parts[1] else "/".join(parts[:2])


def test_every_folder_has_table_row() -> None:
    assert {folder_of(module) for module in MODULES} == set(PACKAGES)
    assert {path.parent.relative_to(ROOT).as_posix() for path in SCRIPTS} == set(SUBJECTS)


@pytest.mark.parametrize("folder", PACKAGES)
def test_folders_import_exactly_what_their_row_names(folder: str) -> None:
    """Nothing more and nothing less, except that every folder may import `app`, the version."""
    named = {name.strip("/") for name in re.findall(r"`([^`]+)`", PACKAGES[folder][1])}
    used = {
        (other.replace(".", "/"), folder_of(other))
        for module, path in MODULES.items()
        if folder_of(module) == folder
        for other in own_imports_of(path)
    }
    used = {names for names in used if not {folder, "app"} & set(names)}
    assert [names for names in used if not named & set(names)] == []
    assert {name for name in named if not any(name in names for names in used)} == set()


def test_folders_import_only_rows_above() -> None:
    rows = list(PACKAGES)
    for module, path in MODULES.items():
        for other in own_imports_of(path):
            assert rows.index(folder_of(other)) <= rows.index(folder_of(module)), f"{module} imports {other}"


def test_imports_between_modules_form_no_cycle() -> None:
    assert_no_cycle({module: own_imports_of(path) for module, path in MODULES.items()})


def test_imports_between_scripts_form_no_cycle() -> None:
    assert_no_cycle({name_of(path): {name_of(other) for other in scripts_of(path)} for path in SCRIPTS})


def test_folders_stay_small() -> None:
    sizes = Counter(path.parent for path in [*PYTHON, *SCRIPTS] if not path.is_relative_to(ROOT / "engine"))
    limits = {ROOT / "app": 6, ROOT / "static/js": 4}
    assert [name_of(folder) for folder, size in sizes.items() if size > limits.get(folder, 19)] == []


# Python


def test_engine_imports_numpy_and_standard_library_only() -> None:
    """But for the kernel, which needs Numba, and which only plans import, if it is there."""
    allowed = {*sys.stdlib_module_names, "numpy", "engine"}
    engine = [path for path in PYTHON if path.is_relative_to(ROOT / "engine")]
    others = {name_of(path): {name.partition(".")[0] for name in imports_of(path)} - allowed for path in engine}
    assert {path: names for path, names in others.items() if names} == {"engine/kernel.py": {"numba"}}
    assert offenders(PYTHON, lambda path: "engine.kernel" in own_imports_of(path)) == ["engine/plan.py"]


def test_engine_processes_import_no_tasks_or_sockets() -> None:
    """The scheduler and everything it imports, directly or indirectly."""
    reached, new = set[str](), {"app.workers.scheduler"}
    while new:
        reached |= new
        new = {other for module in new for other in own_imports_of(MODULES[module])} - reached
    assert {"app.session.session", "app.training.run", "engine.trainer"} <= reached
    outside = {"asyncio", "socket", "threading", "fastapi", "starlette", "uvicorn"}
    modules = (MODULES[module] for module in reached)
    assert offenders(modules, lambda path: {name.partition(".")[0] for name in imports_of(path)} & outside) == []


def test_only_websocket_module_imports_websockets() -> None:
    users = offenders(PYTHON, lambda path: any(name.rpartition(".")[2] == "WebSocket" for name in imports_of(path)))
    assert users == ["app/web/websocket.py"]


def test_only_settings_read_environment() -> None:
    """Only documented variables change the server's behavior; there are no hidden switches."""
    uses: Counter[str] = Counter()
    for path in [*PYTHON, ROOT / "numpy_playground.py"]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = node.attr if isinstance(node, ast.Attribute) else node.name if isinstance(node, ast.alias) else ""
            uses[module_of(path)] += name in {"environ", "environb", "getenv", "getenvb", "expandvars"}
    # `app` configures NumPy, child processes get the environment, and `numpy_playground` reads PYTHONPATH and whether
    # there is a setting for the number of engine processes, which Jupyter would choose otherwise; a notebook's server
    # inherits the environment, in which Jupyter says where it runs
    notebook = {"app.notebook.place": 2, "app.notebook.server": 1}
    assert +uses == {"app": 1, "app.settings": 3, "app.system": 1, "numpy_playground": 2, **notebook}


def test_only_protocol_encodes_json_and_bytes() -> None:
    others = [path for path in PYTHON if not path.is_relative_to(ROOT / "app/protocol")]
    users = offenders(others, lambda path: {name.partition(".")[0] for name in imports_of(path)} & {"json", "struct"})
    # the output of the command line, the log, what Jupyter has written, source maps, the response of /healthz, and what
    # an npm package has in it
    cli, web = (
        (f"app/cli/{name}.py" for name in ("health", "rows", "train")),
        ("app/web/bundles.py", "app/web/health.py"),
    )
    assert users == [*cli, "app/log.py", "app/notebook/place.py", *web, "engine/digits/collect.py"]


def test_only_links_use_names_of_original() -> None:
    names = r"\b(?:networkShape|percTrainData|regDataset|regularizationRate|initZero|weightOffset)\b"
    users = offenders(PYTHON, lambda path: re.search(names, path.read_text("utf-8")))
    assert {user.rpartition("/")[0] for user in users} == {"app/link"}


# the page


def test_scripts_import_only_scripts_that_exist() -> None:
    assert offenders(SCRIPTS, lambda path: set(scripts_of(path)) - set(SCRIPTS)) == []
    from_elsewhere = r"""(?:^|\n)\s*(?:import|export)[^;\n]*\sfrom\s*["'][^.]"""
    assert offenders(SCRIPTS, lambda path: re.search(from_elsewhere, code_of(path))) == []


def test_only_the_socket_script_opens_websockets() -> None:
    assert offenders(SCRIPTS, lambda path: "globalThis.WebSocket" in code_of(path)) == ["static/js/net/socket.js"]


def test_only_its_loader_names_plotly() -> None:
    assert offenders(SCRIPTS, lambda path: re.search(r"\bPlotly\b", code_of(path))) == ["static/js/lib/plotly.js"]
    users = offenders(SCRIPTS, lambda path: re.search(r"\bloaded\(\)", code_of(path)))
    assert users == ["static/js/chart/chart.js", "static/js/map/surfacePlot.js"]


def test_only_views_touch_the_document() -> None:
    """A view is a module that exports a function named `create…`; the palette reads colors, the root an address."""
    others = {
        "static/js/lib/dom.js",
        "static/js/lib/palette.js",
        "static/js/net/root.js",
        "static/js/theme-init.js",
        "static/js/main.js",
        "static/js/course/main.js",
        "static/js/scorm/start.js",
    }
    pure = [
        path
        for path in SCRIPTS
        if name_of(path) not in others and not re.search(r"^export function create[A-Z]", code_of(path), re.MULTILINE)
    ]
    assert offenders(pure, lambda path: re.search(r"\b(?:document|window)\s*\.", code_of(path))) == []


def test_one_script_parses_numbers() -> None:
    """The browser's number fields drop decimal commas: 0,25 becomes 025."""
    field = r"""type["']?\s*[:=]\s*["']?number|valueAsNumber"""
    assert offenders(SCRIPTS, lambda path: re.search(field, code_of(path))) == []
    assert offenders((ROOT / "templates").rglob("*.html"), lambda path: re.search(field, path.read_text("utf-8"))) == []
    commas = offenders(SCRIPTS, lambda path: re.search(r"""replace\(\s*["'/],["'/]""", code_of(path)))
    assert commas == ["static/js/lib/numbers.js"]


def test_scripts_turn_no_text_into_code_or_markup() -> None:
    makers = r"\beval\(|new Function\(|\.innerHTML\b|insertAdjacentHTML"
    assert offenders(SCRIPTS, lambda path: re.search(makers, code_of(path))) == []


ABSOLUTE = {
    ".js": r"""["'`]/[\w?#{$]|(?:urlOf|URL|fetch|assign|open|import)\(\s*["'`]/""",
    ".html": r"""(?:href|src|srcset|action|content|data-[a-z-]+)=["']/|["'(]/[a-z]""",
    ".css": r"""url\(\s*["']?/""",
}
"""An address from the root of the host on, by kind of file."""


def test_page_has_no_absolute_address() -> None:
    """A proxy may serve the playground under any path: `net/root.js` and `app/web/relative.py` make all addresses."""
    for address in ('"/ws"', "`/${code}`", "'/?embed=1'", 'new URL("/", here)'):
        assert re.search(ABSOLUTE[".js"], address)
    found = [
        (name_of(path), address)
        for folder in ("static", "templates")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in ABSOLUTE
        for address in re.findall(ABSOLUTE[path.suffix], code_of(path))
    ]
    assert found == []


def test_page_names_no_other_host() -> None:
    """The page requests nothing from the internet; an address may only be a link, or the name of a vocabulary."""
    names = ("http://www.w3.org/", "http://www.imsproject.org/xsd/", "http://www.adlnet.org/xsd/")
    for path in [*SCRIPTS, *(ROOT / "static").rglob("*.css"), *(ROOT / "templates").rglob("*.html")]:
        for line in path.read_text("utf-8").splitlines():
            for address in re.findall(r"""https?://[^\s"'<>)]+""", line):
                assert address.startswith(names) or 'href="' in line, f"{name_of(path)}: {address}"
