/** The settings of the class, some of which are about the screen, and what the screen shows. */

import { all, byId, setText } from "../lib/dom.js";
import { formatCount } from "../lib/format.js";
import { urlOf } from "../net/root.js";
import { namesIn } from "./texts.js";

/**
 * @typedef {import("../classroom/state.js").ClassState} ClassState
 * @typedef {import("../classroom/types.js").ClassStateMessage} Room
 */

/**
 * @param {object} parts
 * @param {import("../classroom/actions.js").ClassActions} parts.actions
 * @param {import("./dialogs.js").Dialogs} parts.dialogs
 * @param {() => void} parts.renew  asks, and then gives the class a new code
 */
export function createSettings({ actions, dialogs, renew }) {
  const policies = all(byId("class-settings", HTMLDialogElement), "[name=names]", HTMLInputElement);
  const listRow = byId("name-list-row", HTMLElement);
  const list = byId("name-list", HTMLTextAreaElement);
  const listFault = byId("name-list-fault", HTMLElement);
  const switches = all(document, "[data-class-setting]", HTMLInputElement);
  /** @type {Room["settings"] | null} */
  let drawn = null;

  for (const policy of policies) {
    policy.addEventListener("change", () => {
      listRow.hidden = policy.value !== "list";
      // a list takes effect once there are names
      if (policy.value !== "list" || drawn?.name_list.length) actions.setClass({ names: /** @type {Room["settings"]["names"]} */ (policy.value) });
    });
  }
  byId("name-list-use", HTMLButtonElement).addEventListener("click", () => {
    const { names, fault } = namesIn(list.value);
    setText(listFault, fault ?? (names.length === 0 ? "Type at least one name." : ""));
    if (fault === null && names.length > 0) actions.setClass({ names: "list", name_list: names });
  });
  for (const input of switches) input.addEventListener("change", () => actions.setClass({ [input.dataset.classSetting ?? ""]: input.checked }));
  byId("settings-renew", HTMLButtonElement).addEventListener("click", renew);
  byId("settings-forget", HTMLButtonElement).addEventListener("click", async () => {
    const text = await dialogs.ask({ title: "Forget what is over?", text: "Snapshots, answers, the class experiment and all students who are not here now are forgotten. Students who are here go on.", label: "Forget" });
    if (text !== null) actions.forget();
  });

  return {
    /** @param {ClassState} state */
    draw({ room }) {
      if (!room || room.settings === drawn) return;
      drawn = room.settings;
      for (const policy of policies) policy.checked = policy.value === drawn.names;
      listRow.hidden = drawn.names !== "list";
      if (document.activeElement !== list) list.value = drawn.name_list.join("\n");
      const values = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (drawn));
      for (const input of switches) input.checked = values[input.dataset.classSetting ?? ""] === true;
    },
  };
}

/**
 * @param {object} parts
 * @param {import("../classroom/actions.js").ClassActions} parts.actions
 */
export function createScreenMenu({ actions }) {
  const open = byId("screen-open", HTMLAnchorElement);
  const count = byId("screen-count", HTMLElement);
  const views = all(byId("class-screen", HTMLDialogElement), "[name=screen-view]", HTMLInputElement);
  for (const view of views) view.addEventListener("change", () => actions.showOnScreen(/** @type {Room["screen"]} */ (view.value)));

  return {
    /** @param {ClassState} state */
    draw({ room, joined }) {
      if (joined?.screen) open.href = urlOf(`screen#${joined.screen}.${joined.code}`);
      if (!room) return;
      setText(count, room.screens === 0 ? "No screen is open." : room.screens === 1 ? "One screen is open." : `${formatCount(room.screens)} screens are open.`);
      for (const view of views) view.checked = view.value === room.screen;
    },
  };
}
