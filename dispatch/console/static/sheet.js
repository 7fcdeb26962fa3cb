// An incident's own page, live: whose hand is on it, and that something of it changed. Where nobody types it shows the
// change by itself; else it says so and leaves what is typed. What would be undone the program refuses in any case.
import { el } from "./dom.js";
import { live } from "./live.js";
import { send } from "./send.js";
import { knownWord, readWords, word } from "./words.js";

const AGAIN = 10_000; // milliseconds; the program forgets a silent window after 30 s
const SETTLE = 3000; // a burst of changes is one
const TYPED = "input:not([type=hidden]), textarea, select";
const room = document.querySelector("#sheet-live");
const incident = Number(room.dataset.incident);
const page = [...crypto.getRandomValues(new Uint8Array(9))].map((one) => one.toString(36)).join("").slice(0, 16);
const begun = new Map([...document.querySelectorAll(`main form :is(${TYPED})`)].map((one) => [one, one.value]));
const hands = el("span", { class: "row-of" });
const news = el("span", {});
let revision = Number(room.dataset.revision);
let stamp = null;
let told = "";

function doing() {
  const form = document.activeElement?.matches(TYPED) ? document.activeElement.closest("form") : null;
  const act = form?.getAttribute("action")?.split("/").pop() ?? "";
  return knownWord(`hand.${act}`) ? act : "";
}

function tell(again = false) {
  const now = doing();
  if (document.hidden || (now === told && !again)) return;
  told = now;
  send("/console/hands", { page, incident, doing: now }).catch(() => { told = ""; });
}

function busy() {
  const typed = [...begun].some(([one, before]) => one.value !== before);
  return document.hidden || typed || document.activeElement?.matches(TYPED) || [...document.querySelectorAll("audio")].some((one) => !one.paused);
}

function show(all) {
  const others = all.filter((one) => one.incident === incident && one.page !== page);
  hands.replaceChildren(...others.map((one) => el("span", { class: one.doing ? "chip chip-warn" : "chip" }, word(one.doing ? `hand.${one.doing}` : "hand.looks", { name: one.name }))));
}

function changed() {
  news.replaceChildren(el("strong", {}, word("sheet.changed")), " ", el("a", { href: location.pathname }, word("sheet.reload")));
  setTimeout(() => { if (!busy()) location.replace(location.pathname); }, SETTLE);
}

function heard(name, data) {
  if (name === "hands") show(data);
  if (name !== "incident" || data.id !== incident) return;
  const newer = data.revision > revision || (stamp !== null && data.stamp !== stamp);
  [revision, stamp] = [Math.max(revision, data.revision), data.stamp];
  if (newer) changed();
}

await readWords();
room.replaceChildren(hands, news);
live("/console/events", heard, () => {}, page);
tell(true);
setInterval(() => tell(true), AGAIN);
for (const event of ["focusin", "focusout"]) document.addEventListener(event, () => setTimeout(tell, 50));
document.addEventListener("visibilitychange", () => tell(true));
