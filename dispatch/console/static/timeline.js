// Everything that happened, read anew whenever the incident changes.
import { el, region, strange } from "./dom.js";
import { clockTime } from "./time.js";
import { reason } from "./reason.js";
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

// The page's own words for what it knows the kind of; else what the program wrote down.
function text(line) {
  if (line.kind === "alarm") return word("line.alarm", { text: reason(line.text) });
  const key = `line.${line.kind}`;
  if (!knownWord(key)) return [line.who, line.text].filter(Boolean).join(": ");
  const outcome = [`said.${line.kind}.${line.outcome}`, `outcome.${line.kind}.${line.outcome}`, `outcome.${line.outcome}`].find(knownWord);
  return word(key, { ...line, outcome: outcome ? word(outcome) : (line.outcome ?? ""), name: line.name ?? line.who, kind: label(line.label), saw: (line.saw ?? []).join(", ") });
}
