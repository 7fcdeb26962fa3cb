// The list: what needs a person first, the longest-waiting on top. Rows stay the same elements while they change, so
// that a finger on its way down never meets another row.
import { el, region } from "./dom.js";
import { handWords, othersAt } from "./hands.js";
import { drum, icon } from "./icons.js";
import { boardMap } from "./map/beside.js";
import { placeName } from "./place.js";
import { soundState } from "./sound.js";
import { face, inOrder, pick, selected, state } from "./state.js";
import { dayTime } from "./time.js";
import { knownWord, label, word } from "./words.js";

export function boardList(refresh) {
  const rows = new Map();
  const list = el("ol", { class: "rows", onkeydown: walk });
  const words = el("div", { class: "calm-words" });
  const city = boardMap();
  const calm = el("div", { class: "calm" }, words, city.node);
  const more = el("p", { class: "board-rest", hidden: true });
  const node = el("nav", { class: "board", "aria-label": word("board.title") }, el("h2", { class: "board-title" }, word("board.title")), list, more, calm);
  const showMore = region(more, (n) => n && el("a", { href: "/incidents?state=open" }, word("board.more", { n })));
  const showCalm = region(words, ({ linked, any, sound }) => !any && [drum(), el("strong", {}, word(linked ? "board.calm" : "board.wait")), el("span", {}, word(linked ? `board.calm.${sound}` : "board.wait.more"))]);

  return {
    node,
    show() {
      const order = inOrder();
      const chosen = selected()?.id;
      const stop = [...rows.values()].find((row) => row.button === document.activeElement)?.id ?? chosen; // one stop of the keyboard
      for (const [id, row] of rows) {
        if (!state.incidents.has(id)) {
          row.node.remove();
          rows.delete(id);
        }
      }
      order.forEach((one, at) => {
        if (!rows.has(one.id)) rows.set(one.id, incidentRow(one.id, refresh));
        const row = rows.get(one.id);
        row.show(one, chosen);
        row.button.tabIndex = one.id === stop ? 0 : -1;
        if (list.children[at] !== row.node) list.insertBefore(row.node, list.children[at] ?? null);
      });
      more.hidden = !state.more;
      showMore(state.more);
      showCalm({ linked: state.linked === true, any: order.length > 0, sound: soundState() });
      city.node.hidden = order.length > 0;
      if (state.linked && !order.length) city.show();
    },
  };
}

// Within the list the arrows go from row to row; Enter shows the row's incident.
function walk(event) {
  const rows = [...event.currentTarget.querySelectorAll(".row")];
  const at = rows.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
  if (at < 0 || !rows[to]) return;
  event.preventDefault();
  for (const row of rows) row.tabIndex = row === rows[to] ? 0 : -1;
  rows[to].focus();
}

function incidentRow(id, refresh) {
  const button = el("button", { type: "button", class: "row", onclick: () => { pick(id); refresh(); } });
  const node = el("li", {}, button);
  const draw = region(button, ({ one, look, hands }) => [
    icon(look),
    el(
      "span",
      { class: "row-words" },
      el("span", { class: "row-top" }, el("b", {}, label(one.kind_label, one.kind) || word("kind.unknown")), el("span", { class: "code" }, `#${one.code}`), one.drill && el("span", { class: "chip" }, word("mark.drill"))),
      el("span", { class: "row-sub" }, placeName(one.place)),
      el("span", { class: "row-state" }, label(one.state_label), one.accepted_by ? ` · ${one.accepted_by}` : "", sentTo(one)),
      hands.length > 0 && el("span", { class: "row-hands" }, icon("person"), hands.map(handWords).join(" · ")),
    ),
    el("time", { class: "row-clock", ...clock(one, look) }, ["closed", "cancelled"].includes(look) ? dayTime(one.opened_at) : ""),
  ]);
  return {
    id,
    node,
    button,
    show(one, chosen) {
      const look = face(one);
      button.dataset.face = look;
      button.setAttribute("aria-current", String(one.id === chosen));
      const { stamp, next_at, revision, ...slim } = one;
      draw({ one: slim, look, hands: othersAt(one.id) });
    },
  };
}

// Whom it was sent to, and whether he answered.
export function sentTo({ assigned_name: name, unreached, goes, state }) {
  if (name) return ` → ${name}: ${unreached ? answer(unreached) : word("sent.waits")}`;
  return state === "accepted" && !goes ? ` · ${word("sent.nobody")}` : "";
}

export function answer({ cannot, outcome }) {
  const key = cannot ? "sent.cannot" : [`outcome.call.${outcome}`, `outcome.${outcome}`].find(knownWord);
  return key ? word(key) : outcome;
}

export function clock(one, look) {
  if (look === "closed" || look === "cancelled") return {};
  return { "data-since": one.confirmed_at ?? one.opened_at, ...(one.accepted_at && look === "accepted" ? { "data-until": one.accepted_at } : {}) };
}
