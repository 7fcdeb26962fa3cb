// What the frame does beyond links and forms: the city's clock goes on, light by day and dark at night, menus close,
// the page where one stands is in sight in a long rail, tables carry their heads into the narrow shape, and no form is
// sent twice.
const MINUTE = 60_000; // milliseconds
const KEPT = 365 * 86_400; // seconds that the browser keeps how a page looks
const AGAIN = 4000; // milliseconds until the same form may be sent once more
const DAY = [6, 18]; // hours of the city's clock, as in dispatch/console/look.py
const root = document.documentElement;
const walls = [...document.querySelectorAll(".wall")];

{
  const { now: opened, zone: timeZone } = root.dataset;
  const ahead = Date.parse(opened) - Date.now(); // the machine's own clock may be wrong
  const told = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone });
  const day = new Intl.DateTimeFormat("de-DE", { day: "2-digit", month: "2-digit", year: "numeric", timeZone });
  const tick = () => {
    const now = Date.now() + ahead;
    const time = told.format(now);
    for (const wall of walls) {
      wall.querySelector(".wall-time").textContent = time.replace(":", ".");
      wall.querySelector(".wall-day").textContent = day.format(now);
    }
    const hour = Number(time.slice(0, 2));
    if (!root.dataset.light) root.dataset.theme = hour >= DAY[0] && hour < DAY[1] ? "light" : "dark";
    setTimeout(tick, MINUTE - (now % MINUTE));
  };
  tick();
}

document.querySelector(".rail-nav [aria-current]")?.scrollIntoView({ block: "nearest" });

document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && document.activeElement?.closest("details[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});
document.addEventListener("pointerdown", (event) => {
  for (const open of document.querySelectorAll(".thumb-more[open], .slim-more[open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});

for (const table of document.querySelectorAll("table.list")) {
  const heads = [...table.querySelectorAll("thead th")].map((one) => one.textContent.trim());
  for (const row of table.querySelectorAll("tbody tr")) {
    [...row.children].forEach((cell, at) => { cell.dataset.label ??= heads[at] ?? ""; });
  }
  table.classList.add("list-folds");
}

// Light and letters change where they stand: a page on which something happens is not loaded anew for them.
const TURNS = { light: ["light", "dark"], size: ["normal", "large", "huge"] };
function looked(name) {
  const shown = name === "light" ? "theme" : name;
  const turn = TURNS[name];
  const next = turn[(turn.indexOf(root.dataset[shown]) + 1) % turn.length];
  root.dataset[name] = next;
  root.dataset[shown] = next;
  document.cookie = `kentongan-${name}=${next}; path=/; max-age=${KEPT}; samesite=strict`;
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.matches(".tools") && TURNS[event.submitter?.name]) {
    event.preventDefault();
    looked(event.submitter.name);
    return;
  }
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, AGAIN); // an answer that was a file left the page standing
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
