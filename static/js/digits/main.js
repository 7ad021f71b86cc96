/** The page of handwritten digits. */

import { scoped } from "../lib/storage.js";
import { createClassMenu } from "../page/classMenu.js";
import { createPlayground } from "../page/playground.js";
import { isElsewhere } from "../page/subject.js";
import { DIGITS } from "./digits.js";

if (!isElsewhere(DIGITS)) {
  createPlayground(DIGITS, { storages: ({ tab, runs }) => ({ tab: scoped(tab, DIGITS.name), runs }) });
  createClassMenu();
}
