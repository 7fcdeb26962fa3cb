// Maps beside other things: kept from one showing to the next, drawn only when there is something new, and simply absent
// where no map can be drawn. Loaded when first needed, so that no page waits for a map.
//
//   const small = placeMap();          // small.node stands in the incident's view
//   small.show(incident.place);        // as often as one likes
//   const city = boardMap({picked});   // the whole city with what is open; picked(incident): somebody clicked on it
//   city.show(key);                    // as often as one likes; read anew when the key is another, and every minute
import { el } from "../dom.js";

const SEEN = ["kelurahan", "lat", "lon", "radius_m", "candidates"]; // what of a place is drawn

const MINUTE = 60_000; // milliseconds; sirens and duty change without the board

export function placeMap() {
  const node = el("div", { class: "place-map" });
  let wanted;
  let drawn;
  let map;
  let drawing = false;

  async function draw() {
    if (drawing) return;
    drawing = true;
    while (drawn !== wanted) {
      drawn = wanted;
      const place = JSON.parse(drawn);
      if (map) map.update(place);
      else map = await opened((pick) => pick.showPlace(node, place), "./pick.js");
      if (!map) break;
    }
    drawing = false;
  }

  return {
    node,
    show(place) {
      const now = JSON.stringify(Object.fromEntries(SEEN.map((name) => [name, place?.[name] ?? null])));
      if (now === wanted) return;
      wanted = now;
      draw();
    },
  };
}

export function boardMap({ picked = () => {} } = {}) {
  const node = el("div", { class: "board-map" });
  let city;
  let seen;
  let at = 0;
  return {
    node,
    show(key = "") {
      if (key === seen && Date.now() - at < MINUTE) return;
      [seen, at] = [key, Date.now()];
      if (city) city.then((map) => map?.refresh());
      else city = opened((module) => module.cityMap(node, { side: false, picked }), "./city.js");
    },
  };
}

async function opened(use, path) {
  try {
    return await use(await import(path));
  } catch (fault) {
    console.warn(fault);
    return null;
  }
}
