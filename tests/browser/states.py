"""What the page can look like: a table of its states by name, each with how to bring it about."""

from collections.abc import Callable
from typing import NamedTuple

from playwright.sync_api import ViewportSize

from app.link import CONTROLS
from tests.browser.driver import Playground

DESKTOP: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
ON_ITS_SIDE: ViewportSize = {"width": 844, "height": 390}
ZOOMED: ViewportSize = {"width": 320, "height": 640}

LINK = "#seed=0.48429&dataset=circle&activation=relu&networkShape=4,3"
SWEPT = "#dataset=gauss&seed=0.3&networkShape=2&sweep=learningRate:0.01..100:4l;{}starts:3;epochs:5"
XOR = "#seed=0.5&dataset=xor&networkShape="
SCREENS = [
    (390, 844),
    (844, 390),
    (768, 1024),
    (720, 450),
    (900, 700),
    (1024, 768),
    (1280, 720),
    (1366, 641),
    (1440, 900),
    (1920, 1080),
    (360, 450),
    (320, 640),
]
"""Phones, tablets, small laptops, desktops, and what is left of them when they are zoomed in."""
PANELS = ("gradients", "activations", "weights", "space", "landscape", "regions", "step", "confusion", "code")

Steps = Callable[[Playground], object]


class State(NamedTuple):
    """A state: the link it starts from, what is done there, the part of the page that is new in it, and the screen."""

    link: str = LINK
    do: Steps = lambda playground: playground.step(1)
    part: str = "body"
    screen: ViewportSize = DESKTOP

    def bring_about(self, playground: Playground) -> None:
        """Open the page and do all of that."""
        playground.page.set_viewport_size(self.screen)
        self.do(playground.open(self.link))
        # pictures and cards follow with the next frames
        playground.drawn().drawn()


def click(*selectors: str, epochs: int = 0) -> Steps:
    """Train some epochs, then click one element after the other."""

    def steps(playground: Playground) -> None:
        playground.step(epochs)
        for selector in selectors:
            playground.page.locator(selector).first.click()

    return steps


def key(name: str, shown: str) -> Steps:
    """Press a key, and wait for what it shows."""
    return lambda playground: playground.key(name).page.locator(shown).wait_for()


def _play(playground: Playground) -> None:
    playground.page.locator("#play-pause-button").click()
    playground.until(lambda: playground.epoch >= 2)


def _look_inside(panel: str) -> Steps:
    def steps(playground: Playground) -> None:
        page = playground.step(2).page
        page.locator("#inside-button").click()
        page.locator(f"#inside-tab-{panel}").click()
        page.locator(f"#inside-{panel} .inside-body").wait_for()
        playground.until(page.locator(f"#inside-{panel} .inside-empty").is_hidden)

    return steps


def _list_runs(playground: Playground) -> None:
    page = playground.step(2).page
    page.locator("#rewind-button").click()
    playground.until(lambda: playground.epoch == 0)
    playground.step(1)
    page.locator("#runs-button").click()
    page.locator("#runs-table tbody tr").nth(1).wait_for()


def _try_luck(playground: Playground) -> None:
    page = playground.step(2).page
    page.locator("#luck-button").click()
    page.locator("[name=luck-count]").first.check(force=True)
    page.locator("#luck-train").click()
    page.locator(".luck-tile").nth(19).wait_for()
    page.locator("#luck-progress").wait_for(state="hidden")


def _sweep(*cells: int) -> Steps:
    """Train the sweep of the link, choose one of the cells in the map, and compare it with another."""

    def steps(playground: Playground) -> None:
        page = playground.page
        page.locator("#sweep-train").click()
        page.locator("#sweep-cells summary").click()
        page.locator("#sweep-live:not(:empty)").wait_for(state="attached")
        for number, cell in enumerate(cells):
            page.locator(".sweep-cell").nth(cell).click(modifiers=["Shift"] if number else [])

    return steps


def _unfold_settings(playground: Playground) -> None:
    page = playground.page
    if not page.locator("#tabs").is_visible():
        page.locator("#lab-button").click()
    else:
        page.locator("#tab-settings").click()
        page.locator("#lab-button").click()
    page.locator("#lab").wait_for()
    page.evaluate("for (const group of document.querySelectorAll('#lab details')) group.open = true")


def _unfold_data(playground: Playground) -> None:
    playground.page.evaluate("for (const part of document.querySelectorAll('#data details')) part.open = true")
    more = playground.page.locator("#more-datasets[aria-expanded=false]")
    if more.count():
        more.click()


def _draw(playground: Playground) -> None:
    page = playground.page
    playground.do(playground.unfold("#own-draw").click)
    came = len(playground.data)
    page.locator("#heatmap .map").click()
    playground.until(lambda: len(playground.data) > came)
    page.locator("#paint-more").click()


def _upload(rows: str, shown: str) -> Steps:
    def steps(playground: Playground) -> None:
        playground.unfold("#own-upload").click()
        playground.page.locator("#upload-text").fill(rows)
        playground.page.locator(shown).wait_for()

    return steps


def _build(playground: Playground) -> None:
    page = playground.page
    page.locator("#class-button").click()
    page.locator("#class-menu [data-action=build]").click()
    page.evaluate("for (const section of document.querySelectorAll('#builder details')) section.open = true")
    page.locator("#builder-embed").check()
    page.frame_locator("#builder-preview iframe").locator("#heatmap").wait_for()


def _edit_weight(playground: Playground) -> None:
    page = playground.page
    page.locator("[data-unit='7']").focus()
    for name in ("ArrowLeft", "Enter"):
        page.keyboard.press(name)
    page.locator("#hovercard input").fill("0,2,5")
    page.keyboard.press("Enter")


def _look_back(playground: Playground) -> None:
    page = playground.step(5).page
    page.locator("#timeline-epoch").focus()
    page.keyboard.press("Home")
    playground.until(lambda: bool(playground.frame["past"]))
    page.locator(".past-ways").wait_for()


def _describe(playground: Playground) -> None:
    playground.play(100, "epochs_20")
    playground.do(playground.page.locator("#words").check)
    playground.page.locator("#remark-remedy:not([hidden])").wait_for()


def _turn_map(playground: Playground) -> None:
    playground.page.locator("#surface-button").click()
    playground.page.wait_for_selector("#heatmap.in-3d")


def _diverge(playground: Playground) -> None:
    playground.page.locator("#play-pause-button").click()
    playground.page.locator("#messages .message").first.wait_for()


def _answer(playground: Playground) -> None:
    page = playground.page
    page.locator("#lesson .step:not([hidden]) input").first.check()
    page.locator("#lesson .step:not([hidden]) .show").click()
    page.locator("#lesson .step:not([hidden]) .reveal").wait_for()


def _try_share(playground: Playground) -> None:
    _answer(playground)
    button = playground.page.locator("#lesson .step:not([hidden]) .starts").first
    button.click()
    button.filter(has_text="Here:").wait_for()


def _every(kind: str) -> str:
    return "#seed=0.3" + "".join(f"&{name}_{kind}=true" for name in CONTROLS)


STATES: dict[str, State] = {
    "start": State("", lambda playground: playground.page.wait_for_selector("#linechart svg")),
    "playing": State(do=_play, part="#bar"),
    "paused": State(do=lambda playground: playground.play(5), part="#main"),
    **{f"look inside: {panel}": State(do=_look_inside(panel), part="#dock") for panel in PANELS},
    "runs": State(do=_list_runs, part="#dock"),
    "compare": State(
        f"{LINK}&compare=activation%3Drelu%3Boptimizer%3Dadam",
        lambda playground: playground.page.locator("#compare .compare-map").nth(2).wait_for(),
        "#dock",
    ),
    "is it luck": State("#dataset=gauss&seed=0.3&networkShape=2", _try_luck, "#dock"),
    "sweep of one setting": State(SWEPT.format(""), _sweep(1), "#dock"),
    "sweep of two settings": State(SWEPT.format("activation:relu%7Ctanh;"), _sweep(5, 2), "#dock"),
    "sweep of three settings": State(SWEPT.format("activation:relu%7Ctanh;batchSize:1%7C30;"), _sweep(), "#dock"),
    "all settings": State(f"{LINK}&optimizer=adam", _unfold_settings, "#lab"),
    "all data": State(do=_unfold_data, part="#data"),
    "drawing": State(do=_draw, part="#output, #paint-card"),
    "refused table": State(do=_upload("x,y,label\n1,2,a\n1,oops,b", "#upload-state.bad"), part="#upload"),
    "table": State(do=_upload("x,y,label\n1,2,a\n1,3,b", "#upload-use:enabled"), part="#upload"),
    "help": State(do=key("?", "#help"), part="#help"),
    "share": State(do=click("#share-button"), part="#share"),
    "class": State(do=_build, part="#builder"),
    "card of a control": State(
        do=lambda playground: playground.page.locator("#data [data-help=noise]").first.hover(), part="#info-card"
    ),
    "refused weight": State(do=_edit_weight, part="#hovercard"),
    "past": State(do=_look_back, part="#output"),
    "goal": State(f"{LINK}&goalTestLoss=0.1", click("#goals-button"), "#output"),
    "run until": State(do=click("#run-button"), part="#run-card"),
    "picture": State(do=click("#picture-button"), part="#picture-card"),
    "regression": State("#problem=regression&seed=0.48429", part="#main"),
    "three classes": State("#dataset=spiral3&seed=0.48429&validationPercent=20", part="#main"),
    "curve": State("#problem=regression&regDataset=reg-sine&seed=0.48429", part="#main"),
    "bias units": State(f"{LINK}&showBiasUnits=true", click("[data-unit='7']"), "#model"),
    "large network": State(f"#seed=0.48429&networkShape={','.join(['16'] * 10)}", part="#model"),
    "remark": State(XOR, _describe, "#model"),
    "message": State("#seed=0.5&learningRate=10&activation=relu&problem=regression", _diverge, "#messages"),
    "three dimensions": State(do=_turn_map, part="#heatmap"),
    "presentation": State(do=click("#presentation-button", epochs=1)),
    "everything locked": State(_every("lock"), lambda _: None),
    "everything hidden": State(_every("hide"), lambda _: None),
    "in a frame": State("?embed=1", screen={"width": 800, "height": 860}),
    "phone: network": State(screen=PHONE),
    "phone: data": State(do=click("#tab-data"), part="#data", screen=PHONE),
    "phone: settings": State(do=click("#tab-settings"), part="#settings", screen=PHONE),
    "phone: all settings": State(do=_unfold_settings, part="#lab", screen=PHONE),
    "phone: about": State(do=click("#tab-lesson"), part="#below", screen=PHONE),
    "phone: menu": State(do=click("#menu-button"), part="#header", screen=PHONE),
    "phone: runs": State(do=_list_runs, part="#dock", screen=PHONE),
    "phone: sweep": State(SWEPT.format("activation:relu%7Ctanh;batchSize:1%7C30;"), _sweep(0), "#dock", PHONE),
    "phone: on its side": State(screen=ON_ITS_SIDE),
    "phone: lesson": State("lessons/xor", click("#lesson-next"), "#lesson", PHONE),
    "zoomed": State(screen=ZOOMED),
    "lesson": State("lessons/vanishing-gradients", _answer, "#lesson"),
    "share of a lesson": State("lessons/vanishing-gradients", _try_share, "#lesson, #dock"),
    **{
        f"{width} by {height}: {name}": State("", steps, "#main", {"width": width, "height": height})
        for width, height in SCREENS
        for name, steps in {"start": lambda _: None, "playing": _play}.items()
    },
}
