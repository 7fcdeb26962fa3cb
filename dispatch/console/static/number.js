// A phone number as people read it aloud.
import { word } from "./words.js";

export function number(text) {
  return String(text ?? "").replace(/^(\+62)(\d{3})(\d{4})(\d+)$/, "$1 $2-$3-$4") || word("caller.hidden");
}
