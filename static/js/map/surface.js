/**
 * The map in three dimensions: in its place the output as a surface, with the examples as pins on it. It turns by mouse,
 * finger and keys. The flat map stays beneath it, and is what saved pictures show.
 *
 * @typedef {import("../core/types.js").Frame} Frame
 * @typedef {import("../core/actions.js").PageState} PageState
 * @typedef {import("./look.js").Look} Look
 */

import { byId, h, reducedMotion, setText } from "../lib/dom.js";
import { currentPalette } from "../lib/palette.js";
import { createWatch } from "../lib/watch.js";
import { ABOVE, START, dragged, sightAfter, sightBetween, spread, zoomed } from "./camera.js";
import { lookAt, rampsFor } from "./look.js";
import { layoutOf, tracesOf } from "./plot3d.js";
import { hasTargets, surfaceLabel, upright } from "./relief.js";
import { canDraw3d, createSurfacePlot } from "./surfacePlot.js";

const TEXTS = {
  loading: "Loading the 3-D view…",
  failed: "The library that draws in 3-D didn’t load. Trying again…",
  missing: "This browser can’t draw in 3-D: WebGL is missing or turned off.",
  lost: "The browser stopped drawing in 3-D: it lost its WebGL context. Press 3-D to try again.",
  curve: "With one input the map is a curve, so there is no surface to show.",
};
/** In ms: how long the flat map takes to tilt. */
const TILTING = 700;

/**
 * @param {HTMLElement} element  that the map is in
 * @param {object} parts
 * @param {import("../core/actions.js").PageActions} parts.actions
 * @param {import("../core/types.js").Schema} parts.schema
 * @param {HTMLElement} parts.map  the flat one
 * @param {import("../lib/plotly.js").Plotly} parts.plotly
 */
export function createSurface(element, { actions, schema, map, plotly }) {
  const frame = createFrame(element, map);
  const { button, room } = frame;
  const watch = createWatch();
  const sight = createSight(() => plot.turn(sight.get()));
  const plot = createSurfacePlot(room, {
    plotly,
    onShown() {
      frame.say("");
      frame.cover(true);
      sight.tilt();
    },
    onLost: () => giveUp(TEXTS.lost),
  });
  let isOn = false;

  /** @param {string} why */
  function giveUp(why) {
    actions.showSurface(false);
    close();
    frame.say(why);
  }

  function open() {
    isOn = true;
    if (!canDraw3d()) return giveUp(TEXTS.missing);
    frame.open();
    frame.say(TEXTS.loading);
    sight.begin();
    watch.forget();
    return plot.open();
  }

  function close() {
    isOn = false;
    sight.stop();
    plot.close();
    frame.close();
  }

  /** @param {Frame} newest @param {PageState} state */
  function show(newest, state) {
    const { hovered, selected, data, layers, config, view: { discretize, show_test_data: hasHeldOut } } = state;
    const palette = currentPalette();
    if (!watch.isNew(newest, hovered, selected, data, layers, config.loss, config.problem, discretize, hasHeldOut, palette)) return;
    const look = lookAt(newest, state, schema.features);
    const { picture } = look;
    if (!picture) return;
    frame.name(upright(look).name, surfaceLabel(look, data !== null && hasTargets(look, data)));
    plot.show(({ points, hasRings, ...fit }) => [
      tracesOf({ ...look, picture }, { data, hasHeldOut, points, hasRings, ramps: rampsFor(look, discretize, palette), palette }),
      layoutOf(upright(look).ticks, { ...fit, colors: palette.colors, sight: sight.get() }),
    ]);
  }

  listenToTurns(room, sight);
  room.addEventListener("keydown", (event) => event.key === "Escape" && actions.showSurface(false));
  for (const part of [button, map]) part.addEventListener("pointerdown", () => frame.say(""));
  plotly.listen({ onReady: () => {}, onFailed: () => isOn && frame.say(TEXTS.failed) });
  // a pencil draws on the flat map
  byId("paint", HTMLElement).addEventListener("click", ({ target }) =>
    isOn && target instanceof Element && target.closest("[data-tool], .swatch-button") !== null && actions.showSurface(false));

  return {
    /** @param {Frame | null} newest @param {PageState} state */
    draw(newest, state) {
      const isCurve = state.data?.dimensions === 1;
      frame.offer(!isCurve);
      const isWanted = state.isSurfaceOpen && !isCurve && !state.view.hidden.includes("surface");
      if (isWanted && !isOn) open();
      else if (!isWanted && isOn) close();
      button.setAttribute("aria-pressed", String(isOn));
      if (isOn && newest) show(newest, state);
    },
  };
}

/**
 * What is added to the flat map: the button below it, the room over all of it, and what is said there.
 * @param {HTMLElement} element @param {HTMLElement} map
 */
function createFrame(element, map) {
  const button = h("button", { type: "button", id: "surface-button", class: "surface-button", "aria-pressed": "false", "data-action": "toggle_surface", "data-control": "surface", "data-help": "surface" }, "3-D");
  const room = h("div", { class: "surface-room", role: "application", tabindex: "0", "aria-label": TEXTS.loading, hidden: true });
  const height = h("span", { "aria-hidden": "true" });
  const hint = h("span", { class: "surface-hint" }, "Drag", h("span", { class: "keys" }, " or use the arrow keys"), " to turn it");
  const head = h("p", { class: "surface-head", hidden: true }, height, hint);
  const note = h("p", { class: "surface-note", role: "status" });
  map.parentElement?.append(room, head, note);
  element.querySelector(".map-foot")?.append(button);
  let isOffered = true;
  let title = "";

  return {
    button,
    room,
    /** Names what the height is. @param {string} name @param {string} label  of all, for screen readers */
    name(name, label) {
      setText(height, `↑ ${name}`);
      room.setAttribute("aria-label", label);
    },
    /** @param {string} text */
    say: (text) => setText(note, text),
    /** Whether the room covers the flat map. @param {boolean} isCovered */
    cover(isCovered) {
      element.classList.toggle("in-3d", isCovered);
      head.hidden = !isCovered;
    },
    open() {
      room.hidden = false;
      map.toggleAttribute("inert", true);
      room.focus({ preventScroll: true });
    },
    close() {
      const hadFocus = room.contains(document.activeElement);
      this.say("");
      this.cover(false);
      map.toggleAttribute("inert", false);
      if (hadFocus) button.focus({ preventScroll: true });
      room.hidden = true;
    },
    /** Whether there can be a surface. @param {boolean} can */
    offer(can) {
      if (can === isOffered) return;
      isOffered = can;
      if (!can) ({ title } = button);
      button.disabled = !can;
      button.title = can ? title : TEXTS.curve;
    },
  };
}

/** From where the surface is seen, and its way there. @param {() => void} onChange */
function createSight(onChange) {
  let sight = START;
  let beganAt = -1;

  /** @param {number} now */
  function step(now) {
    if (beganAt < 0) return;
    if (beganAt === 0) beganAt = now;
    const share = Math.min(1, (now - beganAt) / TILTING);
    sight = sightBetween(ABOVE, START, share);
    onChange();
    if (share < 1) requestAnimationFrame(step);
    else beganAt = -1;
  }

  const stop = () => void (beganAt = -1);
  return {
    get: () => sight,
    /** @param {import("./camera.js").Sight} next */
    set(next) {
      stop();
      sight = next;
      onChange();
    },
    /** As on the flat map, unless nothing shall move. */
    begin: () => void (sight = reducedMotion().matches ? START : ABOVE),
    /** The flat map tilts. */
    tilt() {
      if (sight !== ABOVE) return;
      beganAt = 0;
      requestAnimationFrame(step);
    },
    stop,
  };
}

/** @typedef {ReturnType<typeof createSight>} SightOfUser */

/** Turns by dragging, by keys, and comes nearer by two fingers or the wheel with Ctrl. @param {HTMLElement} room @param {SightOfUser} sight */
function listenToTurns(room, sight) {
  /** Where the pointers are that are down. @type {Map<number, {x: number, y: number}>} */
  const down = new Map();
  const span = () => {
    const [one, other] = [...down.values()];
    return Math.hypot(one.x - other.x, one.y - other.y);
  };

  room.addEventListener("pointerdown", ({ pointerId, clientX: x, clientY: y }) => {
    room.setPointerCapture(pointerId);
    down.set(pointerId, { x, y });
  });
  room.addEventListener("pointermove", ({ pointerId, clientX: x, clientY: y }) => {
    const last = down.get(pointerId);
    if (!last) return;
    const before = down.size === 2 ? span() : 0;
    down.set(pointerId, { x, y });
    if (down.size === 1) sight.set(dragged(sight.get(), x - last.x, y - last.y));
    else if (before > 0) sight.set(spread(sight.get(), Math.max(1, span()) / before));
  });
  for (const type of /** @type {const} */ (["pointerup", "pointercancel", "lostpointercapture"])) room.addEventListener(type, ({ pointerId }) => down.delete(pointerId));

  room.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    sight.set(zoomed(sight.get(), -event.deltaY / 100));
  }, { passive: false });

  room.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const next = sightAfter(sight.get(), event.key, event.shiftKey);
    if (next) sight.set(next);
    if (!next && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
  });
}
