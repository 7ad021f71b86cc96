"""The page that tests share: loaded once, and brought back to the state of a page just loaded before each test."""

import re
from typing import Any

from playwright.sync_api import Page, ViewportSize

from tests.browser.driver import Playground

VIEWPORT: ViewportSize = {"width": 1440, "height": 900}
ONLY_FRESH = ("add_init_script", "expose_binding", "expose_function", "reload", "route", "route_web_socket")
"""What cannot be undone: only a test with a page of its own may do it."""

BEGIN = """try {
  if (top === window) { localStorage.clear(); sessionStorage.clear(); }
} catch { /* not every document has storage */ }
document.addEventListener("DOMContentLoaded", () => {
  globalThis.openAtFirst = new Set(document.querySelectorAll("details[open]"));
});
globalThis.usualOf = ({ options, defaultValue }) => options ? options[0]?.value ?? "" : defaultValue;
"""
"""Runs before everything else in a shared page: no document finds what an earlier one has stored.

Notes which details are open at first. `usualOf` returns the value that a field has at first.
"""

SETTLE = """() => {
  localStorage.clear();
  sessionStorage.clear();
  // as if another tab had deleted them
  dispatchEvent(new StorageEvent("storage", { key: null, storageArea: localStorage }));
  const more = document.querySelector("#more-datasets");
  const { value: problem } = document.querySelector("#problem");
  const isNeeded = document.querySelector(`[data-more][data-problem=${problem}] [aria-pressed=true]`) !== null;
  if (more.getAttribute("aria-expanded") !== String(isNeeded)) more.click();
  return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""
"""Forgets the runs, and opens the data sets that are only shown on request if the link has one of them."""

TIDY = """() => {
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  for (const card of document.querySelectorAll(":popover-open")) card.hidePopover();
  for (const details of document.querySelectorAll("details")) details.open = openAtFirst.has(details);
  const click = (selector) => document.querySelector(selector)?.click();
  if (document.querySelector("#inside")?.checkVisibility()) click("#inside-tab-gradients");
  click("#dock-close:not([hidden])");
  click("#tab-network[aria-selected=false]");
  delete document.documentElement.dataset.played;
  for (const field of document.querySelectorAll(":is(.inside-body, #run-card) :is(select, input:not([type=radio]))")) {
    if (["", usualOf(field)].includes(field.value)) continue;
    field.value = usualOf(field);
    for (const type of ["input", "change"]) field.dispatchEvent(new Event(type, { bubbles: true }));
  }
  click("#inside .scales [aria-pressed=false]:first-child");
  for (const button of document.querySelectorAll("#messages [data-dismiss]:not([hidden])")) button.click();
  for (const id of ["lab-button"]) click(`#${id}[aria-expanded=true]`);
  for (const id of ["theme-button", "presentation-button", "surface-button"]) click(`#${id}[aria-pressed=true]`);
  click("#linechart .scales [aria-pressed=false]:first-child");
  click("#show-summands:checked");
  const speed = document.querySelector("#speed");
  if (speed && speed.value !== "epoch") {
    speed.value = "epoch";
    speed.dispatchEvent(new Event("change", { bubbles: true }));
  }
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  scrollTo({ top: 0, behavior: "instant" });
  return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""
"""Closes and switches back what a test may have opened and switched. What it misses, `STATE` does not."""

ANOTHER = "#seed=0.5&noise=1"
OWN = re.compile("[dD]ataset=(reg-)?own")
OPEN_HASH = "(hash) => location.replace(hash)"

STATE = """() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const attribute = (element, name) => `${name}=${element.getAttribute(name)}`;
  const name = (element) => `${element.tagName}#${element.id}.${element.className} ${attribute(element, "name")}`;
  const ofLink = "#lab, #data .thumb, #more-datasets, #network, .unit, #bar .fields select:not(#speed), "
    + "#hide-controls label, #builder, #goals, #goals-button, #goals-card, [data-view], .sliders, .seeds, #runs-table, "
    + "#timeline, #luck-epochs, [readonly]";
  // panels are made when they are first opened, and what is in them is usual until somebody changes it
  const isUsual = (element) => element.closest(".inside-body") && (element.matches("button")
    ? element.matches(".scales :first-child, [aria-pressed=false]")
    : ["", usualOf(element)].includes(element.value));
  const own = (selector) => all(selector).filter((element) => !element.closest(ofLink) && !isUsual(element));
  return [
    ...[document.documentElement, document.body].flatMap((root) =>
      root.getAttributeNames().map((it) => attribute(root, it))),
    ...["aria-expanded", "aria-selected", "aria-pressed"].flatMap((it) =>
      own(`[${it}]`).map((element) => `${name(element)} ${attribute(element, it)}`)),
    ...all("details[open], dialog[open], :popover-open").map((element) => `${name(element)} is open`),
    ...all("[aria-invalid=true]").map((field) => `${name(field)} is invalid`),
    ...own("input, select, textarea").map((field) => `${name(field)} ${field.value} ${field.checked}`),
    ...all("#messages > *, #lost-seed, #info-card, #hovercard")
      .filter((element) => element.checkVisibility()).map((element) => `${name(element)} is visible`),
    `scrolled to ${scrollX}, ${scrollY}`,
  ];
}"""
"""All state of a page that does not follow from its link: what is open, pressed, selected, typed, and said."""


class SharedPlayground(Playground):
    """A page that serves many tests: `open` changes the hash, which is far cheaper than a load.

    If the state of the page is not that of one just loaded, apart from what follows from its link, it is loaded again.
    """

    def __init__(self, page: Page, address: str) -> None:
        super().__init__(page, address)
        page.add_init_script(BEGIN)
        for owner in (page, page.context):
            for name in ONLY_FRESH:
                if hasattr(owner, name):
                    setattr(owner, name, _refuse)
        super().open("#seed=0.5")
        self._pristine = page.evaluate(STATE)

    def is_pristine(self) -> bool:
        """Whether all that does not follow from the link is as after a load."""
        state = self.page.evaluate(STATE)
        if any(message["type"] == "warnings" for message in self.messages):
            # a load of this link shows that message, too
            state = [part for part in state if not part.startswith("DIV#.message calm ")]
        return bool(state == self._pristine)

    def begin(self) -> "SharedPlayground":
        """Take back what the last test has changed around the page."""
        page = self.page
        self.complaints.clear()
        page.emulate_media(media="screen", color_scheme="light", reduced_motion="reduce", forced_colors="none")
        if page.viewport_size != VIEWPORT:
            page.set_viewport_size(VIEWPORT)
        page.mouse.move(0, 0)
        return self

    def rest(self) -> None:
        """Stop what would go on after the test."""
        self.page.evaluate("document.fullscreenElement && document.exitFullscreen()")
        if any(message["type"] == "status" for message in self.messages) and self.last("status")["playing"]:
            self.page.evaluate("document.querySelector('#play-pause-button')?.click()")

    def open(self, link: str = "") -> Playground:
        """Show the experiment of a link as a page that has just been loaded does."""
        if not (self._is_clean(link) and self._open_hash(link)):
            self.load(link)
        return self

    def load(self, link: str = "") -> Playground:
        """Load the page with a link, with nothing stored."""
        self._forget()
        return super().load(link)

    def _forget(self) -> None:
        for notes in (self.frames, self.data, self.messages, self.sent, self.requests):
            notes.clear()

    def _is_clean(self, link: str) -> bool:
        """Whether nothing has changed since the page was loaded that a change of the hash does not take back."""
        if self.page.url.partition("#")[0] != self.address or link[:1] not in {"", "#"} or OWN.search(link):
            return False
        configs = [message for message in self.messages if message["type"] == "config"]
        # locks hold until the page is left, and own examples come back with their data set
        return not (configs[-1]["view"]["locked"] or any("own" in _datasets(message["config"]) for message in configs))

    def _open_hash(self, link: str) -> bool:
        """Tidy up, change the hash, and wait for the first picture; returns whether all is as after a load."""
        self.page.evaluate(TIDY)
        # what is there already is not opened
        for wanted in [ANOTHER, link] if link == self.link else [link]:
            self._forget()
            self.page.evaluate(OPEN_HASH, wanted or "#")
            self.until(self._is_answered)
            self.until(lambda: bool(self.frames) and self.frame["revision"] == self.revision).shown()
        self.page.evaluate(SETTLE)
        return self.is_pristine()

    def _is_answered(self) -> bool:
        """Whether the server has answered the page's wish to open the link."""
        asked = [message.get("id") for message in self.sent if message["type"] in {"open", "hello"}]
        configs = [message.get("id") for message in self.messages if message["type"] == "config"]
        return bool(asked) and asked[-1] in configs


def _datasets(config: dict[str, Any]) -> set[str]:
    return {str(config[name]).removeprefix("reg-") for name in ("dataset", "regression_dataset")}


def _refuse(*_: object, **__: object) -> None:
    raise AssertionError("this cannot be undone on a shared page; mark the test as fresh")
