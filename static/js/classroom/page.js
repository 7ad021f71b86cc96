/**
 * What the pages of a class share: the playground, what the page knows of its class, and the network that it watches.
 *
 * @typedef {import("./state.js").ClassState} ClassState
 * @typedef {import("../core/actions.js").PageState} PageState
 * @typedef {import("../core/types.js").Decoded} Decoded
 * @typedef {import("../core/types.js").Frame} Frame
 * @typedef {import("../page/playground.js").Hooks} Hooks
 */
/** A part of the page. @typedef {{draw: (classroom: ClassState, page: PageState, frame: Frame | null) => void}} ClassView */

import { LOCKED } from "../core/locks.js";
import { unpack } from "../net/compressed.js";
import { VERSION } from "../net/protocol.js";
import { SOCKET_PATH } from "../net/socket.js";
import { createPlayground } from "../page/playground.js";
import { subjectOf } from "../page/subject.js";
import { createClassActions } from "./actions.js";
import { WATCHING, isTaken, maySend, readOnly, selectedIn } from "./follow.js";
import { markedBy, openedBy, readBy, readingBy } from "./pointing.js";
import { watchPlace } from "./place.js";
import { classPatch } from "./receive.js";
import { createClassStore } from "./state.js";
import { checkClassMessage, isOfClass } from "./wire.js";

/**
 * Makes the page and connects it to its class.
 * @param {import("../page/views.js").Subject} subject
 * @param {object} parts
 * @param {ClassState["role"]} parts.role
 * @param {string} parts.code  of the class; "" until the page has set it
 * @param {(state: ClassState) => Record<string, unknown> | null} parts.identity  the fields of `join` besides version and role;
 *   null: the page does not know them yet, and calls `socket.join` when it does
 * @param {(message: Decoded, state: ClassState, page: PageState) => void} [parts.onMessage]  given each message when the class state has it
 * @param {(other: import("../page/subject.js").SubjectName, link: string, state: ClassState) => void} [parts.onForeign]  what comes now is of a
 *   network of another subject, which this page cannot show
 * @param {Hooks["storages"]} [parts.storages]
 * @param {Hooks["link"]} [parts.link]
 * @param {Hooks["isChartDraft"]} [parts.isChartDraft]
 */
export function createClassPage(subject, { role, code, identity, onMessage = () => {}, onForeign = () => {}, ...hooks }) {
  const panelNames = subject.panels.map(({ name }) => name);
  const classroom = createClassStore(role, code);
  /** @type {ClassView[]} */
  const views = [];
  /** Whether the class has not let this connection in yet. */
  let isAtDoor = true;
  /** Whether what comes is of a network that this page cannot show. */
  let isForeign = false;
  /** What the page had open before it watched. @type {Pick<PageState, "dock" | "inside"> | null} */
  let own = null;
  /** What the newest frame of another network holds of the picture that it reads. @type {Float32Array | null} */
  let activations = null;

  /** Whether a message is of a network that this page can show, or of none. @param {Decoded} message */
  function canShow(message) {
    if (message.type === "welcome") isForeign = false;
    if (message.type === "config") {
      const other = subjectOf(message.config);
      isForeign = other !== subject.name;
      if (isForeign) onForeign(other, message.link, classroom.get());
    }
    return !isForeign || isOfClass(message.type) || message.type === "moved";
  }

  /** @param {Decoded} message */
  function follow(message) {
    const { watching, pointed } = classroom.get();
    const { inside, dock, layers, schema } = store.get();
    if (message.type === "welcome") {
      if (watching) {
        own ??= { inside, dock };
        store.set({ marked: null, followed: null, reading: null, lockReason: WATCHING, ...openedBy(null, { dock, inside }, panelNames) });
      }
      if (!watching && own) {
        store.set({ ...own, marked: null, lockReason: LOCKED });
        own = null;
      }
      return message;
    }
    if (!watching) return message;
    if (message.type === "config") return readOnly(message, schema.controls);
    if (message.type === "frame") {
      store.set({ selected: selectedIn(message, layers, schema.features.length) });
      activations = message.digits?.activations ?? null;
      const { followed, reading } = store.get();
      if (reading === null) store.set({ reading: readingBy(followed, activations) });
      // over a student's shoulder, nobody says what is open
      if (message.inside && !pointed) store.set(openedBy({ hovered: null, panel: `inside ${message.inside.panel}` }, { dock, inside }, panelNames));
    }
    if (/** @type {{type: string}} */ (message).type === "pointed") {
      const followed = readBy(pointed);
      store.set({ marked: markedBy(pointed), followed, reading: readingBy(followed, activations), ...openedBy(pointed, { dock, inside }, panelNames) });
    }
    return message;
  }

  const playground = createPlayground(subject, {
    ...hooks,
    socketPath: () => `${SOCKET_PATH}/${classroom.get().code}`,
    entrance: {
      first() {
        const fields = identity(classroom.get());
        return fields && { version: VERSION, role, ...fields };
      },
      greets: role !== "screen",
      unpack,
      check: checkClassMessage,
    },
    take(message) {
      const { type } = /** @type {{type: string}} */ (message);
      if (type === "joined") isAtDoor = false;
      classroom.set(isAtDoor && type === "error" ? { refusal: /** @type {import("../core/types.js").ErrorMessage} */ (message) } : classPatch(classroom.get(), message));
      onMessage(message, classroom.get(), store.get());
      if (!canShow(message)) return null;
      const followed = follow(message);
      return isTaken(message, isAtDoor) ? null : followed;
    },
    maySend: (type) => maySend(type, classroom.get()),
    draw(frame, state) {
      for (const view of views) view.draw(classroom.get(), state, frame);
    },
  });
  const { store, loop, socket } = playground;

  store.subscribe((state, before) => {
    if (state.connection === "joining" && before.connection !== "joining") isAtDoor = true;
  });
  classroom.subscribe(loop.schedule);

  const classActions = createClassActions(socket.send);
  /** Whether the teacher's page has sent everybody to another server, and is to be the first there. */
  let isMoving = false;
  watchPlace({
    state: classroom.get,
    isOpen: () => store.get().connection === "open",
    reconnect: socket.reconnect,
    move() {
      isMoving = true;
      classActions.moveClass();
    },
  });
  store.subscribe(({ connection }) => {
    if (!isMoving || connection !== "waiting") return;
    isMoving = false;
    setTimeout(socket.retryNow, 0);
  });

  return {
    ...playground,
    classroom,
    classActions,
    /** Adds views, which are drawn after those of the playground, in this order. @param {readonly ClassView[]} added */
    show(...added) {
      views.push(...added);
      loop.schedule();
    },
  };
}

/** @typedef {ReturnType<typeof createClassPage>} ClassPage */
