// The whole of the picked incident, read anew whenever its summary says that something of it has changed.
import { desk, state } from "./state.js";

const PAUSE = 250; // milliseconds between two readings: a burst of changes is one

let reading = false;
let due = null;

// What is known of it now, or undefined; newer knowledge comes with ``refresh``.
export function detailOf(one, refresh) {
  const known = state.details.get(one.id);
  if (desk && known?.stamp !== `${one.stamp}/${one.revision}`) read(one, refresh);
  return known;
}

export function learn(told, stamp = "") {
  const { incident, ...rest } = told;
  if (!incident) return;
  if (state.details.size > 30) state.details.clear();
  state.details.set(incident.id, { ...rest, incident, stamp });
}

async function read(one, refresh) {
  due = one;
  if (reading) return;
  reading = true;
  while (due) {
    const { id, stamp, revision } = due;
    due = null;
    try {
      const answer = await fetch(`/console/incidents/${id}`);
      if (answer.ok) learn(await answer.json(), `${stamp}/${revision}`);
      refresh();
    } catch {
      // the live push brings another occasion
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  reading = false;
}
