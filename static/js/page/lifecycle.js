/** What happens to the page from outside: its window, its address, other tabs, the network, and keys. */

import { listenToKeys } from "../core/keyboard.js";
import { isActionLocked, locksOf } from "../core/locks.js";
import { byId } from "../lib/dom.js";
import { MOST_OF_LINK } from "../net/address.js";

/** Between two updates of the message that counts the seconds to the next attempt to connect, in ms. */
const COUNTDOWN = 100;

/**
 * @param {object} parts
 * @param {import("../core/store.js").Store<import("../core/actions.js").PageState>} parts.store
 * @param {import("../core/actions.js").PageActions} parts.actions
 * @param {ReturnType<typeof import("../runs/actions.js").createRunActions>} parts.runActions
 * @param {ReturnType<typeof import("../net/socket.js").createSocket>} parts.socket
 * @param {() => void} parts.schedule  draws with the next animation frame
 * @param {() => void} parts.save  what a reload continues from
 */
export function createLifecycle({ store, actions, runActions, socket, schedule, save }) {
  addEventListener("resize", schedule);
  addEventListener("hashchange", () => {
    if (location.hash === store.get().link) return;
    actions.openLink(location.hash.slice(0, MOST_OF_LINK));
    scrollTo({ top: 0 });
  });
  addEventListener("storage", ({ key, storageArea }) => storageArea === localStorage && runActions.reread(key));
  addEventListener("pagehide", () => {
    save();
    // a page that goes away must not come back behind the one that follows it
    socket.close();
  });
  addEventListener("pageshow", (event) => event.persisted && socket.retryNow());
  addEventListener("online", () => socket.retryNow());
  document.addEventListener("visibilitychange", () => {
    actions.setVisible(!document.hidden);
    if (!document.hidden) socket.retryNow();
  });
  for (const link of document.querySelectorAll("[data-skip]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      actions.showTab("network");
      // after its tab has been drawn
      requestAnimationFrame(() => byId(link.getAttribute("data-skip") ?? "", HTMLElement).focus());
    });
  }
  listenToKeys(document, {
    actions: actions.list,
    isEnabled(action) {
      const { singleKeys, sheet, view: { hidden } } = store.get();
      return singleKeys && sheet === null && !hidden.includes(action.control ?? "");
    },
    isLocked: (action) => isActionLocked(action, locksOf(store.get().schema.controls, store.get().view.locked)),
  });
  setInterval(() => store.get().connection !== "open" && schedule(), COUNTDOWN);
}
