/**
 * The advanced settings: the fields of the config that the original does not have, in groups. Those that make no
 * difference now are folded away at the end of their group, and say why.
 */

import { valuesOf } from "../core/applies.js";
import { all, byId, h, setText } from "../lib/dom.js";
import { createSettingControl, only } from "./settingControls.js";
import { changesText, defaultLabel, idleText, resetOf, standingOf } from "./settingTexts.js";

/**
 * @typedef {import("../core/actions.js").PageActions} PageActions
 * @typedef {import("../core/actions.js").PageState} PageState
 * @typedef {import("../core/types.js").Schema} Schema
 */
/** @typedef {{field: import("../core/types.js").Field, row: HTMLElement, control: import("./settingControls.js").SettingControl, back: HTMLButtonElement, note: HTMLElement, active: HTMLElement, idle: HTMLDetailsElement}} Setting */

/** @param {HTMLElement} row @param {PageActions} actions @param {Schema} schema @returns {Setting} */
function createSetting(row, actions, schema) {
  const field = schema.fields.find(({ name }) => name === row.dataset.setting);
  const group = row.closest(".lab-group");
  if (!field || !group) throw new Error(`there is no field for ${row.dataset.setting}`);
  const idle = only(group, "details", HTMLDetailsElement);
  const control = createSettingControl(row, field, (value) => actions.configure({ [field.name]: value }), actions.refuse);
  const back = only(row, ".back", HTMLButtonElement);
  back.title = `Reset to the default: ${defaultLabel(field, all(row, "option", HTMLOptionElement))}`;
  back.setAttribute("aria-label", `${field.label}: ${back.title}`);
  back.addEventListener("click", () => {
    actions.configure({ [field.name]: field.default });
    // the button is hidden now, and what is not used cannot have the focus
    (all(row, "select:not([disabled]), input:not([disabled])", HTMLElement)[0] ?? only(idle, "summary", HTMLElement)).focus();
  });
  return { field, row, control, back, note: only(row, ".why", HTMLElement), active: only(group, ".settings", HTMLElement), idle };
}

/** Moves a setting to the part of its group where it belongs; one that is there already keeps the focus.
 * @param {Setting} setting @param {boolean} isIdle @param {readonly Setting[]} settings */
function place({ row, control, active, idle }, isIdle, settings) {
  const home = isIdle ? only(idle, ".settings", HTMLElement) : active;
  if (row.parentElement === home) return;
  control.enable(!isIdle && !row.hasAttribute("data-locked"));
  const after = settings.slice(settings.findIndex((other) => other.row === row) + 1).find((other) => other.row.parentElement === home);
  home.insertBefore(row, after?.row ?? null);
}

/** @param {HTMLDetailsElement} idle */
function drawIdleGroup(idle) {
  const rows = all(idle, ".setting", HTMLElement);
  idle.hidden = rows.length === 0;
  setText(only(idle, "summary", HTMLElement), idleText(rows.length, rows.filter((row) => row.classList.contains("changed")).length));
}

/**
 * @param {object} parts
 * @param {PageActions} parts.actions
 * @param {Schema} parts.schema
 */
export function createAdvancedSettings({ actions, schema }) {
  const panel = byId("lab", HTMLElement);
  const button = byId("lab-button", HTMLButtonElement);
  const count = byId("lab-count", HTMLElement);
  const reset = byId("lab-reset", HTMLButtonElement);
  const settings = all(panel, "[data-setting]", HTMLElement).map((row) => createSetting(row, actions, schema));
  /** @type {PageState | null} */
  let drawn = null;

  reset.addEventListener("click", () => {
    const open = settings.filter(({ row }) => !row.hasAttribute("data-locked"));
    if (drawn) actions.configure(resetOf(open.map(({ field }) => field), drawn.config));
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    actions.run("toggle_settings");
  });

  /** @param {boolean} isOpen */
  function drawOpen(isOpen) {
    const hadFocus = panel.contains(document.activeElement);
    panel.hidden = !isOpen;
    document.documentElement.toggleAttribute("data-lab", isOpen);
    button.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) panel.focus({ preventScroll: true });
    else if (hadFocus) button.focus({ preventScroll: true });
  }

  /** @param {PageState} state */
  function drawSettings(state) {
    const standings = settings.map(({ field }) => standingOf(field, schema, state));
    for (const [index, setting] of settings.entries()) {
      const { isChanged, isIdle, note } = standings[index];
      setting.control.show(valuesOf(state.config)[setting.field.name], state);
      setting.row.classList.toggle("changed", isChanged);
      setting.back.hidden = !isChanged;
      setting.note.hidden = note === "";
      setText(setting.note, note);
      place(setting, isIdle, settings);
    }
    for (const idle of new Set(settings.map((setting) => setting.idle))) drawIdleGroup(idle);
    const changes = standings.filter(({ isChanged }) => isChanged).length;
    count.hidden = changes === 0;
    count.replaceChildren(String(changes), h("span", { class: "visually-hidden" }, changesText(changes)));
    reset.setAttribute("aria-disabled", String(changes === 0));
  }

  return {
    /** @param {unknown} _frame @param {PageState} state */
    draw(_frame, state) {
      if (state.areSettingsOpen !== drawn?.areSettingsOpen) drawOpen(state.areSettingsOpen);
      if (state.config !== drawn?.config || state.data !== drawn?.data) drawSettings(state);
      drawn = state;
    },
  };
}
