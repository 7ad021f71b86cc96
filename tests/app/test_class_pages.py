"""The pages of a class, and what is left of them on a server without classes."""

import pytest

from tests.support.server import ServerThread

PAGES = ("/teach", "/join", "/screen", "/class/ABC234", "/teach/lessons/xor")
OF_DIGITS = {
    "/teach/digits": "teacher",
    "/screen/digits": "screen",
    "/class/ABC234/digits": "student",
    "/class/ABC234/lessons/reading-digits": "student",
}
"""The pages of classes about digits, and whose they are."""


@pytest.mark.parametrize("path", PAGES)
def test_pages_of_classes_are_served(site: ServerThread, path: str) -> None:
    status, _, page = site.fetch(path)
    assert status == 200
    assert b"<!doctype html>" in page


@pytest.mark.parametrize("path", OF_DIGITS)
def test_pages_about_digits_have_their_own_scripts(site: ServerThread, path: str) -> None:
    status, _, page = site.fetch(path)
    assert status == 200
    assert f"/pages/digits-{OF_DIGITS[path]}.js".encode() in page
    assert f"/pages/digits-{OF_DIGITS[path]}.css".encode() in page
    assert b'id="digit-network"' in page


def test_header_offers_classes(site: ServerThread) -> None:
    assert b'id="class-menu"' in site.fetch("/")[2]


def test_server_without_classes_has_no_class_pages() -> None:
    with ServerThread(classes=False) as server:
        assert {server.fetch(path)[0] for path in (*PAGES, *OF_DIGITS)} == {404}
        page = server.fetch("/")[2]
    assert b'id="class-menu"' not in page
    assert b'id="class-button" data-action="build"' in page
