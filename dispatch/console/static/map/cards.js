// What stands beside the map: lists by which everything on it is reached without a mouse, and what is known of the one
// that was picked.
import { el, strange } from "../dom.js";
import { incidentMark } from "./marks.js";
import { sirenMark, stationMark, unitMark } from "./shapes.js";
import { say } from "./words.js";

let zone = "Asia/Jakarta";

export function setZone(name) {
  zone = name;
}

function when(iso) {
  const parts = { day: "2-digit", month: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone };
  const said = Object.fromEntries(new Intl.DateTimeFormat("en-GB", parts).formatToParts(new Date(iso)).map((one) => [one.type, one.value]));
  return `${said.day}.${said.month} ${said.hour}.${said.minute}`;
}

export function item({ id, mark, name, more, pick, light }) {
  const lit = (yes) => () => light(yes ? id : null);
  const acts = { onclick: pick, onfocus: lit(true), onblur: lit(false), onmouseenter: lit(true), onmouseleave: lit(false) };
  return el("li", {}, el("button", { type: "button", class: "map-item", ...acts }, mark, el("span", { class: "map-item-words" }, el("strong", {}, name), more && el("small", {}, more))));
}

export function stationItem(one, acts) {
  const more = [say(`siren.${one.siren}`), say("station.duty.n", { n: one.duty })].join(" · ");
  return item({ id: one.id, mark: stationMark(one), name: one.name, more, ...acts });
}

export function incidentItem(one, acts) {
  const more = [say(one.face), one.place || say("place.none"), when(one.opened_at)].join(" · ");
  return item({ id: one.id, mark: incidentMark(one), name: `${one.code} ${one.kind}`, more, ...acts });
}

export function unitItem(one, acts) {
  const more = [one.about, say(one.fresh ? "unit.fresh" : "unit.silent"), when(one.at)].join(" · ");
  return item({ id: one.id, mark: unitMark(one), name: one.name, more, ...acts });
}

export function unitCard(one) {
  return [
    el("h3", {}, one.name),
    el("p", {}, one.about),
    el("p", {}, say(one.fresh ? "unit.fresh" : "unit.silent"), " · ", when(one.at)),
  ];
}

export function stationCard(one) {
  return [
    el("h3", {}, one.name, one.sample && el("span", { class: "chip chip-sample" }, say("sample"))),
    el("p", {}, `${one.agency_name} · ${one.kelurahan_name}`),
    one.rough && el("p", { class: "soft" }, say("rough")),
    el("dl", { class: "map-facts" }, el("dt", {}, say("siren")), el("dd", {}, sirenMark(one.siren), say(`siren.${one.siren}`), one.since && ` · ${when(one.since)}`), el("dt", {}, say("station.duty")), el("dd", {}, one.names.length ? one.names.join(", ") : say("station.duty.n", { n: one.duty }))),
  ];
}

export function incidentCard(one, near) {
  return [
    el("h3", {}, `${one.code} ${one.kind}`, one.drill && el("span", { class: "chip chip-sample" }, say("drill"))),
    el("p", {}, say(one.face), " · ", say("since", { time: when(one.opened_at) })),
    el("p", {}, one.place ? strange(one.place) : say("place.none")),
    !one.exact && one.area && el("p", { class: "soft" }, say("place.area")),
    one.candidates.length > 1 && el("p", { class: "soft" }, say("place.candidates")),
    near && el("p", {}, el("a", { class: "act", href: `/incidents/${one.id}` }, say("incident.open"))),
  ];
}

export function areaCard(area, { above, stations, landmarks, inside }) {
  const border = area.level === "kecamatan";
  return [
    el("h3", {}, area.name),
    el("p", {}, border ? say("area.kecamatan") : above),
    border && el("p", { class: "soft" }, inside.join(", ")),
    stations.length > 0 && el("dl", { class: "map-facts" }, el("dt", {}, say("area.stations")), el("dd", {}, stations.map((one) => one.name).join(", "))),
    landmarks.length > 0 && el("dl", { class: "map-facts" }, el("dt", {}, say("area.landmarks")), el("dd", {}, landmarks.map((one) => one.name).join(", ")), el("dd", { class: "soft" }, say("area.landmarks.where"))),
  ];
}
