import { element, shape } from "./dom.js";
import { calling } from "./table.js";
import { outlines, say } from "./words.js";

const RADIANS = Math.PI / 180;
const LETTER = 9;
const LINE = 20;

/** The rows as dots on the closest map that holds them all; nothing where no map is at hand or no row has a place. */
export async function drawMap(rows, latitude, longitude, variables, labels) {
  const reply = await fetch(outlines);
  if (!reply.ok) return undefined;
  const maps = Object.values(await reply.json());
  const naming = variables.find((name) => rows.some((row) => row[name]?.type === "uri")) ?? variables.find((name) => ![latitude, longitude].includes(name));
  const spots = rows
    .map((row) => ({ at: [Number(row[latitude]?.value), Number(row[longitude]?.value)], name: row[naming] ? calling(row[naming], labels) : "" }))
    .filter(({ at }) => at.every(Number.isFinite));
  if (!spots.length) return undefined;
  const map = maps.find((one) => spots.every(({ at }) => isOn(one, at))) ?? maps.at(-1);
  const taken = [];
  const named = spots.filter(({ at }) => isOn(map, at));
  const dots = named.map(({ at, name }) => dot(place(map, at), name));
  const words = named.flatMap(({ at, name }) => word(place(map, at), name, map.width, taken));
  const label = say("places", { count: dots.length });
  const drawn = shape("svg", { class: "map", viewBox: `0 0 ${map.width} ${map.height}`, role: "img", "aria-label": label }, shape("path", { class: "land", d: map.land }), shape("path", { class: "borders", d: map.borders }), ...dots, ...words);
  return element("div", {}, element("p", { class: "quiet" }, label), element("div", { class: "wide drawn", tabindex: "0", role: "region", "aria-label": say("map") }, drawn));
}

function dot([x, y], name) {
  return shape("circle", { class: "spot-plain", cx: x, cy: y, r: 7 }, shape("title", {}, name));
}

/** The name beside its dot, unless another name is in the way. */
function word([x, y], name, width, taken) {
  const length = name.length * LETTER;
  const begin = x + length + LINE > width ? x - LINE / 2 - length : x + LINE / 2;
  if (taken.some((one) => Math.abs(one.y - y) < LINE && one.begin < begin + length && begin < one.begin + one.length)) return [];
  taken.push({ begin, y, length });
  return [shape("text", { class: "spot-name", x: begin, y: y + LINE / 4 }, name)];
}

function place({ x, y, scale }, [latitude, longitude]) {
  return [x + scale * longitude * RADIANS, y - scale * Math.log(Math.tan(Math.PI / 4 + (latitude * RADIANS) / 2))];
}

function isOn(map, at) {
  const [x, y] = place(map, at);
  return x >= 0 && x <= map.width && y >= 0 && y <= map.height;
}
