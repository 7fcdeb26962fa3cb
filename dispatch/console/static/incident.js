// One incident, whole: what was typed, how it was read, where, what to do, who was rung, and everything since.
import { act, myName } from "./acts.js";
import { clock } from "./board.js";
import { el, region, strange } from "./dom.js";
import { icon } from "./icons.js";
import { ladder } from "./ladder.js";
import { number } from "./number.js";
import { placeLine } from "./place.js";
import { face, nobodyAt, selected } from "./state.js";
import { timeline } from "./timeline.js";
import { clockTime, dayTime } from "./time.js";
import { label, word } from "./words.js";

const CAN = { pending: ["accept", "confirm", "cancel"], confirmed: ["accept", "next", "cancel"], nobody: ["accept", "next", "cancel"], look: ["accept", "confirm", "cancel"], accepted: ["close", "cancel"] };
const NOT_HIS = ["relay", "accept", "recall"]; // roles of letters that others wrote
const SETTLE = 600; // milliseconds in which the buttons rest after the page turned to another incident

export function incidentView(refresh) {
  const empty = el("div", { class: "view-empty" }, word("view.empty"));
  const hero = el("header", { class: "hero" });
  const told = el("div", { class: "told" });
  const acts = el("div", { class: "acts" });
  const rungs = ladder();
  const lines = timeline();
  const body = el("div", { class: "view-body" }, hero, acts, told, el("div", { class: "course" }, rungs.node, lines.node));
  const node = el("main", { class: "view" }, body, empty);
  const showHero = region(hero, heroOf);
  const showTold = region(told, (one) => [el("div", { class: "told-who" }, placeLine(one.place), reporter(one)), said(one).map((message, at) => typed(one, message, at === 0))]);
  const showActs = region(acts, (look) => actsOf(look, refresh));
  let last;

  return {
    node,
    show() {
      const one = selected();
      body.hidden = !one;
      empty.hidden = Boolean(one);
      if (!one) return;
      if (last !== one.id) rest(acts, last !== undefined);
      last = one.id;
      const look = face(one);
      body.dataset.face = look;
      const { effects, messages, place, reading, ...rest_ } = one;
      showHero({ one: rest_, look });
      showTold({ ...one, effects: undefined, next_at: undefined });
      showActs({ id: one.id, code: one.code, kind: one.kind, kind_label: one.kind_label, look, name: myName(), waits: one.siren_allowed === false && !one.quiet });
      rungs.show(one, look);
      lines.show(one);
    },
  };
}

function rest(acts, turned) {
  if (!turned) return;
  acts.inert = true;
  setTimeout(() => { acts.inert = false; }, SETTLE);
}

function heroOf({ one, look }) {
  return [
    el("div", { class: "hero-state" }, icon(look), el("span", {}, word(`state.${look}`))),
    el("div", { class: "hero-words" }, el("h2", {}, label(one.kind_label, one.kind) || word("kind.unknown")), el("span", { class: "code" }, `#${one.code}`), one.drill && el("span", { class: "chip" }, word("mark.drill")), one.quiet && el("span", { class: "chip chip-warn" }, word("mark.quiet"))),
    el("div", { class: "hero-clock" }, el("time", clock(one, look), ["closed", "cancelled"].includes(look) ? dayTime(one.opened_at) : ""), el("small", {}, caption(one, look))),
  ];
}

function caption(one, look) {
  if (look === "confirmed") return [word("clock.alarm"), " ", el("b", { "data-down": new Date(nobodyAt(one)).toISOString() })];
  if (look === "accepted") return word("clock.accepted", { name: one.accepted_by ?? "", time: one.accepted_at ? clockTime(one.accepted_at) : "" });
  return word(`clock.${look}`);
}

function reporter(one) {
  return el("div", { class: "reporter" }, icon("person"), el("span", {}, one.caller_name && [strange(one.caller_name), " · "], strange(number(one.caller))), el("span", { class: one.registered ? "chip" : "chip chip-warn" }, word(one.registered ? "caller.registered" : "caller.unregistered")), one.siren_allowed === false && ["pending", "confirmed"].includes(one.state) && el("span", { class: "chip chip-warn" }, word("mark.siren_waits")));
}

// What the reporter wrote: not the letters of officers and sirens, and a long SMS once, whole if it is.
function said(one) {
  const own = (one.messages ?? []).filter((each) => !NOT_HIS.includes(each.role));
  const whole = own.some((each) => each.role === "whole");
  return own.filter((each) => !(whole && each.kind === "part"));
}

// "payaroba" was read as Paya Roba.
function squashed(text) {
  return String(text ?? "").toLowerCase().replace(/\s+/g, "");
}

function typed(one, message, first) {
  const saw = (one.reading?.saw ?? []).filter((each) => squashed(message.text).includes(squashed(each)));
  const missed = message.kind === "missed_call";
  return el(
    "figure",
    { class: "typed" },
    el("blockquote", {}, missed ? el("em", {}, word("message.missed_call")) : message.text ? strange(message.text, saw) : el("em", {}, word("message.empty"))),
    el("figcaption", {}, [message.at && dayTime(message.at), saw.length ? word("message.read", { saw: saw.join(", "), kind: label(one.kind_label, one.kind) }) : null, first && label(one.agency)].filter(Boolean).join(" · "), message.doubt && el("span", { class: "chip chip-warn", title: message.doubt }, word("mark.doubt"))),
  );
}

function actsOf({ id, code, kind, kind_label, look, name, waits }, refresh) {
  const one = { id, code, kind, kind_label };
  const button = (verb, sign, text) => el("button", { type: "button", class: `act act-${verb} ${verb === "accept" ? "act-main" : ""}`, onclick: () => act(one, verb, refresh) }, icon(sign), text);
  const can = CAN[look] ?? [];
  return [
    can.includes("accept") && button("accept", "accepted", name ? word("act.accept", { name }) : word("act.accept.short")),
    can.includes("close") && button("close", "closed", word("act.close")),
    can.includes("confirm") && button("confirm", "confirmed", word("act.confirm")),
    can.includes("next") && waits && button("confirm", "siren", word("act.siren")),
    can.includes("next") && button("next", "next", word("act.next")),
    can.includes("cancel") && button("cancel", "cancelled", word("act.cancel")),
  ];
}
