// The kentongan itself: knocks on wood, made here and now. "Titir", knock upon knock without a pause, means danger
// everywhere on Java and Sumatra; three calm knocks mean that something came.
let audio;
let timer;
let until = 0; // silenced until, on this computer's clock
let wanted = localStorage.getItem("kentongan-sound") !== "off"; // kept for the seat

const TITIR = [0, 0.16, 0.32, 0.48, 0.64, 0.8, 0.96, 1.12]; // seconds
const ROUND = 1900; // milliseconds: a titir and a breath
const QUIET = 60_000; // milliseconds; an alarm can be hushed, never switched off for good

export function soundState() {
  if (!wanted) return "off";
  return audio?.state === "running" ? "on" : "locked";
}

// A seat that was given sound once asks for it by itself: some browsers then give it at once, the others after a touch or
// a key anywhere. Until it is there the page says so.
export function listen(refresh) {
  if (localStorage.getItem("kentongan-sound") === "on") audio = new AudioContext();
  const touched = () => (soundState() === "locked" ? unlock().then(refresh) : undefined);
  for (const name of ["pointerdown", "pointerup", "keydown"]) document.addEventListener(name, touched);
}

async function unlock() {
  audio ??= new AudioContext();
  if (audio.state !== "running") await audio.resume();
}

// The person's word for it, and one knock as the proof.
export async function soundOn() {
  wanted = true;
  localStorage.setItem("kentongan-sound", "on");
  await unlock();
  knock(0, 0.5);
}

export async function toggleSound() {
  if (soundState() !== "on") return soundOn();
  wanted = false;
  localStorage.setItem("kentongan-sound", "off");
}

export function hush() {
  until = Date.now() + QUIET;
}

export function hushedUntil() {
  return until > Date.now() ? until : 0;
}

export function came() {
  if (soundState() === "on") for (const at of [0, 0.28, 0.56]) knock(at, 0.45);
}

export function alarm(on) {
  if (on && !timer) {
    titir();
    timer = setInterval(titir, ROUND);
  } else if (!on && timer) {
    clearInterval(timer);
    timer = undefined;
    until = 0;
  }
}

function titir() {
  if (soundState() === "on" && !hushedUntil()) for (const at of TITIR) knock(at, 0.95);
}

// One knock: a hollow log is two damped tones and the click of the stick.
function knock(after, loud) {
  const at = audio.currentTime + after + 0.02;
  for (const [pitch, share, length] of [[430, 0.7, 0.16], [1180, 0.3, 0.06]]) {
    const tone = new OscillatorNode(audio, { frequency: pitch * 1.06, type: "sine" });
    const gain = new GainNode(audio, { gain: 0 });
    tone.frequency.exponentialRampToValueAtTime(pitch, at + 0.03);
    gain.gain.setValueAtTime(loud * share, at);
    gain.gain.exponentialRampToValueAtTime(0.001, at + length);
    tone.connect(gain).connect(audio.destination);
    tone.start(at);
    tone.stop(at + length + 0.02);
  }
}
