// The sound of a call, as it is spoken: two channels of s16le at 8 kHz, ours (near) and the phone's (far) in turn.
import { callSound } from "./scene.js";
import { callsOut } from "./sound.js";

const RATE = 8000;
const LEAD = 0.25; // seconds between a piece's coming and its being heard, so that the next one is never late
const MOST = 1; // seconds that may wait to be heard; what comes beyond (the page slept) is left out
const STEPS = 5; // bars of the level
const FLOOR = 150; // loudness that counts as silence

// Follows one call at a time. `levels(near, far)`: how loud each is now, from 0 to STEPS; `pan` -1 left, 1 right.
export function ear(pan, levels) {
  let followed = null;
  let stop;
  return {
    follow(id) {
      if (id === followed) return;
      followed = id;
      stop?.abort();
      stop = id === null ? undefined : new AbortController();
      levels(0, 0);
      if (stop) play(id, stop.signal, pan, levels).then(() => { if (followed === id) levels(0, 0); });
    },
  };
}

async function play(id, signal, pan, levels) {
  try {
    const answered = await callSound(id, signal);
    if (!answered.ok) return;
    const reader = answered.body.getReader();
    const place = placer(pan);
    let rest = new Uint8Array();
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      const bytes = joined(rest, piece.value);
      const whole = bytes.length - (bytes.length % 4);
      rest = bytes.slice(whole);
      const [near, far] = channels(bytes.slice(0, whole));
      place(near, far);
      if (!signal.aborted) levels(loudness(near), loudness(far));
    }
  } catch {
    // the call is no longer listened to, or the server went: the scene says which
  }
}

function joined(one, other) {
  const made = new Uint8Array(one.length + other.length);
  made.set(one);
  made.set(other, one.length);
  return made;
}

function channels(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sides = [0, 2].map((at) => Float32Array.from({ length: bytes.length / 4 }, (_, sample) => view.getInt16(sample * 4 + at, true) / 32768));
  return sides;
}

// Puts piece behind piece, without a gap; both sides in one ear, as on a telephone.
function placer(pan) {
  let at = 0;
  return (near, far) => {
    const out = callsOut();
    if (!out || !near.length) return;
    const now = out.currentTime;
    if (at < now) at = now + LEAD;
    if (at > now + MOST) return;
    const buffer = out.createBuffer(1, near.length, RATE);
    buffer.copyToChannel(near.map((value, sample) => value + far[sample]), 0);
    const source = new AudioBufferSourceNode(out, { buffer });
    source.connect(new StereoPannerNode(out, { pan })).connect(out.destination);
    source.start(at);
    at += near.length / RATE;
  };
}

// Steps of 6 dB.
function loudness(side) {
  const mean = Math.sqrt(side.reduce((sum, value) => sum + value * value, 0) / Math.max(1, side.length)) * 32768;
  return mean < FLOOR ? 0 : Math.min(STEPS, Math.ceil(Math.log2(mean / FLOOR)));
}
