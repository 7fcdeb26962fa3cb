// The page /map: the map, live, and the links of the tables below, which look at their place on it.
import { el } from "../dom.js";
import { live } from "../live.js";
import { cityMap } from "./city.js";
import { say } from "./words.js";

const DUTY = 60_000; // milliseconds; people go on and off duty without an event
const HEARD = ["fresh", "board", "incident", "health"];
const node = document.querySelector("#map");
const cut = el("p", { class: "map-cut", role: "status", hidden: true });

try {
  const city = await cityMap(node, { near: node.dataset.near === "yes" });
  node.append(cut);
  city.focus(location.search);
  setInterval(city.refresh, DUTY);
  live("/console/events", (name) => HEARD.includes(name) && city.refresh(), (linked) => {
    cut.textContent = linked ? "" : say("cut");
    cut.hidden = linked;
  });
  for (const link of document.querySelectorAll("a[data-map]")) {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      history.replaceState(null, "", link.href);
      city.focus(link.dataset.map);
      node.scrollIntoView({ block: "nearest" });
      node.querySelector(".map-board").focus({ preventScroll: true });
    });
  }
} catch (fault) {
  console.warn(fault);
  node.replaceChildren(el("p", { class: "notice" }, say("failed")));
}
