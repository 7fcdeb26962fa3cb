// Keeps the screen of a waiting room true: asks every few seconds, says so when it cannot, and never goes blank.
import { el } from "/console/static/dom.js";

const EVERY_MS = 3000;
const PATIENCE_MS = 8000; // longer than that is no answer
const TURN_MS = 12000; // with more doctors than fit, the next ones after so long
const MOST = 6;

const hall = document.getElementById("hall");
const doctors = document.getElementById("hall-doctors");
const clock = document.getElementById("hall-clock");
const day = document.getElementById("hall-day");
const cut = document.getElementById("hall-cut");
const say = (name, fields = {}) =>
  Object.entries(fields).reduce((text, [key, value]) => text.replace(`{${key}}`, value), hall.dataset[name] ?? "");

let known = null; // what was told last
let heard = 0; // performance.now() when it was
let drawn = "";
let turn = 0;
let before = new Map(); // by doctor: the number, and when it was called out again

function pad(number) {
  return String(number).padStart(2, "0");
}

// The city's clock, from the server's moment and what passed since: the screen's own may be wrong.
function city(at, since) {
  const there = new Date(Date.parse(at) + since + known.offset_min * 60000);
  return `${pad(there.getUTCHours())}.${pad(there.getUTCMinutes())}`;
}

function doctor(one, called) {
  const head = el("h2", {}, one.service, one.room && [" ", el("span", { class: "hall-room" }, say("room", { room: one.room }))]);
  const who = el("p", { class: "hall-who" }, one.doctor);
  const box = (...rest) => el("section", { class: `hall-doctor hall-${one.state}${called ? " hall-called" : ""}` }, head, who, rest);
  if (one.state === "closed") return box(el("p", { class: "hall-label" }, say("closed")), el("p", { class: "hall-why" }, one.reason));
  const next = one.next.length
    ? [el("span", {}, say("next")), " ", one.next.map((number) => [el("b", {}, String(number)), " "])]
    : el("span", {}, say("nextless"));
  return box(
    el("p", { class: "hall-label" }, say(one.state === "ahead" ? "ahead" : "serving")),
    el("p", { class: "hall-number" }, one.now === null ? say("none") : String(one.now)),
    el("p", { class: "hall-next" }, next),
    el("p", { class: "hall-note" }, noted(one)),
  );
}

function noted(one) {
  if (one.late) return say("late", { time: one.late });
  if (one.state === "ahead") return say("hours", { hours: one.hours });
  return one.waits ? say("waits", { count: one.waits }) : "";
}

function draw() {
  const all = known.doctors;
  const pages = Math.max(1, Math.ceil(all.length / MOST));
  const here = all.slice((turn % pages) * MOST, (turn % pages) * MOST + MOST);
  const now = JSON.stringify(here);
  if (now === drawn) return;
  drawn = now;
  doctors.dataset.many = String(Math.max(1, here.length));
  const boxes = here.map((one) => {
    const last = before.get(one.key);
    const called = last !== undefined && one.now !== null && last !== `${one.now} ${one.again}`;
    return doctor(one, called);
  });
  const nobody = () => el("section", { class: "hall-doctor hall-closed" }, el("p", { class: "hall-label" }, say("nobody")), known.shut && el("p", { class: "hall-why" }, known.shut));
  doctors.replaceChildren(...(boxes.length ? boxes : [nobody()]));
  for (const one of here) before.set(one.key, `${one.now} ${one.again}`);
}

async function ask() {
  try {
    const answer = await fetch(hall.dataset.state, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
    if (!answer.ok) throw new Error(String(answer.status));
    known = await answer.json();
    heard = performance.now();
    cut.hidden = true;
    draw();
  } catch {
    if (known === null) cut.textContent = say("cut", { time: clock.textContent });
    else cut.textContent = say("cut", { time: city(known.at, 0) });
    cut.hidden = false;
  }
  setTimeout(ask, EVERY_MS);
}

setInterval(() => {
  if (known === null) return;
  clock.textContent = city(known.at, performance.now() - heard);
  day.textContent = known.day;
}, 1000);
setInterval(() => {
  turn += 1;
  if (known !== null) draw();
}, TURN_MS);
ask();
