// Stations and incidents as marks on the map. Several at one point stand beside each other.
import { el } from "../dom.js";
import { icon } from "../icons.js";
import { say } from "./words.js";
import { stationMark, unitMark } from "./shapes.js";

const SIZE = 30; // pixels of a station's mark
const LOUD = 38; // of an incident's
const UNIT = 24; // of what moves
const GAP = 4;

// `show(list)`: [{id, lat, lon, name, mark, …}] of which those without a point are left out.
export function markLayer(ground, { kind, size, rank, from, always, pick }) {
  const { L, map, names } = ground;
  const group = L.layerGroup().addTo(map);
  const drawn = new Map();
  let placed = [];

  function show(list) {
    group.clearLayers();
    drawn.clear();
    names.drop(kind);
    placed = beside(list.filter((one) => one.lat != null && one.lon != null), size + GAP);
    for (const { one, shift } of placed) {
      const node = el("span", { class: `mark-in mark-${kind}` }, one.mark());
      const sized = { iconSize: [size, size], iconAnchor: [size / 2 - shift, size / 2] };
      const marker = L.marker([one.lat, one.lon], { icon: L.divIcon({ html: node, className: "mark-at", ...sized }), keyboard: false, title: one.title, zIndexOffset: always ? 1000 : 0 });
      marker.on("click", () => pick(one));
      marker.addTo(group);
      drawn.set(one.id, node);
    }
    for (const one of placed.map((each) => each.one)) {
      const asides = [size / 2 + 11, -size / 2 - 11, size / 2 + 28];
      names.add({ text: one.name, spots: [[one.lat, one.lon]], rank, kind, asides, from, always });
    }
    names.avoid(kind, (zoom) => placed.map(({ one, shift }) => {
      const at = map.project([one.lat, one.lon], zoom);
      return [at.x + shift - size / 2, at.y - size / 2, at.x + shift + size / 2, at.y + size / 2];
    }));
    names.place();
  }

  return {
    show,
    wanted: (yes) => (yes ? group.addTo(map) : group.remove()),
    light: (id) => { for (const [key, node] of drawn) node.classList.toggle("is-lit", key === id); },
  };
}

function beside(list, step) {
  const at = new Map();
  for (const one of list) {
    const key = `${one.lat.toFixed(4)} ${one.lon.toFixed(4)}`;
    at.set(key, [...(at.get(key) ?? []), one]);
  }
  return [...at.values()].flatMap((together) => together.map((one, place) => ({ one, shift: (place - (together.length - 1) / 2) * step })));
}

export function stationLayer(ground, pick) {
  const layer = markLayer(ground, { kind: "station", size: SIZE, rank: 30, from: 13.25, pick });
  const shown = (one) => ({ ...one, mark: () => stationMark(one), title: `${one.name}: ${say("siren").toLowerCase()} ${say(`siren.${one.siren}`)}` });
  return { ...layer, show: (stations) => layer.show(stations.map(shown)) };
}

export function unitLayer(ground, pick) {
  const layer = markLayer(ground, { kind: "unit", size: UNIT, rank: 40, from: 13.25, pick });
  const shown = (one) => ({ ...one, mark: () => unitMark(one), title: `${one.name}, ${one.about}: ${say(one.fresh ? "unit.fresh" : "unit.silent")}` });
  return { ...layer, show: (units) => layer.show(units.map(shown)) };
}

export function incidentMark(one) {
  return el("span", { class: `alarm alarm-${one.face}${one.exact ? "" : " alarm-about"}` }, icon(one.face));
}

export function incidentLayer(ground, pick) {
  const layer = markLayer(ground, { kind: "incident", size: LOUD, rank: 10, from: 0, always: true, pick });
  const shown = (one) => ({ ...one, name: `${one.code} ${one.kind}`, mark: () => incidentMark(one), title: `${one.kind}: ${say(one.face)}` });
  return { ...layer, show: (incidents) => layer.show(incidents.map(shown)) };
}
