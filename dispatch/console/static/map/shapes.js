// Small pictures of the map. Each agency and each state has a shape of its own, so that nothing is told by colour alone.
import { el, svg } from "../dom.js";

const PATHS = {
  police: ["M12 2.800 19.500 5.500v6c0 5-3.200 8.200-7.500 9.700-4.300-1.500-7.500-4.700-7.500-9.700v-6Z"],
  fire: ["M12 2.800c.500 3.700 5.500 6 5.500 11.200a5.500 5.500 0 0 1-11 0c0-2.600 1.400-4 2.400-5.700.600 1.200 1.100 1.800 2 2.400.300-2.700 0-5 1.100-7.900Z"],
  ambulance: ["M9 3.500h6V9h5.500v6H15v5.500H9V15H3.500V9H9Z"],
  other: ["M4 20.500V9l8-5.500L20 9v11.500Z", "M10 20.500v-6h4v6"],
  bus: ["M5 4.500h14V17H5Z", "M5 11h14", "M8 20v-3M16 20v-3"],
  plus: ["M12 5v14M5 12h14"],
  minus: ["M5 12h14"],
  fit: ["M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5"],
  proven: ["m6 12.500 4 4L18 8"],
  stale: ["M12 6v6.500l4 2.500"],
  unproven: ["M9 9.200a3.200 3.200 0 1 1 4.600 3c-1.200.600-1.600 1.200-1.600 2.300", "M12 18v.1"],
  dead: ["m7 7 10 10", "m17 7-10 10"],
};
const AGENCIES = { police: "police", fire: "fire", ambulance: "ambulance", medical: "ambulance", health: "ambulance", hospital: "ambulance" };

export function shape(name) {
  const node = svg("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" });
  node.append(...(PATHS[name] ?? PATHS.other).map((d) => svg("path", { d })));
  return node;
}

// A station: its agency's shape, and in the corner how its siren is.
export function stationMark(station) {
  const agency = AGENCIES[station.agency] ?? "other";
  return el(
    "span",
    { class: `map-post map-post-${agency}${station.headquarters ? " map-post-head" : ""}` },
    shape(agency),
    station.siren === "none" ? null : el("span", { class: `map-post-siren siren-${station.siren}` }, shape(station.siren)),
  );
}

// A bus: hollow where it says nothing any more.
export function unitMark(one) {
  return el("span", { class: `map-unit${one.fresh ? "" : " map-unit-silent"}` }, shape("bus"));
}

export function sirenMark(state) {
  return state === "none" ? null : el("span", { class: `map-post-siren siren-${state}` }, shape(state));
}
