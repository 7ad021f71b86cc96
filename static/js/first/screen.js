/** The first module of the screen of a class, for the plane. */

import { openScreen } from "../classroom/screen.js";
import { PLANE } from "../plane/plane.js";

openScreen(PLANE);
