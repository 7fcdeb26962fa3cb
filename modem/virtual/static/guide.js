// Between the phones: what a newcomer can try, ticked off as it happens, and what goes through the air.
import { drawn, el, region } from "./dom.js";
import { name, scene } from "./scene.js";
import { word } from "./words.js";

const STEPS = ["send", "lamp", "ring", "take", "told"];
const SHOWN = 7; // lines of the air

export function guide(type) {
  const steps = el("ol", { class: "guide-steps" });
  const tries = el("div", { class: "tries" });
  const asks = el("div", { class: "tries" });
  const asking = el("h3", {}, word("ask.title"));
  const air = el("ol", { class: "air" });
  const node = el("aside", { class: "guide" }, el("h3", {}, word("try.title")), tries, asking, asks, el("h3", {}, word("guide.title")), steps, el("div", { class: "air-part" }, el("h3", {}, word("air.title")), air));
  const showSteps = region(steps, ({ done }) => STEPS.map((step, at) => el("li", { class: done.includes(step) ? "done" : "" }, el("span", { class: "step-mark", "aria-hidden": "true" }, done.includes(step) ? drawn("tick", "m5 12.500 4.500 4.500L19 7.500") : String(at + 1)), words(step))));
  const buttons = (texts) => texts.map((text) => el("button", { type: "button", class: "try", onclick: () => type(text) }, text));
  const showTries = region(tries, buttons);
  const showAsks = region(asks, buttons);
  const showAir = region(air, (events) => events.map((event) => el("li", {}, line(event))));
  return {
    node,
    show() {
      showSteps({ done: done(), codes: scene.codes });
      showTries([...scene.tries.slice(0, -1), ...scene.codes, ...scene.tries.slice(-1)]);
      showAsks(scene.asks);
      asking.hidden = !scene.asks.length;
      showAir(scene.air.filter((event) => line(event)).slice(-SHOWN).reverse());
    },
  };
}

function words(step) {
  return step === "send" && scene.codes.length ? word("step.send.ussd", { code: scene.codes[0] }) : word(`step.${step}`);
}

// What has happened since the last report: the newcomer's five steps.
function done() {
  const resident = (number) => scene.people.get(number)?.role === "resident";
  const officer = (number) => scene.people.has(number) && !resident(number);
  let got = [];
  for (const event of scene.air) {
    const writes = event.kind === "submit" || (event.kind === "ussd" && event.typed);
    if (writes && resident(event.from)) got = got.includes("told") || !got.length ? ["send"] : got;
    else if (event.kind === "siren" && event.lamp && got.length) got.push("lamp");
    else if (event.kind === "alert" && officer(event.to) && got.length) got.push("ring");
    else if ((event.kind === "key" || event.kind === "submit") && officer(event.from) && got.length) got.push("take");
    else if (event.kind === "deliver" && resident(event.to) && got.includes("take")) got.push("told");
  }
  return [...new Set(got)];
}

function ussd({ typed, shown, to }, from) {
  if (typed?.startsWith("*")) return word("air.dial", { from, code: typed });
  if (typed) return word("air.typed", { from, code: to, typed });
  return shown ? word("air.shown", { from, code: to }) : "";
}

function line(event) {
  const who = (number) => name(number) ?? word("centre");
  const [from, to] = [who(event.from), who(event.to)];
  if (event.kind === "submit") return word("air.sms", { from, to });
  if (event.kind === "ussd") return ussd(event, from);
  if (event.kind === "alert") return word("air.alert", { from, to });
  if (event.kind === "answer") return word("air.answer", { to });
  if (event.kind === "key") return word("air.key", { from, key: event.key });
  if (event.kind === "siren") return word(event.lamp ? "air.lamp" : "air.dark", { name: who(event.number) });
  if (event.kind === "release") return word(event.cause === "rejected" ? "air.rejected" : "air.release", { from, to });
  return "";
}
