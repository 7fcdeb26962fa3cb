// One incident, whole: what was typed, how it was read, where, what to do, who was rung, and everything since.
import { act, myName } from "./acts.js";
import { clock, sentTo } from "./board.js";
import { detailOf } from "./detail.js";
import { el, region, strange } from "./dom.js";
import { handWords, othersAt } from "./hands.js";
import { icon } from "./icons.js";
import { ladder } from "./ladder.js";
import { placeMap } from "./map/beside.js";
import { number } from "./number.js";
import { placeLine } from "./place.js";
import { reason } from "./reason.js";
import { desk, face, nobodyAt, selected } from "./state.js";
import { timeline } from "./timeline.js";
import { clockTime, dayTime } from "./time.js";
import { knownWord, label, word } from "./words.js";

const NOT_HIS = ["relay", "accept", "recall"]; // roles of letters that others wrote
const SETTLE = 600; // milliseconds in which the buttons rest after the page turned to another incident

export function incidentView(refresh) {
  const empty = el("div", { class: "view-empty" }, word("view.empty"));
  const hero = el("header", { class: "hero" });
  const told = el("div", { class: "told" });
  const acts = el("div", { class: "acts", role: "group", "aria-label": word("acts.title") });
  const small = placeMap();
  const rungs = ladder();
  const lines = timeline();
  const course = el("div", { class: "course" }, rungs.node, lines.node);
  const gone = el("div", { class: "gone" });
  const body = el("div", { class: "view-body" }, hero, gone, acts, el("div", { class: "where" }, told, small.node), course);
  const node = el("section", { class: "view", "aria-label": word("view.title") }, body, empty);
  const showHero = region(hero, heroOf);
  const showTold = region(told, toldOf);
  const showGone = region(gone, (told) => goneOf(told, refresh));
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
      const detail = detailOf(one, refresh);
      const whole = detail?.incident;
      body.dataset.face = look;
      const { stamp, next_at, place, ...slim } = one;
      showHero({ one: slim, look, hands: othersAt(one.id) });
      showTold({ place: one.place, whole: whole && { ...whole, effects: undefined, next_at: undefined } });
      small.show(desk ? (whole?.place ?? one.place) : { ...one.place, lat: null, lon: null }); // from afar only the area is true
      showGone({ one: { id: one.id, code: one.code, kind: one.kind, kind_label: one.kind_label, state: one.state }, unreached: whole?.unreached ?? null });
      acts.hidden = !desk;
      showActs({ one: { id: one.id, code: one.code, kind: one.kind, kind_label: one.kind_label, state: one.state, accepted_by: one.accepted_by, place: one.place, drill: one.drill, quiet: one.quiet }, look, name: myName(), waits: one.siren_allowed === false && !one.quiet, caller: Boolean(whole?.caller) });
      course.hidden = !desk;
      rungs.show({ ...one, effects: whole?.effects }, look);
      lines.show(detail);
    },
  };
}

// Whom it was sent to cannot be reached: said at once, with the next one who might.
function goneOf({ one, unreached }, refresh) {
  if (!unreached) return null;
  const { name, at, outcome, cannot, next } = unreached;
  const said = word(cannot ? "assign.cannot" : "assign.unreached", { name, time: clockTime(at), outcome: word(knownWord(`outcome.call.${outcome}`) ? `outcome.call.${outcome}` : `outcome.${outcome}`) });
  const then = next && el("button", { type: "button", class: "act act-main", onclick: () => act(one, "assign", refresh, { to: next.to }) }, icon("person"), word("assign.next", { name: next.name }));
  return [el("p", { role: "alert" }, icon("degraded"), el("span", {}, said)), then || el("span", {}, word("assign.nobody"))];
}

function rest(acts, turned) {
  if (!turned) return;
  acts.inert = true;
  setTimeout(() => { acts.inert = false; }, SETTLE);
}

function heroOf({ one, look, hands }) {
  return [
    el("div", { class: "hero-state" }, icon(look), el("span", {}, label(one.state_label), one.alarm && one.state === "accepted" && ` · ${reason(one.alarm)}`, sentTo(one))),
    el("div", { class: "hero-words" }, el("h2", {}, label(one.kind_label, one.kind) || word("kind.unknown")), el("a", { class: "code", href: `/incidents/${one.id}`, title: word("view.paper") }, `#${one.code}`), one.drill && el("span", { class: "chip chip-warn" }, word("mark.drill")), one.quiet && el("span", { class: "chip chip-warn" }, word("mark.quiet")), hands.map((each) => el("span", { class: `at-it ${each.doing ? "at-it-busy" : ""}` }, icon("person"), strange(handWords(each))))),
    el("div", { class: "hero-clock" }, el("time", clock(one, look), ["closed", "cancelled"].includes(look) ? dayTime(one.opened_at) : ""), el("small", {}, caption(one, look))),
  ];
}

function caption(one, look) {
  if (look === "confirmed") return [word("clock.alarm"), " ", el("b", { "data-down": new Date(nobodyAt(one)).toISOString() })];
  const at = one.handed_at ?? one.accepted_at;
  if (look === "accepted") return word("clock.accepted", { name: one.accepted_by ?? "", time: at ? clockTime(at) : "" });
  return word(`clock.${look}`);
}

function toldOf({ place, whole }) {
  if (!whole) return [placeLine(place)];
  const finding = whole.finding && el("p", { class: "found" }, word("finding.is", { what: label(whole.finding_label, whole.finding) }), whole.finding_text && [": ", strange(whole.finding_text)]);
  return [el("div", { class: "told-who" }, placeLine(whole.place), reporter(whole)), finding, said(whole).map((message, at) => typed(whole, message, at === 0))];
}

function reporter(one) {
  if (one.drill) return null;
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

// The main act is the large one; what ends it stands apart.
function actsOf({ one, look, name, waits, caller }, refresh) {
  const key = (verb, sign, text, { kind = "", fields = {} } = {}) => el("button", { type: "button", class: `act act-${verb} ${kind}`, "data-key": `${verb} ${fields.as ?? ""} ${one.id}`, onclick: () => act(one, verb, refresh, fields) }, icon(sign), text);
  const open = !["closed", "cancelled"].includes(look);
  const calling = ["pending", "look", "confirmed", "nobody"].includes(look);
  const reach = caller && !one.quiet && open;
  return [
    el("div", { class: "acts-first" },
      calling && key("accept", "accepted", name ? word("act.accept", { name }) : word("act.accept.short"), { kind: "act-main" }),
      ["accepted", "untaken"].includes(look) && key("close", "closed", word("act.close"), { kind: "act-main" }),
      ["pending", "look"].includes(look) && !one.drill && key("mark", "confirmed", word("act.confirm"), { fields: { as: "real" } }),
      ["confirmed", "nobody"].includes(look) && waits && !one.drill && key("mark", "siren", word("act.siren"), { fields: { as: "real" } }),
      ["confirmed", "nobody"].includes(look) && key("next", "next", word("act.next")),
      open && key("assign", "person", word("act.assign"))),
    el("div", { class: "acts-more" },
      open && key("place", "place", word("act.place")),
      reach && key("call", "call", word("act.call")),
      reach && key("text", "text", word("act.text")),
      key("note", "note", word("act.note")),
      calling && key("close", "closed", word("act.close")),
      !one.drill && key("mark", "cancelled", word("mark.false"), { kind: "act-end", fields: { as: "false" } }),
      !one.drill && key("mark", "degraded", word("mark.as_drill"), { kind: "act-end", fields: { as: "drill" } }),
      !one.drill && !open && key("mark", "ok", word("mark.real"), { fields: { as: "real" } }),
      open && one.drill && key("cancel", "cancelled", word("act.cancel"), { kind: "act-end" })),
  ];
}
