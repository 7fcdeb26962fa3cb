// Leaflet, loaded once, under a policy that lets no string become HTML.
//
// While it loads, Leaflet 1.9 asks once whether the browser draws SVG, by setting innerHTML to this constant, and would
// not load where that is refused. So exactly these six characters may, until it is loaded; afterwards nothing. All that
// we draw are elements, made by dom.js.
import { el } from "../dom.js";

const ASKED = "<svg/>";
let loading = false;
let library;

if (window.trustedTypes) {
  window.trustedTypes.createPolicy("default", { createHTML: (html) => (loading && html === ASKED ? html : null) });
}

export async function leaflet() {
  library ??= load();
  return library;
}

async function load() {
  await Promise.all(["../vendor/leaflet/leaflet.css", "./map.css"].map(style));
  loading = true;
  try {
    await import("../vendor/leaflet/leaflet.js");
  } finally {
    loading = false;
  }
  return window.L;
}

// Draws vector tiles; a second library, only for cities that have such.
export async function vectors() {
  return (await import("../vendor/protomaps-leaflet/protomaps-leaflet.js")).default;
}

// A style sheet, unless the page has it already; drawing waits for it, since names are measured.
function style(path) {
  const { href, pathname } = new URL(path, import.meta.url);
  if ([...document.styleSheets].some((one) => one.href && new URL(one.href).pathname === pathname)) return null;
  return new Promise((done) => {
    document.head.append(el("link", { rel: "stylesheet", href, onload: done, onerror: done }));
  });
}
