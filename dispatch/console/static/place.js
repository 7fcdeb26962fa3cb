// Where it is, how sure that is, and how old the knowledge.
import { el, strange } from "./dom.js";
import { icon } from "./icons.js";
import { word } from "./words.js";

const BARS = { sure: 3, likely: 2, unknown: 1 };

export function placeName(place) {
  if (!place) return word("place.unknown");
  const near = place.landmark && place.source !== "vehicle"; // where a bus was seen is said as it is
  const mark = near ? word("place.landmark", { name: place.landmark }) : place.landmark;
  const area = [place.street, mark, place.lingkungan, place.kelurahan_name ?? place.kelurahan].filter(Boolean).join(", ");
  const inside = [area, place.kecamatan].filter(Boolean).join(" · ");
  if (inside) return inside;
  return place.outside_name || word(place.outside ? "place.outside" : "place.unknown");
}

export function placeLine(place) {
  const certainty = place?.certainty ?? "unknown";
  return el(
    "div",
    { class: "place" },
    icon("place"),
    el(
      "div",
      {},
      el("div", { class: "place-name" }, strange(placeName(place))),
      el(
        "div",
        { class: "place-more" },
        el("span", { class: `sure sure-${certainty}` }, bars(BARS[certainty] ?? 1), word(`certainty.${certainty}`)),
        place?.source && el("span", {}, word(`source.${place.source}`), age(place)),
        place?.outside && el("span", { class: "chip chip-warn" }, word("place.outside")),
        place?.sample && el("span", { class: "chip chip-sample" }, word("mark.sample")),
        place?.lat != null && el("span", { class: "coordinates" }, `${Number(place.lat).toFixed(4)}, ${Number(place.lon).toFixed(4)}`),
      ),
      candidates(place),
    ),
  );
}

function candidates(place) {
  const names = (place?.candidates ?? []).map((one) => (typeof one === "string" ? one : one.name)).filter(Boolean);
  return names.length > 1 && el("div", { class: "place-more" }, word("place.candidates", { names: names.join(", ") }));
}

function bars(n) {
  return el("span", { class: "bars", "aria-hidden": "true" }, [1, 2, 3].map((at) => el("i", { class: at <= n ? "full" : "" })));
}

function age(place) {
  const days = Math.floor((place.age_s ?? 0) / 86400);
  if (place.source === "vehicle" && place.age_s != null) return ` · ${word("age.minutes", { n: Math.max(1, Math.round(place.age_s / 60)) })}`;
  if (place.source !== "registered" || place.age_s == null) return "";
  if (days < 1) return ` · ${word("age.today")}`;
  return ` · ${days < 60 ? word("age.days", { n: days }) : word("age.months", { n: Math.floor(days / 30) })}`;
}
