import { element, shape } from "./dom.js";
import { calling } from "./table.js";
import { say } from "./words.js";

const MOST_LINKS = 60;
const MOST_LETTERS = 34;
const SIZE = { width: 900, radius: 230, edge: 40 };

/** Things on a circle with lines between those that stand in one row; nothing where no two things do. */
export function drawNetwork(rows, [from, to], naming, labels) {
  const all = rows.filter((row) => row[from]?.type !== "literal" && row[to] && row[to].type !== "literal" && row[from]);
  if (!all.length) return undefined;
  const links = all.slice(0, MOST_LINKS);
  const names = new Map(links.flatMap((row) => [row[from], row[to]]).map((term) => [term.value, calling(term, labels)]));
  const height = 2 * (SIZE.radius + SIZE.edge);
  const spots = new Map([...names.keys()].map((key, number) => [key, spot((2 * Math.PI * number) / names.size, height / 2)]));
  const lines = links.map((row) => line(spots.get(row[from].value), spots.get(row[to].value), [row[from], naming && row[naming], row[to]].filter(Boolean).map((term) => calling(term, labels)).join(" → ")));
  const label = [say("inGraph", { things: names.size, links: links.length }), all.length > MOST_LINKS && say("inGraphCut", { links: MOST_LINKS })].filter(Boolean).join(" ");
  const nodes = [...names].map(([key, name]) => node(spots.get(key), name));
  const drawn = shape("svg", { class: "net", viewBox: `0 0 ${SIZE.width} ${height}`, role: "img", "aria-label": label }, ...lines, ...nodes);
  return element("div", {}, element("p", { class: "quiet" }, label), drawn);
}

function spot(angle, middle) {
  return { x: SIZE.width / 2 + SIZE.radius * Math.cos(angle), y: middle + SIZE.radius * Math.sin(angle), isLeft: Math.cos(angle) < 0 };
}

function line(one, other, title) {
  const middle = `${SIZE.width / 2} ${SIZE.radius + SIZE.edge}`;
  return shape("path", { class: "link", d: `M${one.x} ${one.y}Q${middle} ${other.x} ${other.y}` }, shape("title", {}, title));
}

function node({ x, y, isLeft }, name) {
  const short = name.length > MOST_LETTERS ? `${name.slice(0, MOST_LETTERS - 1)}…` : name;
  const words = shape("text", { x: x + (isLeft ? -9 : 9), y: y + 4, "text-anchor": isLeft ? "end" : "start" }, short);
  return shape("g", {}, shape("title", {}, name), shape("circle", { cx: x, cy: y, r: 5 }), words);
}
