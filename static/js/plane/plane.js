/** A playground about the plane: points in it, and the map of what a network makes of it. */

import { createDatasets } from "../data/datasets.js";
import { createPaint } from "../data/paint.js";
import { createUpload } from "../data/upload.js";
import { PANELS } from "../inside/panels.js";
import { byId } from "../lib/dom.js";
import { createHeatmap } from "../map/heatmap.js";
import { createSurface } from "../map/surface.js";
import { createNetwork } from "../network/network.js";
import { PLANE_PORTRAITS } from "../portraits/plane.js";
import { createExport } from "./savepicture.js";

/** @param {import("../page/views.js").SubjectParts} parts */
function createViews({ actions, schema, plotly }) {
  const map = byId("heatmap", HTMLElement);
  const heatmap = createHeatmap(map, { actions, schema });
  const network = createNetwork(byId("network", HTMLElement), { actions, schema, storage: () => localStorage, map: heatmap.map });
  return [
    createDatasets(byId("data", HTMLElement), { actions }),
    heatmap,
    createSurface(map, { actions, schema, map: heatmap.map, plotly }),
    createPaint(map, { actions, map: heatmap.map, whereProbed: heatmap.whereProbed }),
    createUpload(byId("upload", HTMLDialogElement), { actions }),
    network,
    createExport({ actions, scene: network.scene }),
  ];
}

/** @type {import("../page/views.js").Subject} */
export const PLANE = { name: "plane", panels: PANELS, createViews, portraits: PLANE_PORTRAITS };
