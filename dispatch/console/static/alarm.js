// The loud alarm: nobody accepted. A banner with the one button that helps, the titir, the window's title and its icon.
// A page cut off from the program says so just as loudly: a silent board is not a calm one.
import { act } from "./acts.js";
import { el, region, strange } from "./dom.js";
import { icon } from "./icons.js";
import { reason } from "./reason.js";
import { alarm, came, hush, hushedUntil, soundOn, soundState } from "./sound.js";
import { alarmed, desk, face, pick, state } from "./state.js";
import { clockTime } from "./time.js";
import { label, word } from "./words.js";

const CUT_AFTER = 4000; // milliseconds without a link before it is called cut: a reload is no alarm

export function alarmBanner(refresh) {
  const node = el("div", { class: "banners", role: "alert" });
  const show = region(node, ({ cut, trouble, loud, sound, hushed }) => [
    cut && plain("cut", word("banner.cut", { time: clockTime(cut) }), el("time", { "data-since": cut, "aria-hidden": "true" })),
    trouble && plain("cut", word("banner.trouble", { what: trouble })),
    loud.length && nobody(loud, sound, hushed, refresh),
    !loud.length && sound === "locked" && el("button", { type: "button", class: "banner banner-mute", "data-key": "sound", onclick: () => soundOn().then(refresh) }, icon("mute"), word("sound.ask")),
  ]);
  const known = new Set();
  let first = true;

  return {
    node,
    show() {
      const loud = alarmed();
      for (const one of state.incidents.values()) {
        if (!known.has(one.id) && !first && ["confirmed", "pending"].includes(face(one))) came();
        known.add(one.id);
      }
      for (const id of known) if (!state.incidents.has(id)) known.delete(id);
      first = first && state.linked !== true;
      alarm(loud.length > 0);
      title(loud);
      show({
        cut: state.linked === false && Date.now() - state.linkedSince > CUT_AFTER ? new Date(state.heardAt).toISOString() : null,
        trouble: state.trouble?.text,
        loud: loud.map(({ id, code, kind, kind_label, confirmed_at, opened_at, alarm: why }) => ({ id, code, alarm: why, kind, kind_label, since: confirmed_at ?? opened_at, look: face(state.incidents.get(id)) })),
        sound: soundState(),
        hushed: hushedUntil() > 0,
      });
    },
  };
}

function plain(kind, text, ...more) {
  return el("p", { class: `banner banner-${kind}` }, icon("nobody"), el("strong", {}, text, " ", more));
}

function nobody(loud, sound, hushed, refresh) {
  const [one] = loud;
  return el(
    "div",
    { class: "banner banner-nobody" },
    icon("nobody"),
    el(
      "div",
      { class: "banner-words" },
      el("strong", {}, word(`banner.${one.look}`)),
      el("span", {}, `#${one.code} ${label(one.kind_label, one.kind)} · `, el("time", { "data-since": one.since, "aria-hidden": "true" }), loud.length > 1 && word("banner.more", { n: loud.length - 1 })),
      one.alarm && el("span", { class: "banner-why" }, strange(reason(one.alarm))),
    ),
    desk && el("button", { type: "button", class: "act act-main", "data-key": `accept ${one.id}`, onclick: () => { pick(one.id); act(one, "accept", refresh); } }, icon("accepted"), word("act.accept.short")),
    sound === "on"
      ? el("button", { type: "button", class: "act", "data-key": "hush", disabled: hushed, onclick: () => { hush(); refresh(); } }, icon("mute"), word(hushed ? "banner.hushed" : "banner.hush"))
      : el("button", { type: "button", class: "act", "data-key": "sound", onclick: () => soundOn().then(refresh) }, icon("sound"), word(sound === "locked" ? "sound.ask" : "banner.unlock")),
  );
}

let flip = false;

function title(loud) {
  flip = !flip;
  const [one] = loud;
  const open = [...state.incidents.values()].filter((each) => face(each) === "confirmed").length;
  const calm = `${open ? `(${open}) ` : ""}Kentongan`;
  document.title = one ? (flip ? `▲ ${word(`banner.${face(one)}`)}` : `#${one.code} ${label(one.kind_label, one.kind)}`) : calm;
  const picture = document.querySelector("link[rel=icon]");
  const wanted = `/console/static/${one ? "loud" : "calm"}.svg`;
  if (picture.getAttribute("href") !== wanted) picture.setAttribute("href", wanted);
}
