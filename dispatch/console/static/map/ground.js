// The ground of every map here: the city's areas with their names, and behind them the city's own tiles, if it has some.
import { el } from "../dom.js";
import { leaflet, vectors } from "./library.js";
import { labels } from "./labels.js";
import { shape } from "./shapes.js";
import { readMapWords, say } from "./words.js";

const TINTS = 6;
const WHOLE = 13; // the zoom from which kelurahan matter more than kecamatan
let setup;

async function read() {
  setup ??= (async () => {
    await readMapWords();
    const told = await (await fetch("/map/setup.json")).json();
    if (!told.drawn) throw new Error("no library");
    return { ...told, areas: await (await fetch(told.areas)).json() };
  })();
  return setup;
}

// `step`: pixels that an arrow moves the map by; with Shift four times as far.
// A map in `node`: {L, map, board, areas, names, tiles, fit(), outline(codes, kind), areaAt({lat, lon})}. Throws where none
// can be drawn.
export async function ground(node, { help = "", step = 80 } = {}) {
  const city = await read();
  const L = await leaflet();
  const board = el("div", { class: "map-board", tabindex: "0", role: "application", "aria-label": say("map"), "aria-description": help || say("help") });
  node.replaceChildren(board);
  // Steps instead of glides: an office's computer without a graphics card draws each picture once.
  const still = { zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, inertia: false };
  const fine = city.tiles && city.tiles.kind !== "mvt" ? 1 : 0.1;
  const map = L.map(board, { ...still, keyboard: false, zoomControl: false, attributionControl: false, zoomSnap: fine, zoomDelta: 1, minZoom: 9, maxZoom: 18, renderer: L.svg({ padding: 0.4 }), boxZoom: false });
  const [west, south, east, north] = city.bounds;
  const bounds = L.latLngBounds([south, west], [north, east]);
  map.setMaxBounds(bounds.pad(5)); // not lost at sea, yet free to move where the whole is seen
  let whole = true; // until somebody looks at a part of it
  const fit = () => {
    map.fitBounds(bounds, { padding: [8, 8], animate: false });
    whole = true;
  };
  fit();
  map.on("movestart", () => { whole = false; });
  const tiles = await tileLayer(L, city.tiles);
  tiles?.addTo(map);
  board.addEventListener("keydown", (event) => byKey(map, step, event));
  board.classList.toggle("has-tiles", Boolean(tiles));
  board.classList.toggle("has-pictures", Boolean(tiles) && city.tiles.kind !== "mvt");
  const areas = drawAreas(L, map, city.areas);
  const names = labels(L, map);
  nameAreas(names, areas);
  node.append(keys(map, fit), sources(city));
  const watch = new ResizeObserver(() => {
    const all = whole;
    map.invalidateSize({ animate: false });
    if (all) fit();
  });
  watch.observe(board);
  map.on("unload", () => watch.disconnect());
  return { L, map, board, city, areas, names, tiles, fit, outline: (codes, kind) => outline(L, map, areas, codes, kind), areaAt: (point) => areaAt(areas, point) };
}

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const SIGNS = { "+": 1, "=": 1, "-": -1, _: -1 };

// At once and every time: Leaflet's own keys glide, and lose what is pressed meanwhile.
function byKey(map, step, event) {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const { key, shiftKey } = event;
  if (ARROWS[key]) map.panBy(ARROWS[key].map((way) => way * step * (shiftKey ? 4 : 1)), { animate: false });
  else if (SIGNS[key]) map.setZoom(map.getZoom() + SIGNS[key], { animate: false });
  else return;
  event.preventDefault();
}

function keys(map, fit) {
  const key = (name, word, act) => el("button", { type: "button", class: "map-key", title: word, "aria-label": word, onclick: act }, shape(name));
  return el("div", { class: "map-keys" }, key("plus", say("zoom.in"), () => map.zoomIn(1)), key("minus", say("zoom.out"), () => map.zoomOut(1)), key("fit", say("fit"), fit));
}

function sources(city) {
  const said = [city.sources && say("by", { sources: city.sources }), city.tiles?.attribution, "Leaflet"].filter(Boolean);
  return el("p", { class: "map-sources" }, said.join(" · "));
}

async function tileLayer(L, tiles) {
  if (!tiles) return null;
  const [west, south, east, north] = tiles.bounds;
  const options = { bounds: L.latLngBounds([south, west], [north, east]), maxZoom: 18 };
  if (tiles.kind !== "mvt") return pictures(L, tiles, options);
  const dark = document.documentElement.dataset.theme === "dark";
  const draw = await vectors();
  const style = tiles.form === "openmaptiles" ? (await import("./openmaptiles.js")).openMapTiles(draw, dark) : { flavor: dark ? "dark" : "light", lang: "id" };
  return draw.leafletLayer({ ...options, ...style, url: tiles.url, maxDataZoom: tiles.max, attribution: "" });
}

// Leaflet's own layer of pictures ends a picture's loading by a data: URL, which our policy forbids; this one lets it end.
function pictures(L, tiles, options) {
  const Pictures = L.GridLayer.extend({
    createTile({ x, y, z }, done) {
      const picture = el("img", { alt: "", onload: () => done(null, picture), onerror: () => done(new Error("no tile"), picture) });
      picture.src = tiles.url.replace("{z}", z).replace("{x}", x).replace("{y}", y);
      return picture;
    },
  });
  return new Pictures({ ...options, minNativeZoom: tiles.min, maxNativeZoom: tiles.max });
}

// By code: {layer, name, level, kecamatan, at}. Kecamatan are lines over the kelurahan, which alone can be clicked.
function drawAreas(L, map, document) {
  const found = new Map();
  const order = [...new Set(document.features.filter((one) => one.properties.level === "kecamatan").map((one) => one.properties.code))].sort();
  const inner = document.features.filter((one) => one.properties.level === "kelurahan");
  const outer = document.features.filter((one) => one.properties.level === "kecamatan");
  for (const feature of [...inner, ...outer]) {
    const { code, name, level, kecamatan, lat, lon } = feature.properties;
    const border = level === "kecamatan";
    const tint = order.indexOf(border ? code : kecamatan) % TINTS;
    const style = border ? { className: "border", fill: false, interactive: false } : { className: `area tint-${tint}` };
    const layer = L.geoJSON(feature, { style: () => style }).addTo(map);
    found.set(code, { code, name, level, kecamatan: kecamatan ?? code, at: lat === undefined ? null : [lat, lon], layer });
  }
  return found;
}

function nameAreas(names, areas) {
  const all = [...areas.values()];
  for (const { code, name, level, at } of all) {
    if (level === "kelurahan") {
      const inside = ({ lat, lng: lon }) => areaAt(areas, { lat, lon })?.code === code;
      names.add({ text: name, spots: [at], rank: 50, kind: "kelurahan", from: 11.5, asides: [0, 25, -25], inside });
      continue;
    }
    const held = all.filter((one) => one.level === "kelurahan" && one.kecamatan === code);
    const middle = [0, 1].map((side) => held.reduce((sum, one) => sum + one.at[side], 0) / held.length);
    const away = ({ at: [lat, lon] }) => (lat - middle[0]) ** 2 + (lon - middle[1]) ** 2;
    const spots = [middle, ...held.sort((a, b) => away(a) - away(b)).map((one) => one.at)];
    const inside = ({ lat, lng: lon }) => areaAt(areas, { lat, lon })?.kecamatan === code;
    if (held.length) names.add({ text: name, spots, rank: 40, kind: "kecamatan", asides: [0, 26, -26], to: WHOLE, inside });
  }
}

// Marks areas by a thick outline of their own until `remove()`.
function outline(L, map, areas, codes, kind) {
  const layers = codes.map((code) => areas.get(code)).filter(Boolean).map(({ layer }) =>
    L.geoJSON(layer.toGeoJSON(), { interactive: false, style: () => ({ className: `outline outline-${kind}`, interactive: false }) }));
  const group = L.layerGroup(layers).addTo(map);
  return {
    remove: () => group.remove(),
    bounds: layers.reduce((all, one) => all.extend(one.getBounds()), L.latLngBounds([])),
  };
}

// The kelurahan whose polygon holds a point (even-odd rule).
function areaAt(areas, { lat, lon }) {
  const within = (ring) => ring.reduce((odd, [x, y], at) => {
    const [px, py] = ring[(at || ring.length) - 1];
    return y > lat !== py > lat && lon < ((px - x) * (lat - y)) / (py - y) + x ? !odd : odd;
  }, false);
  return [...areas.values()].find(({ level, layer }) => {
    if (level !== "kelurahan") return false;
    const { type, coordinates } = layer.toGeoJSON().features[0].geometry;
    return (type === "Polygon" ? [coordinates] : coordinates).some(([outer, ...holes]) => within(outer) && !holes.some(within));
  });
}
