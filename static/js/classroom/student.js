/** The student's page of a class, for a subject. */

import { byId } from "../lib/dom.js";
import { scoped } from "../lib/storage.js";
import { ownStorage, pathHere, urlOf } from "../net/root.js";
import { subjectOf } from "../page/subject.js";
import { createCompare } from "../student/compare.js";
import { createDoor } from "../student/door.js";
import { createRuns } from "../student/experiment.js";
import { isHeld } from "./follow.js";
import { createClassPage } from "./page.js";
import { createQuestion } from "../student/question.js";
import { codeIn, createSeat, createTaskMemory, pathOf, placeOf } from "./seat.js";
import { initialClassState } from "./state.js";
import { createStrip } from "../student/strip.js";
import { isAboutName } from "../student/texts.js";

/** Opens the page of the class in the address. @param {import("../page/views.js").Subject} subject */
export function openStudent(subject) {
  const found = codeIn(pathHere());
  if (found === null) showFault();
  else createStudent(subject, found);
}

/** The address has no code: there is nothing to connect to. */
function showFault() {
  const ignore = () => {};
  createDoor(byId("class-door", HTMLElement), { choose: ignore, askOthers: ignore, retry: ignore, joinAgain: ignore, isKept: () => true, isKnown: () => false })
    .draw(initialClassState("student", ""));
}

/**
 * Shows in the address where the page is. Its depth stays the same, since links in the page are relative.
 * @param {string} path  from the root of the server on
 */
function showPath(path) {
  if (pathHere() !== path) history.replaceState(null, "", urlOf(path));
}

/** @param {import("../page/views.js").Subject} subject @param {string} code */
function createStudent(subject, code) {
  const seat = createSeat({ storage: ownStorage(() => localStorage), code, now: Date.now(), fill: (bytes) => crypto.getRandomValues(bytes) });
  const tab = scoped(() => sessionStorage, `class ${code}`);
  const task = createTaskMemory(tab);
  /** The name that the student has just chosen. @type {string | null} */
  let chosen = null;
  /** Whether other names are asked for than those that are shown. */
  let wantsOthers = false;
  /** Why the last name was not possible, which is said together with other names. @type {import("./state.js").ClassState["refusal"]} */
  let refused = null;
  /** Whether this connection shows the student's own network, which then is of the class's present task. */
  let isOwn = false;
  /** The subject of the network that is shown; null: none is yet. @type {import("../page/subject.js").SubjectName | null} */
  let shown = null;
  /** The number of the task in the last state of the class; null: none has come over this connection. @type {number | null} */
  let lastTask = null;

  const page = createClassPage(subject, {
    role: "student", code,
    identity() {
      const name = chosen ?? seat.name;
      return { seat: seat.secret, ...(name && { name }), ...(task.get().number > 0 && { task: task.get().number }) };
    },
    storages: (storages) => ({ ...storages, tab }),
    link: (saved, present) => present || (saved.checkpoint?.link ?? ""),
    isChartDraft: true,
    onMessage(message, state) {
      const { type } = /** @type {{type: string}} */ (message);
      if (type === "door") {
        if (wantsOthers) classroom.set({ door: /** @type {any} */ (message), refusal: refused });
        wantsOthers = false;
        refused = null;
      }
      if (type === "joined") {
        chosen = null;
        seat.keepName(state.joined?.name ?? null);
        seat.moveTo(state.code);
      }
      if (type === "error") {
        // a name is of no use any more: the class says which ones are
        if (isAboutName(state.refusal) && state.door?.names !== "free") {
          if (!state.door) seat.keepName(null);
          else {
            refused = state.refusal;
            wantsOthers = true;
          }
          chosen = null;
          socket.join();
        }
      }
      if (type === "ended") seat.forget();
      if (type === "class") noteTask(state.room?.task?.number ?? 0);
      if (type === "welcome") {
        isOwn = state.watching === null;
        shown = null;
      }
      if (message.type === "config") shown = subjectOf(message.config);
      keepUp(state);
    },
  });
  const { classroom, classActions: actions, lesson, socket, store } = page;

  const here = { lesson: lesson.name, subject: subject.name };

  showPath(pathOf(code, lesson.name, subject.name));
  store.subscribe((state, before) => {
    if (state.connection === before.connection || state.connection === "open") return;
    isOwn = false;
    lastTask = null;
  });

  /** Follows the class to its present task. @param {import("./state.js").ClassState} state */
  function keepUp(state) {
    const { joined, room } = state;
    if (!joined || !room || joined.waiting || state.ended) return;
    const given = room.task;
    if (given && lesson.name === (given.lesson ?? "") && lesson.name !== "") keepPace(given, state);
    else if (isOwn && given && given.number !== task.get().number) task.set({ number: given.number, moves: -1 });
    const place = placeOf({ task: given, shown }, here);
    const path = pathOf(state.code, place.lesson, place.subject);
    if (place.lesson !== here.lesson || place.subject !== here.subject) location.replace(urlOf(path));
    else showPath(path);
  }

  /** The network of another task comes after the state of the class that has it. @param {number} number */
  function noteTask(number) {
    if (lastTask !== null && number !== lastTask) {
      isOwn = false;
      shown = null;
    }
    lastTask = number;
  }

  /** Shows the steps of the lesson that are open. @param {import("./types.js").Task} given @param {import("./state.js").ClassState} state */
  function keepPace(given, state) {
    lesson.pace({ first: given.first, last: given.last ?? null });
    if (!isOwn || isHeld(state)) return;
    const before = task.get();
    task.set({ number: given.number, moves: given.moves });
    if (given.number !== before.number || before.moves < 0) lesson.start(given.go ?? given.first);
    else if (given.moves !== before.moves && given.go !== null && given.go !== undefined) lesson.go(given.go);
  }

  const { schema } = store.get();
  const runs = createRuns(byId("class-experiment", HTMLElement), { schema });
  const seeRuns = () => {
    runs.open();
    page.loop.schedule();
  };
  page.show(
    createStrip({ actions, seeRuns, isKept: () => seat.isKept, fields: schema.fields }),
    createDoor(byId("class-door", HTMLElement), {
      choose(name) {
        chosen = name;
        socket.join();
      },
      askOthers() {
        wantsOthers = true;
        socket.join();
      },
      retry() {
        socket.retryNow();
        socket.join();
      },
      joinAgain: () => location.reload(),
      isKept: () => seat.isKept,
      isKnown: () => seat.name !== null,
    }),
    createQuestion(byId("class-question", HTMLElement), { actions }),
    createCompare(byId("class-compare", HTMLElement), { actions }),
    runs,
  );
}
