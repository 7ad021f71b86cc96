/** How to join: address, code and QR code, as a card, and the teacher's dialog around it. */

import { all, byId, h, setText } from "../lib/dom.js";
import { urlOf } from "../net/root.js";
import { createQr } from "../qr/qr.js";
import { ADDRESS_ENTRY, classAddress, isLoopback, rootIn, shownRoot, spokenAddress, wifiText } from "./addresses.js";
import { presentText, spacedCode, spelledCode } from "./texts.js";

/**
 * @typedef {import("../classroom/state.js").ClassState} ClassState
 * @typedef {{name: string, password: string}} Wifi
 */

/** Addresses with more characters are set smaller. */
const LONG = 36;

/**
 * Shows an address for people to type: lines end after its slashes.
 * @param {HTMLElement} element
 * @param {string} address
 */
export function showAddress(element, address) {
  if (element.textContent === address) return;
  const parts = address.match(/[^/]*\/+|[^/]+/g) ?? [];
  element.replaceChildren(...parts.flatMap((part) => [part, h("wbr")]));
  element.toggleAttribute("data-long", address.length > LONG);
}

/**
 * The card. Its parts have `data-join`.
 * @param {HTMLElement} element
 */
export function createJoinCard(element) {
  const part = (/** @type {string} */ name) => all(element, `[data-join="${name}"]`, HTMLElement)[0];
  const qr = createQr(part("qr"));
  const wifiQr = createQr(part("wifi-qr"));

  return {
    /** @param {{code: string, root: string, present: number, seats: number, locked: boolean, wifi: Wifi | null}} card */
    draw({ code, root, present, seats, locked, wifi }) {
      showAddress(part("address"), `${spokenAddress(root)}/join`);
      setText(part("code"), spacedCode(code));
      part("code").setAttribute("aria-label", spelledCode(code));
      setText(part("present"), presentText({ present, seats }));
      part("locked").hidden = !locked;
      if (code !== "") qr.draw(classAddress(root, code), `QR code of ${classAddress(root, code)}`);
      part("wifi").hidden = wifi === null;
      if (!wifi) return;
      setText(part("wifi-name"), wifi.name);
      wifiQr.draw(wifiText(wifi.name, wifi.password), `QR code of the Wi-Fi ${wifi.name}`);
    },
  };
}

/**
 * Which address students open: found out once, and the teacher can choose another.
 * @param {object} parts
 * @param {() => Pick<Storage, "getItem" | "setItem" | "removeItem">} parts.storage
 * @param {() => void} parts.onChange
 */
export function createShownRoot({ storage, onChange }) {
  /** @type {string[]} */
  let offered = [];
  /** @type {string | null} */
  let chosen = null;
  try {
    chosen = rootIn(storage().getItem(ADDRESS_ENTRY) ?? "");
  } catch {
    // it is asked for again
  }

  async function ask() {
    try {
      const response = await fetch(urlOf("api/classes/address"));
      if (!response.ok) return;
      const { addresses } = await response.json();
      offered = Array.isArray(addresses) ? addresses.flatMap((address) => rootIn(String(address)) ?? []) : [];
      onChange();
    } catch {
      // the address of this page is shown
    }
  }
  if (isLoopback(location.hostname)) void ask();

  return {
    get: () => shownRoot(urlOf(""), offered, chosen),
    offered: () => offered,
    /** @param {string | null} root */
    choose(root) {
      chosen = root;
      try {
        if (root) storage().setItem(ADDRESS_ENTRY, root);
        else storage().removeItem(ADDRESS_ENTRY);
      } catch {
        // it lasts as long as the page
      }
      onChange();
    },
  };
}

/** @typedef {ReturnType<typeof createShownRoot>} ShownRoot */

/**
 * The dialog: the card, the lock, a new code, address and Wi-Fi.
 * @param {object} parts
 * @param {import("../classroom/actions.js").ClassActions} parts.actions
 * @param {ShownRoot} parts.root
 * @param {() => void} parts.renew  asks, and then gives the class a new code
 * @param {() => void} parts.schedule  draws soon
 */
export function createJoinDialog({ actions, root, renew, schedule }) {
  const dialog = byId("join-card", HTMLDialogElement);
  const card = createJoinCard(all(dialog, "[data-join-card]", HTMLElement)[0]);
  const lock = byId("join-lock", HTMLInputElement);
  const screen = byId("join-screen", HTMLButtonElement);
  const unreachable = byId("join-unreachable", HTMLElement);
  const address = byId("join-origin", HTMLInputElement);
  const addressFault = byId("join-origin-fault", HTMLElement);
  const offered = byId("join-origins", HTMLElement);
  const wifiName = byId("wifi-name", HTMLInputElement);
  const wifiPassword = byId("wifi-password", HTMLInputElement);

  lock.addEventListener("change", () => actions.setClass({ locked: lock.checked }));
  byId("join-renew", HTMLButtonElement).addEventListener("click", renew);
  screen.addEventListener("click", () => actions.showOnScreen(screen.getAttribute("aria-pressed") === "true" ? "auto" : "join"));
  address.addEventListener("change", () => {
    const typed = rootIn(address.value);
    const isEmpty = address.value.trim() === "";
    setText(addressFault, typed || isEmpty ? "" : "This is not an address. Example: 192.168.1.20:8000");
    if (typed || isEmpty) root.choose(typed);
  });
  for (const input of [wifiName, wifiPassword]) input.addEventListener("input", schedule);

  return {
    /** Only while it is open. @param {ClassState} state */
    draw({ room, code }) {
      if (!room) return;
      const shown = root.get();
      const isUnreachable = isLoopback(new URL(shown).hostname);
      card.draw({
        code: room.code || code || "", root: shown, present: room.present, seats: room.seats, locked: room.settings.locked,
        wifi: wifiName.value.trim() === "" ? null : { name: wifiName.value.trim(), password: wifiPassword.value },
      });
      lock.checked = room.settings.locked;
      unreachable.hidden = !isUnreachable;
      screen.setAttribute("aria-pressed", String(room.screen === "join"));
      setText(screen, room.screen === "join" ? "Shown on the screen" : "Show on the screen");
      if (document.activeElement !== address) address.value = spokenAddress(shown);
      if (offered.childElementCount !== root.offered().length) {
        offered.replaceChildren(...root.offered().map((text) => h("option", { value: spokenAddress(text) })));
      }
    },
  };
}
