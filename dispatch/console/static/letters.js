// Letters that did not arrive and that nobody has seen, and what today's letters cost.
import { seen } from "./acts.js";
import { el, region, strange } from "./dom.js";
import { icon } from "./icons.js";
import { number } from "./number.js";
import { state } from "./state.js";
import { dayTime, span } from "./time.js";
import { language, word } from "./words.js";

export function letters(refresh) {
  const lost = el("div", {});
  const cost = el("div", {});
  const queue = el("div", {});
  const showQueue = region(queue, (all) => [el("h3", {}, word("queue.title")), all.length ? el("table", {}, el("tbody", {}, all.map(queueLine))) : el("p", {}, word("queue.none"))]);
  const showLost = region(lost, (all) => all.length ? [el("h3", {}, word("letters.title", { n: all.length })), el("ul", { class: "letters" }, all.map((one) => letterLine(one, refresh)))] : []);
  const showCost = region(cost, (all) => all.length ? [el("h3", {}, word("cost.title")), el("table", {}, el("tbody", {}, all.map(costLine)))] : []);
  return {
    node: el("div", {}, lost, queue, cost),
    show() {
      showLost(state.post.letters);
      showQueue(state.post.queues ?? []);
      showCost(state.post.costs);
    },
  };
}

function letterLine(one, refresh) {
  return el(
    "li",
    { class: "letter" },
    icon("failed"),
    el("div", {}, el("b", {}, word(`letter.${one.state}`)), " · ", one.hides ? word("letters.hides") : strange(number(one.to)), one.to_name && [" ", strange(one.to_name)], " · ", dayTime(one.at), el("p", {}, strange(one.text)), one.fault && el("small", {}, strange(one.fault))),
    el("button", { type: "button", class: "act", onclick: () => seen(one, refresh) }, word("letters.seen")),
  );
}

function queueLine(one) {
  return el("tr", {}, el("th", { scope: "row" }, word(`lane.${one.lane}`)), el("td", {}, word("queue.count", { n: one.count })), el("td", {}, one.oldest_at && word("queue.oldest", { time: dayTime(one.oldest_at) })), el("td", {}, word("queue.last", { time: span(one.airtime_s * 1000) })));
}

function costLine(one) {
  const rupiah = (value) => `Rp ${value.toLocaleString(language === "id" ? "id-ID" : "en-US")}`;
  const most = one.lane !== "emergency" && one.ceiling ? word("cost.ceiling", { most: rupiah(one.ceiling) }) : "";
  return el("tr", {}, el("th", { scope: "row" }, one.channel), el("td", {}, word(`lane.${one.lane}`)), el("td", {}, word("cost.messages", { n: one.messages })), el("td", {}, rupiah(one.cost)), el("td", {}, most));
}
