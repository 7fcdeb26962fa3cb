// What the city calls its areas, as the server wrote the page: "level_area", or "Level_area" where a sentence begins.
export function levelWord(name) {
  const [, first, role] = /^([lL])evel_(\w+)$/.exec(name) ?? [];
  const said = (role && document.documentElement.dataset[`level${role[0].toUpperCase()}${role.slice(1)}`]) ?? "";
  return first === "L" ? said.slice(0, 1).toUpperCase() + said.slice(1) : said;
}
