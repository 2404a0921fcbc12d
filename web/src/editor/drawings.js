import { drawBars } from "./bars.js";
import { drawMap } from "./map.js";
import { drawNetwork } from "./network.js";
import { say } from "./words.js";

const NUMERIC = /#(integer|decimal|double|float|int|long|short|byte|nonNegativeInteger|positiveInteger|gYear)$/;
const PLACE = { latitude: /^(lat|latitude|breddegrad)$/i, longitude: /^(long|lng|lon|longitude|lengdegrad)$/i };

/** The ways besides a table in which rows can be shown: `{ name, view }` each. */
export async function drawings(variables, rows, labels, areTriples) {
  const found = [];
  const latitude = variables.find((name) => PLACE.latitude.test(name));
  const longitude = variables.find((name) => PLACE.longitude.test(name));
  const number = variables.find((name) => ![latitude, longitude].includes(name) && isNumeric(rows, name));
  const things = variables.filter((name) => rows.some((row) => row[name]?.type === "uri"));
  const others = variables.filter((name) => name !== number);
  if (number && others.length && rows.length > 1) found.push({ name: say("bars"), view: drawBars(rows, others, number, labels) });
  const map = latitude && longitude && (await drawMap(rows, latitude, longitude, variables, labels));
  if (map) found.push({ name: say("map"), view: map });
  const ends = areTriples ? ["subject", "object"] : things.slice(0, 2);
  if (ends.length === 2) {
    const network = drawNetwork(rows, ends, areTriples ? "property" : "", labels);
    if (network) found.push({ name: say("graph"), view: network });
  }
  return found;
}

function isNumeric(rows, name) {
  const bound = rows.filter((row) => row[name]);
  return bound.length > 0 && bound.every((row) => NUMERIC.test(row[name].datatype ?? ""));
}
