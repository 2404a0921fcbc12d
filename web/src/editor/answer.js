import { element } from "./dom.js";
import { drawings } from "./drawings.js";
import { address, readLabels } from "./service.js";
import { Table } from "./table.js";
import { say } from "./words.js";

const MOST_NAMED = 3_000;
const MOST_ADDRESS = 8_000;
const TABLES = { csv: "CSV", "csv-excel": "CSV (Excel)", xlsx: "Excel", json: "JSON", xml: "XML", tsv: "TSV" };
const GRAPHS = { ttl: "Turtle", jsonld: "JSON-LD", nt: "N-Triples", rdf: "RDF/XML", nq: "N-Quads", trig: "TriG" };

/** What to say of an answer in a sentence or two: how much it is, how long it took, and whether it is cut. */
export function sum(answer, seconds) {
  if ("truth" in answer) return say("truth", { truth: say(answer.truth ? "yes" : "no"), seconds });
  const counted = say(answer.rows ? "rows" : "triples", { count: (answer.rows ?? answer.triples).length, seconds });
  return [counted, ...(answer.isCut ? [say("cut")] : [])].join(" ");
}

/** The parts of the page that show an answer. */
export async function show(answer, fields, signal) {
  const downloads = download(fields, answer.triples ? GRAPHS : TABLES);
  if ("truth" in answer) return [element("p", { class: "lead" }, say(answer.truth ? "yes" : "no")), downloads];
  const variables = answer.variables ?? ["subject", "property", "object"];
  const rows = answer.rows ?? answer.triples;
  if (!rows.length) return [downloads];
  const labels = await readLabels(things(rows), signal).catch(() => ({}));
  signal.throwIfAborted();
  const table = new Table(variables, rows, labels).element;
  return [await views(table, await drawings(variables, rows, labels, Boolean(answer.triples))), downloads];
}

function things(rows) {
  const found = new Set();
  for (const row of rows) {
    for (const term of Object.values(row)) if (term.type === "uri") found.add(term.value);
    if (found.size >= MOST_NAMED) break;
  }
  return found;
}

/** The table, and buttons that put a drawing in its place where one fits. */
function views(table, drawn) {
  if (!drawn.length) return table;
  const place = element("div", {}, table);
  const all = [{ name: say("table"), view: table }, ...drawn];
  const choose = (chosen) => {
    place.replaceChildren(chosen.view);
    for (const one of all) one.button.setAttribute("aria-pressed", one === chosen);
  };
  for (const one of all) {
    one.button = element("button", { type: "button", class: "ds-button", "data-variant": "secondary", "aria-pressed": one.view === table ? "true" : "false", click: () => choose(one) }, one.name);
  }
  return element("div", {}, element("div", { class: "views" }, ...all.map((one) => one.button)), place);
}

/** Links to the whole answer in every format; a query too long for an address is sent as a form. */
function download(fields, formats) {
  const isLong = String(new URLSearchParams(fields)).length > MOST_ADDRESS;
  const items = Object.entries(formats).map(([format, name]) => element("li", {}, isLong ? sender(fields, format, name) : link(fields, format, name)));
  return element("div", {}, element("p", { class: "quiet", id: "downloads" }, say("download")), element("ul", { class: "exports", "aria-labelledby": "downloads" }, ...items));
}

function link(fields, format, name) {
  const given = new URLSearchParams([...fields, ["format", format]]);
  return element("a", { href: `${address("sparql")}&${given}`, download: `strategigraf.${format.split("-")[0]}` }, name);
}

function sender(fields, format, name) {
  const given = [...fields, ["format", format]].map(([key, value]) => element("input", { type: "hidden", name: key, value }));
  return element("form", { method: "post", action: address("sparql") }, ...given, element("button", { class: "ds-button", "data-variant": "secondary" }, name));
}
