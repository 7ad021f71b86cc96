/** The first module of the student's page of a class, for the plane. */

import { openStudent } from "../classroom/student.js";
import { PLANE } from "../plane/plane.js";

openStudent(PLANE);
