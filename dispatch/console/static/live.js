// The live push. The browser itself resumes with Last-Event-ID; when it gives up, this begins anew at the same place.
const SILENT = 25_000; // milliseconds; the program says something every 10 s
const AGAIN = [1000, 2000, 5000, 10_000]; // milliseconds between tries

export function live(url, heard, linked) {
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
    source = new EventSource(place ? `${url}?after=${encodeURIComponent(place)}` : url);
    for (const name of ["fresh", "board", "incident", "health", "post", "trouble", "tick"]) {
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
}
