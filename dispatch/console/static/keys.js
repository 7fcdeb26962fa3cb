// The keyboard: the skip link leads to what needs a person, and single keys move there too. A key only moves: what it
// stands on is done by Enter. They can be switched off at this seat (WCAG 2.2, 2.1.4).
import { dialog } from "./dialog.js";
import { el } from "./dom.js";
import { word } from "./words.js";

const KEPT = "kentongan-keys";
const PLACES = {
  p: [".banner-nobody .act-main", ".need .act", ".row[tabindex='0']"], // needs a person
  d: [".row[tabindex='0']"], // the list
  t: [".acts .act-main", ".acts button"], // the acts of the incident that is shown
};

export function keys(room) {
  const go = (places) => places.map((one) => room.querySelector(one)).find((one) => one?.checkVisibility())?.focus();
  const skip = document.querySelector("a.skip");
  skip?.addEventListener("click", (event) => {
    event.preventDefault();
    go([...PLACES.p, "button"]);
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || busy(event.target)) return;
    if (event.key === "?") help();
    else if (on() && PLACES[event.key]) go(PLACES[event.key]);
    else return;
    event.preventDefault();
  });
}

// Where somebody types, or answers a question, no key moves.
function busy(target) {
  return Boolean(document.querySelector("dialog[open]") || target.closest?.("input, textarea, select, [contenteditable], .leaflet-container, #beside"));
}

function on() {
  return localStorage.getItem(KEPT) !== "off";
}

export async function help() {
  const lines = ["tab", "p", "d", "arrows", "t", "enter", "help"].map((one) => [el("dt", {}, el("kbd", {}, word(`keys.${one}`))), el("dd", {}, word(`keys.${one}.does`))]);
  const box = el("input", { type: "checkbox", name: "on", checked: on() });
  const said = await dialog(word("keys.title"), [el("dl", { class: "keys" }, lines), el("label", { class: "keys-on" }, box, " ", word("keys.on"))], word("keys.keep"));
  if (said) localStorage.setItem(KEPT, said.on ? "on" : "off");
}
