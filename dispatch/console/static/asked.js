// What an act must know before it is done: each asks in a dialog, and resolves to its fields or to null.
import { dialog, fieldOf } from "./dialog.js";
import { el } from "./dom.js";
import { state } from "./state.js";
import { label, word } from "./words.js";

const MOST = { text: 300, note: 500, close: 500 }; // characters

export const ASKED = { cancel: sure("cancel"), assign, place, text, close, mark, note };

function sure(verb) {
  return (one) => dialog(word(`sure.${verb}.title`, { what: what(one) }), el("p", {}, word(`sure.${verb}.why`)), word(`act.${verb}`), { danger: true });
}

// Whoever can be sent, the likeliest first; read when it is asked, so that duty and reach are those of now.
async function assign(one, fields) {
  if (fields.to) return {}; // the button named him
  const { choices } = await (await fetch(`/console/incidents/${one.id}/sending`)).json();
  const group = (key, on) => {
    const those = choices.filter((each) => each.on_duty === on);
    return those.length ? el("optgroup", { label: word(key) }, those.map((each) => el("option", { value: each.to }, each.label))) : null;
  };
  const list = el("select", { name: "to", required: true }, el("option", { value: "" }, word("assign.choose")), group("assign.on_duty", true), group("assign.off_duty", false));
  return dialog(word("assign.title", { what: what(one) }), [fieldOf(word("assign.field"), list), el("p", { class: "ask-hint" }, word(one.state === "accepted" ? "assign.keeps" : "assign.goes_on"))], word("act.assign"));
}

async function place(one) {
  const before = one.place?.street ?? one.place?.landmark ?? ""; // what stands there; the kelurahan follows from the point
  const words = el("input", { name: "text", maxlength: 200, autocomplete: "off", value: before });
  const map = el("div", { class: "ask-map" });
  const check = (said) => (!said.text.trim() ? word("place.empty") : said.text.trim() === before ? word("place.same") : "");
  onMap(map, one.place, words);
  return dialog(word("place.title", { what: what(one) }), fieldOf(word("place.words"), words, word("place.words_hint")), word("act.place"), { check, after: map });
}

const MAP_STYLES = ["/console/static/vendor/leaflet/leaflet.css", "/console/static/map/map.css"];

// The map's own module, where this house has one.
async function onMap(node, place, field) {
  for (const href of MAP_STYLES) if (!document.querySelector(`link[href="${href}"]`)) document.head.append(el("link", { rel: "stylesheet", href }));
  try {
    await (await import("./map/pick.js")).pointMap(node, { place, field });
  } catch {
    node.replaceChildren(el("p", {}, word("place.no_map")));
  }
}

function text(one, fields) {
  const officer = one.state === "accepted" && one.accepted_by;
  const to = officer && el("select", { name: "to" }, el("option", { value: "reporter", selected: fields.to !== "officer" }, word("text.reporter")), el("option", { value: "officer", selected: fields.to === "officer" }, word("text.officer", { name: one.accepted_by })));
  return dialog(word("text.title", { what: what(one) }), [to && fieldOf(word("text.to"), to), fieldOf(word("text.words"), area(MOST.text), word("text.hint", { code: one.code }))], word("act.text"), { check: needsWords });
}

function close(one) {
  const findings = Object.entries(state.city.findings ?? {}).map(([value, labels]) => el("option", { value }, label(labels, value)));
  return dialog(word("sure.close.title", { what: what(one) }), [fieldOf(word("close.finding"), el("select", { name: "finding" }, findings)), fieldOf(word("close.words"), area(MOST.close)), el("p", { class: "ask-hint" }, word("sure.close.why"))], word("act.close"));
}

// ``as`` comes with the button; only what stops everything is asked about.
function mark(one, fields) {
  if (fields.as === "real") return Promise.resolve({});
  return dialog(word(`mark.${fields.as}.title`, { what: what(one) }), [el("p", {}, word(`mark.${fields.as}.why`)), fieldOf(word("close.words"), area(MOST.note))], word(`mark.${fields.as}`), { danger: true });
}

function note(one) {
  return dialog(word("note.title", { what: what(one) }), fieldOf(word("note.words"), area(MOST.note)), word("act.note"), { check: needsWords });
}

function area(most) {
  return el("textarea", { name: "words", rows: 3, maxlength: most });
}

function needsWords(said) {
  return said.words.trim() ? "" : word("words.empty");
}

function what(one) {
  return `#${one.code} ${label(one.kind_label, one.kind)}`;
}
