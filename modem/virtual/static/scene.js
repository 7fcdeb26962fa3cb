// What the virtual network says of itself, as it happens, and the few things a person can do in it.
const HERE = new URL("../", import.meta.url); // where the network's HTTP is mounted

export const scene = { title: "", gateway: [], services: [], codes: [], tries: [], asks: [], people: new Map(), posts: new Map(), air: [], linked: false };

// The program's numbers that a text may go to: its modems', then a provider's.
export const ours = () => [...scene.gateway, ...scene.services];

export function name(number) {
  if (ours().includes(number)) return null; // the caller says who the centre is
  return scene.people.get(number)?.name ?? [...scene.posts.values()].find((post) => post.siren?.number === number)?.name ?? number;
}

// A page that nobody sees gives its connection back: browsers allow six to one server, and the console needs its own.
export function watch(changed) {
  let source;
  const open = () => {
    if (!source && !document.hidden) source = listen(changed, () => { source = undefined; setTimeout(open, 2000); });
  };
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) source = source?.close();
    else open();
  });
  open();
}

function listen(changed, ended) {
  const source = new EventSource(new URL("scene/events", HERE));
  const on = (kind, take) => source.addEventListener(kind, (event) => { take(JSON.parse(event.data)); scene.linked = true; changed(); });
  on("stage", (stage) => { Object.assign(scene, stage); scene.air = []; });
  on("post", (post) => scene.posts.set(post.id, post));
  on("folk", (here) => {
    for (const number of scene.people.keys()) if (!here.includes(number)) scene.people.delete(number);
  });
  on("person", (person) => scene.people.set(person.number, person));
  on("air", (event) => { scene.air.push(event); scene.air.splice(0, scene.air.length - 60); });
  source.onerror = () => {
    source.close();
    scene.linked = false;
    changed();
    ended();
  };
  return source;
}

// A call's sound as it is spoken, until it ends.
export const callSound = (id, signal) => fetch(new URL(`calls/${id}/listen`, HERE), { signal });

export const send = (from, to, text) => ask("POST", `phones/${encodeURIComponent(from)}/sms`, { to, text });
export const ring = (from, to) => ask("POST", `phones/${encodeURIComponent(from)}/call`, { to, ring_s: 30 });
export const answer = (number) => ask("POST", `phones/${encodeURIComponent(number)}/answer`, {});
export const hangUp = (number) => ask("POST", `phones/${encodeURIComponent(number)}/hangup`, {});
export const press = (number, keys) => ask("POST", `phones/${encodeURIComponent(number)}/keys`, { keys });
export const behave = (number, behaviour) => ask("PUT", `phones/${encodeURIComponent(number)}`, behaviour);
export const dial = (number, code) => ask("POST", `phones/${encodeURIComponent(number)}/ussd`, { dial: code });
export const reply = (number, input) => ask("POST", `phones/${encodeURIComponent(number)}/ussd`, { input });
export const putAway = (number) => ask("POST", `phones/${encodeURIComponent(number)}/ussd`, { cancel: true });
export const sirenState = (number, state) => ask("PUT", `sirens/${encodeURIComponent(number)}`, { state });

async function ask(method, path, body) {
  try {
    const answered = await fetch(new URL(path, HERE), { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    return answered.ok;
  } catch {
    return false;
  }
}
