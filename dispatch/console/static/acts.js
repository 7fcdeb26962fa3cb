// What a person can do; as whom, the session says. Each act carries what its person saw.
import { ASKED } from "./asked.js";
import { learn } from "./detail.js";
import { dialog, fieldOf } from "./dialog.js";
import { el, strange } from "./dom.js";
import { busyWith } from "./hands.js";
import { send } from "./send.js";
import { heard, pick, state } from "./state.js";
import { clockTime } from "./time.js";
import { label, word } from "./words.js";

export function myName() {
  return document.body.dataset.name ?? "";
}

// ``verb``: of the program's acts. What an act needs to know is asked for first, with the revision that was seen then.
export async function act(one, verb, refresh, fields = {}) {
  const seen = state.incidents.get(one.id)?.revision ?? one.revision ?? 0;
  pick(one.id);
  refresh();
  const ask = ASKED[verb];
  if (ask) {
    busyWith(verb);
    const said = await ask(one, fields).finally(() => busyWith(""));
    if (!said) return;
    fields = { ...fields, ...said };
  }
  await carryOut(one, verb, fields, seen);
  refresh();
}

// Said of an act that ends help: who sits here proves who he is. It holds for some minutes.
const PROOF = ["site.prove", "site.unproven"];

function proven(why) {
  const pin = el("input", { name: "pin", type: "password", inputmode: "numeric", autocomplete: "off", maxlength: 200, required: true });
  return dialog(word("proof.title"), [el("p", {}, why), fieldOf(word("proof.pin"), pin)], word("proof.go"), { danger: true });
}

async function carryOut(one, verb, fields, seen) {
  try {
    const answer = await send(`/console/incidents/${one.id}/${verb}`, { ...fields, seen: String(seen) });
    const told = await answer.json();
    learn(told);
    if (answer.ok) return;
    if (told.undone?.length) {
      if (await anyway(one, verb, told)) await carryOut(one, verb, fields, told.incident.revision);
    } else if (answer.status === 403 && PROOF.includes(told.key)) {
      const proof = await proven(told.error);
      if (proof) await carryOut(one, verb, { ...fields, ...proof }, seen);
    } else await tell(told.error ?? "");
  } catch {
    await tell(word("act.unreachable"));
  }
}

// Somebody else did something since: who, what, when; and done all the same only knowingly.
function anyway(one, verb, told) {
  const lines = told.undone.map((line) => el("li", {}, el("time", {}, clockTime(line.at)), " ", strange(line.said), line.typed && [": ", strange(line.typed)]));
  const what = word(`act.${verb}.short`);
  return dialog(word("undoes.title"), [el("p", {}, told.error), el("ol", { class: "undone" }, lines)], word("undoes.anyway", { what }), { danger: true });
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

export function what(one) {
  return `#${one.code} ${label(one.kind_label, one.kind)}`;
}

function tell(text) {
  return dialog(word("act.refused"), el("p", {}, strange(text)));
}
