/**
 * The sheet that takes a table of examples: a file that is chosen or dropped, or rows that are pasted. The server reads
 * them; here it is shown what it found, and what it refused and why. Whatever a table, its name or the names in it hold
 * is shown as text.
 */

import { CLASS_COLORS } from "../color.js";
import { byId, download, h, setText } from "../dom.js";
import { addressOf, isWhole, MOST_BYTES, plainName, ROLES, withColumn } from "../table.js";

/**
 * @typedef {import("../actions.js").PageState} PageState
 * @typedef {import("../table.js").Answer} Answer
 * @typedef {import("../table.js").Columns} Columns
 */

/** Typing has come to a rest after so long, in ms. */
const REST = 350;
const ROLE_NAMES = { x1: "x₁", x2: "x₂", label: "Class or value", split: "Training or test" };
const TOO_LARGE = `There is room for ${MOST_BYTES / 2 ** 20} MiB at most.`;

/**
 * @param {HTMLDialogElement} sheet
 * @param {object} parts
 * @param {import("../actions.js").PageActions} parts.actions
 */
export function createUpload(sheet, { actions }) {
  const drop = byId("upload-drop", HTMLElement);
  const choose = byId("upload-choose", HTMLButtonElement);
  const file = byId("upload-file", HTMLInputElement);
  const text = byId("upload-text", HTMLTextAreaElement);
  const said = byId("upload-state", HTMLElement);
  const faults = byId("upload-faults", HTMLElement);
  const found = byId("upload-found", HTMLElement);
  const columns = byId("upload-columns", HTMLElement);
  const preview = byId("upload-preview", HTMLTableElement);
  const classes = byId("upload-classes", HTMLElement);
  const scale = byId("upload-scale", HTMLInputElement);
  const use = byId("upload-use", HTMLButtonElement);

  /** What is read, and how it is called; null: nothing yet. @type {{body: Blob | string, name: string} | null} */
  let source = null;
  /** Which column is what, as the user has chosen; empty: as the server finds it. @type {Columns} */
  let chosen = {};
  /** What can be used. @type {Answer | null} */
  let usable = null;
  /** So many times something was asked: an older answer is no news. */
  let asked = 0;
  let timer = 0;
  /** @type {import("../types.js").ExportMessage | null} */
  let saved = null;

  /** @param {string} words @param {boolean} [isBad] */
  function say(words, isBad = false) {
    setText(said, words);
    said.classList.toggle("bad", isBad);
  }

  function clear() {
    usable = null;
    use.disabled = true;
    found.hidden = faults.hidden = true;
  }

  async function read() {
    const number = ++asked;
    if (!source) {
      clear();
      return say("");
    }
    const size = typeof source.body === "string" ? source.body.length : source.body.size;
    if (size > MOST_BYTES) {
      clear();
      return say(`${source.name}${source.name && ": "}${TOO_LARGE}`, true);
    }
    use.disabled = true;
    say(`Reading ${source.name || "the rows"} …`);
    const answer = await actions.readTable(addressOf({ columns: chosen, scale: scale.checked }), source.body);
    if (number === asked) show(answer);
  }

  /** @param {Answer} answer */
  function show(answer) {
    clear();
    usable = answer.code === null ? null : answer;
    use.disabled = usable === null;
    const name = source?.name ? `${source.name}: ` : "";
    const beyond = usable && !answer.fits && !scale.checked ? " Some lie beyond the map, unless they are scaled." : "";
    say(`${name}${answer.says}${beyond}`, usable === null);
    faults.hidden = answer.faults.length === 0;
    faults.replaceChildren(...answer.faults.map((fault) => h("li", {}, fault)));
    found.hidden = answer.names.length === 0;
    if (found.hidden) return;
    const focused = document.activeElement?.closest("#upload-columns select")?.id;
    drawColumns(answer);
    if (focused) byId(focused, HTMLSelectElement).focus();
    drawPreview(answer);
    drawClasses(answer);
  }

  /** @param {Answer} answer */
  function drawColumns({ names, columns: used }) {
    columns.replaceChildren(...ROLES.map((role) => {
      const select = h("select", { id: `upload-${role}` },
        h("option", { value: "" }, role === "split" ? "by the ratio" : "–"),
        ...names.map((name, place) => h("option", { value: place }, name || `Column ${place + 1}`)));
      const place = used[role];
      select.value = place === null || place === undefined ? "" : String(place);
      select.addEventListener("change", () => {
        chosen = withColumn({ ...used, ...chosen }, role, select.value === "" ? null : Number(select.value));
        for (const other of ROLES) byId(`upload-${other}`, HTMLSelectElement).value = String(chosen[other] ?? "");
        if (isWhole(chosen)) return read();
        asked += 1;
        usable = null;
        use.disabled = faults.hidden = true;
        return say("Choose the columns of x₁, x₂ and the class or value.");
      });
      return h("div", { class: "field" }, h("label", { for: `upload-${role}` }, ROLE_NAMES[role]), h("span", { class: "select" }, select));
    }));
  }

  /** @param {Answer} answer */
  function drawPreview({ names, columns: used, preview: rows }) {
    const isUsed = (/** @type {number} */ place) => Object.values(used).includes(place);
    preview.replaceChildren(
      h("thead", {}, h("tr", {}, ...names.map((name, place) => h("th", { scope: "col", class: isUsed(place) && "used" }, name || `Column ${place + 1}`)))),
      h("tbody", {}, ...rows.map((row) => h("tr", {}, ...names.map((_, place) => h("td", { class: isUsed(place) && "used" }, row[place] ?? ""))))));
  }

  /** @param {Answer} answer */
  function drawClasses({ labels }) {
    classes.hidden = labels.length === 0;
    classes.replaceChildren(...labels.map((label, number) => {
      const dot = h("i", { class: "dot" });
      dot.style.background = CLASS_COLORS[number];
      return h("span", {}, dot, label);
    }));
  }

  /* ---- What comes in ---- */

  /** @param {File | undefined | null} given */
  function take(given) {
    if (!given) return;
    clearTimeout(timer);
    text.value = "";
    source = { body: given, name: plainName(given.name) };
    chosen = {};
    read();
  }

  choose.addEventListener("click", () => file.click());
  file.addEventListener("change", () => {
    take(file.files?.[0]);
    file.value = "";
  });
  for (const type of ["dragenter", "dragover"]) {
    sheet.addEventListener(type, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  sheet.addEventListener("dragleave", ({ relatedTarget }) => {
    if (!(relatedTarget instanceof Node && sheet.contains(relatedTarget))) drop.classList.remove("over");
  });
  sheet.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    const { files } = event.dataTransfer ?? {};
    if (files?.length) return take(files[0]);
    const dropped = event.dataTransfer?.getData("text/plain");
    if (dropped) takeText(dropped);
  });
  text.addEventListener("input", () => {
    clearTimeout(timer);
    // what was read before is no longer what stands here
    asked += 1;
    usable = null;
    use.disabled = true;
    timer = window.setTimeout(() => takeText(text.value), REST);
  });

  /** @param {string} rows */
  function takeText(rows) {
    text.value = rows;
    source = rows.trim() === "" ? null : { body: rows, name: "" };
    chosen = {};
    read();
  }

  scale.addEventListener("change", read);
  use.addEventListener("click", () => {
    if (!usable?.code) return;
    actions.useExamples(usable.code, usable.problem);
    sheet.close();
  });

  return {
    /** @param {unknown} _frame @param {PageState} state */
    draw(_frame, { table }) {
      if (table === saved) return;
      saved = table;
      if (table) download(table.filename, table.text, "text/csv");
    },
  };
}
