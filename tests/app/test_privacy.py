"""What the page and the document about privacy promise."""

import re
from pathlib import Path

import pytest

from app.rooms.classes import TEACHER_GONE
from app.settings import Settings
from tests.support.server import ServerThread

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs/privacy.md").read_text("utf-8")


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


@pytest.fixture(scope="module")
def page(site: ServerThread) -> str:
    status, _, content = site.fetch("/privacy", Accept="text/html")
    assert status == 200
    return text_of(content.decode())


def test_page_and_document_name_the_same_times(page: str) -> None:
    session = f"{Settings().session_ttl // 60} minutes"
    teacher = f"{TEACHER_GONE // 60} minutes"
    for text in (page, DOCUMENT):
        assert session in text
        assert f"{teacher} after the teacher has left" in text


def test_join_page_leads_to_privacy(site: ServerThread) -> None:
    content = site.fetch("/join", Accept="text/html")[2].decode()
    assert 'href="./privacy"' in content
    assert "memory until the class ends" in text_of(content)


@pytest.mark.parametrize(
    "path", ["/", "/join", "/privacy", "/class/K3F7PQ", "/teach", "/screen", "/api/classes/address"]
)
def test_no_page_sets_a_cookie(site: ServerThread, path: str) -> None:
    status, headers, _ = site.fetch(path, Accept="text/html")
    assert status == 200
    assert "Set-Cookie" not in headers


def test_document_lists_every_entry_of_the_storage() -> None:
    scripts = [path.read_text("utf-8") for path in (ROOT / "static/js").rglob("*.js")]
    used = {name for text in scripts for name in re.findall(r'(?:KEY|ENTRY) = "([\w-]+)"', text)}
    # of the playground alone: the last run until, and the height of a panel
    named = set(re.findall(r"`([\w-]+)`", DOCUMENT))
    assert {"seats", "class-screen", "class", "lessons", "experiment"} <= used
    assert used - named <= {"errand", "ownExamples", "task", "class-link"}
