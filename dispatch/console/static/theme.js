// Before anything is drawn: dark at night, light by day, or as the person chose. A plain script, so that nothing flashes.
(() => {
  const DAY = [6, 18]; // hours of the machine's own day
  const chosen = localStorage.getItem("kentongan-theme");
  const hour = new Date().getHours();
  const light = hour >= DAY[0] && hour < DAY[1];
  document.documentElement.dataset.theme = chosen === "light" || chosen === "dark" ? chosen : light ? "light" : "dark";
})();
