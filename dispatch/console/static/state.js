// What the page knows, and the one place that decides what needs a person first.
import { now } from "./time.js";

export const state = { city: {}, incidents: new Map(), details: new Map(), health: [], post: { letters: [], costs: [], queues: [] }, needs: [], hands: [], more: 0, trouble: null, linked: null, linkedSince: Date.now(), heardAt: Date.now(), picked: null };

// Those who need what residents write; others see that something happens, and no more.
export const desk = document.body.dataset.desk === "yes";

const ENDED = ["closed", "cancelled"];

// The moment from which nobody having accepted is an alarm; the page counts it itself, so that it sounds even if the
// loop that should have said so has died.
export function nobodyAt(incident) {
  const from = incident.confirmed_at ?? incident.opened_at;
  return Date.parse(from) + (state.city.clocks?.nobody_s ?? 120) * 1000;
}

// Accepted, and nobody goes: it was sent to nobody, or to one who was called in vain.
function untaken({ alarm, unreached, goes, assigned_name }) {
  return Boolean(alarm || unreached || (!goes && !assigned_name));
}

// pending look confirmed nobody accepted untaken closed cancelled: the state as a person needs it.
export function face(incident) {
  if (incident.state === "pending" && incident.alarm) return "look";
  if (incident.state === "accepted" && untaken(incident)) return "untaken";
  if (incident.state !== "confirmed") return incident.state;
  return incident.alarm || now() >= nobodyAt(incident) ? "nobody" : "confirmed";
}

export const LOUD = ["nobody", "look"];
const RANK = { nobody: 0, look: 0, confirmed: 1, pending: 2, untaken: 2, accepted: 3, closed: 4, cancelled: 4 };

export function inOrder() {
  const rank = (one) => RANK[face(one)] ?? 5;
  const at = (one) => Date.parse(one.opened_at);
  return [...state.incidents.values()].sort((a, b) => rank(a) - rank(b) || (rank(a) < 3 ? at(a) - at(b) : at(b) - at(a)));
}

// What the bell is rung for: a drill rings nobody's ears.
export function alarmed() {
  return inOrder().filter((one) => LOUD.includes(face(one)) && !one.drill);
}

export function ended(incident) {
  return ENDED.includes(incident.state);
}

// The person's own pick stays, until it is taken care of and something new waits.
export function selected() {
  const picked = state.incidents.get(state.picked);
  const [first] = inOrder();
  if (!picked) return first;
  const settled = picked.state === "accepted" || ended(picked);
  return settled && first && ["confirmed", "pending", ...LOUD].includes(face(first)) && Date.parse(first.opened_at) > state.pickedAt ? first : picked;
}

export function pick(id) {
  state.picked = id;
  state.pickedAt = now();
}

export function heard(name, data) {
  if (name === "fresh") state.incidents.clear();
  if (name === "board") {
    const here = new Set(data);
    for (const id of state.incidents.keys()) if (!here.has(id)) state.incidents.delete(id);
  }
  if (name === "incident") state.incidents.set(data.id, data);
  if (name === "more") state.more = data.more;
  if (["health", "post", "trouble", "needs", "hands"].includes(name)) state[name] = data;
}
