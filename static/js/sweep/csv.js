/** The rows of a sweep as a CSV file, and the link and the command that compute the same. Pure. */

import { csvCell } from "../results/csv.js";
import { placesOf } from "../luck/starts.js";

/**
 * @typedef {import("../luck/starts.js").Starts} Starts
 * @typedef {import("../luck/starts.js").Start} Start
 */

/** Columns after those of the axes, as the command line has them. @type {[string, (start: Start) => string | number | null][]} */
const COLUMNS = [
  ["seed", ({ seed }) => seed], ["weight_seed", ({ weight_seed: seed }) => seed], ["epoch", ({ epoch }) => epoch],
  ["train_loss", ({ train_loss: loss }) => loss], ["test_loss", ({ test_loss: loss }) => loss],
  ["train_accuracy", ({ train_accuracy: share }) => share], ["test_accuracy", ({ test_accuracy: share }) => share],
  ["reached", ({ reached }) => reached], ["diverged", ({ diverged }) => diverged], ["stopped", ({ stopped }) => stopped],
];

/** A line for each start, in the order of the cells. @param {Starts} sweep */
export function csvOf({ axes, count, starts }) {
  const head = ["index", "cell", "start", ...axes.map(({ key }) => key), ...COLUMNS.map(([name]) => name)];
  const rows = [...starts].sort((one, other) => one.index - other.index).map((start) => {
    const cell = Math.floor(start.index / count);
    const places = placesOf(axes, cell);
    const values = axes.map(({ values: all, texts }, axis) => (typeof all[places[axis]] === "number" ? all[places[axis]] : texts[places[axis]]));
    return [start.index, cell, start.index % count, ...values, ...COLUMNS.map(([, read]) => read(start))];
  });
  return `${[head, ...rows].map((row) => row.map(csvCell).join(",")).join("\r\n")}\r\n`;
}

/** A word for a shell, in single quotes. @param {string} text */
const quoted = (text) => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** Text in a link, percent-encoded where the server does it. @param {string} text */
const encoded = (text) => encodeURIComponent(text).replace(/%(?:2C|3A|3B)/g, decodeURIComponent);

/**
 * The link of an experiment with a sweep.
 * @param {string} link  with or without a sweep @param {string} text  of the sweep
 */
export function linkWith(link, text) {
  const parts = link.replace(/^#/, "").split("&").filter((part) => part !== "" && !part.startsWith("sweep="));
  return `#${[...parts, `sweep=${encoded(text)}`].join("&")}`;
}

/** The command line that computes the same rows. @param {string} link  with the sweep @param {boolean} untilGoal */
export const commandOf = (link, untilGoal) => `playground sweep ${quoted(link)}${untilGoal ? " --until-goal" : ""}`;
