// Names on the map that never lie over each other: the more important stays, the other moves aside, or waits until there
// is room.
import { el } from "../dom.js";

const APART = 3; // pixels between two names

export function labels(L, map) {
  for (const [name, above] of [["names", 450], ["loud", 650]]) { // between the areas and the marks; and above these
    const pane = map.createPane(name);
    pane.style.zIndex = above;
    pane.style.pointerEvents = "none";
  }
  let all = [];
  let hidden = new Set();
  const taken = new Map(); // kind: zoom => boxes that marks take

  // `asides`: pixels below (above: negative) its point, tried in this order. `from`, `to`: zooms at which it is shown.
  function add({ text, at, rank, kind, asides = [0], from = 0, to = 99, always = false }) {
    const node = el("span", { class: `name name-${kind}` }, text);
    const icon = L.divIcon({ html: node, iconSize: null, className: "name-at" });
    const marker = L.marker(at, { icon, pane: always ? "loud" : "names", interactive: false, keyboard: false });
    all.push({ node, marker, at: L.latLng(at), rank, kind, asides, from, to, always });
    all.sort((a, b) => a.rank - b.rank);
  }

  function drop(kind) {
    for (const one of all) if (one.kind === kind) one.marker.remove();
    all = all.filter((one) => one.kind !== kind);
  }

  function place() {
    const zoom = map.getZoom();
    const boxes = [...taken].flatMap(([kind, of]) => (hidden.has(kind) ? [] : of(zoom)));
    for (const one of all) {
      const wanted = !hidden.has(one.kind) && zoom >= one.from && zoom < one.to;
      if (!wanted) one.marker.remove();
      else if (!map.hasLayer(one.marker)) one.marker.addTo(map);
    }
    for (const one of all.filter((each) => map.hasLayer(each.marker))) settle(one, boxes, zoom);
  }

  function settle(one, boxes, zoom) {
    const { offsetWidth: width, offsetHeight: height } = one.node;
    const middle = map.project(one.at, zoom);
    const box = (aside) => [middle.x - width / 2 - APART, middle.y + aside - height / 2, middle.x + width / 2 + APART, middle.y + aside + height / 2];
    const free = (aside) => boxes.every((other) => !meet(box(aside), other));
    const aside = one.asides.find(free) ?? (one.always ? one.asides[0] : undefined);
    one.node.classList.toggle("name-waits", aside === undefined);
    if (aside === undefined) return;
    one.node.style.transform = `translate(-50%, calc(-50% + ${aside}px))`;
    boxes.push(box(aside));
  }

  return {
    add,
    drop,
    place,
    hide: (kinds) => { hidden = new Set(kinds); place(); },
    avoid: (kind, boxes) => taken.set(kind, boxes),
  };
}

function meet(a, b) {
  return a[0] <= b[2] && a[2] >= b[0] && a[1] <= b[3] && a[3] >= b[1];
}
