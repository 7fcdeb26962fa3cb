// Under the glass while a call is up: who speaks, and a button where nobody has switched the sound on yet.
import { el, region } from "./dom.js";
import { ear } from "./listen.js";
import { name } from "./scene.js";
import { soundOn, wake } from "./sound.js";
import { word } from "./words.js";

const BARS = 5;

export function meter(pan) {
  const far = bars();
  const own = bars();
  const farName = el("span", { class: "speaker" });
  const hear = el("button", { type: "button", class: "hear-key", onclick: () => wake(true).then(() => { hear.hidden = soundOn(); }) });
  const node = el("div", { class: "meter", role: "img" }, el("div", { class: "meter-side" }, farName, far.node), el("div", { class: "meter-side" }, el("span", { class: "speaker" }, word("meter.own")), own.node));
  const showName = region(farName, (who) => who);
  const showHear = region(hear, () => word("meter.hear"));
  let mine = "far";
  const heard = ear(pan, (near, other) => {
    const [theirs, ours] = mine === "far" ? [near, other] : [other, near];
    far.show(theirs);
    own.show(ours);
    node.setAttribute("aria-label", theirs > ours ? word("meter.far") : ours ? word("meter.near") : word("meter.quiet"));
  });
  return {
    nodes: [node, hear],
    show(call) {
      const up = call?.state === "active" && !document.hidden;
      mine = call?.side ?? "far";
      heard.follow(up ? call.id : null);
      node.hidden = !up;
      hear.hidden = !up || soundOn();
      if (!up) return;
      showName(name(call.number) ?? word("centre"));
      showHear(1);
    },
  };
}

function bars() {
  const lamps = Array.from({ length: BARS }, () => el("i", {}));
  return {
    node: el("span", { class: "signal", "aria-hidden": "true" }, lamps),
    show: (level) => lamps.forEach((lamp, at) => lamp.classList.toggle("lit", at < level)),
  };
}
