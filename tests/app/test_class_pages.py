"""The pages of a class, and what is left of them on a server without classes."""

import pytest

from tests.support.server import ServerThread

PAGES = ("/teach", "/join", "/screen", "/class/ABC234", "/teach/lessons/xor")


@pytest.mark.parametrize("path", PAGES)
def test_pages_of_classes_are_served(site: ServerThread, path: str) -> None:
    status, _, page = site.fetch(path)
    assert status == 200
    assert b"<!doctype html>" in page


def test_header_offers_classes(site: ServerThread) -> None:
    assert b'id="class-menu"' in site.fetch("/")[2]


def test_server_without_classes_has_no_class_pages() -> None:
    with ServerThread(classes=False) as server:
        assert [server.fetch(path)[0] for path in PAGES] == [404] * len(PAGES)
        page = server.fetch("/")[2]
    assert b'id="class-menu"' not in page
    assert b'id="class-button" data-action="build"' in page
