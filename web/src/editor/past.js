import { element } from "./dom.js";
import { forget, remembered } from "./remembering.js";
import { say } from "./words.js";

const MOST_LETTERS = 140;

/** A list of the queries run before, in which a click brings one back; `draw` shows what there is by then. */
export function openPast(bring) {
  const list = element("ul", { class: "past" });
  const clear = element("button", { type: "button", class: "ds-button", "data-variant": "tertiary", click: () => (forget(), draw()) }, say("clear"));
  const whole = element("details", {}, element("summary", {}, say("history")), list, clear);
  function draw() {
    const kept = remembered();
    list.replaceChildren(...kept.map((query) => element("li", {}, element("button", { type: "button", class: "sorter", click: () => bring(query) }, gist(query)))));
    whole.hidden = !kept.length;
  }
  draw();
  return { element: whole, draw };
}

/** The beginning of a query on one line, without its declarations. */
function gist(query) {
  const words = query.replace(/^\s*(prefix\s+\S*\s*<[^>]*>|base\s*<[^>]*>|#.*$)/gim, "").replace(/\s+/g, " ").trim();
  return words.length > MOST_LETTERS ? `${words.slice(0, MOST_LETTERS - 1)}…` : words;
}
