// What one would hear in that world: sirens that wail, phones that ring. Silent until somebody asks for it.
let audio;
let calls; // at the rate of calls, so that their pieces join without a click
let off = false; // switched off by hand
let wail;
let bell;

export function soundOn() {
  return audio?.state === "running";
}

export async function toggle() {
  if (!soundOn()) return wake(true);
  off = true;
  await Promise.all([audio.suspend(), calls.suspend()]);
}

// Sound from now on, if nobody has switched it off (or `anyway`). Browsers allow it from a click only.
export async function wake(anyway) {
  if (off && !anyway) return;
  off = false;
  audio ??= new AudioContext();
  calls ??= new AudioContext({ sampleRate: 8000 });
  await Promise.all([audio.resume(), calls.resume()]);
}

// Where calls are played; null while there is no sound.
export function callsOut() {
  return calls?.state === "running" ? calls : null;
}

export function hear({ lamps, ringing }) {
  if (!audio) return;
  if (lamps && !wail) wail = siren();
  if (!lamps && wail) wail = wail();
  if (ringing && !bell) bell = phone();
  if (!ringing && bell) bell = bell();
}

// A motor siren: one tone that climbs and falls in three seconds.
function siren() {
  const tone = new OscillatorNode(audio, { type: "triangle", frequency: 640 });
  const swing = new OscillatorNode(audio, { frequency: 0.33 });
  const depth = new GainNode(audio, { gain: 230 });
  const loud = new GainNode(audio, { gain: 0 });
  swing.connect(depth).connect(tone.frequency);
  tone.connect(loud).connect(audio.destination);
  loud.gain.setTargetAtTime(0.16, audio.currentTime, 0.25);
  tone.start();
  swing.start();
  return () => {
    loud.gain.setTargetAtTime(0, audio.currentTime, 0.25);
    tone.stop(audio.currentTime + 1.5);
    swing.stop(audio.currentTime + 1.5);
  };
}

// A keypad phone: a short tune of four square tones, again and again.
function phone() {
  const play = () => {
    [1319, 1175, 740, 831].forEach((pitch, at) => {
      const from = audio.currentTime + at * 0.14;
      const tone = new OscillatorNode(audio, { type: "square", frequency: pitch });
      const loud = new GainNode(audio, { gain: 0.045 });
      loud.gain.setValueAtTime(0.045, from);
      loud.gain.exponentialRampToValueAtTime(0.001, from + 0.13);
      tone.connect(loud).connect(audio.destination);
      tone.start(from);
      tone.stop(from + 0.14);
    });
  };
  play();
  const again = setInterval(play, 1400);
  return () => clearInterval(again);
}
