// The console's own words, Indonesian first; what phones are told are texts of the city pack and come as data.
import { levelWord } from "./levels.js";

const KNOWN = ["id", "en"];
let words = {};
export let language = "id";

export async function readWords() {
  const read = document.documentElement.lang; // as the server wrote the page
  language = KNOWN.includes(read) ? read : "id";
  words = await (await fetch(new URL(`./words/${language}.json`, import.meta.url))).json();
}

// word("act.accept", {name: "Sari"}); an unknown key shows itself, so that it is seen and mended.
export function word(key, fields = {}) {
  const text = words[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => fields[name] ?? levelWord(name));
}

export function knownWord(key) {
  return Object.hasOwn(words, key);
}

// A label that the city pack gives in several languages.
export function label(labels, fallback) {
  if (typeof labels === "string") return labels;
  return labels?.[language] ?? labels?.id ?? fallback ?? "";
}
