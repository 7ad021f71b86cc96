/** The first module of the student's page of a class, for handwritten digits. */

import { openStudent } from "../classroom/student.js";
import { DIGITS } from "../digits/digits.js";

openStudent(DIGITS);
