"""The files of the page of digits: a program with its data, and the run as an animation."""

import io
import zipfile

import pytest
from PIL import Image, ImageSequence

from tests.browser.driver import Playground

pytestmark = pytest.mark.browser
LINK = "digits#dataset=uci&trainCount=100&networkShape=6&learningRate=1"


@pytest.mark.fresh
def test_program_and_animation_of_digits_are_saved(playground: Playground) -> None:
    page = playground.open(LINK).step(2).page
    with page.expect_download() as animation:
        page.locator("#picture-button").click()
        page.locator("[data-picture=gif]").click()
    with Image.open(animation.value.path()) as picture:
        assert (animation.value.suggested_filename, len(list(ImageSequence.Iterator(picture)))) == ("run.gif", 3)

    page.locator("#inside-button").click()
    page.locator("#inside-tab-code").click()
    playground.until(lambda: "after 2 epochs" in page.locator("#inside-code pre").inner_text())
    assert page.locator("#inside-code .inside-note").is_visible()
    assert playground.barriers("#inside-code") == []
    with page.expect_download() as archive:
        page.locator("#inside-code").get_by_role("button", name="Download").click()
    assert archive.value.suggested_filename == playground.text("#inside-code .code-file")
    with zipfile.ZipFile(io.BytesIO(archive.value.path().read_bytes())) as packed:
        program, data = packed.namelist()
        assert packed.read(program).decode() == playground.last("export")["text"]
        assert (program, data) == ("playground-digits-numpy/network_numpy.py", "playground-digits-numpy/digits.npz")
    assert not playground.complaints
