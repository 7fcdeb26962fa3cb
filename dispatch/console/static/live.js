// The live push. The browser itself resumes with Last-Event-ID; when it gives up, this begins anew at the same place.
const SILENT = 25_000; // milliseconds; the program says something every 10 s
const AGAIN = [1000, 2000, 5000, 10_000]; // milliseconds between tries
const NAMES = ["fresh", "board", "incident", "more", "health", "post", "needs", "hands", "trouble", "tick"];

export function live(url, heard, linked, page = "") {
  let place = "";
  let source;
  let tries = 0;
  let watch;

  const alive = () => {
    clearTimeout(watch);
    watch = setTimeout(lost, SILENT);
    tries = 0;
    linked(true);
  };
  const lost = () => {
    source?.close();
    linked(false);
    clearTimeout(watch);
    watch = setTimeout(open, AGAIN[Math.min(tries++, AGAIN.length - 1)]);
  };
  const open = () => {
    const asked = new URLSearchParams({ ...(page && { page }), ...(place && { after: place }) });
    source = new EventSource(asked.size ? `${url}?${asked}` : url);
    for (const name of NAMES) {
      source.addEventListener(name, (event) => {
        if (event.lastEventId) place = event.lastEventId;
        alive();
        heard(name, JSON.parse(event.data));
      });
    }
    source.onerror = () => lost();
    clearTimeout(watch);
    watch = setTimeout(lost, SILENT);
  };
  open();
  addEventListener("online", () => { // the wire is back: no waiting for the next try
    tries = 0;
    if (source?.readyState !== EventSource.OPEN) open();
  });
  addEventListener("pagehide", () => source?.close());
  addEventListener("pageshow", (event) => event.persisted && open());
}
