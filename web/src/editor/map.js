import { element, shape } from "./dom.js";
import { calling } from "./table.js";
import { outlines, say } from "./words.js";

const RADIANS = Math.PI / 180;
const MOST_NAMED = 30;

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
  const dots = spots.filter(({ at }) => isOn(map, at)).map(({ at, name }) => dot(place(map, at), spots.length <= MOST_NAMED ? name : "", name));
  const label = say("places", { count: dots.length });
  const drawn = shape("svg", { class: "map", viewBox: `0 0 ${map.width} ${map.height}`, role: "img", "aria-label": label }, shape("path", { class: "land", d: map.land }), shape("path", { class: "borders", d: map.borders }), ...dots);
  return element("div", {}, element("p", { class: "quiet" }, label), drawn);
}

function dot([x, y], name, title) {
  const words = shape("text", { x: x + 11, y: y + 5 }, name);
  return shape("g", {}, shape("title", {}, title), shape("circle", { class: "spot-plain", cx: x, cy: y, r: 7 }), words);
}

function place({ x, y, scale }, [latitude, longitude]) {
  return [x + scale * longitude * RADIANS, y - scale * Math.log(Math.tan(Math.PI / 4 + (latitude * RADIANS) / 2))];
}

function isOn(map, at) {
  const [x, y] = place(map, at);
  return x >= 0 && x <= map.width && y >= 0 && y <= map.height;
}
