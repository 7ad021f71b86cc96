/** The screen of a class, for a projector. */

import { createPlayground } from "../page/playground.js";

createPlayground();
