/**
 * The sheet that takes a table of examples: a file that is chosen or dropped, or rows that are pasted. The server reads
 * them; here it is shown what it found, and what it refused and why. Whatever a table, its name or the names in it hold
 * is shown as text.
 */

import { CLASS_COLORS } from "../lib/color.js";
import { byId, download, h, setText } from "../lib/dom.js";
import { addressOf, isWhole, MOST_BYTES, plainName, roleOf, sizeOf, withRole } from "./table.js";

/**
 * @typedef {import("../core/actions.js").PageState} PageState
 * @typedef {import("./table.js").Answer} Answer
 * @typedef {import("./table.js").Columns} Columns
 */

/** Typing has come to a rest after so long, in ms. */
const REST = 350;
const ROLE_NAMES = /** @type {const} */ ([["", "Not used"], ["x1", "x₁"], ["x2", "x₂"], ["label", "Class or value"], ["split", "Training or test"]]);
const TOO_LARGE = `A table may have at most ${MOST_BYTES / 2 ** 20} MiB.`;

/**
 * @param {HTMLDialogElement} sheet
 * @param {object} parts
 * @param {import("../core/actions.js").PageActions} parts.actions
 */
export function createUpload(sheet, { actions }) {
  const drop = byId("upload-drop", HTMLElement);
  const choose = byId("upload-choose", HTMLButtonElement);
  const file = byId("upload-file", HTMLInputElement);
  const text = byId("upload-text", HTMLTextAreaElement);
  const said = byId("upload-state", HTMLElement);
  const faults = byId("upload-faults", HTMLElement);
  const found = byId("upload-found", HTMLElement);
  const notes = byId("upload-notes", HTMLElement);
  const header = byId("upload-header", HTMLInputElement);
  const kindField = byId("upload-kind-field", HTMLElement);
  const kind = byId("upload-kind", HTMLSelectElement);
  const preview = byId("upload-preview", HTMLTableElement);
  const classes = byId("upload-classes", HTMLElement);
  const scale = byId("upload-scale", HTMLInputElement);
  const use = byId("upload-use", HTMLButtonElement);
  const hint = byId("drop-hint", HTMLElement);

  /** What is read, and how it is called; null: nothing yet. @type {{body: Blob | string, name: string} | null} */
  let source = null;
  /** Which column is what, as the user has chosen; empty: as the server finds it. @type {Columns} */
  let chosen = {};
  /** Whether the first row has names, and what the labels are, as the user has chosen; null: as the server finds it.
   * @type {Pick<import("./table.js").Choices, "header" | "kind">} */
  let wishes = { header: null, kind: null };
  /** What can be used. @type {Answer | null} */
  let usable = null;
  /** So many times something was asked: an older answer is no news. */
  let asked = 0;
  let timer = 0;
  /** @type {import("../core/types.js").ExportMessage | null} */
  let saved = null;

  /** @param {string} words @param {boolean} [isBad] */
  function say(words, isBad = false) {
    setText(said, words);
    said.classList.toggle("bad", isBad);
  }

  function clear() {
    usable = null;
    use.disabled = true;
    found.hidden = faults.hidden = notes.hidden = true;
  }

  async function read() {
    const number = ++asked;
    if (!source) {
      clear();
      return say("");
    }
    if (sizeOf(source.body) > MOST_BYTES) {
      clear();
      return say(`${source.name}${source.name && ": "}${TOO_LARGE}`, true);
    }
    use.disabled = true;
    say(`Reading ${source.name || "the rows"} …`);
    const answer = await actions.readTable(addressOf({ columns: chosen, scale: scale.checked, ...wishes }), source.body);
    if (number === asked) show(answer);
  }

  /** @param {Answer} answer */
  function show(answer) {
    clear();
    usable = answer.code === null ? null : answer;
    use.disabled = usable === null;
    const name = source?.name ? `${source.name}: ` : "";
    const beyond = usable && !answer.fits && !scale.checked ? " Some points lie outside the map: scale them to fit." : "";
    say(`${name}${answer.says}${beyond}`, usable === null && !answer.asks);
    notes.hidden = answer.notes.length === 0;
    notes.replaceChildren(...answer.notes.map((note) => h("li", {}, note)));
    faults.hidden = answer.faults.length === 0;
    faults.replaceChildren(...answer.faults.map((fault) => h("li", {}, fault)));
    found.hidden = answer.names.length === 0;
    if (found.hidden) return;
    header.checked = answer.header;
    kindField.hidden = answer.kind === null && !wishes.kind;
    kind.value = wishes.kind ?? answer.kind ?? "";
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.place : undefined;
    drawPreview(answer);
    if (focused !== undefined) [...preview.querySelectorAll("select")].find(({ dataset }) => dataset.place === focused)?.focus();
    drawClasses(answer);
  }

  /** The first rows, under what each column is used for. @param {Answer} answer */
  function drawPreview({ names, columns: used, preview: rows }) {
    const isUsed = (/** @type {number} */ place) => Object.values(used).includes(place);
    const selects = names.map((name, place) => {
      const select = h("select", { "aria-label": `Use of ${name || `column ${place + 1}`}`, "data-place": place },
        ...ROLE_NAMES.map(([role, label]) => h("option", { value: role }, label)));
      select.value = roleOf(used, place) ?? "";
      select.addEventListener("change", () => choose(place, select.value));
      return select;
    });
    preview.replaceChildren(
      h("thead", {}, h("tr", {}, ...names.map((name, place) =>
        h("th", { scope: "col", class: isUsed(place) && "used" }, h("span", {}, name || `Column ${place + 1}`), h("span", { class: "select" }, selects[place]))))),
      h("tbody", {}, ...rows.map((row) => h("tr", {}, ...names.map((_, place) => h("td", { class: isUsed(place) && "used" }, row[place] ?? ""))))));

    /** @param {number} place @param {string} value */
    function choose(place, value) {
      chosen = withRole({ ...used, ...chosen }, place, ROLE_NAMES.map(([role]) => role).find((role) => role === value) || null);
      selects.forEach((select, other) => (select.value = roleOf(chosen, other) ?? ""));
      if (isWhole(chosen)) return read();
      asked += 1;
      usable = null;
      use.disabled = faults.hidden = true;
      return say("Choose the columns of x₁, x₂ and the class or value.");
    }
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

  /** @param {typeof source} given */
  function begin(given) {
    source = given;
    chosen = {};
    wishes = { header: null, kind: null };
    read();
  }

  /** @param {File | undefined | null} given */
  function take(given) {
    if (!given) return;
    clearTimeout(timer);
    text.value = "";
    begin({ body: given, name: plainName(given.name) });
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

  /* ---- A file that is dropped anywhere ---- */

  let isAllowed = true;
  const isOutside = (/** @type {DragEvent} */ { target }) => !(target instanceof Node && sheet.contains(target));
  /** @param {boolean} isShown */
  function showHint(isShown) {
    if (isShown !== hint.matches(":popover-open")) hint.togglePopover(isShown);
  }
  document.addEventListener("dragover", (event) => {
    if (!isOutside(event) || event.defaultPrevented || !carriesTable(event.dataTransfer)) return showHint(false);
    event.preventDefault();
    if (isAllowed) return showHint(true);
    // or else the browser would show the file in place of the page
    if (event.dataTransfer) event.dataTransfer.dropEffect = "none";
    return undefined;
  });
  document.addEventListener("dragleave", ({ relatedTarget }) => relatedTarget === null && showHint(false));
  document.addEventListener("drop", (event) => {
    showHint(false);
    const dropped = event.dataTransfer?.files[0];
    // an experiment is opened by the table of runs
    if (event.defaultPrevented || !isOutside(event) || !dropped || dropped.name.endsWith(".json")) return;
    event.preventDefault();
    if (!isAllowed) return;
    actions.openSheet("upload");
    take(dropped);
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
    begin(rows.trim() === "" ? null : { body: rows, name: "" });
  }

  header.addEventListener("change", () => {
    wishes = { ...wishes, header: header.checked };
    // names and contents are others then
    chosen = {};
    read();
  });
  kind.addEventListener("change", () => {
    wishes = { ...wishes, kind: kind.value === "values" ? "values" : "classes" };
    read();
  });
  scale.addEventListener("change", read);
  use.addEventListener("click", () => {
    if (!usable?.code) return;
    actions.useExamples(usable.code, usable.problem);
    sheet.close();
  });

  return {
    /** @param {unknown} _frame @param {PageState} state */
    draw(_frame, { table, view }) {
      isAllowed = ![...view.hidden, ...view.locked].includes("ownData");
      if (table === saved) return;
      saved = table;
      if (table) download(table.filename, table.text, "text/csv");
    },
  };
}

/** Whether a table may be among what is dragged: any file but an experiment. @param {DataTransfer | null} dragged */
function carriesTable(dragged) {
  return [...(dragged?.items ?? [])].some(({ kind, type }) => kind === "file" && type !== "application/json");
}
