// Every post with the lamp of its siren and the phones of those on duty. A lamp can be broken and mended by hand.
import { drawn, el, region, svg } from "./dom.js";
import { scene, sirenState } from "./scene.js";
import { word } from "./words.js";

export function posts(take) {
  const node = el("ul", { class: "posts" });
  const cards = new Map();
  return {
    node,
    show() {
      for (const post of scene.posts.values()) {
        if (!cards.has(post.id)) {
          const card = postCard(take);
          cards.set(post.id, card);
          node.append(card.node);
        }
        cards.get(post.id).show(post);
      }
    },
  };
}

function postCard(take) {
  const node = el("li", { class: "post" });
  const draw = region(node, ({ post, crew }) => [post.siren || post.name ? lamp(post) : null, el("div", { class: "post-words" }, el("b", {}, post.name || word(`post.${post.id}`)), el("div", { class: "crew" }, crew.map((one) => phoneButton(one, take))))]);
  return {
    node,
    show(post) {
      const crew = [...scene.people.values()].filter((one) => one.post === post.id).map(({ number, name, note, call, off }) => ({ number, name, note, off, call: call && { state: call.state, incoming: call.incoming } }));
      node.classList.toggle("post-plain", !post.siren && !post.name);
      node.classList.toggle("is-lit", Boolean(post.siren?.lamp));
      node.classList.toggle("is-ringing", crew.some((one) => rings(one)));
      draw({ post, crew });
    },
  };
}

const rings = (one) => one.call?.state === "alerting" && one.call.incoming;

function lamp(post) {
  const siren = post.siren;
  if (!siren) return el("span", { class: "lamp lamp-none", title: word("siren.none") });
  const broken = siren.state !== "well";
  const state = siren.lamp ? "lit" : siren.ringing ? "rung" : broken ? "broken" : "calm";
  const press = () => sirenState(siren.number, broken ? "well" : "off");
  return el("button", { type: "button", class: `lamp lamp-${state}`, title: word(broken ? "siren.mend" : "siren.break"), "aria-label": `${word("siren.of", { name: post.name })}: ${word(`siren.${state}`)}`, onclick: press }, beacon(broken), el("span", { class: "lamp-word" }, word(`siren.${state}`)));
}

function beacon(broken) {
  return svg(
    "svg",
    { viewBox: "0 0 48 40", "aria-hidden": "true" },
    svg("path", { class: "beam beam-left", d: "M22 20 0 8v24Z" }),
    svg("path", { class: "beam beam-right", d: "M26 20 48 8v24Z" }),
    svg("path", { class: "dome", d: "M12 30V20a12 12 0 0 1 24 0v10Z" }),
    svg("path", { class: "shine", d: "M17 21a7 7 0 0 1 6-7" }),
    svg("path", { class: "foot", d: "M8 30h32v6H8Z" }),
    broken && svg("path", { class: "cross", d: "M13 12 35 30M35 12 13 30" }),
  );
}

function phoneButton(one, take) {
  const who = one.note ? `${one.name}, ${one.note}` : one.name;
  const state = one.off ? "off" : rings(one) ? "ringing" : one.call ? "busy" : "idle";
  return el(
    "button",
    { type: "button", class: `pocket pocket-${state}`, title: `${who}: ${word(`phone.${state}`)}`, "aria-label": `${who}: ${word(`phone.${state}`)}`, onclick: () => take(one.number) },
    drawn("pocket", "M8 3h8v18H8Z", "M10.500 6h3v4h-3Z", "M10.500 13.500h3M10.500 17h3"),
  );
}
