/** The teacher's page of a class. */

import { createPlayground } from "../page/playground.js";

createPlayground();
