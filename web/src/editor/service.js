import { language, root, say } from "./words.js";

const AT_ONCE = 500;
const LITERAL = /^"((?:[^"\\]|\\.)*)"(?:@([\w-]+)|\^\^<([^>]*)>)?$/;
const TRIPLE = /^(\S+) (<[^>]*>) (.*) \.$/;
const TABLE = "application/sparql-results+json";
const TRIPLES = "application/n-triples";

/** What the service says is wrong. */
export class Problem extends Error {
  constructor({ detail, hint, ...told }) {
    super([detail, hint].filter(Boolean).join(" "));
    this.told = told;
  }
}

export function address(path, fields = {}) {
  return `${root}${path}?${new URLSearchParams({ ...fields, lang: language })}`;
}

/** The answer to a query: `{ variables, rows }`, `{ truth }` or `{ triples }`; rejects with a `Problem`. */
export async function ask(fields, signal) {
  const reply = await post("sparql", fields, signal, `${TABLE}, ${TRIPLES}`);
  const isCut = reply.headers.has("X-Truncated");
  if (reply.headers.get("Content-Type").startsWith(TRIPLES)) return { triples: readTriples(await reply.text()), isCut };
  const answer = await reply.json();
  if ("boolean" in answer) return { truth: answer.boolean };
  return { variables: answer.head.vars, rows: answer.results.bindings, isCut };
}

/** What things are called, by their IRIs. */
export async function readLabels(iris, signal) {
  const wanted = [...new Set(iris)];
  const found = {};
  for (let begin = 0; begin < wanted.length; begin += AT_ONCE) {
    const fields = wanted.slice(begin, begin + AT_ONCE).map((iri) => ["iri", iri]);
    Object.assign(found, await (await post("api/labels", fields, signal, "application/json")).json());
  }
  return found;
}

/** A document of the web API; nothing where it cannot be had. */
export async function read(path, fields, signal) {
  const reply = await fetch(address(path, fields), { headers: { Accept: "application/json" }, signal });
  return reply.ok ? reply.json() : undefined;
}

async function post(path, fields, signal, accept) {
  const reply = await fetch(address(path), {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { Accept: `${accept}, application/problem+json;q=0.5` },
    signal,
  });
  if (!reply.ok) throw new Problem(await problemOf(reply));
  return reply;
}

async function problemOf(reply) {
  try {
    return await reply.json();
  } catch {
    return { detail: say("refused", { status: reply.status }) };
  }
}

/** The triples of an answer in N-Triples. */
export function readTriples(text) {
  return text.split("\n").filter(Boolean).map((line) => {
    const [, ...terms] = TRIPLE.exec(line) ?? [undefined, line, "", ""];
    return Object.fromEntries(terms.map((term, place) => [["subject", "property", "object"][place], readTerm(term)]));
  });
}

function readTerm(text) {
  if (text.startsWith("<")) return { type: "uri", value: unescape(text.slice(1, -1)) };
  if (text.startsWith("_:")) return { type: "bnode", value: text.slice(2) };
  const [, value = text, tongue, datatype] = LITERAL.exec(text) ?? [];
  return { type: "literal", value: unescape(value), "xml:lang": tongue, datatype };
}

function unescape(text) {
  const plain = { t: "\t", n: "\n", r: "\r", b: "\b", f: "\f" };
  return text.replace(/\\(?:u([\dA-Fa-f]{4})|U([\dA-Fa-f]{8})|(.))/g, (_match, short, long, sign) =>
    sign ? (plain[sign] ?? sign) : String.fromCodePoint(Number.parseInt(short ?? long, 16)),
  );
}
