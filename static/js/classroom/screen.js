/** The screen of a class, for a projector: it shows what the class does, and nobody operates it. */

import { byId } from "../lib/dom.js";
import { createMemory } from "../lib/storage.js";
import { ownStorage, urlOf } from "../net/root.js";
import { storedClass } from "../page/classMenu.js";
import { createScreenEntry } from "../screen/entry.js";
import { createExperimentView } from "../screen/experiment.js";
import { createQuestion } from "../screen/question.js";
import { createSnapshots } from "../screen/snapshots.js";
import { createStage } from "../screen/stage.js";
import { createJoinCard, createShownRoot } from "../teacher/joinCard.js";
import { createWall } from "../wall/wall.js";
import { createClassPage } from "./page.js";

/** @param {import("../page/views.js").Subject} subject */
export function openScreen(subject) {
  const entry = createScreenEntry({
    hash: location.hash,
    storage: ownStorage(() => sessionStorage),
    knownCode: () => storedClass(ownStorage(() => localStorage))?.code ?? "",
  });
  // who stands at the projector sees the address bar
  if (location.hash) history.replaceState(null, "", location.pathname);

  const page = createClassPage(subject, {
    role: "screen",
    code: entry.get()?.code ?? "",
    identity() {
      const { secret } = entry.get() ?? {};
      return secret ? { secret } : null;
    },
    onMessage(message) {
      const joined = /** @type {{type: string, code?: string, screen?: string}} */ (message);
      if (joined.type === "joined") entry.change({ code: joined.code, secret: joined.screen });
    },
    onForeign: (other) => location.replace(urlOf(other === "digits" ? "screen/digits" : "screen")),
    // nothing that is shown here is this page's own
    link: () => "",
    storages: () => ({ tab: createMemory(), runs: createMemory() }),
  });
  const { store, classActions, loop } = page;

  const { schema } = store.get();

  store.set({ singleKeys: false });
  for (const part of [byId("bar", HTMLElement), byId("dock", HTMLElement), ...byId("main", HTMLElement).children]) part.toggleAttribute("inert", true);

  const shownRoot = createShownRoot({ storage: ownStorage(() => localStorage), onChange: loop.schedule });
  const joinCard = createJoinCard(byId("screen-join", HTMLElement));
  const wall = createWall(byId("screen-wall", HTMLElement), { actions: { watchWall: classActions.watchWall, look: () => {} }, schema, isScreen: true });

  page.show(
    createStage({
      hasSecret: () => entry.get() !== null,
      root: shownRoot.get,
      onView: (view) => (view === "wall" ? wall.open() : wall.close()),
    }),
    {
      draw({ room }) {
        if (!room || byId("screen-join", HTMLElement).hidden) return;
        joinCard.draw({ code: room.code, root: shownRoot.get(), present: room.present, seats: room.seats, locked: room.settings.locked, wifi: null });
      },
    },
    createQuestion(),
    createSnapshots(),
    { draw: (state, pageState) => wall.draw(state, pageState) },
    createExperimentView({ schema }),
  );
}
