// The incident board: everything on it is read from the running program, and every act goes through its verbs.
import { alarmBanner } from "./alarm.js";
import { boardList } from "./board.js";
import { el } from "./dom.js";
import { page, tell } from "./hands.js";
import { head } from "./head.js";
import { healthLine } from "./health.js";
import { incidentView } from "./incident.js";
import { keys } from "./keys.js";
import { live } from "./live.js";
import { needsList } from "./needs.js";
import { listen } from "./sound.js";
import { heard, pick, state } from "./state.js";
import { now, setNow, setZone, tickClocks } from "./time.js";

export async function mount(room) {
  const parts = [alarmBanner(refresh), needsList(refresh), boardList(refresh), incidentView(refresh), head(refresh), healthLine(refresh)];
  const [banner, needs, list, view, header, health] = parts.map((part) => part.node);
  const desk = el("main", { class: "desk" }, el("div", { class: "side" }, needs, list), view);
  room.replaceChildren(banner, desk, header, health); // the keyboard's order; the style has the head on top
  listen(refresh);
  keys(room);
  const asked = Number(new URLSearchParams(location.search).get("incident"));
  if (asked) pick(asked);

  let waiting;
  function refresh() {
    waiting ??= setTimeout(() => {
      waiting = undefined;
      for (const part of parts) part.show();
      desk.classList.toggle("is-calm", state.incidents.size === 0);
      tickClocks(room);
      tell();
    }, 30);
  }

  setInterval(refresh, 1000);
  refresh();
  live("/console/events", (name, data) => {
    if (data?.now) setNow(data.now);
    state.heardAt = now();
    heard(name, data);
    refresh();
  }, (linked) => {
    if (state.linked !== linked) state.linkedSince = Date.now();
    state.linked = linked;
    refresh();
  }, page);
  await readCity();
  refresh();
}

async function readCity() {
  try {
    state.city = await (await fetch("/console/city")).json();
    setNow(state.city.now);
    setZone(state.city.timezone);
  } catch {
    setTimeout(readCity, 3000);
  }
}
