// The place of one incident, shown and put right, for pages about it.
//
//   const shown = await showPlace(element, incident.place);      // {update(place), remove()}, or null without a map
//   await pointMap(element, {place, stations, field});            // a point of the map becomes words in that field
//
// A point is chosen by a click, or by moving the map under its cross with the arrows and Enter; it stands then in the
// field before the words that are there, to be sent by the field's own form. Coordinates that are typed are shown.
import { el } from "../dom.js";
import { icon } from "../icons.js";
import { ground } from "./ground.js";
import { shape } from "./shapes.js";
import { readMapWords, say } from "./words.js";

const CLOSE = 16;
const DECIMALS = 5; // of a degree: 1.1 m
const POINT = /^\s*([-+]?\d{1,3}(?:[.,]\d+)?)(?:\s*[;/|]\s*|\s*,\s+|\s+|(?<=\.\d+),)([-+]?\d{1,3}(?:[.,]\d+)?)(?![\d.])\s*,?\s*/u;

export async function pointMap(element, { place = null, stations = [], field = null } = {}) {
  await readMapWords();
  const held = el("div", { class: `map-held ${field ? "map-pick" : "map-small"}` });
  const chosen = el("p", { class: "map-chosen", role: "status" });
  element.replaceChildren(held, chosen);
  const base = await ground(held, { help: field ? say("pick.help") : "", step: 20 }).catch(() => null);
  if (!base) return element.replaceChildren(); // without a map the place is typed
  base.map.on("zoomend resize", () => base.names.place());
  for (const one of stations) stationAt(base, one);
  chosen.textContent = seen(base, place).words;
  base.names.place();
  if (!field) return undefined;
  let pin;
  const tell = () => {
    const point = read(field.value);
    pin?.remove();
    pin = point ? pinAt(base, point) : undefined;
    if (point) chosen.textContent = spoken(base, point);
  };
  const choose = ({ lat, lng }) => {
    field.value = `${lat.toFixed(DECIMALS)}, ${lng.toFixed(DECIMALS)} ${field.value.replace(POINT, "")}`.trim().slice(0, field.maxLength);
    tell();
  };
  base.board.append(el("span", { class: "map-cross", "aria-hidden": "true" }, shape("plus")));
  base.map.on("click", (event) => choose(event.latlng));
  field.addEventListener("input", tell);
  held.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== base.board) return;
    event.preventDefault();
    choose(base.map.getCenter());
    field.focus();
  });
  tell();
  return undefined;
}

function stationAt({ L, map, names }, { name, lat, lon }) {
  L.circleMarker([lat, lon], { radius: 7, className: "station-dot", interactive: false }).addTo(map);
  names.add({ text: name, spots: [[lat, lon]], rank: 30, kind: "station", asides: [14, -14], from: 9 });
}

export async function showPlace(element, place) {
  const held = el("div", { class: "map-held map-small" });
  const caption = el("p", { class: "map-caption" });
  element.replaceChildren(held, caption);
  const base = await ground(held).catch(() => null);
  if (!base) {
    element.replaceChildren();
    return null;
  }
  base.map.on("zoomend resize", () => base.names.place());
  let drawn = [];
  const update = (now) => {
    for (const one of drawn) one.remove();
    const told = seen(base, now);
    drawn = told.drawn;
    caption.textContent = told.words;
    base.names.place();
  };
  update(place);
  return { update, remove: () => { base.map.remove(); element.replaceChildren(); } };
}

// What of a place is drawn: its point, and how far off that may be; else its area, or the areas that it may be.
function seen(base, place) {
  const { areas, map, L } = base;
  const inner = areas.get(place?.kelurahan)?.at;
  const point = place?.lat != null && !(inner && close(inner, place));
  if (point) {
    const drawn = [pinAt(base, place)];
    if (place.radius_m) drawn.push(L.circle([place.lat, place.lon], { radius: place.radius_m, className: "outline outline-about", interactive: false }).addTo(map));
    map.setView([place.lat, place.lon], CLOSE - 1, { animate: false });
    const words = [say("place.point", { lat: Number(place.lat).toFixed(DECIMALS), lon: Number(place.lon).toFixed(DECIMALS) }), place.radius_m && say("near", { m: Math.round(place.radius_m) })];
    return { drawn, words: words.filter(Boolean).join(", ") };
  }
  const codes = candidates(areas, place);
  const about = base.outline(codes, "about");
  if (about.bounds.isValid()) map.fitBounds(about.bounds, { padding: [16, 16], maxZoom: 15, animate: false });
  else base.fit();
  return { drawn: [about], words: say(codes.length > 1 ? "place.candidates" : codes.length ? "place.area" : "place.none") };
}

function candidates(areas, place) {
  const said = (place?.candidates ?? []).map((one) => one.code ?? one.name ?? one);
  const codes = said.map((one) => (areas.has(one) ? one : [...areas.values()].find((area) => area.name === one)?.code)).filter(Boolean);
  if (codes.length > 1) return codes;
  return place?.kelurahan && areas.has(place.kelurahan) ? [place.kelurahan] : codes;
}

function close([lat, lon], place) {
  return Math.abs(lat - place.lat) < 1e-5 && Math.abs(lon - place.lon) < 1e-5;
}

function pinAt({ L, map }, point) {
  const pin = L.divIcon({ html: el("span", { class: "pin" }, icon("place")), className: "mark-at", iconSize: [40, 40], iconAnchor: [20, 36] });
  return L.marker([point.lat, point.lon], { icon: pin, keyboard: false, interactive: false }).addTo(map);
}

// Degrees as people paste them: a point or a comma.
function read(text) {
  const [, first, second] = POINT.exec(text) ?? [];
  const [lat, lon] = [first, second].map((one) => Number(one?.replace(",", ".") ?? "x"));
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { lat, lon } : null;
}

function spoken(base, point) {
  const words = say("place.point", { lat: point.lat.toFixed(DECIMALS), lon: point.lon.toFixed(DECIMALS) });
  const area = base.areaAt(point);
  return `${words} · ${area ? say("pick.area", { name: area.name }) : say("pick.outside")}`;
}
