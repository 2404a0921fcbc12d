import { element, shape } from "./dom.js";
import { calling } from "./table.js";
import { language, say } from "./words.js";

const MOST = 40;
const MOST_NAMES = 2;

/** A bar for each row, as long as its number; what is below zero has no length. */
export function drawBars(rows, others, number, labels) {
  const shown = rows.filter((row) => row[number]).slice(0, MOST);
  const longest = Math.max(...shown.map((row) => Number(row[number].value)), Number.MIN_VALUE);
  const items = shown.map((row) => {
    const value = Number(row[number].value);
    const name = others.slice(0, MOST_NAMES).filter((other) => row[other]).map((other) => calling(row[other], labels)).join(" · ");
    const bar = shape("rect", { width: `${Math.max(0, (100 * value) / longest)}%`, height: "100%" });
    const drawn = shape("svg", { class: "bar-line", "aria-hidden": "true" }, bar);
    return element("li", {}, element("span", {}, name), element("span", { class: "bar-value" }, value.toLocaleString(language)), drawn);
  });
  const caption = element("p", { class: "quiet" }, say("chartOf", { value: number, count: shown.length }));
  return element("div", { class: "bars" }, caption, element("ol", {}, ...items));
}
