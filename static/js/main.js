/** The page of the playground. */

import { createClassMenu } from "./page/classMenu.js";
import { createPlayground } from "./page/playground.js";
import { isElsewhere } from "./page/subject.js";
import { PLANE } from "./plane/plane.js";

if (!isElsewhere(PLANE)) {
  createPlayground(PLANE);
  createClassMenu();
}
