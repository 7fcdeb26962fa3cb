// What ails a part of the program, in the page's language. The program says it in English, as the log and `doctor` do;
// a sentence that is not known here stands as it is.
import { knownWord, word } from "./words.js";

// [kind of part, what the program says, its words]; groups of the pattern are fields of the words.
const FORMS = [
  ["sim", /^not registered$/, "sim_away"],
  ["sim", /^signal (?<n>\d+)$/, "signal"],
  ["sim", /^not known: the modem is \w+$/, "sim_unknown"],
  ["voice", /^can carry a voice$/, "voice"],
  ["voice", /^rings, and says nothing$/, "mute"],
  ["proof", /^not tried yet$/, "untried"],
  ["proof", /^never came in$/, "never_in"],
  ["proof", /^a letter came in (?<n>\d+) s after it was put, last at (?<at>[\d. ]+)$/, "came_in"],
  ["provider", /^not asked yet$/, "unasked"],
  ["provider", /^answers again$/, "again"],
  ["provider", /^no answer in (?<n>\d+) s$/, "no_answer"],
  ["provider", /^\[http\] public_url is not set: /, "no_address"],
  ["provider", /^\[http\] public_url is this machine's own: /, "own_address"],
  ["provider", /^\[http\] public_url is not https: /, "open_address"],
  ["look-up", /^not asked yet$/, "unasked"],
  ["look-up", /^answers again$/, "again"],
  ["look-up", /^away since (?<at>[\d.]+): /, "away"],
  ["look-up", /^failed (?<n>\d+) of (?<most>\d+) times: /, "failing"],
  ["look-up", /^cannot be understood: /, "odd"],
  ["credit", /^not asked yet$/, "unasked"],
  ["store", /^no answer in (?<n>\d+) s$/, "no_answer"],
  ["modem", /nothing helped: unplug it, look at its power and its SIM$/, "modem_lost"],
  ["disk", /^(?<n>\d+)% free$/, "free"],
  ["disk", /^(?<n>\d+)% free; only emergencies are handled$/, "full"],
  ["clock", /^went back by (?<n>\d+) s$/, "clock_back"],
  ["clock", /^nothing to compare with yet$/, "clock_alone"],
  ["clock", /^behind the network by (?<n>\d+) s$/, "clock_behind"],
  ["clock", /^perhaps ahead of the network by (?<n>\d+) s$/, "clock_ahead"],
  ["clock", /^as the network's, to (?<n>\d+) s$/, "clock_same"],
  ["lead", /^the desks and dispatch run here$/, "leads"],
  ["lead", /^another process leads: letters are kept and sent here$/, "stands_by"],
  ["loop", /^silent for (?<n>\d+) s \(limit (?<most>\d+) s\)$/, "silent"],
  ["audit", /^line (?<n>\d+)$/, "line"],
];

export function saidOf(part) {
  if (part.kind === "siren" && knownWord(`outcome.siren.${part.detail}`)) return word(`outcome.siren.${part.detail}`);
  if (part.kind === "siren" && knownWord(`outcome.${part.detail}`)) return word(`outcome.${part.detail}`);
  for (const [kind, form, key] of FORMS) {
    const found = kind === part.kind && form.exec(part.detail);
    if (found) return word(`detail.${key}`, found.groups);
  }
  return part.detail;
}
