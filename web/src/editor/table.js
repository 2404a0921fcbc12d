import { element } from "./dom.js";
import { language, say } from "./words.js";

const ROWS = 50;
const NUMBER = /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/;

/** An answer as a table with what things are called: sorted by a click on a head, page by page. */
export class Table {
  constructor(variables, rows, labels) {
    Object.assign(this, { variables, rows, labels, page: 0, column: "", isDown: false });
    this.order = new Intl.Collator(language, { numeric: true });
    this.element = element("div");
    this.draw();
  }

  draw() {
    const first = this.page * ROWS;
    const last = Math.min(first + ROWS, this.rows.length);
    const caption = say("firstRows", { first: first + 1, last, count: this.rows.length });
    const heads = this.variables.map((name) => this.head(name));
    const lines = this.rows.slice(first, last).map((row) => this.line(row));
    const told = element("span", {}, element("span", { id: "rows" }, caption), " ", element("span", { class: "sideways" }, say("goesOn")));
    const table = element("table", {}, element("caption", {}, told), element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...lines));
    const region = element("div", { class: "wide", tabindex: "0", role: "region", "aria-labelledby": "rows" }, table);
    this.element.replaceChildren(region, ...(this.rows.length > ROWS ? [this.pager(last)] : []));
  }

  head(name) {
    const direction = this.isDown ? "descending" : "ascending";
    const sort = () => this.sort(name);
    const mark = name === this.column ? (this.isDown ? " ↓" : " ↑") : " ↕";
    const button = element("button", { type: "button", class: "sorter", click: sort, title: say("sort", { name }), "data-column": name }, name, element("span", { "aria-hidden": "true" }, mark));
    return element("th", { scope: "col", "aria-sort": name === this.column ? direction : undefined }, button);
  }

  line(row) {
    return element("tr", {}, ...this.variables.map((name) => element("td", {}, row[name] && cell(row[name], this.labels))));
  }

  pager(last) {
    const go = (by) => () => {
      this.page += by;
      this.draw();
      this.element.querySelector(".wide").focus();
    };
    const button = (name, by, isOff) =>
      element("button", { type: "button", class: "ds-button", "data-variant": "secondary", disabled: isOff, click: go(by) }, say(name));
    return element("nav", { "aria-label": say("pages"), class: "row" }, button("previous", -1, this.page === 0), button("next", 1, last === this.rows.length));
  }

  sort(name) {
    this.isDown = name === this.column && !this.isDown;
    this.column = name;
    this.page = 0;
    const keys = new Map(this.rows.map((row) => [row, row[name] ? calling(row[name], this.labels) : ""]));
    const sign = this.isDown ? -1 : 1;
    this.rows = [...this.rows].sort((one, other) => sign * this.compare(keys.get(one), keys.get(other)));
    this.draw();
    this.element.querySelector(`[data-column="${name}"]`).focus();
  }

  compare(one, other) {
    return NUMBER.test(one) && NUMBER.test(other) ? Number(one) - Number(other) : this.order.compare(one, other);
  }
}

/** What a term is called. */
export function calling(term, labels) {
  const { label, short, code } = labels[term.value] ?? {};
  return term.type === "uri" ? [code, label ?? short ?? term.value].filter(Boolean).join(" ") : term.value;
}

/** A term as it stands in a table: a thing links to its page, a text says its language. */
export function cell(term, labels) {
  if (term.type !== "uri") return element("span", { lang: term["xml:lang"] }, term.type === "bnode" ? `_:${term.value}` : term.value);
  const known = labels[term.value];
  const words = element("span", { lang: known?.label && known.language !== language ? known.language || undefined : undefined }, calling(term, labels));
  return known?.page ? element("a", { href: known.page, title: term.value }, words) : words;
}
