"""What `show` accepts, and what it says; tests/notebooks runs it in notebooks."""

import subprocess
import sys
from pathlib import Path

import pytest

from app.link import parse_link
from app.notebook import Frame, ServerError, server, show, stop
from app.settings import SettingsError
from engine import Config


@pytest.mark.parametrize("link", [7, b"#seed=0.5", Path("#seed=0.5"), ["#seed=0.5"], None])
def test_link_of_wrong_type_is_named(link: object) -> None:
    with pytest.raises(TypeError, match=rf"link is .*, of type {type(link).__name__}; it must be the text of a link"):
        show(link)  # type: ignore[arg-type]


@pytest.mark.parametrize("height", ["640", 640.0, True, None])
def test_height_of_wrong_type_is_named(height: object) -> None:
    with pytest.raises(TypeError, match=rf"height is .*, of type {type(height).__name__}; it must be an integer"):
        show(height=height)  # type: ignore[arg-type]


@pytest.mark.parametrize("height", [-1, 0, 199, 4001])
def test_height_out_of_range_is_refused(height: int) -> None:
    with pytest.raises(ValueError, match=f"height is {height}; it must be from 200 to 4000, in pixels"):
        show(height=height)


def test_settings_that_cannot_be_used_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYGROUND_WORKERS", "many")
    for link in ("", "#seed=0.5"):
        with pytest.raises(SettingsError, match="PLAYGROUND_WORKERS is 'many'"):
            show(link)


def test_server_that_cannot_start_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "DEPENDENT_COMMAND", (sys.executable, "-c", "import no_such_library"))
    with pytest.raises(ServerError, match=r"(?s)The playground cannot be started.*No module named 'no_such_library'"):
        show()


def test_obstacle_is_shown_as_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "google.colab", sys)
    frame = show()
    assert repr(frame) == "In Google Colab, a frame cannot reach the playground."
    assert frame._repr_html_() == f"<p>{frame!r}</p>"


def test_frame_escapes_its_address() -> None:
    assert 'src="/?embed=1#a=&quot;&lt;&amp;"' in Frame('/?embed=1#a="<&')._repr_html_()


@pytest.mark.server
def test_experiments_are_shown_by_one_server() -> None:
    try:
        given = Config(dataset="spiral", seed="0.5", optimizer="adam")
        shown = show(given)
        address, _, link = shown.address.partition("#")
        assert parse_link(link).config == given
        assert show("https://playground.example/#dataset=spiral&seed=0.5&optimizer=adam").address == shown.address
        assert show(" ").address == address
    finally:
        stop()
    stop()


def test_own_app_folder_can_be_passed_over(tmp_path: Path) -> None:
    """A notebook's folder comes first on the import path; so does that of `python -c`."""
    (tmp_path / "app").mkdir()
    (tmp_path / "app/__init__.py").write_text("")

    def run(source: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run([sys.executable, "-c", source], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert "No module named 'app.notebook'" in run("from app.notebook import show").stderr
    isolated = run("import numpy_playground\nnumpy_playground.isolate()\nfrom app.notebook import show")
    assert (isolated.returncode, isolated.stderr) == (0, "")
