/**
 * All views of a page with a playground, in the order in which they are made and drawn.
 *
 * @typedef {{draw: (frame: import("../core/types.js").Frame | null, state: import("../core/actions.js").PageState) => void}} View
 */

import { createBlocked } from "../blocked/panel.js";
import { createChart } from "../chart/chart.js";
import { createTimeline } from "../chart/timeline.js";
import { createCompare } from "../compare/compare.js";
import { createControls } from "../controls/controls.js";
import { createGoals } from "../controls/goals.js";
import { createInfo } from "../controls/info.js";
import { createRunUntil } from "../controls/runUntil.js";
import { createAdvancedSettings } from "../controls/advancedSettings.js";
import { createTransport } from "../controls/transport.js";
import { createSeeds } from "../data/seeds.js";
import { createDock } from "../dock/dock.js";
import { createFrameEvents } from "../embed/frame.js";
import { createInside } from "../inside/inside.js";
import { byId } from "../lib/dom.js";
import { createPlotly } from "../lib/plotly.js";
import { createLuck } from "../luck/luck.js";
import { urlOf } from "../net/root.js";
import { createRemarks } from "../remarks/remarks.js";
import { createRunsTable } from "../runs/table.js";
import { createSweep } from "../sweep/sweep.js";
import { createBuilder } from "./builder.js";
import { createEmbed } from "./embed.js";
import { createFullscreen } from "./fullscreen.js";
import { createHide } from "./hide.js";
import { createLocks } from "./locking.js";
import { createMessages } from "./messages.js";
import { createSheets } from "./sheets.js";
import { createTabs } from "./tabs.js";
import { createTheme } from "./theme.js";
import { createWaiting } from "./waiting.js";

/**
 * What a playground is about, and shows in its own way: the plane, or pictures.
 * @typedef {object} Subject
 * @property {import("./subject.js").SubjectName} name
 * @property {readonly import("../inside/panels.js").PanelEntry[]} panels  of Look inside
 * @property {(parts: SubjectParts) => View[]} createViews  its data, its network and its output
 * @property {import("../portraits/plane.js").Portraits} portraits  how networks are shown where there are many
 */
/**
 * @typedef {object} SubjectParts
 * @property {import("../core/actions.js").PageActions} actions
 * @property {import("../core/types.js").Schema} schema
 * @property {ReturnType<typeof createPlotly>} plotly
 */

/** @param {string} id */
const element = (id) => byId(id, HTMLElement);

/** Whether the page is made for a frame, and is in one. */
const isEmbedded = () => document.documentElement.dataset.embed !== undefined && window.parent !== window;

/**
 * @param {Subject} subject
 * @param {object} parts
 * @param {import("../core/store.js").Store<import("../core/actions.js").PageState>} parts.store
 * @param {import("../core/actions.js").PageActions} parts.actions
 * @param {ReturnType<typeof import("../runs/actions.js").createRunActions>} parts.runActions
 * @param {import("../runs/store.js").RunStore} parts.runStore
 * @param {import("../chart/series.js").Series} parts.series  the losses of the present run
 * @param {boolean} parts.isChartDraft  whether the loss chart does without its library
 * @param {() => string} parts.presentRun  its id
 * @param {() => void} parts.retry  connects at once
 * @param {() => void} parts.takeOver  connects although another page has the session
 * @param {string} parts.address  of live connections
 * @param {() => void} parts.schedule  draws before long
 */
export function createViews(subject, { store, actions, runActions, runStore, series, isChartDraft, presentRun, retry, takeOver, address, schedule }) {
  const { schema } = store.get();
  const { portraits } = subject;
  const plotly = createPlotly(urlOf(schema.plotly));
  const chart = createChart(element("linechart"), { actions, plotly, series, isDraft: isChartDraft, onAxisEnd: () => timeline.align() });
  const timeline = createTimeline(element("linechart"), { actions, axisEnd: chart.axisEnd });
  const runs = createRunsTable(element("runs"), { actions, runActions, runStore, series, presentRun });
  const compare = createCompare({ actions, schema, series, portraits });
  const luck = createLuck({ actions, schema, series, portraits });
  const inside = createInside(element("inside"), { actions, schema, panels: subject.panels });
  const own = subject.createViews({ actions, schema, plotly });
  const blocked = createBlocked({ address, retry, schedule });
  const views = [
    createTheme({ store }),
    createFullscreen({ actions }),
    // before those that measure what room these leave
    createTabs(element("tabs"), { actions }),
    createDock(element("dock"), { actions, storage: () => localStorage }),
    createAdvancedSettings({ actions, schema }),
    createSeeds({ actions }),
    createTransport({ actions }),
    createGoals({ actions }),
    ...own,
    chart,
    timeline,
    createRemarks(element("remarks"), { actions }),
    createRunUntil({ actions, storage: () => localStorage }),
    inside,
    compare,
    runs,
    luck,
    createSweep({ actions, schema, series, portraits }),
    // after those that make controls of their own
    createControls(document, { actions, schema }),
    createInfo({ schema }),
    createMessages({ actions, retry, takeOver, reload: () => location.reload(), explain: blocked.open }),
    blocked,
    createHide(element("hide-controls"), { actions }),
    createBuilder(element("builder"), { actions }),
    createEmbed(),
    // after those that enable and disable controls by themselves
    createLocks(document, { actions, schema }),
    createSheets({ actions }),
    // after those that show the experiment
    createWaiting(),
    ...(isEmbedded() ? [createFrameEvents({
      window, store, ancestors: schema.frame_ancestors, addressOf: urlOf, now: () => performance.now(),
      setTimeout: (run, delay) => window.setTimeout(run, delay), clearTimeout: (timer) => window.clearTimeout(timer),
    })] : []),
  ];

  return {
    /** Given every frame that arrives, also those that are never drawn. */
    lookInside: inside.take,

    /** Draws at once what would wait for some time after a drawing. */
    flush: chart.flush,

    /** @param {import("../core/types.js").Frame | null} frame @param {import("../core/actions.js").PageState} state @param {import("../core/types.js").Frame[]} passed  frames of which only the losses count */
    draw(frame, state, passed) {
      for (const other of passed) chart.draw(other, state);
      for (const view of views) view.draw(frame, state);
    },
  };
}
