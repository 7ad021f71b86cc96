/** The page of the playground. */

import { createPlayground } from "./page/playground.js";

createPlayground();
