// The map of the city with everything on it. `cityMap(node, {near, side})` gives {refresh(), focus(query)}: refresh reads
// anew what may have changed, at most every two seconds, however often it is called. `near`: the person may open an
// incident. `side`: the lists beside the map, by which all of it is reached without a mouse; a page that has such lists
// itself leaves them out, and takes `picked(incident)` instead.
import { el, region } from "../dom.js";
import { areaCard, incidentCard, incidentItem, item, setZone, stationCard, stationItem, unitCard, unitItem } from "./cards.js";
import { ground } from "./ground.js";
import { incidentLayer, stationLayer, unitLayer } from "./marks.js";
import { say } from "./words.js";

const MOVES = 15000; // the same, where something moves: no event tells of it
const REST = 2000; // milliseconds between two readings
const CLOSE = 14; // the zoom at which one place is looked at
const KINDS = ["areas", "stations", "units", "incidents", "landmarks"];
const NAMED = { areas: ["kelurahan", "kecamatan"], stations: ["station"], units: ["unit"], incidents: ["incident"], landmarks: ["landmark"] };

export async function cityMap(node, { near = false, side = true, picked = () => {} } = {}) {
  const held = el("div", { class: "map-held" });
  const card = el("div", { class: "map-card", "aria-live": "polite" });
  node.replaceChildren(held);
  const base = await ground(held);
  setZone(base.city.timezone);
  const { map, areas, names } = base;
  const known = { stations: [], landmarks: [], incidents: [], units: [] };
  let marked = [];

  const stations = stationLayer(base, (one) => showStation(one));
  const units = unitLayer(base, (one) => showUnit(one));
  const incidents = incidentLayer(base, (one) => showIncident(one));
  const lists = side ? sideOf() : null;
  if (lists) node.append(el("div", { class: "map-side" }, card, lists.node));

  function mark(...outlines) {
    for (const one of marked) one.remove();
    marked = outlines;
  }
  function look(at) {
    map.setView(at, Math.max(map.getZoom(), CLOSE), { animate: false });
  }
  function tell(words) {
    card.replaceChildren(...words.flat(Infinity).filter(Boolean));
  }
  function showStation(one) {
    mark();
    look([one.lat, one.lon]);
    stations.light(one.id);
    tell(stationCard(one));
  }
  function showUnit(one) {
    mark();
    look([one.lat, one.lon]);
    units.light(one.id);
    tell(unitCard(one));
  }
  function showIncident(one) {
    const codes = one.exact ? [] : one.candidates.length ? one.candidates : [one.area];
    const about = base.outline(codes, "about");
    mark(about);
    if (about.bounds.isValid()) map.fitBounds(about.bounds, { padding: [30, 30], maxZoom: 15, animate: false });
    else if (one.lat != null) look([one.lat, one.lon]);
    if (one.exact && one.radius_m) mark(circle(one));
    incidents.light(one.id);
    tell(incidentCard(one, near));
    picked(one);
  }
  function circle(one) {
    const ring = base.L.circle([one.lat, one.lon], { radius: one.radius_m, className: "outline outline-about", interactive: false }).addTo(map);
    return { remove: () => ring.remove() };
  }
  function showAreas(codes) {
    const shown = codes.map((code) => areas.get(code)).filter(Boolean);
    if (!shown.length) return;
    const about = base.outline(codes, "picked");
    mark(about);
    map.fitBounds(about.bounds, { padding: [30, 30], maxZoom: 15, animate: false });
    tell(shown.map((area) => areaCard(area, around(area))));
  }
  function around(area) {
    const within = (code) => code === area.code || areas.get(code)?.kecamatan === area.code;
    const inside = [...areas.values()].filter((one) => one.level === "kelurahan" && one.kecamatan === area.code);
    return {
      above: areas.get(area.kecamatan)?.name,
      stations: known.stations.filter((one) => within(one.kelurahan)),
      landmarks: area.level === "kelurahan" ? known.landmarks.filter((one) => one.kelurahan === area.code) : [],
      inside: inside.map((one) => one.name),
    };
  }

  for (const area of areas.values()) if (area.level === "kelurahan") area.layer.on("click", () => showAreas([area.code]));
  base.board.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== base.board) return;
    const { lat, lng: lon } = map.getCenter();
    const here = base.areaAt({ lat, lon });
    if (here) showAreas([here.code]);
  });
  map.on("zoomend resize", () => names.place());

  function sideOf() {
    const list = (open) => { const ul = el("ul", { class: "map-list" }); const sum = el("summary", {}); return { ul, sum, node: el("details", { open }, sum, ul) }; };
    const [now, posts, moving, places, layers] = [list(true), list(true), list(false), list(false), list(false)];
    const drawNow = region(now.ul, (all) => (all.length ? all.map((one) => incidentItem(one, { pick: () => showIncident(one), light: incidents.light })) : el("li", { class: "soft" }, say("calm"))));
    const drawPosts = region(posts.ul, (all) => all.map((one) => stationItem(one, { pick: () => showStation(one), light: stations.light })));
    const drawMoving = region(moving.ul, (all) => all.map((one) => unitItem(one, { pick: () => showUnit(one), light: units.light })));
    places.ul.append(...areaItems());
    layers.ul.append(...KINDS.map((kind) => layerBox(kind)), base.tiles ? groundBox() : "");
    places.sum.append(say("areas"));
    layers.sum.append(say("layers"));
    return {
      node: el("div", { class: "map-lists" }, now.node, posts.node, moving.node, places.node, layers.node),
      show() {
        drawNow(known.incidents);
        drawPosts(known.stations);
        drawMoving(known.units);
        moving.node.hidden = !known.units.length;
        now.sum.replaceChildren(`${say("incidents")} (${known.incidents.length})`);
        moving.sum.replaceChildren(`${say("units")} (${known.units.length})`);
        posts.sum.replaceChildren(`${say("stations")} (${known.stations.length})`);
      },
    };
  }
  function areaItems() {
    const outer = [...areas.values()].filter((one) => one.level === "kecamatan").sort((a, b) => a.name.localeCompare(b.name));
    return outer.flatMap((one) => [one, ...[...areas.values()].filter((area) => area.level === "kelurahan" && area.kecamatan === one.code).sort((a, b) => a.name.localeCompare(b.name))])
      .map((area) => item({ id: area.code, name: area.name, more: area.level === "kecamatan" && say("area.kecamatan"), pick: () => showAreas([area.code]), light: () => {} }));
  }
  const hidden = new Set(["landmarks"]);
  function layerBox(kind) {
    const change = (event) => {
      if (event.target.checked) hidden.delete(kind);
      else hidden.add(kind);
      if (kind === "stations") stations.wanted(event.target.checked);
      if (kind === "units") units.wanted(event.target.checked);
      if (kind === "incidents") incidents.wanted(event.target.checked);
      names.hide([...hidden].flatMap((one) => NAMED[one]));
    };
    return el("li", {}, el("label", { class: "check" }, el("input", { type: "checkbox", checked: kind !== "landmarks", onchange: change }), el("span", {}, say(`layer.${kind}`))));
  }
  function groundBox() {
    const change = (event) => (event.target.checked ? base.tiles.addTo(map) : base.tiles.remove());
    return el("li", {}, el("label", { class: "check" }, el("input", { type: "checkbox", checked: true, onchange: change }), el("span", {}, say("layer.ground"))));
  }

  function draw() {
    stations.show(known.stations);
    units.show(known.units);
    incidents.show(known.incidents);
    lists?.show();
  }
  async function read() {
    const [places, open, moving] = await Promise.all([told("/map/places.json"), told("/map/incidents.json"), told("/map/units.json")]);
    const first = known.stations.length === 0;
    Object.assign(known, places, { incidents: open.map((one) => placed(one, areas)), units: moving });
    if (first) for (const one of known.landmarks) nameLandmark(names, areas, one);
    draw();
  }
  function focus(query) {
    const asked = new URLSearchParams(query);
    const station = known.stations.find((one) => one.id === asked.get("station"));
    const incident = known.incidents.find((one) => String(one.id) === asked.get("incident"));
    if (station) showStation(station);
    else if (incident) showIncident(incident);
    else if (asked.get("area")) showAreas(asked.get("area").split(","));
  }

  names.hide(NAMED.landmarks);
  await read();
  const refresh = rested(read);
  if (known.units.length) setInterval(() => document.hidden || refresh(), MOVES);
  return { refresh, focus, fit: base.fit, map };
}

async function told(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

// An incident of which only the area is known stands inside that area.
function placed(one, areas) {
  if (one.lat != null) return one;
  const [lat, lon] = areas.get(one.area)?.at ?? [null, null];
  return { ...one, lat, lon, exact: false };
}

function nameLandmark(names, areas, one) {
  const at = areas.get(one.kelurahan)?.at;
  if (at) names.add({ text: one.name, spots: [at], rank: 70, kind: "landmark", from: CLOSE, asides: [30, 46, -30, -46, 62, -62, 78, 94] });
}

function rested(act) {
  let waiting;
  let last = 0;
  return () => {
    waiting ??= setTimeout(() => {
      waiting = undefined;
      last = Date.now();
      act().catch(() => {});
    }, Math.max(0, REST - (Date.now() - last)));
  };
}
