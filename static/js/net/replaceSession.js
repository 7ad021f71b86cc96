/**
 * Replaces the current experiment by another one, with its link, weights, examples and losses. The current one is given up
 * only when the server has accepted the other; if the server refuses, the page returns to it.
 *
 * @typedef {import("../core/types.js").Decoded} Decoded
 * @typedef {import("../core/types.js").Checkpoint} Checkpoint
 * @typedef {import("../core/types.js").FieldError} FieldError
 */

import { DAMAGED_CHECKPOINT, errorsOf } from "../core/receive.js";
import { carriesExamples } from "../data/examples.js";

/**
 * An experiment to open.
 * @typedef {object} Opening
 * @property {string} link
 * @property {string | null} [examples]  the code of own examples that the link does not carry
 * @property {Checkpoint | null} [checkpoint]  to continue from; null: epoch 0
 * @property {import("../core/losses.js").Losses | null} [losses]  up to there
 * @property {boolean} [isLesson]  the next experiment of the lesson on the page, which may lift its own locks
 * @property {{number: number, epoch: number} | null} [origin]  the run of the table that it continues
 * @property {string} [name]  of the run that begins with it
 */

/** @type {FieldError} */
const OTHER_NETWORK = { ...DAMAGED_CHECKPOINT, message: "The weights do not belong to this experiment, so it was not opened." };

/**
 * @param {object} parts
 * @param {() => void} parts.reconnect  closes the connection and opens another one, which greets
 * @param {(opening: Opening, config: import("../core/types.js").ConfigMessage) => FieldError[]} [parts.objections]  why not to accept it
 * @param {(opening: Opening) => void} parts.onAccepted  called before the page receives any of its messages
 * @param {(errors: FieldError[]) => void} parts.onRefused  the page is about to return to its present experiment
 */
export function createSessionReplacement({ reconnect, onAccepted, onRefused, objections = () => [] }) {
  /** @type {Opening | null} */
  let pending = null;
  /** Its messages so far, which the page receives if it is accepted. @type {Decoded[]} */
  let held = [];
  let isResumed = false;

  /** @param {FieldError[]} errors */
  function refuse(errors) {
    pending = null;
    held = [];
    onRefused(errors);
  }

  /** @param {Opening} opening @param {Decoded} message @returns {FieldError[]} */
  function errorsIn(opening, message) {
    if (message.type === "error") return errorsOf(message);
    if (message.type !== "config") return [];
    return [...(opening.checkpoint && !isResumed ? [OTHER_NETWORK] : []), ...objections(opening, message)];
  }

  return {
    /** @param {Opening} opening */
    open(opening) {
      pending = opening;
      reconnect();
    },

    isPending: () => pending !== null,

    /** The fields of the greeting that opens the pending experiment; null if there is none. */
    greeting() {
      if (!pending) return null;
      held = [];
      const { link, examples, checkpoint } = pending;
      return { link, ...(examples && { examples }), ...(checkpoint && { checkpoint, playing: false }) };
    },

    /** The greeting itself was refused. @param {FieldError[]} errors */
    refuse,

    /**
     * @param {Decoded} message
     * @returns {Decoded[]} the messages that the page receives now
     */
    take(message) {
      if (!pending) return [message];
      if (message.type === "welcome") isResumed = message.resumed === "checkpoint";
      const errors = errorsIn(pending, message);
      if (errors.length > 0) {
        refuse(errors);
        reconnect();
        return [];
      }
      held.push(message);
      if (message.type !== "config") return [];
      const [accepted, messages] = [pending, held];
      pending = null;
      held = [];
      onAccepted(accepted);
      return messages;
    },
  };
}

/**
 * The code of the user's own examples, if the link does not carry it.
 * @param {import("../core/types.js").Data | null} data @param {string} link
 */
export function examplesBeside(data, link) {
  return data?.examples && !carriesExamples(link) ? data.examples : null;
}
