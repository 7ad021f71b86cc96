/** What everyone has reached: a table, two charts, a leaderboard that is off by default, and files to keep. */

import { download, h, setText } from "../lib/dom.js";
import { currentPalette } from "../lib/palette.js";
import { createCurves, createScatter } from "./charts.js";
import { leaders, reachedIn } from "./columns.js";
import { toCsv } from "./csv.js";
import { createPrinting } from "./printing.js";
import { createTable } from "./table.js";

/** @typedef {import("../classroom/types.js").Result} Result */
/**
 * The part of the class's state that results are drawn from.
 * @typedef {{results: {task: import("../classroom/types.js").Task | null, results: Result[], curves: Float32Array[]} | null}} ResultsState
 */

/** How many reached a goal, and of how many. @param {readonly Result[]} results */
function summaryText(results) {
  const reached = results.filter((result) => reachedIn(result) !== null).length;
  const students = `${results.length} ${results.length === 1 ? "student" : "students"}`;
  return reached === 0 ? students : `${reached} of ${students} reached the goal`;
}

/** A button that asks once before it does something. @param {{label: string, question: string, yes: string, run: () => void}} parts */
function createAsking({ label, question, yes, run }) {
  const ask = h("button", { type: "button", class: "wall-button", click: () => show(true) }, label);
  const sure = h("button", { type: "button", class: "wall-button danger", click: () => { show(false); run(); } }, yes);
  const not = h("button", { type: "button", class: "wall-button", click: () => show(false) }, "Cancel");
  const asking = h("span", { class: "results-asking", role: "alertdialog", "aria-label": question, hidden: true }, h("span", {}, question), sure, not);
  asking.addEventListener("keydown", (event) => event.key === "Escape" && (event.stopPropagation(), show(false)));

  /** @param {boolean} isAsked */
  function show(isAsked) {
    ask.hidden = isAsked;
    asking.hidden = !isAsked;
    (isAsked ? not : ask).focus();
  }
  return h("span", { class: "results-ask" }, ask, asking);
}

/** @param {{nameOf: () => (result: Result) => string}} parts */
function createLeaders({ nameOf }) {
  const by = h("select", { "aria-label": "By" }, h("option", { value: "neurons" }, "fewest neurons"), h("option", { value: "parameters" }, "fewest parameters"));
  const check = h("input", { type: "checkbox" });
  const list = h("ol", { class: "results-leaders" });
  const none = h("p", { class: "wall-label" }, "Nobody has reached the goal yet.");
  const element = h("div", { class: "results-leaderboard" }, h("p", { class: "results-line" }, h("label", { class: "check" }, check, "Leaderboard"), h("span", { class: "select" }, by)), list, none);
  /** @type {readonly Result[]} */
  let shown = [];

  function draw() {
    by.parentElement?.toggleAttribute("hidden", !check.checked);
    const those = check.checked ? leaders(shown, by.value === "neurons" ? "neurons" : "parameters") : [];
    list.hidden = those.length === 0;
    none.hidden = !check.checked || those.length > 0;
    list.replaceChildren(...those.map(({ rank, value, result }) => h("li", { value: rank }, h("b", {}, nameOf()(result)), ` ${value} ${by.value}`)));
  }
  for (const control of [check, by]) control.addEventListener("change", draw);
  return {
    element,
    /** @param {readonly Result[]} results */
    draw(results) {
      shown = results;
      draw();
    },
  };
}

/**
 * @param {HTMLElement} element  which is filled
 * @param {object} parts
 * @param {{askResults: () => unknown, forget: () => unknown, look: (seat: number) => unknown}} parts.actions
 * @param {{fields: readonly {name: string, label: string}[]}} parts.schema
 */
export function createResults(element, { actions, schema }) {
  const labels = new Map(schema.fields.map(({ name, label }) => [name, label]));
  /** @type {readonly Result[]} */
  let results = [];
  /** @type {readonly Float32Array[]} */
  let curves = [];
  /** @type {number | null} */
  let looked = null;
  const nameOf = (/** @type {Result} */ { name, seat }) => (name === "" ? `Student ${seat}` : name);
  const table = createTable({ onLook: look, onOpen: (seat) => actions.look(seat) });
  const [scatter, lines] = [createScatter(look), createCurves(look)];
  const board = createLeaders({ nameOf: () => nameOf });
  const printing = createPrinting(element, { before: drawAll });
  const title = h("h2", { class: "results-title" }, "Results");
  const sentence = h("p", { class: "results-task" });
  const summary = h("p", { class: "wall-label" });
  const button = (/** @type {string} */ text, /** @type {() => void} */ click) => h("button", { type: "button", class: "wall-button", click }, text);
  const buttons = h(
    "div", { class: "results-buttons" },
    button("Refresh", () => void actions.askResults()), button("Download CSV", save), button("Print", () => printing.print()),
    createAsking({ label: "Forget everything…", question: "Forget snapshots, answers, the experiment and all students who are away?", yes: "Forget", run: () => void actions.forget() }),
  );
  const empty = h("p", { class: "wall-empty" }, "No results yet.");
  const figure = (/** @type {HTMLElement} */ plot, /** @type {string} */ caption) => h("figure", {}, h("figcaption", {}, caption), plot);
  const body = h(
    "div", { class: "results-body" },
    h("div", { class: "results-figures" }, figure(scatter.element, "Network size and loss"), figure(lines.element, "Loss curves")),
    board.element, table.element,
  );
  element.classList.add("results");
  element.append(h("div", { class: "results-head" }, h("div", {}, title, sentence, summary), buttons), empty, body);

  /** @param {number | null} seat */
  function look(seat) {
    if (seat === looked) return;
    looked = seat;
    table.look(looked);
    drawCharts();
  }

  function drawCharts() {
    const content = { results, curves, looked, nameOf };
    scatter.draw(content);
    lines.draw(content);
  }

  function drawAll() {
    setText(summary, summaryText(results));
    empty.hidden = results.length > 0;
    body.hidden = results.length === 0;
    if (results.length === 0) return;
    table.draw(results, { looked, nameOf });
    board.draw(results);
    drawCharts();
  }

  function save() {
    const named = table.sorted(results).map((result) => ({ ...result, name: nameOf(result) }));
    download("class-results.csv", toCsv(named, (field) => labels.get(field) ?? field), "text/csv;charset=utf-8");
  }

  /** @type {unknown[]} */
  let drawn = [];
  return {
    /** Asks for the results as of now. */
    open: () => void actions.askResults(),
    /** @param {ResultsState} state */
    draw({ results: found }) {
      const from = [found, currentPalette()];
      if (from.every((part, index) => part === drawn[index])) return;
      drawn = from;
      results = found?.results ?? [];
      curves = found?.curves ?? [];
      setText(sentence, found?.task?.text || found?.task?.title || "");
      drawAll();
    },
  };
}
