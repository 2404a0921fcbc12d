import { nearest } from "./near.js";
import { partsOf } from "./parts.js";
import { iriOf, localName, readPrologue, write } from "./prologue.js";
import { ask, read } from "./service.js";
import { readTokens } from "./tokens.js";
import { say } from "./words.js";

const MOST_NEAR = 50;

/**
 * Why a query gives nothing: the first part that leaves nothing of what the parts before it match, found by halving.
 *
 * Gives `{ part, reason }`, or a reason alone where all parts match together; nothing for a query it cannot read.
 */
export async function explain(tree, text, fields, vocabulary, signal) {
  const read = partsOf(tree, text);
  if (!read?.parts.length) return undefined;
  const { head, parts } = read;
  const others = fields.filter(([name]) => name !== "query");
  const matches = async (some) => {
    const query = `${head} WHERE {\n${some.map((part) => part.text).join("\n")}\n}`;
    return (await ask([["query", query], ...others], signal)).truth;
  };
  if (await matches(parts)) return { reason: say("askedAll") };
  let [most, least] = [parts.length, 1];
  while (least < most) {
    const middle = Math.floor((least + most) / 2);
    if (await matches(parts.slice(0, middle))) least = middle + 1;
    else most = middle;
  }
  const part = parts[most - 1];
  if (part.isFilter) return { part, reason: say("filtered") };
  if (part.isMinus) return { part, reason: say("takenAway") };
  if (most > 1 && (!part.isAlone || (await matches([part])))) return { part, reason: say("jointly") };
  const strangers = await unknownThings(part, text, vocabulary, matches);
  return { part, reason: [say("noMatch"), ...strangers, ...(await unspokenTexts(part, matches))].join(" ") };
}

/** Of the texts in a part that say no language those that the graph has in a language. */
async function unspokenTexts(part, matches) {
  const tokens = readTokens(part.text);
  const bare = tokens.filter((token, place) => token.kind === "string" && !["tag", "type"].includes(tokens[place + 1]?.kind));
  const told = [];
  for (const { from, to, text } of bare) {
    const other = `${part.text.slice(0, from)}?_text${part.text.slice(to)} FILTER (LANG(?_text) != "" && STR(?_text) = ${text})`;
    if (await matches([{ text: other }])) told.push(say("textHasLanguage", { text }));
  }
  return told;
}

/** Of the things a part names those that the graph does not speak of, and what may have been meant. */
async function unknownThings(part, text, vocabulary, matches) {
  const { prefixes } = readPrologue(readTokens(text));
  const named = readTokens(part.text).filter((token) => token.kind === "name" || token.kind === "iri");
  const told = [];
  for (const token of named) {
    const iri = iriOf(token, prefixes);
    if (!iri || vocabulary.terms.has(iri)) continue;
    if (await matches([{ text: `{ <${iri}> ?p ?o } UNION { ?s ?p <${iri}> }` }])) continue;
    const wanted = localName(iri);
    const found = await read("api/search", { prefix: wanted, limit: MOST_NEAR });
    const isAlike = ({ iri: other }) => iri.startsWith(other.slice(0, -localName(other).length));
    const results = found?.results ?? [];
    const names = new Map([...results.filter((one) => !isAlike(one)), ...results.filter(isAlike)].map((one) => [localName(one.iri), one]));
    const near = names.get(nearest(wanted, names.keys()));
    told.push(say("unknownThing", { name: token.text }));
    if (near) told.push(say("didYouMean", { name: `${write(near.iri, prefixes, vocabulary.prefixes).text} (${near.label})` }));
  }
  return told;
}
