// What a person can do; as whom, the session says.
import { el, strange } from "./dom.js";
import { heard, pick } from "./state.js";
import { clockTime } from "./time.js";
import { knownWord, label, word } from "./words.js";

const ASKS = ["cancel", "close"]; // acts that end something are asked about once, by number and kind

export function myName() {
  return document.body.dataset.name ?? "";
}

export async function act(incident, verb, refresh) {
  if (ASKS.includes(verb) && !(await sure(incident, verb))) return;
  pick(incident.id);
  try {
    const answer = await send(`/console/incidents/${incident.id}/${verb}`);
    const told = await answer.json();
    if (told.incident) heard("incident", told.incident);
    if (!answer.ok) await tell(refusal(told));
  } catch {
    await tell(word("act.unreachable"));
  }
  refresh();
}

// "I know that this letter did not arrive."
export async function seen(letter, refresh) {
  try {
    const answer = await send(`/console/letters/${letter.id}/seen`);
    if (answer.ok) heard("post", await answer.json());
  } catch {
    await tell(word("act.unreachable"));
  }
  refresh();
}

function send(path, body = {}) {
  const csrf = document.querySelector('meta[name="csrf"]').content;
  return fetch(path, { method: "POST", headers: { "Content-Type": "application/json", "X-CSRF": csrf }, body: JSON.stringify(body) });
}

function refusal({ incident, error }) {
  const key = `refused.${incident?.state}`;
  if (!knownWord(key)) return error ?? "";
  return word(key, { code: incident.code, name: incident.accepted_by ?? "", time: incident.accepted_at ? clockTime(incident.accepted_at) : "" });
}

function sure(incident, verb) {
  const what = `#${incident.code} ${label(incident.kind_label, incident.kind)}`;
  return dialog(word(`sure.${verb}.title`, { what }), [el("p", {}, word(`sure.${verb}.why`))], word(`act.${verb}`));
}

function tell(text) {
  return dialog(word("act.refused"), [el("p", {}, strange(text))]);
}

// A question over the page; resolves true for the main button, false for anything else.
function dialog(title, content, yes, ready = () => true) {
  return new Promise((resolve) => {
    const done = (value) => {
      if (value && !ready()) return;
      box.close();
      box.remove();
      resolve(value);
    };
    const main = yes && el("button", { type: "button", class: "act act-main", onclick: () => done(true) }, yes);
    const back = el("button", { type: "button", class: "act", onclick: () => done(false) }, word(yes ? "act.back" : "act.understood"));
    const box = el("dialog", { class: "ask", "aria-label": title }, el("h2", {}, title), content, el("div", { class: "ask-acts" }, main, back));
    box.addEventListener("cancel", () => done(false));
    box.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target.tagName === "INPUT") done(true);
    });
    document.querySelector("#console").append(box);
    box.showModal();
    (box.querySelector("input") ?? back).focus();
  });
}
