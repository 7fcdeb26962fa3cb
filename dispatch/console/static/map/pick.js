// A point on the map, shown or chosen, for pages about one incident.
//
//   const point = await pickPlace(element, {lat, lon, label});   // {lat, lon}, or null when the person turns back
//   const shown = await showPlace(element, incident.place);      // {update(place), remove()}, or null without a map
//
// ``chosen(point)`` hears of each point before it is taken, for a form around it whose own key sends it.
// Chosen by a click, by moving the map under its cross with the arrows and Enter, or by typing the coordinates.
import { el } from "../dom.js";
import { icon } from "../icons.js";
import { ground } from "./ground.js";
import { shape } from "./shapes.js";
import { readMapWords, say } from "./words.js";

const CLOSE = 16;
const DECIMALS = 5; // of a degree: 1.1 m

export async function pickPlace(element, { lat = null, lon = null, label = "", chosen: moved = () => {} } = {}) {
  await readMapWords();
  const held = el("div", { class: "map-held map-pick" });
  const chosen = el("p", { class: "map-chosen", role: "status" }, say("pick.none"));
  const [south, east] = [coordinate("latitude", lat), coordinate("longitude", lon)];
  const take = el("button", { type: "submit", class: "act act-main" }, say("pick.take"));
  const leave = el("button", { type: "button", class: "act" }, say("pick.cancel"));
  const form = el("form", { class: "map-pick-form", novalidate: true }, el("h3", {}, label || say("pick.title")), el("p", { class: "soft" }, say("pick.help")), held, chosen, el("div", { class: "map-pick-typed" }, south.node, east.node), el("div", { class: "map-pick-acts" }, take, leave));
  element.replaceChildren(form);
  const base = await ground(held, { help: say("pick.help"), step: 20 }).catch(() => null);
  if (!base) held.remove(); // without a map the coordinates are typed

  return new Promise((answer) => {
    let pin;
    const end = (value) => {
      base?.map.remove();
      element.replaceChildren();
      answer(value);
    };
    const typed = () => read(south.input.value, east.input.value);
    const tell = (point) => {
      take.disabled = !point;
      chosen.textContent = point ? spoken(base, point) : south.input.value || east.input.value ? say("pick.wrong") : say("pick.none");
      pin?.remove();
      pin = point && base ? pinAt(base, point) : undefined;
    };
    const choose = ({ lat: north, lng }) => {
      south.input.value = north.toFixed(DECIMALS);
      east.input.value = lng.toFixed(DECIMALS);
      changed();
    };
    const changed = () => {
      tell(typed());
      if (typed()) moved(typed());
    };
    for (const { input } of [south, east]) input.addEventListener("input", changed);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (typed()) end(typed());
    });
    leave.addEventListener("click", () => end(null));
    form.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        event.preventDefault(); // the dialog that it may stand in stays
        event.stopPropagation();
        end(null);
        return;
      }
      if (event.key !== "Enter" || event.target !== base?.board) return;
      event.preventDefault();
      choose(base.map.getCenter());
      take.focus();
    });
    if (base) begin(base, typed(), choose);
    else south.input.focus();
    tell(typed());
  });
}

function begin(base, point, choose) {
  base.board.append(el("span", { class: "map-cross", "aria-hidden": "true" }, shape("plus")));
  base.map.on("click", (event) => choose(event.latlng));
  base.map.on("zoomend resize", () => base.names.place());
  base.names.place();
  if (point) base.map.setView([point.lat, point.lon], CLOSE, { animate: false });
  base.board.focus();
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

function coordinate(name, value) {
  const input = el("input", { name, inputmode: "text", autocomplete: "off", maxlength: "24", value: value == null ? "" : Number(value).toFixed(DECIMALS) });
  return { input, node: el("label", { class: "field" }, el("span", {}, say(`pick.${name}`)), input) };
}

// Degrees as people paste them: a point or a comma, and both in one field.
function read(first, second) {
  const pair = second.trim() ? [first, second] : first.split(/[;\s]+|,\s+|(?<=\.\d+),/u);
  const [lat, lon] = pair.map((one) => Number(one?.trim().replace(",", ".") || "x"));
  return Number.isFinite(lat) && Number.isFinite(lon) && Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { lat, lon } : null;
}

function spoken(base, point) {
  const words = say("place.point", { lat: point.lat.toFixed(DECIMALS), lon: point.lon.toFixed(DECIMALS) });
  if (!base) return words;
  const area = base.areaAt(point);
  return `${words} · ${area ? say("pick.area", { name: area.name }) : say("pick.outside")}`;
}
