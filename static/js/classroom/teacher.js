/** The first module of the teacher's page: finds the class that this browser leads. */

import { LINK_ENTRY, requestClass } from "../page/classMenu.js";
import { createTeacherPage } from "../teacher/page.js";
import { createClassEntry, secretIn } from "../teacher/secret.js";
import { createStarting } from "../teacher/starting.js";

const entry = createClassEntry(() => localStorage);
takeSecret();
// the address of another class, entered in this page, is no experiment
addEventListener("hashchange", (event) => {
  if (!takeSecret()) return;
  event.stopImmediatePropagation();
  location.reload();
});
const own = entry.get();
if (own === null) createStarting().show("none");
else if (own.code === "") void findCode(own.secret);
else createTeacherPage(entry);

/** Takes the secret out of the address. Returns whether there was one. */
function takeSecret() {
  const found = secretIn(location.hash);
  if (!found) return false;
  entry.begin(found);
  history.replaceState(null, "", location.pathname + location.search + beginningLink());
  return true;
}

/** The experiment that the page before this one showed. */
function beginningLink() {
  try {
    const link = sessionStorage.getItem(LINK_ENTRY) ?? "";
    sessionStorage.removeItem(LINK_ENTRY);
    return link;
  } catch {
    return "";
  }
}

/** The address has told the secret only. @param {string} secret */
async function findCode(secret) {
  const { status, found: whole } = await requestClass({ secret });
  if (whole) {
    entry.change({ code: whole.code });
    createTeacherPage(entry);
    return;
  }
  const isWrong = status === 403 || status === 404;
  if (isWrong) entry.forget();
  createStarting().show(isWrong ? "wrong" : "offline");
}
