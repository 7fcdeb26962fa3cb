// Everything that happened, the latest on top, as the server says it; and what was said on the telephone.
import { el, region, strange } from "./dom.js";
import { icon } from "./icons.js";
import { placeName } from "./place.js";
import { clockTime, dayTime } from "./time.js";
import { label, word } from "./words.js";

export function timeline() {
  const list = el("ol", { class: "lines" });
  const talks = el("div", { class: "talks" });
  const others = el("div", { class: "others" });
  const node = el("section", { class: "timeline", tabindex: "0", "aria-label": word("timeline.title") }, el("h3", {}, word("timeline.title")), list, talks, others);
  const showLines = region(list, (lines) => lines.map((line) => el("li", { "data-kind": line.kind }, el("time", {}, clockTime(line.at)), el("span", {}, strange(line.said), line.typed && [": ", el("q", {}, strange(line.typed))]))));
  const showTalks = region(talks, (all) => all.length ? [el("h3", {}, word("talks.title")), all.map(talk)] : []);
  const showOthers = region(others, ({ related, nearby }) => [
    related.length ? [el("h3", {}, word("others.caller")), el("ul", {}, related.map(other))] : null,
    nearby.length ? [el("h3", {}, word("others.near")), el("ul", {}, nearby.map(other))] : null,
  ]);
  return {
    node,
    show(detail) {
      showLines([...(detail?.timeline ?? [])].reverse());
      showTalks((detail?.talks ?? []).filter((one) => one.said.length || one.recordings.length));
      showOthers({ related: detail?.related ?? [], nearby: detail?.nearby ?? [] });
    },
  };
}

function talk(one) {
  const said = one.said.map((each) => el("li", { class: each.by === "us" ? "ours" : "" }, strange(each.words)));
  const sounds = one.recordings.map((each) => el("audio", { controls: true, preload: "none", src: `/console/recordings/${each.id}`, title: `${Math.round(each.seconds)} s` }));
  return el("details", { class: "talk" }, el("summary", {}, icon("call"), strange(one.name), one.answered_at && ` · ${clockTime(one.answered_at)}`), el("ol", { class: "words" }, said), sounds);
}

function other(one) {
  return el("li", {}, el("a", { href: `/incidents/${one.id}` }, `#${one.code} ${label(one.kind_label, one.kind)}`), ` · ${dayTime(one.opened_at)} · `, strange(placeName(one.place)), ` · ${label(one.state_label)}`, one.false_alarm && el("span", { class: "chip" }, word("mark.false")));
}
