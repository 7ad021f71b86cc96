/**
 * The dialog that takes a table of examples: a file that is chosen or dropped, or rows that are pasted. The server reads
 * them; the dialog shows what it found, and what it refused and why. Whatever a table, its name or the names in it hold
 * is shown as text.
 */

import { classFill } from "../lib/color.js";
import { byId, download, h, setText } from "../lib/dom.js";
import { urlOf } from "../net/root.js";
import {
  MOST_BYTES, ROLE_NAMES, carriesTable, isComplete, pathOf, plainName, previewOf, readingText, resultText, roleNamed, roleOf, sizeOf,
  tooLargeText, withRole,
} from "./table.js";

/**
 * @typedef {import("../core/actions.js").PageState} PageState
 * @typedef {import("./table.js").Answer} Answer
 * @typedef {import("./table.js").Columns} Columns
 * @typedef {{body: Blob | string, name: string}} Source  name: of the file, or "" for rows that were pasted
 */

/** After how long typing has paused, in ms. */
const PAUSE = 350;

/**
 * The dialog.
 * @param {HTMLDialogElement} sheet
 * @param {object} parts
 * @param {import("../core/actions.js").PageActions} parts.actions
 */
export function createUpload(sheet, { actions }) {
  const use = byId("upload-use", HTMLButtonElement);
  const options = createOptions(() => void read());
  const result = createResult();
  const preview = createPreview(chooseColumns);
  const reader = createReader(actions.readTable);
  /** @type {Source | null} */
  let source = null;
  /** What can be used. @type {Answer | null} */
  let usable = null;
  let isAllowed = true;
  /** @type {import("../core/types.js").ExportMessage | null} */
  let saved = null;

  /** @param {Answer | null} answer  that can be used; null: none, until the next one */
  function offer(answer) {
    if (!answer) reader.cancel();
    usable = answer;
    use.disabled = answer === null;
  }

  async function read() {
    offer(null);
    if (!source || sizeOf(source.body) > MOST_BYTES) {
      result.clear();
      return result.say(source ? tooLargeText(source.name) : "", source !== null);
    }
    result.say(readingText(source.name), false);
    const answer = await reader.read(urlOf(pathOf({ ...options.choices(), columns: preview.chosen() })), source.body);
    if (!answer) return undefined;
    if (answer.code !== null) offer(answer);
    const { text, isBad } = resultText(answer, source.name, options.choices().scale);
    result.say(text, isBad);
    result.show(answer);
    if (answer.names.length === 0) return undefined;
    options.show(answer);
    return preview.show(answer);
  }

  /** @param {Columns} columns */
  function chooseColumns(columns) {
    if (isComplete(columns)) return void read();
    offer(null);
    result.clearErrors();
    return result.say("Choose the columns for x₁, x₂, and the class or value.", false);
  }

  /** @param {Source | null} given */
  function begin(given) {
    source = given;
    preview.forget();
    options.forget();
    void read();
  }

  const input = createInput(sheet, { onTable: begin, onTyping: () => offer(null) });
  createDropTarget(sheet, {
    isAllowed: () => isAllowed,
    onDrop(file) {
      actions.openSheet("upload");
      input.take(file);
    },
  });
  options.onHeader(preview.forget);
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

/** Has tables read, of which only the newest counts. @param {(address: string, body: Blob | string) => Promise<Answer>} readTable */
function createReader(readTable) {
  let asked = 0;
  return {
    cancel: () => void (asked += 1),
    /** @param {string} address @param {Blob | string} body @returns {Promise<Answer | null>} null: it is outdated */
    async read(address, body) {
      const number = ++asked;
      const answer = await readTable(address, body);
      return number === asked ? answer : null;
    },
  };
}

/** What the user chooses about the whole table. @param {() => void} onChange */
function createOptions(onChange) {
  const header = byId("upload-header", HTMLInputElement);
  const kindField = byId("upload-kind-field", HTMLElement);
  const kind = byId("upload-kind", HTMLSelectElement);
  const scale = byId("upload-scale", HTMLInputElement);
  /** Null: as the server finds it. @type {Pick<import("./table.js").Choices, "header" | "kind">} */
  let chosen = { header: null, kind: null };
  /** The columns have other names and contents then. */
  let onHeader = () => {};

  header.addEventListener("change", () => {
    chosen = { ...chosen, header: header.checked };
    onHeader();
    onChange();
  });
  kind.addEventListener("change", () => {
    chosen = { ...chosen, kind: kind.value === "values" ? "values" : "classes" };
    onChange();
  });
  scale.addEventListener("change", onChange);

  return {
    choices: () => ({ ...chosen, scale: scale.checked }),
    forget: () => void (chosen = { header: null, kind: null }),
    /** @param {() => void} run */
    onHeader: (run) => void (onHeader = run),
    /** @param {Answer} answer */
    show(answer) {
      header.checked = answer.header;
      kindField.hidden = answer.kind === null && !chosen.kind;
      kind.value = chosen.kind ?? answer.kind ?? "";
    },
  };
}

/** What is said of a table: a sentence, errors, notes, and the classes in it. */
function createResult() {
  const state = byId("upload-state", HTMLElement);
  const errors = byId("upload-faults", HTMLElement);
  const notes = byId("upload-notes", HTMLElement);
  const found = byId("upload-found", HTMLElement);
  const classes = byId("upload-classes", HTMLElement);

  /** @param {HTMLElement} list @param {readonly string[]} sentences */
  function fill(list, sentences) {
    list.hidden = sentences.length === 0;
    list.replaceChildren(...sentences.map((sentence) => h("li", {}, sentence)));
  }

  return {
    /** @param {string} text @param {boolean} isBad */
    say(text, isBad) {
      setText(state, text);
      state.classList.toggle("bad", isBad);
    },
    clear: () => void (found.hidden = errors.hidden = notes.hidden = true),
    clearErrors: () => void (errors.hidden = true),
    /** @param {Answer} answer */
    show(answer) {
      fill(errors, answer.errors);
      fill(notes, answer.notes);
      found.hidden = answer.names.length === 0;
      classes.hidden = answer.labels.length === 0;
      classes.replaceChildren(...answer.labels.map((label, number) => {
        const dot = h("i", { class: "dot" });
        dot.style.background = classFill(number);
        return h("span", {}, dot, label);
      }));
    },
  };
}

/** The first rows, below what each column is used for. @param {(columns: Columns) => void} onChoose */
function createPreview(onChoose) {
  const table = byId("upload-preview", HTMLTableElement);
  /** Which column is which, as the user chose; empty: as the server finds it. @type {Columns} */
  let chosen = {};

  /** @param {Answer} answer */
  function show(answer) {
    const { heads, rows } = previewOf(answer);
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.column : undefined;
    const selects = heads.map(({ label, role }, index) => {
      const select = h("select", { "aria-label": label, "data-column": index }, ...ROLE_NAMES.map(([value, name]) => h("option", { value }, name)));
      select.value = role;
      select.addEventListener("change", () => {
        chosen = withRole({ ...answer.columns, ...chosen }, index, roleNamed(select.value));
        selects.forEach((other, column) => (other.value = roleOf(chosen, column) ?? ""));
        onChoose(chosen);
      });
      return select;
    });
    const used = (/** @type {number} */ index) => heads[index].isUsed && "used";
    table.replaceChildren(
      h("thead", {}, h("tr", {}, ...heads.map(({ title }, index) =>
        h("th", { scope: "col", class: used(index) }, h("span", {}, title), h("span", { class: "select" }, selects[index]))))),
      h("tbody", {}, ...rows.map((row) => h("tr", {}, ...row.map((cell, index) => h("td", { class: used(index) }, cell))))));
    selects.find(({ dataset }) => dataset.column === focused)?.focus();
  }

  return { show, chosen: () => chosen, forget: () => void (chosen = {}) };
}

/**
 * Where tables come in: a file that is chosen, or dropped on the dialog, or rows that are typed or pasted.
 * @param {HTMLDialogElement} sheet
 * @param {{onTable: (source: Source | null) => void, onTyping: () => void}} parts
 */
function createInput(sheet, { onTable, onTyping }) {
  const drop = byId("upload-drop", HTMLElement);
  const file = byId("upload-file", HTMLInputElement);
  const text = byId("upload-text", HTMLTextAreaElement);
  let timer = 0;

  /** @param {File | undefined | null} given */
  function take(given) {
    if (!given) return;
    clearTimeout(timer);
    text.value = "";
    onTable({ body: given, name: plainName(given.name) });
  }

  /** @param {string} rows */
  function takeText(rows) {
    text.value = rows;
    onTable(rows.trim() === "" ? null : { body: rows, name: "" });
  }

  byId("upload-choose", HTMLButtonElement).addEventListener("click", () => file.click());
  file.addEventListener("change", () => {
    take(file.files?.[0]);
    file.value = "";
  });
  text.addEventListener("input", () => {
    clearTimeout(timer);
    // what was parsed before is no longer the text of the field
    onTyping();
    timer = window.setTimeout(() => takeText(text.value), PAUSE);
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
    return dropped ? takeText(dropped) : undefined;
  });
  return { take };
}

/**
 * Takes a file that is dropped anywhere else on the page.
 * @param {HTMLDialogElement} sheet
 * @param {{isAllowed: () => boolean, onDrop: (file: File) => void}} parts
 */
function createDropTarget(sheet, { isAllowed, onDrop }) {
  const hint = byId("drop-hint", HTMLElement);
  const isOutside = (/** @type {DragEvent} */ { target }) => !(target instanceof Node && sheet.contains(target));
  /** @param {boolean} isShown */
  function showHint(isShown) {
    if (isShown !== hint.matches(":popover-open")) hint.togglePopover(isShown);
  }

  document.addEventListener("dragover", (event) => {
    if (!isOutside(event) || event.defaultPrevented || !carriesTable(event.dataTransfer?.items ?? [])) return showHint(false);
    event.preventDefault();
    if (isAllowed()) return showHint(true);
    // otherwise the browser would replace the page by the file
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
    if (isAllowed()) onDrop(dropped);
  });
}
