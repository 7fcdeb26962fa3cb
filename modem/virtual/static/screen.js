// The little screen: bars, name, and below them the talk by SMS, or the call that is on.
import { el } from "./dom.js";
import { name } from "./scene.js";
import { word } from "./words.js";

export function screenOf(person) {
  if (person.off) return el("div", { class: "glass-off" }, word("phone.off"));
  const bar = el("div", { class: "glass-bar" }, el("span", { "aria-hidden": "true" }, "▂▄▆"), el("span", {}, word("centre")), el("span", {}, person.count ? `${person.count}/${person.most}` : "✉"));
  return [bar, person.call ? onCall(person) : talk(person)];
}

function onCall({ call, seconds, role }) {
  const far = name(call.number) ?? word("centre");
  const rung = call.incoming && call.state === "alerting";
  const state = call.state === "active" ? "talking" : rung ? "rung" : "calling";
  const two = (n) => String(n).padStart(2, "0");
  return el(
    "div",
    { class: `on-call on-call-${state}` },
    el("span", { class: "far" }, far),
    el("strong", {}, word(`call.${state}`)),
    seconds !== null && el("span", { class: "call-clock" }, `${Math.floor(seconds / 60)}:${two(seconds % 60)}`),
    state === "talking" && call.incoming && el("span", { class: "call-hint" }, word(role === "resident" ? "call.hint.resident" : "call.hint.officer")),
    call.keys ? el("span", { class: "keys-heard" }, call.keys) : null,
  );
}

function talk({ inbox, sent, role }) {
  const all = [...inbox.map((one) => ({ ...one, way: "in" })), ...sent.map((one) => ({ ...one, way: "out" }))].sort((a, b) => Date.parse(a.at) - Date.parse(b.at)).slice(-30);
  if (!all.length) return el("div", { class: "talk talk-empty" }, word(`talk.empty.${role === "resident" ? "resident" : "officer"}`));
  return el("ol", { class: "talk", tabindex: 0 }, all.map((one) => el("li", { class: `say say-${one.way}` }, el("bdi", {}, one.text), one.parts < one.of ? el("small", {}, ` [${one.parts}/${one.of}]`) : null)));
}
