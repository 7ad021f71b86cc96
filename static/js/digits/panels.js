/** The panels of Look inside where the examples are pictures. */

import { panel as activations } from "../inside/activations.js";
import { panel as code } from "../inside/code.js";
import { panel as gradients } from "../inside/gradients.js";
import { panel as weights } from "../inside/weights.js";
import { h } from "../lib/dom.js";
import { createConfusion } from "../mistakes/confusion.js";
import { createFollow } from "../mistakes/follow.js";
import { createMistakes } from "../mistakes/mistakes.js";

/**
 * @typedef {import("../inside/panels.js").PanelEntry} PanelEntry
 * @typedef {import("../mistakes/list.js").Kind} Kind
 */

/** The room of a view in its panel. @param {HTMLElement} body @param {string} id */
function roomIn(body, id) {
  const room = h("div", { id });
  body.append(room);
  return room;
}

/**
 * The panels, in the order of their tabs. A mistake that is chosen in the confusion matrix opens the gallery.
 * @returns {readonly PanelEntry[]}
 */
export function createPicturePanels() {
  /** What the gallery is to show when it is drawn next; null: what it shows. @type {Kind | null} */
  let wanted = null;

  /** @type {PanelEntry} */
  const mistakes = {
    name: "mistakes", label: "Mistakes", isLocal: true,
    lead: "The test pictures that the network misreads. Choose one to see why.",
    create(body, { actions }) {
      const view = createMistakes(roomIn(body, "mistakes"), { actions, onFollow: () => actions.lookInside("follow") });
      return {
        why: () => null,
        draw(_look, state, frame) {
          view.draw(frame, state);
          if (wanted) view.show(wanted);
          wanted = null;
        },
      };
    },
  };

  /** @type {PanelEntry} */
  const confusion = {
    name: "confusion", label: "Confusion matrix", isLocal: true,
    lead: "How the test pictures of each digit are read. The diagonal is correct; everything else is an error.",
    create(body, { actions }) {
      const view = createConfusion(roomIn(body, "confusion"), {
        onChoose(kind) {
          wanted = kind;
          actions.lookInside("mistakes");
        },
      });
      return { why: () => null, draw: (_look, state, frame) => view.draw(frame, state) };
    },
  };

  /** @type {PanelEntry} */
  const follow = {
    name: "follow", label: "One example",
    lead: "One picture on its way through the network, and its error on the way back.",
    create: (body, parts) => createFollow(roomIn(body, "follow"), parts),
  };

  return [mistakes, confusion, follow, gradients, activations, weights, code];
}
