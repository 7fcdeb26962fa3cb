// Whose hand is on what: this window tells the others, and shows theirs.
import { send } from "./send.js";
import { desk, selected, state } from "./state.js";
import { word } from "./words.js";

const AGAIN = 10_000; // milliseconds; the program forgets a silent window after 30 s

export const page = [...crypto.getRandomValues(new Uint8Array(9))].map((one) => one.toString(36)).join("").slice(0, 16);
let doing = "";
let told = "";
let at = 0;

// A dialog is open: "place", "close" …; empty: none.
export function busyWith(what) {
  doing = what;
  tell();
}

export function tell() {
  if (!desk || document.hidden) return;
  const incident = selected()?.id ?? 0;
  const now = `${incident} ${doing}`;
  if (now === told && Date.now() - at < AGAIN) return;
  told = now;
  at = Date.now();
  send("/console/hands", { page, incident, doing }).catch(() => { told = ""; });
}

export function othersAt(id) {
  return state.hands.filter((one) => one.incident === id && one.page !== page);
}

// "Budi sedang membetulkan tempat"
export function handWords(one) {
  return word(one.doing ? `hand.${one.doing}` : "hand.looks", { name: one.name });
}
