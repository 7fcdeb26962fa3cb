// The head: whose city, what time it is there, sound. The program's name, light, language and letters are the frame's
// (templates/nav.html).
import { el, region } from "./dom.js";
import { icon } from "./icons.js";
import { help } from "./keys.js";
import { soundState, toggleSound } from "./sound.js";
import { state } from "./state.js";
import { label, word } from "./words.js";

export function head(refresh) {
  const city = el("h1", { class: "head-name" });
  const node = el(
    "header",
    { class: "head" },
    city,
    el("div", { class: "head-clock", title: word("head.clock") }, el("time", { "data-wall": true, "aria-label": word("head.clock") }), " ", el("span", { class: "head-zone" }, document.documentElement.dataset.zoneName)),
    el("div", { class: "head-tools" }, soundButton(refresh), el("button", { type: "button", class: "tool", title: word("keys.title"), onclick: help }, icon("keys"), el("span", { class: "tool-word" }, word("keys.short")))),
  );
  const showCity = region(city, (title) => title);
  return { node, show: () => { showCity(label(state.city.title, state.city.name)); node.refreshSound(); } };

  function soundButton() {
    const button = el("button", { type: "button", class: "tool", onclick: () => toggleSound().then(refresh) });
    const draw = region(button, (now) => [icon(now === "on" ? "sound" : "mute"), el("span", { class: "tool-word" }, word(`sound.${now}`))]);
    queueMicrotask(() => {
      node.refreshSound = () => { draw(soundState()); button.hidden = soundState() === "locked"; }; // then the banner asks
    });
    return button;
  }
}
