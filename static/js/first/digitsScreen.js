/** The first module of the screen of a class, for handwritten digits. */

import { openScreen } from "../classroom/screen.js";
import { DIGITS } from "../digits/digits.js";

openScreen(DIGITS);
