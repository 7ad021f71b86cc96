/** The page of the playground. */

import { createClassMenu } from "./page/classMenu.js";
import { createPlayground } from "./page/playground.js";

createPlayground();
createClassMenu();
