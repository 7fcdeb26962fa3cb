// What the virtual network says of itself, as it happens, and the few things a person can do in it.
const HERE = new URL("../", import.meta.url); // where the network's HTTP is mounted

export const scene = { title: "", gateway: [], tries: [], people: new Map(), posts: new Map(), air: [], linked: false };

export function name(number) {
  if (scene.gateway.includes(number)) return null; // the caller says who the centre is
  return scene.people.get(number)?.name ?? [...scene.posts.values()].find((post) => post.siren?.number === number)?.name ?? number;
}

export function watch(changed) {
  const source = new EventSource(new URL("scene/events", HERE));
  const on = (kind, take) => source.addEventListener(kind, (event) => { take(JSON.parse(event.data)); scene.linked = true; changed(kind); });
  on("stage", (stage) => Object.assign(scene, stage));
  on("folk", (here) => {
    for (const number of scene.people.keys()) if (!here.includes(number)) scene.people.delete(number);
  });
  on("person", (person) => scene.people.set(person.number, person));
  on("post", (post) => scene.posts.set(post.id, post));
  on("air", (event) => { scene.air.push(event); scene.air.splice(0, scene.air.length - 60); });
  source.onerror = () => {
    scene.linked = false;
    changed("link");
    if (source.readyState === EventSource.CLOSED) setTimeout(() => watch(changed), 2000);
  };
}

export const send = (from, to, text) => ask("POST", `phones/${encodeURIComponent(from)}/sms`, { to, text });
export const ring = (from, to) => ask("POST", `phones/${encodeURIComponent(from)}/call`, { to, ring_s: 30 });
export const answer = (number) => ask("POST", `phones/${encodeURIComponent(number)}/answer`, {});
export const hangUp = (number) => ask("POST", `phones/${encodeURIComponent(number)}/hangup`, {});
export const press = (number, keys) => ask("POST", `phones/${encodeURIComponent(number)}/keys`, { keys });
export const behave = (number, behaviour) => ask("PUT", `phones/${encodeURIComponent(number)}`, behaviour);
export const sirenState = (number, state) => ask("PUT", `sirens/${encodeURIComponent(number)}`, { state });

async function ask(method, path, body) {
  try {
    const answered = await fetch(new URL(path, HERE), { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    return answered.ok;
  } catch {
    return false;
  }
}
