// Elements from words: text is only ever set as text, so nothing a stranger typed can become a page.
const SVG = "http://www.w3.org/2000/svg";

export function el(tag, props, ...children) {
  return fill(document.createElement(tag), props, children);
}

export function svg(tag, props, ...children) {
  return fill(document.createElementNS(SVG, tag), props, children);
}

function fill(node, props, children) {
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== undefined && child !== null && child !== false && child !== ""));
  return node;
}

// Draw only what changed: `draw(data)` returns children, called again only when the data reads differently. Who stood on
// something with a `data-key` stands on it again, if it is still there: never on what came in its place.
export function region(node, draw) {
  let last;
  return (data) => {
    const now = JSON.stringify(data);
    if (now === last) return;
    last = now;
    const stood = node.contains(document.activeElement) && document.activeElement.dataset.key;
    node.replaceChildren(...[draw(data)].flat(Infinity).filter(Boolean));
    if (stood) [...node.querySelectorAll("[data-key]")].find((one) => one.dataset.key === stood)?.focus();
  };
}

// Text of strangers: the server wrote what is invisible as ⟦NAME⟧; here those marks become small plates, and the whole is
// kept from turning its surroundings around.
export function strange(text, saw = []) {
  const node = el("bdi", { class: "strange" });
  for (const piece of String(text ?? "").split(/(⟦[^⟦⟧\n]{1,12}⟧)/u)) {
    if (/^⟦.+⟧$/u.test(piece)) node.append(el("span", { class: "plate" }, piece.slice(1, -1)));
    else node.append(...marked(piece, saw));
  }
  return node;
}

// The words by which it was read, underlined where they stand.
function marked(text, saw) {
  const words = saw.filter((one) => one).map((one) => one.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/\s+/g, "\\s*"));
  if (!words.length) return [text];
  const found = new RegExp(`(${words.join("|")})`, "giu");
  return text.split(found).map((piece, at) => (at % 2 ? el("mark", {}, piece) : piece));
}
