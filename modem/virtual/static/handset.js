// A keypad phone in the hand: who holds it, its screen with the talk so far, a line to type on, and keys that work.
import { drawn, el, region } from "./dom.js";
import { meter } from "./meter.js";
import { answer, behave, dial, hangUp, ours, press, putAway, reply, ring, scene, send } from "./scene.js";
import { screenOf } from "./screen.js";
import { wake } from "./sound.js";
import { engraved, KEYS, taps } from "./taps.js";
import { word } from "./words.js";

const MOST = 160; // GSM-7 characters in one SMS
const CODE = /^[*#][0-9*#]*#$/; // what is dialled, not sent
const NOBODY = { inbox: [], sent: [], ussd: { state: "none" } };

export function handset(role) {
  let number = null;
  let seen = { number: null, texts: 0 }; // when the talk was last on the glass
  let count = -1; // texts on the glass when it was last scrolled down
  const who = el("select", { class: "holder", "aria-label": word(`holder.${role}`), onchange: () => { number = who.value; show(); } });
  const to = el("select", { class: "bar-to", "aria-label": word("phone.to") });
  const dialled = el("span", { class: "bar-dialled" });
  const typedSoFar = el("span", {});
  const bar = el("div", { class: "glass-bar" }, el("span", { "aria-hidden": "true" }, "▂▄▆"), to, dialled, typedSoFar);
  const glass = el("div", { class: "glass", "aria-live": "polite" });
  const field = el("textarea", { class: "typed-line", rows: 2, maxlength: 480, spellcheck: "false", autocomplete: "off", "aria-label": word("phone.type"), oninput: () => show() });
  const level = meter(role === "officer" ? 0.35 : -0.35);
  const left = el("button", { type: "button", class: "soft-key" });
  const right = el("button", { type: "button", class: "soft-key" });
  const green = el("button", { type: "button", class: "line-key line-green" });
  const red = el("button", { type: "button", class: "line-key line-red", onclick: () => (one().call ? hangUp(number) : menu() ? putAway(number) : clear()) });
  const body = el("div", { class: `handset handset-${role}` }, el("div", { class: "ear", "aria-hidden": "true" }), el("div", { class: "screen" }, bar, glass, level.nodes, field), el("div", { class: "softs" }, left, right), el("div", { class: "lines-row" }, green, power(), red), keypad());
  const node = el("div", { class: `hand hand-${role}` }, el("label", { class: "holder-label" }, el("span", {}, word(`holder.${role}`)), who), body);

  const showWho = region(who, ({ folk, chosen }) => folk.map((each) => el("option", { value: each.number, selected: each.number === chosen }, each.label)));
  const showTo = region(to, (numbers) => numbers.map((each) => el("option", { value: each }, `${word("centre")} ${local(each)}`)));
  const showGlass = region(glass, (screen) => screenOf(screen));
  const showLeft = region(left, (key) => word(`key.${key}`));
  const showRight = region(right, (key) => word(`key.${key.what}`, key));
  const showGreen = region(green, (key) => word(`key.${key}`));
  const showRed = region(red, (key) => word(`key.${key}`));
  const tap = taps(field, () => menu() || /^[*#]/.test(field.value));
  left.addEventListener("click", () => (one().call ? pickUp() : sendNow()));
  right.addEventListener("click", () => (one().call ? hangUp(number) : menu() ? putAway(number) : quick()));
  green.addEventListener("click", () => (one().call ? pickUp() : isCode() || menu() ? sendNow() : ring(number, scene.gateway[0])));
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      sendNow();
    }
  });

  return { node, show, type, take };

  function one() {
    return scene.people.get(number) ?? NOBODY;
  }

  // The USSD screen that is on, if one is: sent, asked, told or failed.
  function menu() {
    const { state } = one().ussd;
    return state === "none" || state === "cancelled" ? "" : state;
  }

  function isCode() {
    return CODE.test(field.value.trim());
  }

  // The officer's phone goes to whoever is rung, unless the hand is busy with another call.
  function choose() {
    const folk = [...scene.people.values()].filter((each) => (role === "officer") === (each.role !== "resident"));
    const rung = folk.find((each) => each.call?.incoming && each.call.state === "alerting");
    if (role === "officer" && rung && !one().call) number = rung.number;
    if (!scene.people.has(number)) number = folk[0]?.number ?? null;
    return folk;
  }

  function show() {
    const folk = choose();
    const person = one();
    const call = person.call;
    showWho({ folk: folk.map((each) => ({ number: each.number, label: each.note ? `${each.name} · ${each.note}` : each.name })), chosen: number });
    who.value = number ?? "";
    showTo(ours());
    to.disabled = ours().length < 2;
    to.hidden = Boolean(menu());
    dialled.textContent = menu() ? person.ussd.dialled : "";
    const texts = unseen(person);
    typedSoFar.textContent = field.value && !menu() && !isCode() ? `${field.value.length}/${MOST}` : texts ? `✉ ${texts}` : "✉";
    typedSoFar.classList.toggle("is-new", texts > 0);
    body.classList.toggle("is-ringing", incoming());
    body.classList.toggle("is-off", Boolean(person.off));
    field.disabled = Boolean(call || person.off || !number || (menu() && menu() !== "asked"));
    field.setAttribute("aria-label", word(menu() ? "phone.reply" : "phone.type"));
    field.hidden = call?.state === "active";
    level.show(call);
    field.classList.toggle("is-long", field.value.length > 22);
    showGlass({ ...person, ussd: menu() && !call ? person.ussd : NOBODY.ussd, codes: scene.codes, seconds: call?.answered_at ? Math.floor((Date.now() - Date.parse(call.answered_at)) / 1000) : null });
    showKeys(person, call);
    scrollDown();
  }

  // Texts that came while a menu was on the glass.
  function unseen(person) {
    if (!menu() || seen.number !== number) seen = { number, texts: person.inbox.length };
    return person.inbox.length - seen.texts;
  }

  function incoming() {
    const call = one().call;
    return Boolean(call?.incoming && call.state === "alerting");
  }

  function showKeys(person, call) {
    const typed = field.value.trim();
    if (call) {
      showLeft(incoming() ? "answer" : "none");
      showRight({ what: incoming() ? "decline" : "end" });
    } else if (menu()) {
      showLeft(menu() === "asked" ? "reply" : "none");
      showRight({ what: menu() === "asked" || menu() === "sent" ? "cancel" : "close" });
    } else {
      showLeft(isCode() ? "dial" : "send");
      showRight(code() ? { what: "code", code: code() } : { what: "clear" });
    }
    showGreen(incoming() ? "answer" : isCode() ? "dial" : menu() === "asked" ? "reply" : "call");
    showRed(call || menu() ? "end" : "clear");
    left.disabled = call ? !incoming() : Boolean(!typed || person.off || (menu() && menu() !== "asked"));
    green.disabled = call ? !incoming() : Boolean(person.off || (menu() ? menu() !== "asked" || !typed : !isCode() && !scene.gateway.length));
  }

  function scrollDown() {
    const now = one().inbox.length + one().sent.length;
    if (now === count) return;
    count = now;
    const talk = glass.querySelector("ol.talk");
    const last = talk?.lastElementChild;
    if (last) talk.scrollTop = last.offsetHeight > talk.clientHeight ? last.offsetTop : talk.scrollHeight;
  }

  function take(wanted) {
    number = wanted;
    count = -1;
    show();
    node.scrollIntoView({ block: "nearest" });
  }

  function type(text) {
    if (menu()) putAway(number);
    field.value = text;
    show();
    field.focus();
  }

  function clear() {
    field.value = field.value.slice(0, -1);
    show();
  }

  // What is typed is a code to dial, an answer to the menu that asks, or a text.
  async function sendNow() {
    const text = field.value.trim();
    if (!text) return;
    const goes = menu() ? reply(number, text) : isCode() ? dial(number, text) : send(number, to.value, text);
    field.value = "";
    show();
    if (!(await goes) && !field.value) field.value = text;
    show();
  }

  // A click: from now on the browser lets us be heard.
  function pickUp() {
    wake();
    answer(number);
  }

  // An officer was sent a code: one key answers with it, to where it came from.
  function code() {
    if (role !== "officer" || field.value) return "";
    const last = one().inbox.at(-1);
    return last?.text.match(/\b\d{4}\b/)?.[0] ?? "";
  }

  function quick() {
    const from = one().inbox.at(-1)?.from;
    if (code()) send(number, ours().includes(from) ? from : to.value, code());
    else {
      field.value = "";
      show();
    }
  }

  function power() {
    return el("button", { type: "button", class: "power-key", title: word("key.power"), "aria-label": word("key.power"), onclick: () => behave(number, { off: !one().off }) }, drawn("power", "M12 3v9", "M6.500 6.500a8 8 0 1 0 11 0"));
  }

  function keypad() {
    const down = (key) => (one().call ? press(number, key) : tap(key));
    return el("div", { class: "keypad" }, KEYS.map((key) => el("button", { type: "button", class: "key", "data-key": key, onclick: () => down(key) }, el("b", {}, key), el("small", {}, engraved(key)))));
  }
}

function local(number) {
  return number.replace(/^\+62/, "0");
}
