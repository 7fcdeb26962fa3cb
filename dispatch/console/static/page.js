// The page: the console, and beside it whatever the front door named (in the demo: the virtual world).
import { mount } from "./console.js";
import { el } from "./dom.js";
import { readWords, word } from "./words.js";

const room = document.querySelector("#console");
const beside = document.querySelector("#beside");
const script = document.body.dataset.beside;

await readWords();
mount(room);
if (script) {
  document.body.classList.add("two");
  beside.hidden = false;
  (await import(script)).mount(beside);
  document.body.append(tabs());
}

// On a phone the two halves are two tabs.
function tabs() {
  const show = (which) => {
    document.body.dataset.tab = which;
    for (const one of bar.children) one.setAttribute("aria-pressed", String(one.dataset.tab === which));
  };
  const tab = (which) => el("button", { type: "button", "data-tab": which, onclick: () => show(which) }, word(`tab.${which}`));
  const bar = el("nav", { class: "tabs" }, tab("beside"), tab("console"));
  show("beside");
  return bar;
}
