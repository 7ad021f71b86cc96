"""The playground starts wherever it is started, as it was installed, and says so if it cannot train."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import PathFinder
from pathlib import Path

import pytest

from tests.support.server import ROOT, ServerProcess

pytestmark = pytest.mark.server


def loaded(code: str) -> set[str]:
    """The modules, without what is in them, that Python has loaded after some code."""
    command = [sys.executable, "-P", "-c", f"{code}\nimport sys; print(*sys.modules)"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return {name.partition(".")[0] for name in subprocess.check_output(command, env=environment, text=True).split()}


@pytest.fixture(scope="module")
def shadows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with files of the same names as everything that the server imports, none of which may be imported."""
    folder = tmp_path_factory.mktemp("shadows")
    # what Python needs to come to the first line of any program cannot be kept apart by one
    names = loaded("import app.web.server, app.workers.process, app.sweeps.process, app.cli.main") - loaded(
        "import runpy"
    )
    assert {"app", "engine", "numpy", "json", "asyncio", "logging", "uvicorn"} <= names
    # a folder that is a module only because nothing else has its name gives way to whatever does
    specs = {name: PathFinder.find_spec(name) for name in names - {"numpy_playground"}}
    for name in [name for name, spec in specs.items() if spec and spec.loader]:
        (folder / f"{name}.py").write_text(f"raise SystemExit('the {name} of another')\n")
    for name in ("app", "engine", "numpy"):
        (folder / f"{name}.py").unlink()
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text(f"raise SystemExit('the {name} of another')\n")
    return folder


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A script as an installer makes it of the entry point."""
    entry = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["scripts"]["playground"]
    module, _, function = entry.partition(":")
    path = tmp_path_factory.mktemp("bin") / "playground"
    path.write_text(f"import sys\nfrom {module} import {function}\nsys.exit({function}())\n")
    return path


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The Python of an environment into which the files of a wheel have been copied."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, symlinks=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    shutil.copy(ROOT / "numpy_playground.py", packages)
    for name in ("app", "engine"):
        shutil.copytree(ROOT / name, packages / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("static", "templates"):
        shutil.copytree(ROOT / name, packages / "app" / f"_{name}")
    shutil.copytree(ROOT / "build/font", packages / "app/_font")
    # its libraries are those of the tests; files of this kind are not read there
    libraries = [path for path in sys.path if path.endswith("-packages")]
    (packages / "libraries.pth").write_text("\n".join(libraries))
    return str(folder / "bin/python")


@contextmanager
def started(command: list[str], cwd: Path, **environment: str) -> Iterator[ServerProcess]:
    """A server that is started in a folder, and says nothing to standard error."""
    variables = {"PYTHONPATH": None, **environment}
    with ServerProcess(workers=1, command=command, cwd=cwd, environment=variables) as server:
        yield server
        server.stop()
        assert server.errors == ""


def trains(server: ServerProcess) -> bool:
    """Whether a server is well, reads a table and trains a network."""
    table = "x,y,label\n1,2,a\n2,1,b\n"
    assert server.fetch("/api/datasets", "POST", table, Content_Type="text/csv")[0] == 200
    with server.open() as client:
        return bool(client.train(3)["epoch"] == 3 and server.health()["status"] == "ready")


def test_the_installed_command_runs_in_the_source_folder() -> None:
    command = Path(sys.executable).with_name("playground")
    assert subprocess.check_output([command, "--version"], cwd=ROOT, text=True).startswith("NumPy Playground ")


@pytest.mark.parametrize(
    ("command", "typed"),
    [
        (["playground"], "playground"),
        (["numpy-playground"], "numpy-playground"),
        (["python", "-m", "app"], "python -m app"),
        (["python", "-m", "app.cli"], "playground"),
    ],
)
def test_usage_names_the_command_that_was_typed(command: list[str], typed: str, tmp_path: Path) -> None:
    program = Path(sys.executable).with_name(command[0])
    usage = subprocess.check_output([program, *command[1:], "--help"], cwd=tmp_path, text=True)
    assert usage.startswith(f"usage: {typed} [-h]")


@pytest.mark.nightly
@pytest.mark.parametrize("folder", ["current folder", "PYTHONPATH"])
def test_installed_command_imports_only_its_own(script: Path, shadows: Path, folder: str) -> None:
    environment = (
        {"PYTHONPATH": f"{shadows}{os.pathsep}{ROOT}"} if folder == "PYTHONPATH" else {"PYTHONPATH": str(ROOT)}
    )
    with started([sys.executable, str(script)], shadows, **environment) as server:
        assert trains(server)


@pytest.mark.packages
@pytest.mark.parametrize("folder", [pytest.param("current folder", marks=pytest.mark.nightly), "PYTHONPATH"])
def test_wheel_command_imports_only_its_own(wheel: str, script: Path, shadows: Path, folder: str) -> None:
    environment = {"PYTHONPATH": str(shadows)} if folder == "PYTHONPATH" else {}
    with started([wheel, str(script)], shadows, **environment) as server:
        assert trains(server)


def test_starting_module_imports_only_its_own(shadows: Path) -> None:
    with started([sys.executable, "-m", "numpy_playground"], shadows, PYTHONPATH=str(ROOT)) as server:
        assert trains(server)


def test_command_line_module_imports_its_own_engine(shadows: Path, tmp_path: Path) -> None:
    for name in ("engine", "numpy"):
        shutil.copytree(shadows / name, tmp_path / name)
    for name in ("json", "logging", "asyncio", "uvicorn"):
        shutil.copy(shadows / f"{name}.py", tmp_path)
    with started([sys.executable, "-m", "app.cli"], tmp_path, PYTHONPATH=str(ROOT)) as server:
        assert trains(server)


@pytest.mark.packages
def test_processes_of_sweeps_import_only_their_own(wheel: str, script: Path, shadows: Path) -> None:
    command = [wheel, str(script), "sweep", "#seed=1", "--starts", "2", "--epochs", "1", "--json"]
    environment = {**os.environ, "PYTHONPATH": str(shadows)}
    rows = subprocess.check_output(command, cwd=shadows, env=environment, text=True, stderr=subprocess.STDOUT)
    assert [json.loads(row)["index"] for row in rows.splitlines()] == [0, 1]


def test_libraries_that_are_only_in_pythonpath_are_found(tmp_path: Path) -> None:
    (tmp_path / "a_library_of_ones_own.py").write_text("")
    isolate = "import numpy_playground; numpy_playground.isolate()"
    is_last = "sys.path.index(sys.argv[1]) > sys.path.index(sys.argv[2])"
    code = f"{isolate}; import a_library_of_ones_own, sys; print({is_last})"
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
    command = [sys.executable, "-P", "-c", code, str(tmp_path), str(ROOT)]
    assert subprocess.check_output(command, env=environment, cwd=tmp_path, text=True) == "True\n"


def test_server_without_engine_processes_explains_and_exits() -> None:
    command = [sys.executable, "-m", "tests.faults.unsafe_server", "engines", "--no-browser", "--port", "0"]
    server = subprocess.run([*command, "--workers", "2"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert server.returncode == 1
    assert server.stdout == ""
    assert server.stderr == (
        "playground: engine processes cannot be started: "
        "ModuleNotFoundError: No module named 'no_such_library' (exit code 1)\n"
    )
