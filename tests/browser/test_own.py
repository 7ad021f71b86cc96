"""The user's own data: drawn on the map, brought as a table, and taken along."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, FloatRect, Locator

from tests.browser.driver import Playground, block_chart
from tests.support.server import ServerProcess

pytestmark = pytest.mark.browser

LABELS = {True: "<b>hund</b>", False: "katze"}
CLOUDS = "\n".join(["x;y;label;split", *(f"{x},5;{-x},25;{LABELS[x < 0]};train" for x in range(-5, 5))])


@pytest.fixture
def drawing(playground: Playground) -> Playground:
    """The page with own data, of which there are none yet."""
    return begin(playground)


@pytest.fixture
def touched(server: ServerProcess, chromium: Browser) -> Iterator[Playground]:
    """A page of a phone, with own data, of which there are none yet."""
    context = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    block_chart(page)
    yield begin(Playground(page, server.address))
    context.close()


def begin(playground: Playground) -> Playground:
    """Choose own data."""
    page = playground.open("#seed=0.48429").page
    if page.locator("#tabs").is_visible():
        page.locator("#tab-data").click()
    return playground.do(playground.unfold("#own-draw").click)


def own(playground: Playground) -> list[list[float]]:
    """Return the newest examples from the server: x1, x2 and class of each."""
    arrays = playground.data[-1].arrays
    return list(np.column_stack([arrays["own_points"], arrays["own_targets"]]).tolist())


def map_of(playground: Playground) -> tuple[Locator, FloatRect]:
    plane = playground.page.locator("#heatmap .map")
    box = plane.bounding_box()
    assert box
    return plane, box


def drag(playground: Playground, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Draw from one place of the map to another, as shares of its width and height."""
    _, box = map_of(playground)
    mouse = playground.page.mouse
    mouse.move(box["x"] + start[0] * box["width"], box["y"] + start[1] * box["height"])
    mouse.down()
    mouse.move(box["x"] + end[0] * box["width"], box["y"] + end[1] * box["height"], steps=8)
    mouse.up()


def test_points_are_drawn_during_training(drawing: Playground) -> None:
    drawing.play(3)
    drag(drawing, (0.25, 0.25), (0.75, 0.25))
    drawing.until(lambda: len(own(drawing)) == 14)
    assert all(x2 == 3 and target == 0 for _, x2, target in own(drawing))
    assert drawing.epoch >= 3
    drawing.page.locator("[data-tool=erase]").click()
    drag(drawing, (0.25, 0.25), (0.5, 0.25))
    drawing.until(lambda: len(own(drawing)) < 8)
    drawing.page.keyboard.press("Control+z")
    drawing.until(lambda: len(own(drawing)) == 14)


def test_drawn_points_join_the_chosen_part(drawing: Playground) -> None:
    drawing.play(1)
    drag(drawing, (0.1, 0.75), (0.9, 0.75))
    drawing.until(lambda: len(own(drawing)) == 22)
    assert drawing.data[-1].message["train_size"] == 22
    drawing.page.locator("#paint-more").click()
    drawing.page.locator("input[name=paint-part][value=test]").check()
    drawing.page.keyboard.press("Escape")
    drag(drawing, (0.5, 0.5), (0.5, 0.5))
    drawing.until(lambda: len(own(drawing)) == 23)
    assert (drawing.data[-1].message["train_size"], drawing.data[-1].message["test_size"]) == (22, 1)


def test_finger_draws_without_scrolling(touched: Playground) -> None:
    plane, _ = map_of(touched)
    plane.scroll_into_view_if_needed()
    touched.page.locator("#paint-classes button").nth(1).tap()
    _, box = map_of(touched)
    before = touched.page.evaluate("scrollY")
    touch = touched.page.context.new_cdp_session(touched.page)
    x = box["x"] + box["width"] / 2
    for kind, share in (("touchStart", 0.25), ("touchMove", 0.5), ("touchMove", 0.75), ("touchEnd", None)):
        places = [] if share is None else [{"x": x, "y": box["y"] + share * box["height"]}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})
    touched.until(lambda: len(own(touched)) == 14)
    assert all(x1 == 0 and target == 1 for x1, _, target in own(touched))
    assert touched.page.evaluate("scrollY") == before > 0


def test_keys_put_and_erase_points(drawing: Playground) -> None:
    plane, _ = map_of(drawing)
    plane.focus()
    for key in ("ArrowRight", "ArrowUp", "2", "Space"):
        drawing.page.keyboard.press(key)
    drawing.until(lambda: own(drawing) == [[0.25, 0.25, 1]])
    drawing.page.keyboard.press("Delete")
    drawing.until(lambda: own(drawing) == [])
    assert not drawing.last("status")["playing"]


def test_uploaded_table_travels_with_its_link(drawing: Playground, tmp_path: Path) -> None:
    page, file = drawing.page, tmp_path / "<i>data.csv"
    file.write_text(CLOUDS, "utf-8")
    drawing.unfold("#own-upload").click()
    page.locator("#upload-file").set_input_files(file)
    page.locator("#upload-preview td").first.wait_for()
    assert page.locator("#upload-classes span").all_inner_texts() == ["<b>hund</b>", "katze"]
    assert drawing.text("#upload-state") == "<i>data.csv: 10 examples, 2 classes, 10 for training."
    page.locator("#upload-use").click()
    drawing.until(lambda: len(own(drawing)) == 10)
    points, link = own(drawing), drawing.link
    drawing.open(link)
    assert own(drawing) == points
    assert "katze" in drawing.text("#heatmap .map-foot")


def test_pasted_rows_are_checked_saved_and_reloaded(drawing: Playground, tmp_path: Path) -> None:
    page = drawing.page
    drawing.unfold("#own-upload").click()
    page.locator("#upload-text").fill("x,y,label\n1,2,a\n1,oops,b\n1,3,b")
    page.locator("#upload-state.bad").wait_for()
    assert "3" in drawing.text("#upload-state")
    assert page.locator("#upload-use").is_disabled()
    page.locator("#upload-text").fill("0.1,0.2,5\n0.30000000000000004,-3,6\n1e-7,1,5")
    page.locator("#upload-use:enabled").click()
    drawing.until(lambda: len(own(drawing)) == 3)
    points = own(drawing)
    with page.expect_download() as download:
        drawing.unfold("#own-download").click()
    rows = download.value.path().read_text("utf-8").splitlines()[1:]
    assert sorted(row.split(",")[0] for row in rows) == ["0.1", "0.30000000000000004", "1e-07"]
    download.value.save_as(tmp_path / "data.csv")
    drawing.unfold("#own-upload").click()
    page.locator("#upload-file").set_input_files(tmp_path / "data.csv")
    page.locator("#upload-state", has_text="data.csv: 3 examples").wait_for()
    came = len(drawing.data)
    page.locator("#upload-use:enabled").click()
    drawing.until(lambda: len(drawing.data) > came)
    assert sorted(own(drawing)) == sorted(points)


def load(drawing: Playground, rows: str) -> None:
    """Paste rows into the sheet and use them."""
    drawing.unfold("#own-upload").click()
    drawing.page.locator("#upload-text").fill(rows)
    drawing.page.locator("#upload-use:enabled").click()


def test_last_table_replaces_all_earlier_data(drawing: Playground) -> None:
    load(drawing, "x,y,label\n1,1,a\n2,2,b\n1,2,b")
    drawing.until(lambda: len(own(drawing)) == 3)
    load(drawing, "x,y,label\n3,3,ant\n4,4,bee\n5,5,ant\n5,4,bee")
    drawing.until(lambda: len(own(drawing)) == 4)
    drawing.do(lambda: drawing.page.locator("[data-dataset=circle]").click())
    drawing.do(lambda: drawing.unfold("#own-draw").click())
    drawing.until(lambda: len(own(drawing)) == 4)
    drag(drawing, (0.25, 0.25), (0.25, 0.25))
    drawing.until(lambda: len(own(drawing)) == 5)
    load(drawing, "x,value\n1,1.5\n2,2.5")
    drawing.until(lambda: len(own(drawing)) == 2)
    load(drawing, "x,y,label\n0,0,a\n1,1,b\n2,2,c\n3,3,d\n4,4,e")
    drawing.until(lambda: len(own(drawing)) == 5)
    swatches = drawing.page.locator("#paint-classes .swatch-button:has(.dot)")
    swatches.nth(4).wait_for()
    load(drawing, "x,y,label\n0.5,0.5,a\n1,1,b\n2,2,c")
    drawing.until(lambda: len(own(drawing)) == 3)
    swatches.nth(3).wait_for(state="detached")
    drawing.do(lambda: drawing.page.locator("#reset-button").click())
    assert len(own(drawing)) == 3
    points, link = own(drawing), drawing.link
    drawing.open(link)
    assert own(drawing) == points == [[0.5, 0.5, 0], [1, 1, 1], [2, 2, 2]]


DROP = """([kind, name, text]) => {
  const dragged = new DataTransfer();
  dragged.items.add(new File([text], name, { type: "text/csv" }));
  document.body.dispatchEvent(new DragEvent(kind, { dataTransfer: dragged, bubbles: true, cancelable: true }));
  return document.querySelector("#drop-hint").matches(":popover-open");
}"""


def test_dropped_table_asks_for_its_columns(
    drawing: Playground,
) -> None:
    page = drawing.page
    lines = [
        f"{n},{n % 5}.5,{n % 3}.25,{n % 4}.75,{('ant', 'bee', 'a wasp of a very long name')[n % 3]}" for n in range(9)
    ]
    dropped = ["drop", "bees.csv", "\n".join(["id,length,width,mass,kind", *lines])]
    assert page.evaluate(DROP, ["dragover", *dropped[1:]])
    assert not page.evaluate(DROP, dropped)
    page.locator("#upload-state", has_text="Which two columns are x₁ and x₂?").wait_for()
    assert page.locator("#upload-notes li").all_inner_texts() == ["Column “id” looks like a row index and is not used."]
    assert page.locator("#upload-preview select").evaluate_all("all => all.map(({ value }) => value)") == [
        "",
        "",
        "",
        "",
        "label",
    ]
    page.get_by_label("Use of mass").select_option(label="x₁")
    page.get_by_label("Use of length").select_option(label="x₂")
    page.locator("#upload-use:enabled").wait_for()
    page.locator("#upload-header").uncheck()
    page.locator("#upload-state.bad, #upload-state:has-text('Which')").wait_for()
    page.locator("#upload-header").check()
    page.locator("#upload-state", has_text="Which two columns").wait_for()
    page.get_by_label("Use of length").select_option(label="x₁")
    page.locator("#upload-use:enabled").click()
    drawing.until(lambda: len(own(drawing)) == 9).drawn()
    assert own(drawing)[1] == [1.5, 0, 2]
    assert page.locator("#network .class-name").all_inner_texts() == ["a wasp of a very long name", "ant", "bee"]
    page.set_viewport_size({"width": 390, "height": 844})
    plane, _ = map_of(drawing)
    plane.scroll_into_view_if_needed()
    plane.hover(position={"x": 40, "y": 40})
    drawing.page.locator("#map-readout", has_text="x₁").wait_for()
    names = page.locator("#heatmap .legend.classes > span:not(.visually-hidden)").evaluate_all(BOXES)
    (readout,) = page.locator("#map-readout").evaluate_all(BOXES)
    assert len(names) == 3
    assert all(readout["bottom"] <= box["top"] + 1 for box in names)


BOXES = "all => all.map((part) => part.getBoundingClientRect().toJSON())"
