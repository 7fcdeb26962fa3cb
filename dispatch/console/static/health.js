// The parts of the program and its wires: one calm line while all is well, each fault in words and since when.
import { el, region } from "./dom.js";
import { icon } from "./icons.js";
import { letters } from "./letters.js";
import { saidOf } from "./saying.js";
import { state } from "./state.js";
import { dayTime } from "./time.js";
import { knownWord, word } from "./words.js";

const ORDER = ["modem", "sim", "credit", "provider", "callback", "proof", "ussd", "siren", "look-up", "letters", "spending", "loop", "store", "lead", "disk", "clock"];
const UNPROVEN = "unproven"; // a siren of whose path nothing is known yet: no fault, and not well either
const SAID = [UNPROVEN, "letters"]; // details, and kinds, that are told in words elsewhere on the page
const WORST = { failed: 0, degraded: 1, ok: 2 };

export function healthLine(refresh) {
  const summary = el("summary", {});
  const table = el("div", {});
  const post = letters(refresh);
  const node = el("details", { class: "health" }, summary, el("div", { class: "health-parts" }, post.node, table));
  const showSummary = region(summary, ({ bad, count, unproven, sample }) => [
    bad.map((part) => el("span", { class: `part part-${part.status}` }, icon(part.status), partName(part), " ", el("small", {}, word("health.since", { time: dayTime(part.since) })))),
    unproven ? el("span", { class: "part part-unproven" }, icon("siren"), word("health.unproven", { n: unproven })) : null,
    bad.length ? null : el("span", { class: "part part-ok" }, icon("ok"), count ? word("health.well", { n: count }) : word("health.wait")),
    sample.length ? el("span", { class: "part part-sample" }, el("span", { class: "chip chip-sample" }, word("mark.sample")), word("health.sample")) : null,
    el("span", { class: "health-more" }, word("health.more")),
  ]);
  const showTable = region(table, ({ parts, sample }) => [
    el("table", {}, el("tbody", {}, parts.map((part) => el("tr", { class: part.detail === UNPROVEN ? "part-unproven" : `part-${part.status}` }, el("th", { scope: "row" }, icon(part.detail === UNPROVEN ? "siren" : part.status), kind(part.kind)), el("td", {}, part.name === part.kind ? "" : part.name), el("td", {}, word(part.detail === UNPROVEN ? "detail.unproven" : `status.${part.status}`)), el("td", {}, word("health.since", { time: dayTime(part.since) })), el("td", {}, SAID.includes(part.detail) || SAID.includes(part.kind) ? "" : saidOf(part)))))),
    sample.length ? el("p", {}, el("span", { class: "chip chip-sample" }, word("mark.sample")), " ", sample.map((one) => word(`sample.${one.what}`, { n: one.count })).join(" · ")) : null,
  ]);
  return {
    node,
    show() {
      const parts = [...state.health].sort((a, b) => worst(a) - worst(b) || ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || a.name.localeCompare(b.name));
      const sample = state.city.sample ?? [];
      const unproven = parts.filter((part) => part.detail === UNPROVEN);
      const bad = parts.filter((part) => part.status !== "ok" && part.detail !== UNPROVEN);
      showSummary({ bad, count: parts.length - unproven.length, unproven: unproven.length, sample });
      showTable({ parts, sample });
      post.show();
    },
  };
}

function worst(part) {
  return part.detail === UNPROVEN ? WORST.ok + 1 : WORST[part.status];
}

function kind(name) {
  return knownWord(`part.${name}`) ? word(`part.${name}`) : name;
}

function partName(part) {
  const name = part.name === part.kind ? "" : ` ${part.name}`;
  return `${kind(part.kind)}${name}: ${word(`status.${part.status}`)}`;
}
