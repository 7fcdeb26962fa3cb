// Before anything is drawn. The server said how the page looks (dispatch/console/look.py); this tells the modules, which
// keep the language and the light under names of their own. A plain script, so that nothing flashes.
(() => {
  const { theme, light } = document.documentElement.dataset;
  localStorage.setItem("kentongan-language", document.documentElement.lang);
  if (light) localStorage.setItem("kentongan-theme", light);
  else localStorage.removeItem("kentongan-theme");
  document.documentElement.dataset.theme = theme ?? "dark";
})();
