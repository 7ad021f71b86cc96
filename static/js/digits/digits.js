/** A playground about pictures of handwritten digits. */

import { createPad } from "../drawing/pad.js";
import { byId } from "../lib/dom.js";
import { createPictureCard } from "../runs/pictureCard.js";
import { createAccuracy } from "./accuracy.js";
import { createDigitData } from "./data.js";
import { createDigitNetwork } from "./network.js";
import { DIGIT_PORTRAITS } from "../portraits/digits.js";
import { createPicturePanels } from "./panels.js";

/** @param {import("../page/views.js").SubjectParts} parts */
function createViews({ actions, schema }) {
  const pad = byId("digit-pad", HTMLElement);
  // what has kept its room until now
  pad.replaceChildren();
  return [
    createDigitData({ actions }),
    createDigitNetwork(byId("digit-network", HTMLElement), { actions, schema }),
    createPad(pad, { actions }),
    createAccuracy(),
    createPictureCard({ actions }),
  ];
}

/** @type {import("../page/views.js").Subject} */
export const DIGITS = { name: "digits", panels: createPicturePanels(), createViews, portraits: DIGIT_PORTRAITS };
