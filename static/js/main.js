/** The page of the playground. */

import { createClassMenu } from "./page/classMenu.js";
import { createPlayground } from "./page/playground.js";
import { PLANE } from "./plane/plane.js";

createPlayground(PLANE);
createClassMenu();
