// The program's time, not this computer's: an old office PC may be minutes off.
import { language } from "./words.js";

let offset = 0; // milliseconds
let zone = "Asia/Jakarta";

export function setNow(iso) {
  offset = Date.parse(iso) - Date.now();
}

export function setZone(name) {
  if (name) zone = name;
}

export function now() {
  return Date.now() + offset;
}

export function clockTime(when, seconds = true) {
  const parts = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone };
  return new Intl.DateTimeFormat("en-GB", seconds ? { ...parts, second: "2-digit" } : parts).format(new Date(when)).replaceAll(":", "."); // as every page writes it
}

export function dayTime(when) {
  const here = new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" });
  const day = here.format(new Date(when));
  return day === here.format(new Date(now())) ? clockTime(when, false) : `${dayName(when)} ${clockTime(when, false)}`;
}

function dayName(when) {
  const parts = { day: "numeric", month: "short", timeZone: zone };
  return new Intl.DateTimeFormat(language === "id" ? "id-ID" : "en-GB", parts).format(new Date(when));
}

// 0:07 · 12:40 · 3:05:00
export function span(ms) {
  const all = Math.max(0, Math.floor(ms / 1000));
  const [h, m, s] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  const two = (n) => String(n).padStart(2, "0");
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

// Clocks that run: one timer turns them all, and touches only the text of those whose text changes.
export function tickClocks(room) {
  for (const node of room.querySelectorAll("[data-since]")) {
    const until = node.dataset.until ? Date.parse(node.dataset.until) : now();
    set(node, span(until - Date.parse(node.dataset.since)));
  }
  for (const node of room.querySelectorAll("[data-down]")) set(node, span(Date.parse(node.dataset.down) - now() + 999));
  for (const node of room.querySelectorAll("[data-wall]")) set(node, clockTime(now()));
}

function set(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
