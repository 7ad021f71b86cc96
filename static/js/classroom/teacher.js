/** Opens the teacher's page: finds the class that this browser leads, or starts one. */

import { ownStorage } from "../net/root.js";
import { START_ENTRY } from "../page/classMenu.js";
import { createNoClass } from "../teacher/noClass.js";
import { createTeacherPage } from "../teacher/page.js";
import { createClassEntry, secretIn } from "../teacher/secret.js";
import { requestClass } from "./starting.js";

/** @param {import("../page/views.js").Subject} subject */
export function openTeacher(subject) {
  const tab = ownStorage(() => sessionStorage);
  const entry = createClassEntry(ownStorage(() => localStorage), tab);
  const noClass = createNoClass({ entry, begin: lead });
  /** Whether the page has connected to a class; it does so once. */
  let isConnected = false;

  const hasSecret = takeSecret();
  const link = takeStart();
  // the address of another class, entered in this page, is no experiment
  addEventListener("hashchange", (event) => {
    if (!takeSecret()) return;
    event.stopImmediatePropagation();
    location.reload();
  });
  if (link !== null && !hasSecret) {
    history.replaceState(null, "", location.pathname + link);
    void noClass.start();
  } else {
    lead();
  }

  /** Leads the class that this browser knows. */
  function lead() {
    if (isConnected) return location.reload();
    const own = entry.get();
    if (own === null) return noClass.show("none");
    if (own.code === "") return void findCode(own.secret);
    isConnected = true;
    noClass.show(null);
    createTeacherPage(subject, entry, noClass);
  }

  /** Takes the secret out of the address. Returns whether there was one. */
  function takeSecret() {
    const found = secretIn(location.hash);
    if (!found) return false;
    entry.begin(found);
    history.replaceState(null, "", location.pathname + location.search);
    return true;
  }

  /** The experiment that a class is to start with, if the page before this one has asked for it. */
  function takeStart() {
    try {
      const asked = tab().getItem(START_ENTRY);
      tab().removeItem(START_ENTRY);
      return asked;
    } catch {
      return null;
    }
  }

  /** The address has told the secret only. @param {string} secret */
  async function findCode(secret) {
    const { status, found } = await requestClass({ secret });
    if (found) {
      entry.change(found);
      return lead();
    }
    const isWrong = status === 403 || status === 404;
    if (isWrong) entry.forget();
    noClass.show(isWrong ? "wrong" : "offline");
  }
}
