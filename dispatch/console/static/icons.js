// Small pictures drawn with lines. Every state has its own shape: nothing here is told by colour alone.
import { svg } from "./dom.js";

const PATHS = {
  pending: ["M12 3a9 9 0 1 1 0 18a9 9 0 1 1 0-18", "M9.4 9.4a2.7 2.7 0 1 1 3.8 2.6c-.8.4-1.2.9-1.2 1.9", "M12 17.2v.1"],
  confirmed: ["M6 16V11a6 6 0 0 1 12 0v5l1.6 2H4.4Z", "M10 20.6a2.2 2.2 0 0 0 4 0", "M2.6 9.6A8 8 0 0 1 5 4.6", "M21.4 9.6A8 8 0 0 0 19 4.6"],
  nobody: ["M12 3 22 20.5H2Z", "M12 9.5v5", "M12 17.6v.1"],
  look: ["M12 3 22 20.5H2Z", "M12 9.5v5", "M12 17.6v.1"],
  accepted: ["M12 3a9 9 0 1 1 0 18a9 9 0 1 1 0-18", "m7.8 12.4 2.9 2.9 5.6-6.2"],
  untaken: ["M12 3a9 9 0 1 1 0 18a9 9 0 1 1 0-18", "M12 7.500v6", "M12 16.600v.1"],
  closed: ["M4 5h16v14H4Z", "m8 12 2.8 2.8L16 9.4"],
  cancelled: ["M12 3a9 9 0 1 1 0 18a9 9 0 1 1 0-18", "M5.8 18.2 18.2 5.8"],
  siren: ["M6.5 17v-5a5.5 5.5 0 0 1 11 0v5", "M4 20.5v-3.4h16v3.4Z", "M12 2v2", "m3.8 5.4 1.5 1.4", "m20.2 5.4-1.5 1.4"],
  call: ["M6.2 3.5h3l1.5 4.2-2 1.6a11 11 0 0 0 6 6l1.6-2 4.2 1.5v3c0 1-.8 1.7-1.8 1.7C11.4 19.500 4.500 12.600 4.500 5.300c0-1 .7-1.800 1.700-1.800Z"],
  text: ["M3.500 5h17v11.500H11l-4.500 4v-4h-3Z", "M7.500 9h9", "M7.500 12.500h6"],
  place: ["M12 21.500s-7-6.600-7-11.700a7 7 0 0 1 14 0c0 5.100-7 11.700-7 11.700Z", "M12 7.200a2.600 2.600 0 1 1 0 5.200a2.600 2.600 0 1 1 0-5.200"],
  person: ["M12 3.500a4 4 0 1 1 0 8a4 4 0 1 1 0-8", "M4 21c.6-4.200 3.600-6.500 8-6.500s7.400 2.300 8 6.500"],
  next: ["m5 5 7 7-7 7", "m12.500 5 7 7-7 7"],
  sound: ["M4 9.500v5h3.500L13 19V5L7.500 9.500Z", "M16.500 8.500a5 5 0 0 1 0 7", "M19 6a8.500 8.500 0 0 1 0 12"],
  mute: ["M4 9.500v5h3.500L13 19V5L7.500 9.500Z", "m16.500 9.500 5 5", "m21.500 9.500-5 5"],
  keys: ["M3 6.500h18v11H3Z", "M6.500 10h.1M10 10h.1M13.500 10h.1M17 10h.1", "M8 14h8"],
  moon: ["M20 14.500A8.500 8.500 0 0 1 9.500 4a8.500 8.500 0 1 0 10.500 10.500Z"],
  sun: ["M12 7.500a4.500 4.500 0 1 1 0 9a4.500 4.500 0 1 1 0-9", "M12 2v2.500M12 19.500V22M2 12h2.500M19.500 12H22M5 5l1.700 1.700M17.300 17.300 19 19M5 19l1.700-1.700M17.300 6.700 19 5"],
  note: ["M5 3.500h10l4 4V20.500H5Z", "M9 11h6", "M9 15h6"],
  ok: ["m5 12.500 4.500 4.500L19 7.500"],
  degraded: ["M12 4v9.500", "M12 19v.1"],
  failed: ["m6 6 12 12", "m18 6-12 12"],
};

export function icon(name, title) {
  const node = svg("svg", { class: `icon icon-${name}`, viewBox: "0 0 24 24", "aria-hidden": title ? false : "true", role: title ? "img" : false });
  if (title) node.append(svg("title", {}, title));
  node.append(...(PATHS[name] ?? []).map((d) => svg("path", { d })));
  return node;
}

// The mark of the house: a slit drum, and its beater.
export function drum() {
  return svg(
    "svg",
    { class: "drum", viewBox: "0 0 40 40", "aria-hidden": "true" },
    svg("path", { class: "drum-body", d: "M12 4h10a6 6 0 0 1 6 6v20a6 6 0 0 1-6 6H12a6 6 0 0 1-6-6V10a6 6 0 0 1 6-6Z" }),
    svg("path", { class: "drum-slit", d: "M17 10v20" }),
    svg("path", { class: "drum-stick", d: "M37 7 27.500 19.500" }),
  );
}
