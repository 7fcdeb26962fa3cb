// Typing as on a keypad phone: the same key again, soon, turns to its next letter. In a code and in the answer to a
// menu the digit comes first.
const LETTERS = { 1: " .,?!1", 2: "ABC2", 3: "DEF3", 4: "GHI4", 5: "JKL5", 6: "MNO6", 7: "PQRS7", 8: "TUV8", 9: "WXYZ9", 0: " 0", "*": "*", "#": "#" };
const SOON = 900; // milliseconds

export const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];

export function engraved(key) {
  return { 1: ".,?", 0: "␣", "*": "", "#": "" }[key] ?? LETTERS[key].slice(0, -1);
}

export function taps(field, digitsFirst) {
  let last = "";
  let turn = 0;
  let at = 0;
  return (key) => {
    const letters = digitsFirst() ? LETTERS[key].slice(-1) + LETTERS[key].slice(0, -1) : LETTERS[key];
    const again = key === last && Date.now() - at < SOON && letters.length > 1;
    turn = again ? (turn + 1) % letters.length : 0;
    const before = again ? field.value.slice(0, -1) : field.value;
    field.value = before + letters[turn];
    field.dispatchEvent(new Event("input"));
    last = key;
    at = Date.now();
  };
}
