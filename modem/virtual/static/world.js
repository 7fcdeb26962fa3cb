// The virtual world on the page: posts with their sirens, a resident's phone, an officer's phone, and the air between.
import { drawn, el, region } from "./dom.js";
import { guide } from "./guide.js";
import { handset } from "./handset.js";
import { posts } from "./posts.js";
import { scene, watch } from "./scene.js";
import { hear, soundOn, toggle } from "./sound.js";
import { readWords, word } from "./words.js";

export async function mount(room) {
  await readWords();
  const officer = handset("officer");
  const resident = handset("resident");
  const parts = [heading(), posts((number) => officer.take(number)), resident, guide((text) => resident.type(text)), officer];
  const [head, city, left, middle, right] = parts.map((part) => part.node);
  room.classList.add("world");
  room.setAttribute("aria-label", word("world.title"));
  room.replaceChildren(head, city, el("div", { class: "tabletop" }, left, middle, right));

  let waiting;
  const refresh = () => {
    waiting ??= setTimeout(() => {
      waiting = undefined;
      for (const part of parts) part.show();
      listen();
    }, 20);
  };
  setInterval(refresh, 1000);
  watch(refresh);
  refresh();
}

function listen() {
  const lamps = [...scene.posts.values()].some((post) => post.siren?.lamp);
  const ringing = [...scene.people.values()].some((one) => one.call?.state === "alerting" && one.call.incoming);
  hear({ lamps, ringing });
}

function heading() {
  const sound = el("button", { type: "button", class: "w-tool", onclick: () => toggle().then(show) });
  const draw = region(sound, (on) => [speaker(on), word(on ? "sound.on" : "sound.off")]);
  const link = el("span", { class: "w-link" });
  const drawLink = region(link, (linked) => !linked && word("world.cut"));
  const node = el("header", { class: "w-head" }, el("div", {}, el("h2", {}, word("world.title")), el("p", {}, word("world.what"))), link, sound);
  function show() {
    draw(Boolean(soundOn()));
    drawLink(scene.linked);
  }
  return { node, show };
}

function speaker(on) {
  return on ? drawn("sound", "M4 9.500v5h3.500L13 19V5L7.500 9.500Z", "M16.500 8.500a5 5 0 0 1 0 7") : drawn("mute", "M4 9.500v5h3.500L13 19V5L7.500 9.500Z", "m16.500 9.500 5 5", "m21.500 9.500-5 5");
}
