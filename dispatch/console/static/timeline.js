// Everything that happened, read anew whenever the incident changes.
import { el, region, strange } from "./dom.js";
import { clockTime } from "./time.js";
import { knownWord, label, word } from "./words.js";

export function timeline() {
  const list = el("ol", { class: "lines" });
  const node = el("section", { class: "timeline" }, el("h3", {}, word("timeline.title")), list);
  const show = region(list, (lines) => lines.map((line) => el("li", { "data-kind": line.kind }, el("time", {}, clockTime(line.at)), el("span", {}, strange(text(line))))));
  let of;
  let reading = false;
  let again = false;

  async function read(id) {
    reading = true;
    try {
      const answer = await fetch(`/console/incidents/${id}`);
      const told = answer.ok ? await answer.json() : null;
      if (told && of?.id === id) show([...told.timeline].reverse());
    } catch {
      again = true; // the live push will bring another occasion
    }
    reading = false;
    if (again && of) {
      again = false;
      setTimeout(() => read(of.id), 500);
    }
  }

  return {
    node,
    show(one) {
      const seen = JSON.stringify(one);
      if (of?.seen === seen) return;
      if (of?.id !== one.id) show([]);
      of = { id: one.id, seen };
      if (reading) again = true;
      else read(one.id);
    },
  };
}

function text(line) {
  const words = label(line.text, "");
  if (words) return words;
  return knownWord(`line.${line.kind}`) ? word(`line.${line.kind}`) : line.kind;
}
