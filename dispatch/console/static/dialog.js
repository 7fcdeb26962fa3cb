// A question over the page; resolves to the values of its fields for the main button, to null for anything else.
import { el } from "./dom.js";
import { word } from "./words.js";

export function dialog(title, content, yes, { check = () => "", danger = false, after = null } = {}) {
  return new Promise((resolve) => {
    const wrong = el("p", { class: "ask-wrong", role: "alert", hidden: true });
    const done = (value) => {
      const fault = value ? check(value) : "";
      wrong.textContent = fault;
      wrong.hidden = !fault;
      if (fault) return;
      box.close();
      box.remove();
      resolve(value);
    };
    const form = el("form", { method: "dialog", onsubmit: (event) => { event.preventDefault(); if (event.target === form) done(Object.fromEntries(new FormData(form))); } });
    const main = yes && el("button", { type: "submit", class: `act ${danger ? "act-danger" : "act-main"}` }, yes);
    const back = el("button", { type: "button", class: "act", onclick: () => done(null) }, word(yes ? "act.back" : "act.understood"));
    form.append(el("h2", {}, title), ...[content].flat(Infinity).filter(Boolean), wrong, el("div", { class: "ask-acts" }, main, back));
    const box = el("dialog", { class: "ask", "aria-label": title }, form, after);
    box.addEventListener("cancel", (event) => { event.preventDefault(); done(null); });
    document.querySelector("#console").append(box);
    box.showModal();
    (box.querySelector("input, select, textarea") ?? back).focus();
  });
}

export function fieldOf(label, control, hint = "") {
  return el("label", { class: "ask-field" }, el("span", {}, label), control, hint && el("small", {}, hint));
}
