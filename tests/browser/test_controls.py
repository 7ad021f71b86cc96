"""Every control of the page changes the run and the link."""

from typing import Any

import pytest
from playwright.sync_api import expect

from app.link import CONTROLS
from engine import FEATURES
from tests.browser.driver import Playground, case

pytestmark = pytest.mark.browser

SELECTS = [
    ("#learningRate", "0.1", "learning_rate", 0.1, "learningRate=0.1", False),
    ("#activations", "relu", "activation", "relu", "activation=relu", True),
    ("#regularizations", "L2", "regularizer", "L2", "regularization=L2", True),
    ("#regularRate", "0.01", "regularization_rate", 0.01, "regularizationRate=0.01", True),
    ("#problem", "regression", "problem", "regression", "problem=regression", True),
]


def test_lists_change_the_run_and_the_link(playground: Playground) -> None:
    page = playground.open("#seed=0.48429").page
    for selector, option, field, value, key, restarts in SELECTS:
        with case(selector):
            playground.step(2 - playground.epoch)
            playground.do(lambda: page.locator(selector).select_option(option))  # noqa: B023 - called at once
            assert playground.config[field] == value
            assert key in playground.link.split("#")[1].split("&")
            assert playground.epoch == (0 if restarts else 2)


SLIDERS = [
    ("percTrainData", "80", "train_percent", 80),
    ("noise", "25", "noise", 25),
    ("batchSize", "3", "batch_size", 3),
]


def test_sliders_change_the_run_and_the_link(playground: Playground) -> None:
    page = playground.open("#seed=0.48429").page
    for name, position, field, value in SLIDERS:
        with case(name):
            playground.do(lambda: page.locator(f"#{name}").fill(position))  # noqa: B023 - called at once
            playground.until(lambda: playground.config[field] == value)  # noqa: B023 - called at once
            assert f"{name}={position}" in playground.link
            assert position in playground.text(f"output[for={name}]")


def test_data_sets_are_chosen_by_their_pictures(playground: Playground) -> None:
    page = playground.open("#seed=0.48429").page
    for name in ("xor", "gauss", "spiral"):
        with case(name):
            seed = playground.config["seed"]
            picture = page.locator(f"[data-dataset={name}]")
            playground.do(picture.click)
            assert playground.config["dataset"] == name
            assert f"dataset={name}" in playground.link
            assert playground.config["seed"] != seed
            assert picture.get_attribute("aria-pressed") == "true"
    playground.do(lambda: page.locator("#problem").select_option("regression"))
    playground.do(page.locator("[data-regDataset=reg-gauss]").click)
    assert playground.config["regression_dataset"] == "reg-gauss"


def test_regenerate_changes_data_and_keeps_the_network(playground: Playground) -> None:
    playground.open("#seed=0.48429").step(5)
    params, loss = playground.params.tolist(), playground.frame["train_loss"]
    playground.do(playground.page.locator("#data-regen-button").click)
    assert playground.epoch == 5
    assert playground.params.tolist() == params
    assert playground.frame["train_loss"] != loss
    assert playground.config["weight_seed"] == "0.48429"


def test_new_weight_seed_keeps_the_data(playground: Playground) -> None:
    playground.open("#seed=0.48429")
    params = playground.params.tolist()
    playground.do(playground.unfold("#reroll-weights-button").click)
    assert playground.config["seed"] == "0.48429"
    assert playground.params.tolist() != params


def test_typed_seed_determines_data_and_weights(playground: Playground) -> None:
    playground.open("#seed=0.1")
    field = playground.unfold("#data-seed")
    field.fill("0.48429")
    playground.do(lambda: field.press("Enter"))
    assert playground.config["seed"] == "0.48429"
    assert playground.frame["train_loss"] == pytest.approx(0.5026322394029247, abs=1e-9)


def test_features_layers_and_neurons_come_and_go(playground: Playground) -> None:
    page = playground.open("#seed=0.48429").page
    playground.do(page.get_by_role("button", name="x₁x₂").first.click)
    assert playground.config["features"] == ["x", "y", "xTimesY"]
    playground.do(page.locator("#add-layers").click)
    assert playground.config["hidden_layer_sizes"] == [4, 2, 2]
    assert "networkShape=4,2,2" in playground.link
    playground.do(page.locator("#remove-layers").click)
    playground.do(page.locator("#remove-layers").click)
    assert playground.config["hidden_layer_sizes"] == [4]
    add, remove = (page.locator(".layer-header button").filter(has_text=sign) for sign in ("+", "−"))
    playground.do(add.first.click)
    assert playground.config["hidden_layer_sizes"] == [5]
    playground.do(remove.first.click)
    assert playground.config["hidden_layer_sizes"] == [4]
    assert playground.text("#num-layers").startswith("1")


def test_view_switches_change_only_the_link(playground: Playground) -> None:
    page = playground.open("#seed=0.48429").step(2).page
    for selector, key in (("#show-test-data", "showTestData=true"), ("#discretize", "discretize=true")):
        with case(selector):
            page.locator(selector).check()
            playground.until(lambda: key in playground.link)  # noqa: B023 - called at once
            assert playground.epoch == 2


OFF_LIST = {
    "learningRate=0.15": ("#learningRate", "0.15"),
    "regularizationRate=0.02": ("#regularRate", "0.02"),
    "batchSize=64": ("output[for=batchSize]", "64"),
    "noise=80": ("output[for=noise]", "80"),
    "percTrainData=37": ("output[for=percTrainData]", "37%"),
}


def test_values_off_the_list_are_shown_unchanged(playground: Playground) -> None:
    page = playground.open("#" + "&".join(OFF_LIST)).page
    for key, (selector, shown) in OFF_LIST.items():
        with case(key):
            element = page.locator(selector)
            text = element.input_value() if selector.startswith("#") else element.inner_text()
            assert text == shown


HIDDEN: list[tuple[str, str]] = [
    ("showTestData", "#show-test-data"),
    ("discretize", "#discretize"),
    ("playButton", "#play-pause-button"),
    ("stepButton", "#next-step-button"),
    ("resetButton", "#reset-button"),
    ("learningRate", "#learningRate"),
    ("activation", "#activations"),
    ("regularization", "#regularizations"),
    ("regularizationRate", "#regularRate"),
    ("problem", "#problem"),
    ("dataset", "[data-dataset=circle]"),
    ("percTrainData", "#percTrainData"),
    ("noise", "#noise"),
    ("batchSize", "#batchSize"),
    ("numHiddenLayers", "#add-layers"),
]


def test_hidden_controls_stay_hidden_in_the_link(playground: Playground) -> None:
    playground.open()
    for name, selector in HIDDEN:
        assert playground.page.locator(selector).is_visible(), name
    playground.open("#" + "&".join(f"{name}_hide=true" for name, _ in HIDDEN))
    for name, selector in HIDDEN:
        assert not playground.page.locator(selector).is_visible(), name
        assert f"{name}_hide=true" in playground.link
    assert playground.page.locator("#loss-test").is_visible()


def test_page_with_everything_hidden_controls_nothing(playground: Playground) -> None:
    hidden = sorted(set(CONTROLS) - set(FEATURES))
    page = playground.open("#networkShape=3,2&seed=0.3&" + "&".join(f"{name}_hide=true" for name in hidden)).page
    places = [place for place in page.locator("[data-control]").all() if place.is_visible()]
    assert [place.evaluate("place => place.outerHTML.slice(0, 80)") for place in places] == []
    assert page.locator("#network .layer-header button:visible").count() == 0
    assert page.locator("#add-layers").is_hidden()
    before = len(playground.sent)
    for key in (" ", "ArrowRight", *"mwrsgtdobniu"):
        playground.key(key)
    page.locator("[data-unit='7']").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    assert not page.locator("#hovercard input").is_visible()
    asked = {message["type"] for message in playground.sent[before:]} - {"ack", "ping", "visible", "select"}
    assert asked == set()


def test_hidden_feature_is_not_in_the_network(playground: Playground) -> None:
    playground.open("#xSquared=true&xSquared_hide=true")
    assert playground.config["features"] == ["x", "y"]


def test_list_of_controls_to_hide_changes_the_link(playground: Playground) -> None:
    playground.open()
    playground.page.locator("#hide-controls summary").click()
    playground.page.locator("#hide-controls").get_by_label("Learning rate", exact=True).uncheck()
    playground.until(lambda: "learningRate_hide=true" in playground.link)
    assert not playground.page.locator("#learningRate").is_visible()


def test_page_names_invalid_values_of_a_link(playground: Playground) -> None:
    playground.open("#activation=mish%3Cb%3E&noise=90&learningRate=-1&nonsense=1")
    codes: list[dict[str, Any]] = playground.last("warnings")["warnings"]
    assert {warning["key"] for warning in codes} >= {"activation", "noise", "learningRate", "nonsense"}
    shown = playground.page.locator("#messages")
    shown.get_by_text("activation").first.wait_for()
    assert shown.locator("b:has-text('mish')").count() == 0


def test_edited_address_opens_the_other_experiment(playground: Playground) -> None:
    playground.open("#seed=0.1&dataset=circle").step(2)
    playground.do(lambda: playground.page.evaluate("location.hash = '#seed=0.2&dataset=spiral'"))
    assert (playground.config["seed"], playground.config["dataset"], playground.epoch) == ("0.2", "spiral", 0)


PRESS = """([key, code, rest]) => document.activeElement.dispatchEvent(
    new KeyboardEvent("keydown", { key, code, bubbles: true, cancelable: true, ...rest }))"""


def test_keys_work_on_keyboards_without_latin_letters(playground: Playground) -> None:
    page = playground.open("#seed=0.48429").page

    def press(key: str, code: str, **rest: bool) -> None:
        page.evaluate(PRESS, [key, code, rest])

    page.evaluate("document.activeElement.blur()")
    log = page.locator(".scales button", has_text="Log")
    press("д", "KeyL")
    expect(log).to_have_attribute("aria-pressed", "true")
    for rest in ({"ctrlKey": True}, {"altKey": True}, {"metaKey": True}, {"modifierAltGraph": True}):
        press("д", "KeyL", **rest)
    # on a Dvorak keyboard this is an n
    press("n", "KeyL")
    expect(page.locator("#runs")).to_be_visible()
    playground.unfold("#data-seed").focus()
    press("д", "KeyL")
    press("l", "KeyL")
    expect(log).to_have_attribute("aria-pressed", "true")
    playground.unfold("#data-seed").blur()
    press("λ", "KeyL")
    expect(log).to_have_attribute("aria-pressed", "false")
    assert playground.complaints == []


def test_damaged_links_open_and_become_clean(playground: Playground) -> None:
    for harmed in (
        "?utm_source=mail&dataset=spiral&noise=20&seed=0.3#",
        "%2523dataset=spiral\\&noise=20\\&seed=0.3",
        "#https://l.example/?u=https%3A%2F%2Fplayground.tensorflow.org%2F%23dataset%3Dspiral%26noise%3D20%26seed%3D0.3&h=1",
    ):
        playground.open(harmed)
        config = playground.config
        assert (config["dataset"], config["noise"], config["seed"]) == ("spiral", 20, "0.3")
        playground.until(lambda: "seed=0.3&" in playground.page.evaluate("location.hash"))
        assert playground.page.evaluate("location.pathname + location.search") == "/"
        assert not [message for message in playground.messages if message["type"] == "warnings"]


def test_summands_are_optional_and_lost_seeds_are_offered(playground: Playground) -> None:
    page = playground.open("#problem=regression&regDataset=reg-sine&networkShape=3&seed=0.1").page
    box, neurons = page.locator("#show-summands"), page.locator(".map-foot .legend").get_by_text("Neurons")
    assert playground.frames[-1].arrays["summands"].shape == (3, 200)
    expect(neurons).to_be_hidden()
    box.check()
    expect(neurons).to_be_visible()
    expect(page.locator(".map-foot .legend").get_by_text("Network at x₂ = 0")).to_be_visible()
    playground.unfold("#data-seed").fill("42")
    playground.do(lambda: playground.unfold("#data-seed").press("Enter"))
    playground.do(lambda: page.locator("[data-regDataset=reg-plane]").click())
    expect(box).to_be_hidden()
    expect(page.locator("#lost-seed")).to_contain_text("It was 42 before.")
    playground.do(lambda: page.get_by_role("button", name="Use 42").click())
    assert playground.config["seed"] == "42"
    expect(page.locator("#lost-seed")).to_be_hidden()
    assert playground.complaints == []
