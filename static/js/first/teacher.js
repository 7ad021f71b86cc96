/** The first module of the teacher's page of a class, for the plane. */

import { openTeacher } from "../classroom/teacher.js";
import { PLANE } from "../plane/plane.js";

openTeacher(PLANE);
