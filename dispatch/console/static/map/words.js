// The map's words, in the language that the server said the page has.
import { levelWord } from "../levels.js";

const KNOWN = ["id", "en"];
let words = {};

export async function readMapWords() {
  const said = document.documentElement.lang;
  const language = KNOWN.includes(said) ? said : KNOWN[0];
  words = await (await fetch(new URL(`./words/${language}.json`, import.meta.url))).json();
}

// say("near", {m: 50}); an unknown key shows itself, so that it is seen and mended.
export function say(key, fields = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => fields[name] ?? levelWord(name));
}
