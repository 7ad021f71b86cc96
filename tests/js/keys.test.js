import assert from "node:assert/strict";
import test from "node:test";

import { createKeyReader, digitOf } from "../../static/js/lib/keys.js";

const CODES = [..."QWERTYUIOPASDFGHJKLZXCVBNM"].map((letter) => `Key${letter}`);
/** What the letters' keys type, in the order of the codes; of Hebrew and Greek some type punctuation. */
const FOREIGN = {
  Russian: "йцукенгшщзфывапролдячсмить",
  Ukrainian: "йцукенгшщзфівапролдячсмить",
  Bulgarian: "чшертъуиопасдфгхйклзжцвбнм",
  Greek: ";ςερτυθιοπασδφγηξκλζχψωβνμ",
  Hebrew: "/'קראטוןםפשדגכעיחלךזסבהנמצ",
  Arabic: ["ض", "ص", "ث", "ق", "ف", "غ", "ع", "ه", "خ", "ح", "ش", "س", "ي", "ب", "ل", "ا", "ت", "ن", "م", "ئ", "ء", "ؤ", "ر", "لا", "ى", "ة"],
  Georgian: "ქწერტყუიოპასდფგჰჯკლზხცვბნმ",
  Armenian: "քոեռտըւիօպասդֆգհյկլզղցվբնմ",
  Thai: ["ๆ", "ไ", "ำ", "พ", "ะ", "ั", "ี", "ร", "น", "ย", "ฟ", "ห", "ก", "ด", "เ", "้", "่", "า", "ส", "ผ", "ป", "แ", "อ", "ิ", "ื", "ท"],
  Korean: "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡ",
};
const LATIN = {
  Qwerty: "qwertyuiopasdfghjklzxcvbnm",
  Qwertz: "qwertzuiopasdfghjklyxcvbnm",
  Azerty: "azertyuiopqsdfghjklwxcvbn,",
  Dvorak: "',.pyfgcrlaoeuidhtn;qjkxbm",
  Colemak: "qwfpgjluy;arstdhneizxcvbkm",
};

for (const [layout, keys] of Object.entries(FOREIGN)) {
  test(`letters on a ${layout} keyboard count by position`, () => {
    const read = createKeyReader();
    const typed = [...keys];
    // whoever has typed one letter of it has shown what keyboard it is
    read({ key: typed[10], code: CODES[10] });
    for (const [place, code] of CODES.entries()) assert.equal(read({ key: typed[place], code }), code.at(-1)?.toLowerCase());
    for (const [place, code] of CODES.entries()) assert.equal(read({ key: typed[place].toUpperCase(), code, shiftKey: true }), code.at(-1)?.toLowerCase());
  });
}

for (const [layout, keys] of Object.entries(LATIN)) {
  test(`letters on a ${layout} keyboard count by label`, () => {
    const read = createKeyReader();
    for (const [place, code] of CODES.entries()) assert.equal(read({ key: keys[place], code }), keys[place]);
    for (const [place, code] of CODES.entries()) assert.equal(read({ key: keys[place].toUpperCase(), code }), keys[place]);
  });
}

test("a layout change applies from the next letter", () => {
  const read = createKeyReader();
  assert.equal(read({ key: "'", code: "KeyW" }), "'");
  read({ key: "ש", code: "KeyA" });
  assert.equal(read({ key: "'", code: "KeyW" }), "w");
  read({ key: "a", code: "KeyA" });
  assert.equal(read({ key: "'", code: "KeyW" }), "'");
});

test("other keys keep their meaning, including synonyms", () => {
  const read = createKeyReader();
  for (const [key, code] of [["ArrowRight", "ArrowRight"], ["Escape", "Escape"], [" ", "Space"], ["?", "Digit7"], ["?", "Slash"], ["é", "Digit2"], ["ö", "Semicolon"]]) {
    assert.equal(read({ key, code }), key);
  }
  assert.equal(read({ key: "؟", code: "Slash" }), "?");
  assert.equal(read({ key: "？", code: "Slash" }), "?");
  assert.equal(read({ key: "ı", code: "KeyI" }), "i");
  assert.equal(read({ key: "Process", code: "KeyR" }), "r");
  assert.equal(read({ key: "Dead", code: "KeyN" }), "Dead");
  assert.equal(read({ key: "ğ", code: "KeyE" }), "ğ");
});

test("digits are found on every row of digits", () => {
  assert.equal(digitOf({ key: "3", code: "Digit3" }), 3);
  assert.equal(digitOf({ key: "3", code: "Numpad3" }), 3);
  assert.equal(digitOf({ key: "3", code: "Digit3", shiftKey: true }), 3);
  assert.equal(digitOf({ key: "\"", code: "Digit3" }), 3);
  assert.equal(digitOf({ key: "٣", code: "Digit3" }), 3);
  assert.equal(digitOf({ key: "#", code: "Digit3", shiftKey: true }), null);
  assert.equal(digitOf({ key: "e", code: "KeyE" }), null);
});
