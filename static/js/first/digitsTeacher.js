/** The first module of the teacher's page of a class, for handwritten digits. */

import { openTeacher } from "../classroom/teacher.js";
import { DIGITS } from "../digits/digits.js";

openTeacher(DIGITS);
