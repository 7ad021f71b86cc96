"""The pictures of what lectures add: many classes, curves, a validation set, early stopping, more data sets."""

import re

import numpy as np
import pytest

from tests.browser.driver import Playground, case

pytestmark = pytest.mark.browser

SPIRAL = "#dataset=spiral3&seed=0.5&networkShape=6"
SINE = "#problem=regression&regDataset=reg-sine&seed=0.5&networkShape=5"
NEW = {
    "classification": ["and", "or", "nand", "moons", "rings", "checkerboard", "spiral3", "gauss4", "own"],
    "regression": ["reg-sine", "reg-step", "reg-abs", "reg-own"],
}


def probe(playground: Playground, x1: float, x2: float) -> str:
    """Point at a place of the plane; what the readout says."""
    box = playground.page.locator("#heatmap .map").bounding_box()
    assert box is not None
    share_x, share_y = (x1 + 6) / 12, (6 - x2) / 12
    playground.page.mouse.move(box["x"] + share_x * box["width"], box["y"] + share_y * box["height"])
    return playground.text("#map-readout")


def color(playground: Playground, canvas: str, share_x: float, share_y: float) -> tuple[int, ...]:
    """The color of a canvas's pixel."""
    pixel = playground.page.locator(canvas).evaluate(
        """(canvas, [x, y]) => {
            const at = [Math.floor(x * canvas.width), Math.floor(y * canvas.height)];
            return [...canvas.getContext("2d").getImageData(...at, 1, 1).data];
        }""",
        [share_x, share_y],
    )
    return tuple(pixel)


def row(x2: float) -> int:
    """The row of a full picture nearest to x2."""
    return round((6 - x2) / 12 * 99)


def column(x1: float) -> int:
    """The column of a full picture nearest to x1."""
    return round((x1 + 6) / 12 * 99)


# --- many classes -----------------------------------------------------------------------------------------------------


def test_every_class_has_an_output_and_color(playground: Playground) -> None:
    page = playground.open(SPIRAL).page
    labels = [page.locator(f"[data-unit='{unit}']").get_attribute("aria-label") or "" for unit in (13, 14, 15)]
    assert [label.partition(":")[0] for label in labels] == [f"Output, class {number}" for number in (0, 1, 2)]
    colors = "elements => elements.map((element) => getComputedStyle(element).backgroundColor)"
    legend = page.locator(".legend.classes .dot").evaluate_all(colors)
    assert legend == page.locator(".class-name i").evaluate_all(colors)
    assert len(set(legend)) == 3


def test_map_readout_follows_the_clicked_output(playground: Playground) -> None:
    playground.open(SPIRAL).step(3)
    arrays = playground.frames[-1].arrays
    assert len(np.unique(arrays["classes"])) > 1
    for x1, x2 in ((-5, 5), (5, 5), (0.06, -5), (-3, -2)):
        found = re.search(r"class (\d)\D+([\d.]+)", probe(playground, x1, x2))
        assert found is not None
        place = row(x2), column(x1)
        assert int(found[1]) == arrays["classes"][place]
        assert float(found[2]) == pytest.approx(arrays["surface"][place] / 2.55, abs=4)
    # one output shows its class alone, and once more all of them
    last = playground.frame["selected"]
    second = playground.page.locator(f"[data-unit='{last - 1}']")
    second.click()
    playground.until(lambda: playground.frame["selected"] == last - 1)
    assert "classes" not in playground.frames[-1].arrays
    playground.until(lambda: "probability " in probe(playground, 2, -2))
    said = probe(playground, 2, -2)
    expected = playground.frames[-1].arrays["surface"][row(-2), column(2)] / 255
    assert float(said.rpartition("probability ")[2]) == pytest.approx(expected, abs=0.03)
    second.click()
    playground.until(lambda: "classes" in playground.frames[-1].arrays)
    playground.until(lambda: "class " in probe(playground, 2, -2))
    assert playground.page.locator(".unit[aria-pressed=true]").count() == 2  # the features alone


def test_discretized_classes_are_shown_in_full(playground: Playground) -> None:
    playground.open(SPIRAL).step(1)
    arrays = playground.frames[-1].arrays
    inner = [(y, x) for y in range(10, 90, 3) for x in range(10, 90, 3)]
    far = [(y, x) for y, x in inner if len(np.unique(arrays["classes"][y - 3 : y + 4, x - 3 : x + 4])) == 1]
    of_class = {int(arrays["classes"][place]): place for place in far}
    assert len(of_class) >= 2
    pale = {number: color(playground, ".surface", x / 99, y / 99) for number, (y, x) in of_class.items()}
    playground.do(lambda: playground.key("d"))
    full = {number: color(playground, ".surface", x / 99, y / 99) for number, (y, x) in of_class.items()}
    assert all(np.ptp(full[number][:3]) > np.ptp(pale[number][:3]) for number in of_class)
    assert len(set(full.values())) == len(full)


# --- one dimension ----------------------------------------------------------------------------------------------------


def test_curve_replaces_the_plane_and_back(playground: Playground) -> None:
    playground.open(SINE).step(5)
    curve = playground.frames[-1].arrays["curve"]
    assert not playground.page.locator("#heatmap .surface").is_visible()
    assert playground.text("#heatmap .axis-y.values").split()[0] == "y"
    for x1 in (-4.0, 1.5, 5.0):
        said = probe(playground, x1, 0)
        expected = float(np.interp(x1, np.linspace(-6, 6, len(curve)), curve))
        assert float(said.rpartition("value ")[2].replace("−", "-")) == pytest.approx(expected, abs=0.04)
    # a neuron shows its own while the pointer is on it
    page, output = playground.page, playground.frame["selected"]
    page.locator("[data-unit='7']").hover()
    playground.until(lambda: playground.frame["selected"] == 7)
    page.locator("#loss-test").hover()
    playground.until(lambda: playground.frame["selected"] == output)
    playground.do(lambda: page.locator("[data-regDataset=reg-plane]").click()).shown()
    page.locator("#heatmap .surface").wait_for()
    assert not page.locator("#heatmap .curve").is_visible()
    assert "x₂" in playground.text("#heatmap .map-plot")


# --- validation, early stopping, schedules ----------------------------------------------------------------------------


@pytest.mark.chart
def test_validation_is_shown_beside_training_and_test(playground: Playground) -> None:
    playground.open("#seed=0.5&validationPercent=20").step(2)
    playground.until(lambda: playground.text("#loss-validation") == f"{playground.frame['validation_loss']:.3f}")
    accuracy = playground.frame["validation_accuracy"] * 100
    assert playground.text("#accuracy-validation") == f"{accuracy:.1f}% correct"
    assert playground.text("#show-test-label") == "Show held-out data"


@pytest.mark.chart
def test_unused_features_show_nothing(playground: Playground) -> None:
    playground.open("#seed=0.5").step(2)
    for hidden in ("#validation-metric", "#learning-rate-now", ".legend.classes", "#heatmap .curve", "[data-more]"):
        assert not any(element.is_visible() for element in playground.page.locator(hidden).all()), hidden
    assert playground.text("#show-test-label") == "Show test data"


@pytest.mark.chart
def test_early_stop_is_reported_marked_and_resumed(playground: Playground) -> None:
    link = "#seed=0.5&noise=40&percTrainData=30&validationPercent=30&patience=15&networkShape=8,8&learningRate=0.1"
    playground.open(link)
    playground.page.locator("#speed").select_option("epochs_20")
    playground.page.locator("#play-pause-button").click()
    playground.until(lambda: bool(playground.last("status")["stopped"]))
    stopped = playground.last("status")["stopped"]
    message = playground.page.locator(".message", has_text="Stopped early")
    assert f"at epoch {stopped['epoch']}" in message.inner_text()
    assert f"weights from epoch {stopped['best_epoch']}, the best validation loss" in message.inner_text()
    playground.page.locator("#linechart .annotation", has_text="Best").wait_for()
    message.locator("[data-dismiss]").click()
    message.wait_for(state="detached")
    playground.page.locator("#play-pause-button").click()
    playground.until(lambda: playground.epoch > stopped["epoch"])
    assert playground.last("status")["stopped"] is None or playground.last("status")["stopped"] != stopped


@pytest.mark.nightly
def test_scheduled_learning_rate_is_shown(playground: Playground) -> None:
    playground.open("#seed=0.5&learningRate=0.1&schedule=exponential&scheduleFactor=0.5").step(2)
    assert playground.frame["learning_rate"] == pytest.approx(0.025)
    playground.until(lambda: playground.text("#learning-rate-now") == "now 0.025")
    assert playground.page.locator("#learningRate").input_value() == "0.1"


def test_batch_normalized_network_is_edited(playground: Playground) -> None:
    playground.open("#seed=0.5&batchNorm=true").step(1)
    assert len(playground.params) == 25 + 2 * 6
    playground.page.locator("[data-unit='13']").focus()
    playground.page.keyboard.press("ArrowLeft")
    playground.page.keyboard.press("Enter")
    field = playground.page.locator("#hovercard input")
    field.fill("1.5")
    field.press("Enter")
    playground.until(lambda: float(playground.params[22]) == 1.5)


# --- more data sets ---------------------------------------------------------------------------------------------------


def test_more_data_sets_each_have_a_picture(playground: Playground) -> None:
    page, more = playground.page, playground.page.locator("#more-datasets")
    for problem, expected in NEW.items():
        with case(problem):
            playground.open(f"#seed=0.5&problem={problem}")
            group = page.locator(f"[data-more][data-problem={problem}]")
            assert not group.is_visible()
            more.focus()
            page.keyboard.press("Enter")
            group.wait_for()
            assert more.get_attribute("aria-expanded") == "true"
            buttons = group.locator("button")
            names = buttons.evaluate_all("all => all.map(({ dataset }) => dataset.dataset ?? dataset.regdataset)")
            assert sorted(names) == sorted(expected)
            pictures = buttons.locator("canvas").evaluate_all("all => all.map((canvas) => canvas.toDataURL())")
            blank = page.evaluate(BLANK)
            assert len({blank, *pictures}) == len(pictures) + 1
            playground.do(lambda: buttons.last.press("Enter"))  # noqa: B023 - called at once
            assert buttons.last.get_attribute("aria-pressed") == "true"


BLANK = "() => Object.assign(document.createElement('canvas'), {width: 144, height: 144}).toDataURL()"


def test_data_set_in_use_is_visible(playground: Playground) -> None:
    playground.open("#seed=0.5&dataset=moons")
    assert playground.page.locator("[data-dataset=moons]").is_visible()
    assert playground.page.locator("#more-datasets").get_attribute("aria-expanded") == "true"
    playground.page.locator("#more-datasets").click()
    assert not playground.page.locator("[data-dataset=moons]").is_visible()


def test_hidden_data_sets_hide_the_more_button(playground: Playground) -> None:
    playground.open("#seed=0.5&dataset=moons&dataset_hide=true")
    assert not playground.page.locator("#more-datasets").is_visible()
    assert not playground.page.locator("[data-dataset=moons]").is_visible()
