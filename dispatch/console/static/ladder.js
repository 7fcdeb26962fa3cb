// The ladder: what comes next, and below it every ring as it was intended, tried and answered, the latest on top.
import { el, region, strange } from "./dom.js";
import { icon } from "./icons.js";
import { number } from "./number.js";
import { clockTime, span } from "./time.js";
import { knownWord, word } from "./words.js";

const SIGNS = { siren: "siren", call: "call", call_back: "call", text: "text" };

export function ladder() {
  const list = el("ol", { class: "rungs" });
  const ahead = el("p", { class: "ahead" });
  const node = el("section", { class: "ladder", tabindex: "0", "aria-label": word("ladder.title") }, el("h3", {}, word("ladder.title")), ahead, list);
  const showList = region(list, ({ effects, from }) => (effects.length ? effects.map((one) => rung(one, from)) : el("li", { class: "rung-none" }, word("ladder.none"))));
  const showAhead = region(ahead, (at) => at && [icon("next"), el("span", {}, word("ladder.next")), el("b", { "data-down": at })]);
  return {
    node,
    show(one, look) {
      const effects = [...(one.effects ?? [])].sort((a, b) => begun(b) - begun(a));
      showList({ effects, from: one.confirmed_at ?? one.opened_at });
      showAhead(["confirmed", "nobody", "pending", "look"].includes(look) ? (one.next_at ?? null) : null);
    },
  };
}

function begun(one) {
  return Date.parse(one.started_at ?? one.attempted_at ?? one.intended_at);
}

// going · good · bad · still: what a ring came to, which the shape of its node tells
function tone(one) {
  if (one.state === "doing") return "going";
  if (["intended", "cancelled", "expired"].includes(one.state)) return "still";
  if (one.effect === "siren") return one.outcome === "rejected" || one.relayed_at ? "good" : "bad";
  if (one.effect === "call") return one.pressed ? "good" : "bad";
  if (one.effect === "call_back") return one.outcome === "answered" ? "good" : "bad";
  return one.state === "done" ? "good" : "bad";
}

function rung(one, from) {
  const look = tone(one);
  const at = begun(one);
  const running = look === "going" && one.started_at;
  return el(
    "li",
    { class: `rung rung-${look} rung-of-${one.effect}` },
    el("time", { title: clockTime(at) }, `+${span(at - Date.parse(from))}`),
    el("span", { class: "rung-node" }, icon(SIGNS[one.effect] ?? "next")),
    el(
      "div",
      { class: "rung-words" },
      el("div", { class: "rung-who" }, el("b", {}, strange(who(one))), one.sample && el("span", { class: "chip chip-sample" }, word("mark.sample"))),
      el("div", { class: "rung-outcome" }, look === "good" && icon("ok"), look === "bad" && icon("failed"), strange(outcome(one)), running && [" ", el("time", { "data-since": one.started_at })]),
    ),
  );
}

function who(one) {
  const station = one.station_name ?? one.station ?? "";
  if (one.effect === "siren") return word("ladder.siren", { station: station || one.target });
  if (one.effect === "call_back") return word("ladder.back");
  if (one.reporter) return word("ladder.reporter");
  const name = one.target_name ?? number(one.target);
  return station && station !== name ? `${name} · ${station}` : name;
}

function outcome(one) {
  const kind = one.effect;
  const state = one.state === "doing" && one.started_at ? "ringing" : one.state;
  const keys = [one.pressed && `outcome.${kind}.key`, one.relayed_at && `outcome.${kind}.relayed`, one.outcome && `outcome.${kind}.${one.outcome}`, one.outcome && `outcome.${one.outcome}`, `doing.${kind}.${state}`, `doing.${state}`];
  const key = keys.find((each) => each && knownWord(each));
  const words = key ? word(key, { key: one.pressed ?? "" }) : (one.outcome ?? one.state ?? "");
  const rang = kind !== "text" && one.alerted_s ? ` (${Math.round(one.alerted_s)} s)` : "";
  const about = kind === "text" && one.text ? `${knownWord(`text.${one.text}`) ? word(`text.${one.text}`) : one.text}, ` : "";
  return `${about}${words}${rang}`;
}
