/** The page that leads a class: the playground with the class bar, its dialogs, and the panels over the playground. */

import { createElsewhere } from "../classroom/elsewhere.js";
import { createClassPage } from "../classroom/page.js";
import { pointingOf } from "../classroom/pointing.js";
import { listenToKeys } from "../core/keyboard.js";
import { byId, h } from "../lib/dom.js";
import { createWatch } from "../lib/watch.js";
import { ownStorage, urlOf } from "../net/root.js";
import { createExperiment } from "../results/experiment.js";
import { createExperimentForm } from "../results/form.js";
import { createResults } from "../results/results.js";
import { createWall } from "../wall/wall.js";
import { spokenAddress } from "./addresses.js";
import { createAnswers } from "./answers.js";
import { createAsk } from "./ask.js";
import { createBar, fitBar } from "./bar.js";
import { createDialogs } from "./dialogs.js";
import { createHandOut } from "./handOut.js";
import { createJoinDialog, createShownRoot } from "./joinCard.js";
import { createNames } from "./names.js";
import { createPanels, isPanel } from "./panels.js";
import { createPeople } from "./people.js";
import { createScreenMenu, createSettings } from "./settings.js";
import { createShoulder } from "./shoulder.js";
import { createSnapshots } from "./snapshots.js";
import { KEYS, spacedCode } from "./texts.js";

/**
 * @typedef {import("./panels.js").PanelName} PanelName
 * @typedef {import("./dialogs.js").DialogName} DialogName
 */

/** What a tool of the bar opens, if it is no panel. @type {Record<string, DialogName>} */
const DIALOGS = { join: "join-card", "hand-out": "hand-out", ask: "ask", screen: "class-screen", people: "class-people", settings: "class-settings" };

/** Between two messages about what the teacher points at, in ms. */
const POINTING_PAUSE = 80;

/**
 * Makes the page, and connects it to its class.
 * @param {import("../page/views.js").Subject} subject
 * @param {import("./secret.js").ClassEntry} entry
 * @param {import("./noClass.js").NoClass} noClass
 */
export function createTeacherPage(subject, entry, noClass) {
  /** Whether the class has ended, or cannot be led with this secret: another one that the browser knows is not joined from here. */
  let isOver = false;
  const elsewhere = createElsewhere({
    tab: ownStorage(() => sessionStorage), go: (path) => location.replace(urlOf(path)), ownLink: () => location.hash,
  });
  const page = createClassPage(subject, {
    role: "teacher",
    code: entry.get()?.code ?? "",
    identity: () => (isOver ? null : { secret: entry.get()?.secret ?? "", ...(entry.kept() && { kept: entry.kept() }) }),
    onMessage(message, state) {
      const { type } = /** @type {{type: string}} */ (message);
      if (type === "keep" && state.keep) entry.keep(state.keep);
      if (type === "joined" && state.joined) entry.accept({ code: state.joined.code, ...(state.joined.secret && { secret: state.joined.secret }) });
      if (type === "joined" && elsewhere.seat !== null) classActions.look(elsewhere.seat);
      if (type === "welcome" && state.watching) elsewhere.arrived();
      if (type === "error") elsewhere.refused();
      if (isOver || !(type === "ended" || isWrong(state))) return;
      isOver = true;
      entry.forget();
    },
    onForeign: (other, link, { watching }) => elsewhere.leave(other, link, watching),
  });
  const { store, classroom, classActions, actions, socket, session, loop, lesson } = page;
  /** @type {PanelName | null} */
  let panel = null;
  /** The panel that a student was looked at from, and comes back to. @type {PanelName | null} */
  let before = null;

  /** @param {PanelName | null} next */
  function show(next) {
    panel = next;
    if (next !== null) before = null;
    if (next === "results") results.open();
    loop.schedule();
  }

  const dialogs = createDialogs({ onChange: loop.schedule });
  const names = createNames({ tab: () => sessionStorage, onChange: loop.schedule });
  const root = createShownRoot({ storage: ownStorage(() => localStorage), onChange: loop.schedule });

  /** Looks over a student's shoulder. @param {number} seat */
  function look(seat) {
    dialogs.closeAll();
    before = panel;
    panel = null;
    classActions.look(seat);
    loop.schedule();
  }

  /** Back to the teacher's own network, and to the panel that was open. */
  function back() {
    classActions.look(null);
    show(before);
  }

  async function renew() {
    const answer = await dialogs.ask({ title: "New code?", text: "The present code and its QR code stop working. All who are in the class stay in it.", label: "New code" });
    if (answer !== null) classActions.renewCode();
  }

  async function end() {
    const answer = await dialogs.ask({
      title: "End the class?", label: "End the class",
      text: "All students are disconnected. Their networks in the class, the snapshots and the answers are gone for good. If you want to keep the results, save them first.",
    });
    if (answer !== null) classActions.endClass();
  }

  /** Leads the class from here again, although another page does. */
  function takeBack() {
    session.takeOver();
    socket.takeOver();
  }

  /** The step of the lesson on this page, if it is the lesson that the class has. */
  const stepOf = () => (classroom.get().room?.task?.lesson === lesson.name ? lesson.place() : null);

  /** A tool of the bar. @param {string} name */
  function use(name) {
    if (name === "end") return void end();
    if (isPanel(name)) {
      dialogs.closeAll();
      return show(panel === name ? null : name);
    }
    const dialog = DIALOGS[name];
    if (dialog) dialogs.open(dialog);
  }

  const bar = createBar(byId("header", HTMLElement), { actions: classActions, use });
  fitBar(byId("header", HTMLElement));
  const panels = createPanels({ show, toggleNames: names.toggle });
  const handOut = createHandOut({
    actions: classActions,
    presentLink: () => store.get().link,
    edit() {
      dialogs.close("hand-out");
      actions.openSheet("builder");
    },
    close: () => dialogs.close("hand-out"),
  });
  addHandOutToBuilder((link) => {
    actions.openSheet(null);
    handOut.take(link);
    dialogs.open("hand-out");
  });
  const ask = createAsk({
    actions: classActions,
    onAsked() {
      dialogs.close("ask");
      show("question");
    },
  });
  const answers = createAnswers({ actions: classActions });
  const joinDialog = createJoinDialog({ actions: classActions, root, renew, schedule: loop.schedule });
  const settings = createSettings({ actions: classActions, dialogs, renew });
  const screenMenu = createScreenMenu({ actions: classActions });
  const shoulder = createShoulder({ actions: classActions, dialogs, back });
  const snapshots = createSnapshots({ actions: classActions, dialogs });
  const people = createPeople({ actions: classActions, look });
  const { schema } = store.get();
  const lookingActions = { ...classActions, look };
  const wallElement = h("div");
  panels.body("wall").append(wallElement);
  const wall = createWall(wallElement, { actions: lookingActions, schema, stepOf });
  const results = createResults(panels.body("results"), { actions: lookingActions, schema });
  const experiment = createExperiment(panels.body("experiment"), { actions: classActions, createForm: createExperimentForm, schema });
  const point = createPointer(classActions.point);
  const visitors = createVisitors(classActions.watchWall);

  page.show({
    draw(state, present) {
      const { connection, sheet, theme, data } = present;
      const isBusy = panel !== null || dialogs.isAnyOpen();
      // keys are for the panel and the dialogs, and not for the playground below
      if (isBusy && sheet === null) store.set({ sheet: "class" });
      if (!isBusy && sheet === "class") store.set({ sheet: null });
      noClass.show(state.ended ? "ended" : connection === "moved" ? "moved" : isWrong(state) ? "wrong" : null, takeBack);
      const seen = names.shown(state);
      bar.draw(seen, { panel, spoken: spokenAddress(root.get()) });
      // of other answers, nobody knows whose they are
      const areThere = panel !== "question" || seen.room?.question?.draws === "digit";
      panels.draw(panel, { areHidden: names.areHidden, areThere }, { snapshots: seen.room?.snapshots.length ?? 0, question: seen.room?.question?.answered ?? 0 });
      shoulder.draw(seen, names.areHidden);
      if (panel === "wall") wall.open();
      else wall.close();
      wall.draw(seen, present);
      visitors.draw(panel === "experiment" || state.watching !== null || dialogs.isOpen("class-people"), panel === "wall", state.joined);
      if (panel === "results") results.draw(seen);
      if (panel === "experiment") experiment.draw(seen, present);
      if (panel === "snapshots") snapshots.draw(seen, theme);
      if (panel === "question") answers.draw(seen, { data, theme });
      if (dialogs.isOpen("hand-out")) handOut.draw(seen);
      if (dialogs.isOpen("ask")) ask.draw(seen);
      if (dialogs.isOpen("join-card")) joinDialog.draw(seen);
      if (dialogs.isOpen("class-settings") || dialogs.isOpen("class-screen")) settings.draw(seen);
      if (dialogs.isOpen("class-screen")) screenMenu.draw(seen);
      if (dialogs.isOpen("class-people")) people.draw(seen);
      const leads = state.room?.mode === "follow" && state.room.shown?.seat === null && state.watching === null;
      if (leads && connection === "open") point(pointingOf(present));
      const title = `${state.room ? `${spacedCode(state.room.code)} · ` : ""}Teach · NumPy Playground`;
      if (document.title !== title) document.title = title;
    },
  });

  listenToKeys(document, {
    actions: [
      { name: "close_panel", label: "Close the panel", key: KEYS.close, control: null, run: () => show(null) },
      { name: "toggle_wall", label: "The wall", key: KEYS.wall, control: null, run: () => use("wall") },
      { name: "show_join", label: "How to join", key: KEYS.join, control: null, run: () => use("join") },
      { name: "hide_names", label: "Hide names", key: KEYS.names, control: null, run: names.toggle },
    ],
    isEnabled({ name }) {
      if (document.querySelector("dialog[open]")) return false;
      if (name === "close_panel") return panel !== null;
      const hasNames = panel !== null || classroom.get().watching !== null;
      return store.get().singleKeys && (hasNames || name !== "hide_names");
    },
    isLocked: () => false,
  });
}

/** Whether the secret is not that of the class. @param {import("../classroom/state.js").ClassState} state */
const isWrong = ({ refusal }) => refusal?.code === "wrong_secret";

/** The link builder's button that hands out what it has made. @param {(link: string) => void} take */
function addHandOutToBuilder(take) {
  const link = byId("builder-link", HTMLInputElement);
  const button = h("button", { type: "button", class: "copy main" }, "Use for the class…");
  button.addEventListener("click", () => link.value !== "" && take(new URL(link.value).hash));
  link.closest(".builder-result")?.prepend(h("p", { class: "sheet-buttons" }, button));
}

/** Tells what the teacher points at, not too often. @param {(what: import("../classroom/pointing.js").Pointing) => void} send */
function createPointer(send) {
  const watch = createWatch();
  /** @type {import("../classroom/pointing.js").Pointing | null} */
  let newest = null;
  /** @type {ReturnType<typeof setTimeout> | null} */
  let timer = null;

  function later() {
    timer = null;
    if (newest && watch.isNew(newest.hovered, newest.panel, newest.example, newest.drawing)) send(newest);
  }

  /** @param {import("../classroom/pointing.js").Pointing} what */
  return (what) => {
    newest = what;
    timer ??= setTimeout(later, POINTING_PAUSE);
  };
}

/** Asks for names and hands while something else than the wall shows them. @param {(on: boolean) => void} watchWall */
function createVisitors(watchWall) {
  const watch = createWatch();
  let wasOn = false;
  return {
    /** @param {boolean} on @param {boolean} isWallOpen  then the wall asks @param {unknown} joined  another one after each connection */
    draw(on, isWallOpen, joined) {
      const isOn = on && !isWallOpen;
      if (watch.isNew(isOn, joined) && (isOn || (wasOn && !isWallOpen))) watchWall(isOn);
      wasOn = isOn;
    },
  };
}
