/** The list of lessons: marks what the reader has done. */

import { byId } from "../lib/dom.js";
import { createProgress } from "./progress.js";
import { createCourse } from "./course.js";

createCourse(byId("course", HTMLElement), { progress: createProgress(() => localStorage) });
