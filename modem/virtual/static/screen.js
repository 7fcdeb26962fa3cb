// The little screen: the talk by SMS, the call that is on, or a USSD menu.
import { el } from "./dom.js";
import { name, scene } from "./scene.js";
import { word } from "./words.js";

export function screenOf(person) {
  if (person.off) return el("div", { class: "glass-off" }, word("phone.off"));
  if (person.call) return onCall(person);
  return person.ussd.state === "none" ? talk(person) : menu(person.ussd);
}

// Seven lines of 26 characters: what one USSD string holds.
function menu({ state, text }) {
  const said = { sent: word("ussd.sent"), failed: word("ussd.failed") }[state] ?? text;
  return el("div", { class: `ussd ussd-${state}`, tabindex: 0 }, el("bdi", { class: "ussd-text" }, said));
}

function onCall({ call, seconds }) {
  const far = name(call.number) ?? word("centre");
  const rung = call.incoming && call.state === "alerting";
  const state = call.state === "active" ? "talking" : rung ? "rung" : "calling";
  const two = (n) => String(n).padStart(2, "0");
  return el(
    "div",
    { class: `on-call on-call-${state}` },
    el("span", { class: "far" }, far),
    el("span", { class: "call-state" }, el("strong", {}, word(`call.${state}`)), seconds !== null && el("span", { class: "call-clock" }, `${Math.floor(seconds / 60)}:${two(seconds % 60)}`)),
    state === "talking" && call.incoming && el("span", { class: "call-hint" }, word("call.hint")),
    call.keys ? el("span", { class: "keys-heard" }, call.keys) : null,
  );
}

function talk({ inbox, sent, role }) {
  const all = [...inbox.map((one) => ({ ...one, way: "in" })), ...sent.map((one) => ({ ...one, way: "out" }))].sort((a, b) => Date.parse(a.at) - Date.parse(b.at)).slice(-30);
  if (!all.length) {
    const empty = role === "resident" ? (scene.codes.length ? "ussd" : "resident") : "officer";
    return el("div", { class: "talk talk-empty" }, word(`talk.empty.${empty}`, { code: scene.codes[0] }));
  }
  return el("ol", { class: "talk", tabindex: 0 }, all.map((one) => el("li", { class: `say say-${one.way}` }, el("bdi", {}, one.text), one.parts < one.of ? el("small", {}, ` [${one.parts}/${one.of}]`) : null)));
}
