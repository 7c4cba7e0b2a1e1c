// The theme's colours as the worker needs them, read from the tokens.

export function readPalette() {
  const style = getComputedStyle(document.documentElement);
  const v = (name) => style.getPropertyValue(`--${name}`).trim();
  return {
    land: v("map-land"),
    block: v("map-block"),
    green: v("map-green"),
    water: v("map-water"),
    waterLine: v("map-water-line"),
    building: v("map-bld"),
    buildingLine: v("map-bld-line"),
    road: v("map-road"),
    roadCase: v("map-road-case"),
    roadMajor: v("map-road-major"),
    roadMajorCase: v("map-road-major-case"),
    rail: v("map-rail"),
    label: v("map-label"),
    label2: v("map-label2"),
    halo: v("map-halo"),
    gridStreet: v("map-grid-street"),
    gridCommunity: v("map-grid-community"),
    gridGrid: v("map-grid-grid"),
    gridMicro: v("map-grid-micro"),
    sel: v("map-sel"),
    selCase: v("map-sel-case"),
    hazard: v("map-hazard"),
    hazardInk: v("map-hazard-ink"),
    component: v("map-comp"),
    surface: v("surface"),
    ink: v("ink"),
    focus: v("focus"),
    noData: v("nodata"),
    clock: {
      late: v("clk-late"),
      soon: v("clk-soon"),
      ok: v("clk-ok"),
      still: v("clk-still"),
      lost: v("clk-lost"),
    },
    heat: [0, 1, 2, 3, 4, 5].map((i) => v(`heat-${i}`)),
    seq: [1, 2, 3, 4, 5].map((i) => v(`seq-${i}`)),
  };
}

export function readFonts() {
  return getComputedStyle(document.documentElement).getPropertyValue("--font").trim() || "sans-serif";
}
