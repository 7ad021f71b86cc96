import assert from "node:assert/strict";
import test from "node:test";

import { h } from "../../static/js/lib/dom.js";
import { createBuilder } from "../../static/js/page/builder.js";
import { createSheets } from "../../static/js/page/sheets.js";
import { openPage, setGlobals } from "./fakepage.js";

const setLocation = () => setGlobals({ location: { href: "https://here/play" } });

/* ---- Sheets ---- */

const ACTIONS = [
  { name: "toggle_play", label: "Play or pause", key: " ", control: "playButton" },
  { name: "advance", label: "Train one epoch", key: "ArrowRight", control: "stepButton" },
  { name: "build", label: "Create a classroom link", key: null, control: null },
];

function openSheets() {
  setLocation();
  const page = openPage({ help: "dialog", share: "dialog", upload: "dialog", builder: "dialog", "help-keys": "tbody", "single-keys": "input", "share-link": "input", "hide-link": "input", "share-own": "p" });
  const asked = [];
  const sheets = createSheets({ actions: /** @type {any} */ ({ list: ACTIONS, openSheet: (sheet) => asked.push(sheet), setSingleKeys: (on) => asked.push(on) }) });
  const draw = (changes = {}) => sheets.draw(null, /** @type {any} */ ({ sheet: null, link: "#seed=1", singleKeys: true, data: null, schema: { controls: [] }, view: { hidden: [], locked: [] }, ...changes }));
  return { page, asked, draw, shown: () => ["help", "share", "upload", "builder"].filter((id) => page.byId(id).open) };
}

test("one sheet is open at a time", () => {
  const { draw, shown } = openSheets();
  draw({ sheet: "help" });
  assert.deepEqual(shown(), ["help"]);
  draw({ sheet: "share" });
  assert.deepEqual(shown(), ["share"]);
  draw();
  assert.deepEqual(shown(), []);
});

test("a sheet closes by its backdrop or button", () => {
  const { page, draw, shown } = openSheets();
  const [close, text] = [h("button", { "data-close": true }), h("p")];
  page.byId("help").append(close, text);
  draw({ sheet: "help" });
  text.click();
  assert.deepEqual(shown(), ["help"]);
  close.click();
  assert.deepEqual(shown(), []);
  page.byId("help").open = true;
  page.byId("help").click();
  assert.deepEqual(shown(), []);
});

test("only the open sheet reports that it closed", () => {
  const { page, asked, draw } = openSheets();
  draw({ sheet: "help" });
  draw({ sheet: "share" });
  page.fire(page.byId("help"), "close");
  assert.deepEqual(asked, [], "it gave way to another");
  page.fire(page.byId("share"), "close");
  assert.deepEqual(asked, [null]);
});

test("help lists only keys that work", () => {
  const { page, draw } = openSheets();
  const keys = () => page.byId("help-keys").querySelectorAll("kbd").map(({ textContent }) => textContent);
  draw();
  assert.deepEqual(keys(), ["Space", "→"]);
  draw({ view: { hidden: ["playButton"], locked: [] } });
  assert.deepEqual(keys(), ["→"]);
  draw({ view: { hidden: [], locked: ["stepButton"] } });
  assert.deepEqual(keys(), ["Space"]);
});

test("links to share are complete addresses", () => {
  const { page, draw } = openSheets();
  draw();
  assert.deepEqual(["share-link", "hide-link"].map((id) => page.byId(id).value), ["https://here/play#seed=1", "https://here/play#seed=1"]);
});

test("sharing warns about data the link omits", () => {
  const { page, draw } = openSheets();
  const isWarned = (link) => {
    draw({ link, data: { own: true, examples: "code" } });
    return !page.byId("share-own").hidden;
  };
  assert.deepEqual([isWarned("#seed=1"), isWarned("#own=code")], [true, false]);
});

test("keyboard shortcuts can be turned off", () => {
  const { page, asked, draw } = openSheets();
  draw({ singleKeys: true });
  assert.equal(page.byId("single-keys").checked, true);
  page.byId("single-keys").checked = false;
  page.fire(page.byId("single-keys"), "change");
  assert.deepEqual(asked, [false]);
});

/* ---- Classroom link ---- */

/** The builder with two sections of controls, open on a view. */
function openBuilder(view = {}) {
  setLocation();
  const page = openPage({ builder: "dialog", "builder-search": "input", "builder-nothing": "p", "builder-article": "input", "builder-embed": "input", "builder-link": "input", "builder-code": "input", "builder-frame": "div", "builder-preview": "div", "builder-title": "input", "builder-package": "button", "builder-package-note": "p", "builder-package-fault": "p" });
  const element = page.byId("builder");
  const row = (name, label) => h("div", { "data-choice": name, "data-label": label }, ...["show", "lock", "hide"].map((value) => h("input", { type: "radio", name, value })));
  const section = (...rows) => h("details", {}, h("span", { "data-count": true }), ...["show", "lock", "hide"].map((choice) => h("button", { "data-all": choice }, choice)), ...rows);
  const sections = [section(row("noise", "Noise"), row("seeds", "Seeds")), section(row("playButton", "Play"))];
  element.append(page.byId("builder-search"), ...sections);
  const composed = [];
  const builder = createBuilder(element, { actions: /** @type {any} */ ({ compose: (changes) => composed.push(changes) }) });
  const draw = (changes = {}) => builder.draw(null, /** @type {any} */ ({ sheet: "builder", composed: null, view: { hidden: [], locked: [], hide_text: false, ...view }, ...changes }));
  draw();
  const search = (text) => {
    page.byId("builder-search").value = text;
    page.fire(page.byId("builder-search"), "input");
  };
  return { page, sections, composed, draw, search, all: (index, choice) => sections[index].querySelectorAll("button").find(({ textContent }) => textContent === choice).click() };
}

test("the builder starts from the present view", () => {
  const { composed, sections } = openBuilder({ locked: ["noise", "seeds"], hidden: ["seeds"], hide_text: true });
  assert.deepEqual(composed, [{ hidden: ["seeds"], locked: ["noise", "seeds"], hide_text: true }]);
  assert.deepEqual(sections.map((section) => section.querySelector("span").textContent), ["1 locked, 1 hidden", ""]);
});

test("searching shows matching controls and their sections", () => {
  const { page, sections, search } = openBuilder();
  search(" SEE");
  const visible = () => sections.flatMap((section) => section.querySelectorAll("[data-choice]")).filter(({ hidden }) => !hidden).map(({ dataset }) => dataset.choice);
  assert.deepEqual([visible(), sections.map(({ hidden }) => hidden), sections[0].open], [["seeds"], [false, true], true]);
  search("zzz");
  assert.deepEqual([visible(), page.byId("builder-nothing").hidden], [[], false]);
  search("");
  assert.deepEqual([visible().length, page.byId("builder-nothing").hidden], [3, true]);
});

test("a section button sets only matching controls", () => {
  const { composed, search, all } = openBuilder();
  search("noise");
  all(0, "hide");
  assert.deepEqual(composed.at(-1), { hidden: ["noise"], locked: ["noise"], hide_text: false });
  search("");
  all(0, "lock");
  assert.deepEqual(composed.at(-1), { hidden: [], locked: ["noise", "seeds"], hide_text: false });
});

test("a composed link is previewed with its address", () => {
  const { page, draw } = openBuilder();
  draw({ composed: "#seed=2" });
  const frames = () => page.byId("builder-preview").querySelectorAll("iframe").map((frame) => frame.getAttribute("src"));
  assert.deepEqual([frames(), page.byId("builder-link").value, page.byId("builder-frame").hidden], [["https://here/#seed=2"], "https://here/#seed=2", true]);
  draw({ sheet: null, composed: "#seed=2" });
  assert.deepEqual(frames(), [], "a page that cannot be seen needs no session");
});

test("a link to embed comes with its code", () => {
  const { page, draw } = openBuilder();
  page.byId("builder-embed").checked = true;
  draw({ composed: "#seed=2" });
  assert.equal(page.byId("builder-link").value, "https://here/?embed=1#seed=2");
  assert.deepEqual([page.byId("builder-frame").hidden, page.byId("builder-code").value.includes('src="https://here/?embed=1#seed=2"')], [false, true]);
});

test("the builder says what a package can report", () => {
  const note = (view) => {
    const { page, draw } = openBuilder(view);
    draw({ composed: "#seed=2" });
    return page.byId("builder-package-note").textContent;
  };
  assert.match(note({}), /no goal, so the package can only report “completed”/);
  assert.match(note({ goals: [["First", 0.1]] }), /share of goals reached/);
});

test("a package that cannot be made says so", async () => {
  const { page, draw } = openBuilder();
  draw({ composed: "#seed=2" });
  /** @type {string[]} */
  const asked = [];
  const before = { fetch: globalThis.fetch };
  try {
    page.byId("builder-package").dataset.scripts = "static/1/js/scorm/";
    setGlobals({ fetch: async (address) => (asked.push(address), { ok: false, status: 404 }) });
    page.byId("builder-package").click();
    await new Promise((resolve) => setTimeout(resolve));
    assert.deepEqual([asked, page.byId("builder-package").disabled], [["https://here/static/1/js/scorm/sco.js", "https://here/static/1/js/scorm/start.js"], false]);
    assert.match(page.byId("builder-package-fault").textContent, /could not be made/);
  } finally {
    setGlobals(before);
  }
});
