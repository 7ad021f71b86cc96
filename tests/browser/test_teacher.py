"""What a teacher's link locks, hides and puts into a frame, in a real browser."""

import json
import re
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from app.link import CONTROLS
from engine import FEATURES
from tests.browser.driver import Playground
from tests.browser.test_numbers import refuses
from tests.support.server import ROOT, ServerProcess

SHAPE = ("numHiddenLayers", "numNodes1", "numNodes2")
LOCKED = ("activation", "playButton", "seeds", "discretize", "x", *SHAPE, "weights", "optimizer")
LINK = "#dataset=xor&networkShape=4,2&seed=0.3&activation=relu" + "".join(f"&{name}_lock=true" for name in LOCKED)

LOCKED_BY = re.findall(r'LOCKED = "(.+?)"', Path(ROOT, "static/js/core/locks.js").read_text("utf-8"))[0]
"""What a locked control says."""

EXPOSE = """window.sockets = [];
WebSocket = class extends WebSocket { constructor(...parts) { super(...parts); sockets.push(this); } }"""
"""Gives a test the hands of somebody at the console: the page's own connections."""

FORCED = """([selector, value]) => {
  const control = document.querySelector(selector);
  for (let at = control; at; at = at.parentElement) at.removeAttribute("data-locked");
  control.disabled = false;
  control.value = value;
  control.dispatchEvent(new Event("change", { bubbles: true }));
}"""


def says(playground: Playground, **message: Any) -> dict[str, Any]:
    """What the server answers to a message that was typed at the console."""
    text = json.dumps({"id": 999, **message})
    before = len(playground.messages)
    playground.page.evaluate("text => sockets.at(-1).send(text)", text)
    playground.until(lambda: any(answer.get("id") == 999 for answer in playground.messages[before:]))
    return next(answer for answer in playground.messages[before:] if answer.get("id") == 999)


@pytest.mark.fresh
def test_locks_hold_against_keys_console_and_links(playground: Playground) -> None:
    page = playground.page
    page.add_init_script(EXPOSE)
    config = playground.open(LINK).config
    for selector in ("#activations", "#play-pause-button", "#reset-button", "#data-seed", "#discretize"):
        assert page.locator(selector).is_disabled(), selector
    assert page.locator("#learningRate").is_enabled()
    sent = len(playground.sent)
    for key in (" ", "r", "s", "g", "d"):
        playground.key(key)
    assert page.evaluate("scrollY") == 0
    page.locator("#add-layers").click(force=True)
    page.locator("[data-unit='0']").click()
    assert [message for message in playground.sent[sent:] if message["type"] not in {"ack", "select", "ping"}] == []

    assert says(playground, type="configure", changes={"activation": "tanh"})["code"] == "locked"
    assert says(playground, type="set_view", changes={"locked": []})["code"] == "locked"
    assert says(playground, type="play")["field"] == "playButton"
    page.evaluate(FORCED, ["#activations", "tanh"])
    playground.until(lambda: page.locator("#activations").input_value() == "relu")
    assert playground.config == config

    playground.do(lambda: page.evaluate("location.hash = '#activation=tanh&seed=1&x=false&networkShape=8&noise=20'"))
    names = ("activation", "seed", "features", "hidden_layer_sizes")
    assert [playground.config[name] for name in names] == [config[name] for name in names]
    assert playground.config["noise"] == 20
    page.locator("#messages").get_by_text("Activation is locked on this page").wait_for()
    assert all(f"{name}_lock=true" in playground.link for name in LOCKED)


def test_locked_weight_is_shown_and_not_edited(playground: Playground) -> None:
    playground.open(LINK)
    playground.page.locator("[data-unit='7']").focus()
    playground.page.keyboard.press("ArrowLeft")
    card = playground.page.locator("#hovercard")
    card.get_by_text(LOCKED_BY).wait_for()
    playground.page.keyboard.press("Enter")
    assert not card.locator("input").is_visible()


@pytest.mark.fresh
def test_builder_previews_the_page_of_its_link(playground: Playground) -> None:
    page = playground.open("#dataset=xor&seed=0.3").page
    playground.key("k")
    page.locator("#share [data-action=build]").click()
    builder = page.locator("#builder")
    builder.locator("[data-choice=activation]").get_by_label("Lock").check(force=True)
    builder.get_by_label("Find a control").fill("noise")
    builder.locator("[data-choice=noise]").get_by_label("Hide").check(force=True)
    goal = builder.locator("#builder-goal_test_loss")
    goal.fill("0,0,5")
    page.keyboard.press("Tab")
    refuses(goal, "0,0,5", "Test loss ≤", "Until then, the link has no such goal")
    assert "goalTestLoss" not in page.locator("#builder-link").input_value()
    goal.fill("0,1")
    students = page.frame_locator("#builder-preview iframe")
    students.locator("#activations:disabled").wait_for()
    students.locator("#noise").wait_for(state="hidden")
    link = page.locator("#builder-link")
    wanted = {"activation_lock=true", "noise_hide=true", "noise_lock=true", "goalTestLoss=0.1"}
    playground.until(lambda: wanted <= set(link.input_value().split("&")))
    assert page.locator("#builder-code").is_hidden()
    builder.locator("#builder-embed").check()
    playground.until(lambda: "/?embed=1#" in link.input_value())
    assert "/?embed=1#" in page.locator("#builder-code").input_value()
    assert playground.config["activation"] == "tanh"
    assert "lock" not in playground.link

    # the page in the frame is another experiment, of which nothing is kept, and the way out leads to a page of its own
    students.locator("#next-step-button").click()
    students.locator("#iter-number", has_text="000,001").wait_for()
    assert students.locator("#below").is_hidden()
    way = students.locator("#open-page").get_attribute("href")
    builder.locator("[data-close]").click()
    assert page.locator("#builder-preview iframe").count() == 0
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('run'))") == []
    playground.key("k")
    page.locator("#share [data-action=build]").click()
    page.locator("#builder-preview iframe").wait_for()
    builder.locator("[data-close]").click()
    playground.open(str(way).lstrip("/"))
    assert page.locator("#activations").is_disabled()
    assert page.locator("#below").is_visible()


UNTOLD = """([names, reason]) => {
  const hasLock = (element) => ["::before", "::after"].some((part) => {
    const { content, maskImage } = getComputedStyle(element, part);
    return content !== "none" && maskImage.includes("svg");
  });
  return names.filter((name) => {
    const places = [...document.querySelectorAll(`[data-control="${name}"]`)];
    const all = places.flatMap((place) => [place, ...place.querySelectorAll("*")]);
    const seen = all.filter((part) => part.checkVisibility());
    const parts = seen.filter((part) => part.matches("button:not(.has-card), input, select"));
    return places.length > 0 && !(seen.some(hasLock) && parts.every((part) => part.disabled && part.title === reason));
  });
}"""
"""Which of the controls with an element of their own can be used, or show no lock, or do not say why."""


def test_locked_controls_show_their_lock_and_why(playground: Playground) -> None:
    names = [name for name in CONTROLS if name != "lab"]
    page = playground.open("#networkShape=3&seed=0.3" + "".join(f"&{name}_lock=true" for name in names)).page
    page.locator("#lab-button").click()
    page.locator("#lab-optimizer:disabled").wait_for()
    page.locator("#lab summary:visible").first.wait_for()
    for summary in page.locator("#lab summary:visible").all():
        summary.click()
    assert page.evaluate(UNTOLD, [names, LOCKED_BY]) == []
    assert page.locator(".feature-name.locked").count() == len(FEATURES)
    for button in page.locator("#network .layer-header button, #network .layers-heading button").all():
        assert button.is_disabled()
        assert button.get_attribute("title") == LOCKED_BY

    card = page.locator("#info-card")
    for about in ("resetButton", "dataset", "noise", "hidden_layer_sizes", "timeTravel", "loss"):
        page.locator(f"[data-help={about}]").hover()
        card.get_by_text(LOCKED_BY).wait_for()
        page.keyboard.press("Escape")

    playground.open("#seed=0.3&lab_lock=true")
    page.locator("#lab-button:disabled").wait_for()
    assert page.evaluate(UNTOLD, [["lab"], LOCKED_BY]) == []


@pytest.fixture
def school(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Another host: its address, and the folder of its pages."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path))) as http:
        Thread(target=http.serve_forever).start()
        yield f"http://127.0.0.1:{http.server_port}", tmp_path
        http.shutdown()


@pytest.mark.fresh
def test_only_named_hosts_may_embed_the_playground(playground: Playground, school: tuple[str, Path]) -> None:
    host, folder = school
    frame = '<link rel="icon" href="data:,"><iframe src="{}?embed=1#seed=0.3" width="800" height="600"></iframe>'
    inside = playground.page.frame_locator("iframe")
    with ServerProcess(workers=1, frame_ancestors=host) as named:
        (folder / "named.html").write_text(frame.format(named.address))
        playground.page.goto(f"{host}/named.html")
        inside.locator("#next-step-button").click()
        inside.locator("#iter-number", has_text="000,001").wait_for()
        assert playground.complaints == []
    (folder / "unnamed.html").write_text(frame.format(playground.address))
    playground.page.goto(f"{host}/unnamed.html")
    playground.until(lambda: any("frame-ancestors 'self'" in text for text in playground.complaints))
    assert inside.locator("#bar").count() == 0
