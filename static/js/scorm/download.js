/** The part of the link builder that makes a package for learning platforms. */

import { byId, download, setText } from "../lib/dom.js";
import { urlOf } from "../net/root.js";
import { pageOf } from "../page/subject.js";
import { SCRIPTS, fileNameOf, packageZip } from "./package.js";

const WITH_GOALS = "The package reports the share of goals reached as the score, and “passed” when all of them are.";
const WITHOUT_GOALS = "This link has no goal, so the package can only report “completed” when it is opened. Set a goal to let it report more.";
const FAILED = "The package could not be made, because the server does not answer. Try again.";

/** The scripts of the package. @param {string} folder  their address, from the root on @returns {Promise<Record<string, string>>} rejected if one is missing */
async function readScripts(folder) {
  const texts = await Promise.all(SCRIPTS.map(async (name) => {
    const response = await fetch(urlOf(`${folder}${name}`));
    if (!response.ok) throw new Error(`${name}: ${response.status}`);
    return [name, await response.text()];
  }));
  return Object.fromEntries(texts);
}

export function createPackageDownload() {
  const title = byId("builder-title", HTMLInputElement);
  const button = byId("builder-package", HTMLButtonElement);
  const note = byId("builder-package-note", HTMLElement);
  const fault = byId("builder-package-fault", HTMLElement);
  /** The address of the playground in the package. */
  let address = "";

  async function make() {
    setText(fault, "");
    button.disabled = true;
    try {
      const scripts = await readScripts(button.dataset.scripts ?? "");
      download(fileNameOf(title.value), packageZip({ title: title.value, address, scripts }), "application/zip");
    } catch {
      setText(fault, FAILED);
    }
    button.disabled = false;
  }
  button.addEventListener("click", () => void make());

  return {
    /** @param {string} composed  the link, from "#" on @param {boolean} hasGoals */
    draw(composed, hasGoals) {
      address = urlOf(`${pageOf(composed)}?embed=1${composed}`);
      setText(note, hasGoals ? WITH_GOALS : WITHOUT_GOALS);
    },
  };
}
