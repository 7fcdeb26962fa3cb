// How tiles of the OpenMapTiles schema are drawn: ground, water, buildings, roads, and their names; nothing else.
const INK = {
  light: { ground: "#eef0ea", green: "#d9e6cf", water: "#a9cbdc", built: "#dcdad2", casing: "#b9b4a6", road: "#ffffff", main: "#f6d98b", rail: "#8f8f96", text: "#3b4440", halo: "#ffffff", wet: "#245a75" },
  dark: { ground: "#18201d", green: "#1e2a22", water: "#17384a", built: "#27302c", casing: "#0d1210", road: "#3d4844", main: "#6d5a2b", rail: "#5c6461", text: "#c7d0cb", halo: "#10161a", wet: "#8fc0d6" },
};
const MAIN = ["motorway", "trunk", "primary"];
const MIDDLE = ["secondary", "tertiary"];
const SMALL = ["path", "track", "service"];
const GREEN = ["wood", "grass", "farmland", "wetland"];
const NAMES = ["name:id", "name"];

// ``draw``: the library's own symbols. Gives what its layer takes.
export function openMapTiles(draw, dark) {
  const ink = dark ? INK.dark : INK.light;
  const area = (dataLayer, fill, filter) => ({ dataLayer, symbolizer: new draw.PolygonSymbolizer({ fill }), filter: (zoom, one) => one.geomType === 3 && (!filter || filter(zoom, one)) });
  const line = (dataLayer, color, width, filter, minzoom = 0) => ({ dataLayer, minzoom, symbolizer: new draw.LineSymbolizer({ color, width }), filter: (zoom, one) => one.geomType === 2 && (!filter || filter(zoom, one)) });
  const of = (...classes) => (_zoom, one) => classes.includes(one.props.class);
  const other = (_zoom, one) => ![...MAIN, ...MIDDLE, ...SMALL, "rail", "transit", "ferry"].includes(one.props.class);
  const wide = (most) => (zoom) => Math.max(0.6, most * 2 ** Math.min(zoom - 15, 1));
  return {
    backgroundColor: ink.ground,
    paintRules: [
      area("landcover", ink.green, of(...GREEN)),
      area("park", ink.green),
      area("water", ink.water),
      line("waterway", ink.water, wide(3)),
      area("building", ink.built),
      line("transportation", ink.rail, 1.2, of("rail", "transit")),
      line("transportation", ink.casing, wide(1.6), of(...SMALL), 13),
      line("transportation", ink.casing, wide(6), other, 12),
      line("transportation", ink.road, wide(4), other, 12),
      line("transportation", ink.casing, wide(9), of(...MIDDLE)),
      line("transportation", ink.road, wide(7), of(...MIDDLE)),
      line("transportation", ink.casing, wide(12), of(...MAIN)),
      line("transportation", ink.main, wide(10), of(...MAIN)),
    ],
    labelRules: [
      { dataLayer: "transportation_name", minzoom: 14, symbolizer: new draw.LineLabelSymbolizer({ labelProps: NAMES, fill: ink.text, stroke: ink.halo, width: 3, font: "400 12px sans-serif" }), filter: (_zoom, one) => one.geomType === 2 },
      { dataLayer: "water_name", symbolizer: new draw.CenteredTextSymbolizer({ labelProps: NAMES, fill: ink.wet, stroke: ink.halo, width: 2, font: "italic 400 12px sans-serif" }), filter: (_zoom, one) => one.geomType === 1 },
      { dataLayer: "place", symbolizer: new draw.CenteredTextSymbolizer({ labelProps: NAMES, fill: ink.text, stroke: ink.halo, width: 3, font: "500 12px sans-serif" }), filter: (zoom, one) => zoom >= 13 && of("hamlet", "neighbourhood", "quarter")(zoom, one) },
    ],
  };
}
