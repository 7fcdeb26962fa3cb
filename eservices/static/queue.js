// Watches whether the queue is still as the page shows it. When it is not, the page is drawn anew: at once if nobody is
// at it, else when he asks, so that no button moves away under a thumb.
import { el } from "/console/static/dom.js";

const EVERY_MS = 3000;
const PATIENCE_MS = 8000;
const QUIET_MS = 2500; // so long without a touch, a key, a step

const live = document.getElementById("live");
let touched = 0;
let at = live.dataset.at;
for (const kind of ["pointerdown", "pointermove", "keydown", "scroll"]) {
  addEventListener(kind, () => (touched = performance.now()), { passive: true, capture: true });
}

function busy() {
  const typed = [...document.querySelectorAll("main input:not([type=hidden]):not([type=checkbox]), main textarea")];
  const begun = typed.some((one) => one.value !== one.defaultValue) || document.querySelector("main details[open]");
  return begun || performance.now() - touched < QUIET_MS;
}

function tell(...words) {
  live.replaceChildren(el("div", { class: "notice" }, ...words));
}

function clock(iso) {
  const there = new Date(iso);
  return `${String(there.getHours()).padStart(2, "0")}.${String(there.getMinutes()).padStart(2, "0")}`;
}

async function ask() {
  try {
    const answer = await fetch(live.dataset.state, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
    if (!answer.ok) throw new Error(String(answer.status));
    const told = await answer.json();
    at = clock(told.at);
    if (told.mark === live.dataset.mark) live.replaceChildren();
    else if (busy()) {
      const again = () => location.replace(location.pathname);
      tell(el("span", {}, live.dataset.changed), el("button", { class: "act act-small", type: "button", onclick: again }, live.dataset.reload));
    } else {
      location.replace(location.pathname);
      return;
    }
  } catch {
    tell(el("span", {}, live.dataset.cut.replace("{time}", at)));
  }
  setTimeout(ask, EVERY_MS);
}

setTimeout(ask, EVERY_MS);
