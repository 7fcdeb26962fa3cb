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

  // `spots`: points where it may stand, `asides`: pixels below (above: negative) each, tried in this order; `inside(point)`
  // says whether it would still stand in what it names. `from`, `to`: zooms at which it is shown.
  function add({ text, spots, rank, kind, asides = [0], inside = () => true, from = 0, to = 99, always = false }) {
    const node = el("span", { class: `name name-${kind}` }, text);
    const icon = L.divIcon({ html: node, iconSize: null, className: "name-at" });
    const marker = L.marker(spots[0], { icon, pane: always ? "loud" : "names", interactive: false, keyboard: false });
    all.push({ node, marker, spots: spots.map((one) => L.latLng(one)), rank, kind, asides, inside, from, to, always });
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
    const tries = one.spots.flatMap((spot) => one.asides.map((aside) => {
      const { x, y } = map.project(spot, zoom);
      const middle = y + aside;
      const box = [x - width / 2 - APART, middle - height / 2, x + width / 2 + APART, middle + height / 2];
      return { spot, aside, box, point: () => map.unproject([x, middle], zoom) };
    }));
    const free = ({ box, point }) => boxes.every((other) => !meet(box, other)) && one.inside(point());
    const found = tries.find(free) ?? (one.always ? tries[0] : undefined);
    one.node.classList.toggle("name-waits", !found);
    if (!found) return;
    one.marker.setLatLng(found.spot);
    one.node.style.transform = `translate(-50%, calc(-50% + ${found.aside}px))`;
    boxes.push(found.box);
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
