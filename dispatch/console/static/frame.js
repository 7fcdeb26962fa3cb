// What the frame does beyond links and forms: the city's clock goes on, light by day and dark at night, menus close,
// tables carry their heads into the narrow shape, and no form is sent twice.
const MINUTE = 60_000; // milliseconds
const AGAIN = 4000; // milliseconds until the same form may be sent once more
const DAY = [6, 18]; // hours of the city's clock, as in dispatch/console/look.py
const root = document.documentElement;
const walls = [...document.querySelectorAll(".wall")];

if (walls.length) {
  const { dateTime, dataset } = walls[0];
  const ahead = Date.parse(dateTime) - Date.now(); // the machine's own clock may be wrong
  const timeZone = dataset.zone;
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

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, AGAIN); // an answer that was a file left the page standing
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
