// "Perlu Anda": what needs a person, the most urgent first, each in words with the one button that helps.
import { act } from "./acts.js";
import { answer } from "./board.js";
import { el, region, strange } from "./dom.js";
import { icon } from "./icons.js";
import { reason } from "./reason.js";
import { desk, pick, state } from "./state.js";
import { dayTime, span } from "./time.js";
import { knownWord, label, word } from "./words.js";

const FIRST = 3; // lines that are always seen; the rest folds
const CALM = 4; // the rank of what can wait while anything is on the board
const SIGNS = ["nobody", "degraded", "failed", "degraded", "pending"]; // by rank

const ASKS = ["assign", "call", "close"];

export function needsList(refresh) {
  const node = el("section", { class: "needs", "aria-label": word("needs.title") });
  let open = false;
  const show = region(node, ({ needs, unfolded, busy }) => {
    if (!needs.length) return [];
    const first = needs.filter((one) => !busy || one.rank < CALM).slice(0, FIRST);
    const shown = unfolded ? needs : first;
    const rest = needs.length - first.length;
    node.dataset.open = String(unfolded);
    return [
      el("div", { class: "needs-head" }, el("h2", {}, word("needs.title")), el("span", { class: "needs-count" }, String(needs.length)), rest > 0 && el("button", { type: "button", class: "needs-more", "data-key": "more", "aria-expanded": String(unfolded), onclick: () => { open = !open; refresh(); } }, unfolded ? word("needs.fewer") : word("needs.more", { n: rest }))),
      shown.length > 0 && el("ol", {}, shown.map((one) => line(one, refresh))),
    ];
  });
  return { node, show: () => show({ needs: state.needs, unfolded: open, busy: state.incidents.size > 0 }) };
}

function line(one, refresh) {
  return el("li", { class: `need need-${one.rank}` }, icon(SIGNS[one.rank] ?? "pending"), el("span", { class: "need-words" }, strange(words(one)), since(one)), help(one, refresh));
}

// The page's words for it; a part of the program is named by its kind and state.
function words({ key, fields }) {
  if (key === "part") {
    const exact = `need.part.${fields.kind}.${fields.status}`;
    const own = [exact, `need.part.${fields.kind}`].find(knownWord);
    const kind = knownWord(`part.${fields.kind}`) ? word(`part.${fields.kind}`) : fields.kind;
    const name = fields.name === fields.kind ? "" : fields.name;
    return word(own ?? "need.part", { ...fields, name, kind, status: word(`status.${fields.status}`) });
  }
  const said = { ...fields, kind: label(fields.kind), why: fields.why ? reason(fields.why) : "" };
  if (fields.outcome) said.outcome = answer(fields);
  if (fields.others) said.others = fields.others.map((one) => word("need.house", { ...one, kind: label(one.kind) })).join(", ");
  if (fields.lane) said.lane = word(`lane.${fields.lane}`);
  if (fields.airtime_s !== undefined) said.airtime = span(fields.airtime_s * 1000);
  return word(`need.${key}`, said);
}

function since({ key, fields }) {
  if (fields.code) return el("time", { "data-since": fields.since, "aria-hidden": "true" });
  return (key === "part" || key === "unread") && el("small", {}, word("health.since", { time: dayTime(fields.since) }));
}

function help(one, refresh) {
  const known = state.incidents.get(one.incident);
  const key = `${one.key} ${one.incident}`;
  if (one.act === "accept" && desk && known) return el("button", { type: "button", class: "act act-main", "data-key": key, onclick: () => act(known, "accept", refresh) }, word("act.accept.short"));
  if (ASKS.includes(one.act) && desk && known) return el("button", { type: "button", class: "act", "data-key": key, onclick: () => act(known, one.act, refresh) }, word(`act.${one.act}`));
  if (one.act && known) return el("button", { type: "button", class: "act", "data-key": key, onclick: () => { pick(one.incident); refresh(); } }, word("act.open"));
  return one.link && reachable(one.link) && el("a", { class: "act", "data-key": key, href: one.link }, word(one.key === "unread" ? "act.read" : "act.go"));
}

// Only pages that this person is offered.
function reachable(link) {
  const path = link.split("?")[0];
  const offered = [...document.querySelectorAll("nav a[href]")].map((each) => each.getAttribute("href"));
  return offered.some((each) => each !== "/" && (path === each || path.startsWith(`${each}/`)));
}
