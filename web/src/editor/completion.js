import { describe, insertTerm } from "./inserting.js";
import { iriOf, readPrologue, write } from "./prologue.js";
import { address, ask, read } from "./service.js";
import { readTokens } from "./tokens.js";
import { readTriples } from "./triples.js";
import { language, say } from "./words.js";

const TYPED = /(?:[?$]\w*|<[^<>\s]*|[\p{L}_][\p{L}\p{N}_.:%-]*|:[\p{L}\p{N}_.-]*)$/u;
const MOST_VALUES = 300;
const MOST_SHOWN = 60;
const SHORTEST_SEARCH = 2;
const LONG_ENOUGH = 3;
const KEYWORDS = {
  head: ["SELECT", "SELECT DISTINCT", "ASK", "CONSTRUCT", "DESCRIBE", "WHERE", "FROM", "GROUP BY", "HAVING", "ORDER BY", "DESC", "LIMIT", "OFFSET", "COUNT", "SUM", "AVG", "MIN", "MAX", "SAMPLE", "GROUP_CONCAT", "AS", "DISTINCT"],
  subject: ["OPTIONAL", "FILTER", "FILTER NOT EXISTS", "BIND", "VALUES", "UNION", "MINUS", "GRAPH", "SELECT"],
  expression: ["BOUND", "COALESCE", "CONCAT", "CONTAINS", "COUNT", "DATATYPE", "EXISTS", "IF", "IN", "isIRI", "isLITERAL", "LANG", "LANGMATCHES", "LCASE", "NOT", "REGEX", "REPLACE", "ROUND", "STR", "STRAFTER", "STRBEFORE", "STRENDS", "STRLEN", "STRSTARTS", "SUBSTR", "UCASE", "YEAR"],
};

/** What may stand at the cursor: `complete(context)` for the editor, from the vocabulary and the service. */
export function completer(vocabulary) {
  const values = new Map();
  return async (context) => {
    const text = context.state.doc.toString();
    const typed = TYPED.exec(text.slice(0, context.pos))?.[0] ?? "";
    const from = context.pos - typed.length;
    if (isQuoted(text, from)) return null;
    const place = placeAt(text, from, context.pos);
    if (!typed && !context.explicit && !["predicate", "object"].includes(place.stage)) return null;
    const known = await vocabulary;
    const found = [
      ...terms(place, known, typed),
      ...(await things(place, known, typed, values)),
      ...plain(place, typed),
    ].slice(0, MOST_SHOWN);
    return context.aborted || !found.length ? null : { from, options: found, filter: false };
  };
}

/** Where in its pattern the text stands that begins at `from`. */
export function placeAt(text, from, to = from) {
  const tokens = readTokens(text);
  const { prefixes } = readPrologue(tokens);
  const iri = (token) => iriOf(token, prefixes);
  const { place } = readTriples(tokens.filter((token) => token.to <= from && token.from < from));
  const { triples } = readTriples(tokens.filter((token) => token.to <= from || token.from >= to));
  return { ...place, triples, iri, prefixes, tokens, isTyped: (token) => token.from < to && token.to > from };
}

function isQuoted(text, at) {
  const token = readTokens(text).find((one) => one.from < at && one.to > at);
  const line = text.slice(text.lastIndexOf("\n", at - 1) + 1, at);
  return token?.kind === "string" || /^[^<"']*#/.test(line);
}

/** The classes that the thing at the place can be of, as far as the pattern tells. */
function classesAt({ subject, via, base, triples, iri }, vocabulary) {
  const after = (property) => [...vocabulary.classesAfter(iri(property)).keys()];
  if (via) return after(via);
  const found = vocabulary.classesOf(subject, triples, iri);
  return found.length || !base ? found : after(base);
}

/** The classes and properties that can stand at the place, with how often the graph has them. */
function fitting(place, vocabulary) {
  const { stage, subject, predicate, triples, iri, isInverse } = place;
  if (stage === "predicate") {
    const classes = classesAt(place, vocabulary);
    return isInverse ? vocabulary.propertiesTo(classes) : vocabulary.propertiesOf(classes);
  }
  if (stage === "object" && predicate?.text === "a") {
    const ledTo = new Set(vocabulary.classesLedTo(subject, triples, iri));
    return ledTo.size ? new Map([...vocabulary.classes].filter(([one]) => ledTo.has(one))) : vocabulary.classes;
  }
  const isAnywhere = stage === "expression" || stage === "values";
  return isAnywhere ? new Map([...vocabulary.classes, ...vocabulary.properties]) : new Map();
}

/** The classes and properties that fit, those that fit what is typed best first. */
function terms(place, vocabulary, typed) {
  const { stage, prefixes } = place;
  if (!typed && stage !== "predicate" && stage !== "object") return [];
  const isClass = stage === "object";
  const isIri = typed.startsWith("<");
  const options = [...fitting(place, vocabulary)]
    .map(([one, count]) => {
      const written = write(one, prefixes, vocabulary.prefixes);
      const labels = vocabulary.labels(one);
      const term = vocabulary.terms.get(one);
      return { score: fit(typed, isIri ? [one] : [written.text, ...labels]), count, written, one, label: term?.label?.[language] };
    })
    .filter((option) => option.score);
  options.sort((a, b) => b.score - a.score || b.count - a.count);
  const fits = options.map(({ one, written, count, label }) => ({
    label: written.text,
    detail: [label, say(isClass ? "things" : "uses", { count })].filter(Boolean).join(" · "),
    info: () => describe(vocabulary, one),
    apply: insertTerm(written),
  }));
  const isStart = stage === "predicate" && "a".startsWith(typed);
  return isStart ? [{ label: "a", detail: say("type"), apply: "a" }, ...fits] : fits;
}

/** How well what is typed fits the names, 0 where it does not; of names that fit alike, one it is more of fits better. */
export function fit(typed, names) {
  const wanted = typed.replace(/^</, "").toLowerCase();
  if (!wanted) return 1;
  const scores = names.map((name) => {
    const whole = name.toLowerCase();
    const share = wanted.length >= LONG_ENOUGH ? wanted.length / (whole.length + 1) : 0;
    if (whole.startsWith(wanted)) return 4 + share;
    if (whole.split(":").at(-1).startsWith(wanted)) return 3 + share;
    if (whole.split(/[\s:/-]+/).some((word) => word.startsWith(wanted))) return 2 + share;
    return wanted.length > 2 && whole.includes(wanted) ? 1 + share : 0;
  });
  return Math.max(0, ...scores);
}

/** The things that the property really leads to, or else those that go by the name. */
async function things(place, vocabulary, typed, values) {
  const { stage, predicate, iri, prefixes } = place;
  if (/^[?$]/.test(typed) || predicate?.text === "a" && stage === "object") return [];
  if (stage === "object" && predicate && iri(predicate) && !place.isPath) {
    const known = await valuesAt(place, iri(predicate), vocabulary, values);
    const names = (one) => (typed.startsWith("<") ? [one.iri ?? ""] : [one.text ?? write(one.iri, prefixes, vocabulary.prefixes).text, ...one.labels]);
    const scored = known.map((one) => [fit(typed, names(one)), one]);
    const found = scored.filter(([score]) => score).sort(([one], [other]) => other - one);
    if (found.length || known.length < MOST_VALUES) return found.map(([, one]) => valueOption(one, prefixes, vocabulary));
  }
  if (!["subject", "object", "values", "expression"].includes(stage) || typed.length < SHORTEST_SEARCH) return [];
  const words = typed.replace(/^<|^\w*:/, "");
  const answer = words && (await read("api/search", { prefix: words, limit: 20 }));
  return (answer?.results ?? []).map((one) =>
    valueOption({ iri: one.iri, labels: [one.label], detail: one.kind.label }, prefixes, vocabulary),
  );
}

function valueOption({ iri, text, labels, count, detail }, prefixes, vocabulary) {
  const written = text ? { text } : write(iri, prefixes, vocabulary.prefixes);
  const told = detail ?? (count && say("uses", { count }));
  return { label: written.text, displayLabel: labels[0] ?? written.text, detail: [labels[0] && shortened(written.text), told].filter(Boolean).join(" · "), apply: insertTerm(written) };
}

function shortened(text) {
  return text.startsWith("<") ? text.slice(1, -1).split(/[/#]/).slice(-2).join("/") : text;
}

/** The values that a property of the subject's class has; read once. */
function valuesAt(place, property, vocabulary, values) {
  const classes = classesAt({ ...place, via: undefined }, vocabulary).filter((kind) => vocabulary.of.get(kind)?.has(property));
  const key = [property, ...classes].join(" ");
  if (!values.has(key)) values.set(key, readValues(property, classes));
  return values.get(key);
}

/** The values a property has, the most frequent first, each with its labels, the reader's language first. */
async function readValues(property, classes) {
  const ofClass = classes.length ? `VALUES ?class { ${classes.map((kind) => `<${kind}>`).join(" ")} } ?s a ?class .` : "";
  const query = `PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?value ?label ?count WHERE {
  { SELECT ?value (COUNT(DISTINCT ?s) AS ?count) WHERE { ${ofClass} ?s <${property}> ?value } GROUP BY ?value ORDER BY DESC(?count) LIMIT ${MOST_VALUES} }
  OPTIONAL { ?value rdfs:label ?label }
}`;
  const { rows } = await ask({ query }).catch(() => ({ rows: [] }));
  const found = new Map();
  for (const { value, label, count } of rows) {
    if (value.type === "bnode") continue;
    const key = JSON.stringify(value);
    const one = found.get(key) ?? { ...valueOf(value), count: Number(count.value), labels: [] };
    if (label?.["xml:lang"] === language) one.labels.unshift(label.value);
    else if (label) one.labels.push(label.value);
    found.set(key, one);
  }
  return [...found.values()].sort((a, b) => b.count - a.count);
}

function valueOf({ type, value, datatype, "xml:lang": tongue }) {
  if (type === "uri") return { iri: value };
  const text = JSON.stringify(value);
  return { text: tongue ? `${text}@${tongue}` : datatype && !datatype.endsWith("#string") ? `${text}^^<${datatype}>` : text };
}

/** Variables of the query and words of the language. */
function plain({ stage, tokens, isTyped }, typed) {
  const variables = tokens.filter((token) => token.kind === "variable" && !isTyped(token)).map((token) => token.text);
  const words = /^[?$]/.test(typed) ? [] : (KEYWORDS[stage] ?? []);
  const isFit = (name) => typed && name.toLowerCase().startsWith(typed.toLowerCase());
  return [...new Set([...variables, ...words])].filter(isFit).map((name) => ({ label: name, apply: name }));
}
