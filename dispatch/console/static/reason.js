// Why a person must look now: the program's own line in the person's words, where there are any.
import { knownWord, word } from "./words.js";

export function reason(text) {
  const [, line, n] = String(text ?? "").match(/^(.*?)\s*(\d+)?$/s);
  const key = `why.${line}`;
  return knownWord(key) ? word(key, { n }) : text;
}
