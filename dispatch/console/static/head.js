// The head: whose city, what time it is there, who sits here, sound, light, language.
import { el, region } from "./dom.js";
import { drum, icon } from "./icons.js";
import { soundState, toggleSound } from "./sound.js";
import { state } from "./state.js";
import { label, language, otherLanguage, word } from "./words.js";

export function head(refresh) {
  const city = el("span", { class: "head-city" });
  const node = el(
    "header",
    { class: "head" },
    drum(),
    el("h1", { class: "head-name" }, "Kentongan", city),
    el("time", { class: "head-clock", "data-wall": true, "aria-label": word("head.clock") }),
    el("div", { class: "head-tools" }, soundButton(refresh), lightButton(), languageButton()),
  );
  const showCity = region(city, (title) => title);
  return { node, show: () => { showCity(label(state.city.title, state.city.name)); node.refreshSound(); } };

  function soundButton() {
    const button = el("button", { type: "button", class: "tool", onclick: () => toggleSound().then(refresh) });
    const draw = region(button, (now) => [icon(now === "on" ? "sound" : "mute"), el("span", { class: "tool-word" }, word(`sound.${now}`))]);
    queueMicrotask(() => {
      node.refreshSound = () => { draw(soundState()); button.dataset.sound = soundState(); };
    });
    return button;
  }
}

function lightButton() {
  const button = el("button", { type: "button", class: "tool", title: word("head.light"), "aria-label": word("head.light") });
  const draw = () => button.replaceChildren(icon(document.documentElement.dataset.theme === "dark" ? "sun" : "moon"));
  button.addEventListener("click", () => {
    const theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    document.documentElement.dataset.theme = theme;
    localStorage.setItem("kentongan-theme", theme);
    draw();
  });
  draw();
  return button;
}

function languageButton() {
  const other = language === "id" ? "en" : "id";
  return el("button", { type: "button", class: "tool tool-language", lang: other, title: word("head.language"), onclick: otherLanguage }, other.toUpperCase());
}
