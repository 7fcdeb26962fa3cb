// The world's own words, in the language that the page was read in.
let words = {};

export async function readWords() {
  const language = document.documentElement.lang === "en" ? "en" : "id";
  words = await (await fetch(new URL(`./words/${language}.json`, import.meta.url))).json();
}

export function word(key, fields = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => fields[name] ?? "");
}
