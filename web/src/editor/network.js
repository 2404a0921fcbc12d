import { element, shape } from "./dom.js";
import { calling } from "./table.js";
import { say } from "./words.js";

const MOST_LINKS = 60;
const MOST_LETTERS = 40;
const WIDTH = 900;
const STEP = 26;
const LEFT = 340;
const RIGHT = 560;

/** Things in two columns with lines between those that stand in one row; nothing where no two things do. */
export function drawNetwork(rows, [from, to], naming, labels) {
  const all = rows.filter((row) => [row[from], row[to]].every((term) => term && term.type !== "literal"));
  if (!all.length) return undefined;
  const links = all.slice(0, MOST_LINKS);
  const names = new Map(links.flatMap((row) => [row[from], row[to]]).map((term) => [term.value, calling(term, labels)]));
  const left = new Set(links.map((row) => row[from].value));
  const right = [...names.keys()].filter((key) => !left.has(key));
  const height = STEP * (Math.max(left.size, right.length) + 1);
  const spots = new Map([...column([...left], LEFT, height), ...column(right, RIGHT, height)]);
  const lines = links.map((row) => {
    const told = [row[from], naming && row[naming], row[to]].filter(Boolean).map((term) => calling(term, labels));
    return line(spots.get(row[from].value), spots.get(row[to].value), told.join(" → "));
  });
  const nodes = [...names].map(([key, name]) => node(spots.get(key), name));
  const cut = all.length > MOST_LINKS ? [say("inGraphCut", { links: MOST_LINKS })] : [];
  const label = [say("inGraph", { things: names.size, links: links.length }), ...cut].join(" ");
  const drawn = shape("svg", { class: "net", viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-label": label }, ...lines, ...nodes);
  return element("div", {}, element("p", { class: "quiet" }, label), element("div", { class: "wide drawn", tabindex: "0", role: "region", "aria-label": say("graph") }, drawn));
}

/** The things below each other, spread over the height. */
function column(keys, x, height) {
  return keys.map((key, number) => [key, { x, y: (height * (number + 1)) / (keys.length + 1) }]);
}

function line(one, other, title) {
  const middle = one.x === other.x ? one.x + (RIGHT - LEFT) / 3 : (one.x + other.x) / 2;
  return shape("path", { class: "link", d: `M${one.x} ${one.y}C${middle} ${one.y} ${middle} ${other.y} ${other.x} ${other.y}` }, shape("title", {}, title));
}

function node({ x, y }, name) {
  const short = name.length > MOST_LETTERS ? `${name.slice(0, MOST_LETTERS - 1)}…` : name;
  const isLeft = x === LEFT;
  const words = shape("text", { x: x + (isLeft ? -9 : 9), y: y + 4, "text-anchor": isLeft ? "end" : "start" }, short);
  return shape("g", {}, shape("title", {}, name), shape("circle", { cx: x, cy: y, r: 5 }), words);
}
