import { readTokens } from "./tokens.js";

const LOCAL = /^[\p{L}\p{N}_](?:[\p{L}\p{N}_.-]*[\p{L}\p{N}_-])?$/u;
const RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";

/** What the query declares: prefix to IRI, and the place after its last declaration. */
export function readPrologue(tokens) {
  const prefixes = {};
  let at = 0;
  let end = 0;
  while (tokens[at]?.kind === "word" && /^(prefix|base)$/i.test(tokens[at].text)) {
    const isPrefix = /^prefix$/i.test(tokens[at].text);
    const iri = tokens[at + (isPrefix ? 2 : 1)];
    if (iri?.kind !== "iri") break;
    if (isPrefix) prefixes[tokens[at + 1].text.split(":", 1)[0]] = iri.text.slice(1, -1);
    end = iri.to;
    at += isPrefix ? 3 : 2;
  }
  return { prefixes, end };
}

/** The change that declares a prefix below the others; nothing where it is declared. */
export function declaring(text, prefix, iri) {
  const { prefixes, end } = readPrologue(readTokens(text));
  if (prefix in prefixes) return [];
  const line = `PREFIX ${prefix}: <${iri}>`;
  return [{ from: end, insert: end ? `\n${line}` : `${line}\n${/^\s*\n/.test(text) ? "" : "\n"}` }];
}

/** The IRI that a token stands for, or nothing where its prefix is unknown. */
export function iriOf(token, prefixes) {
  if (token.kind === "iri") return token.text.slice(1, -1);
  if (token.kind === "word") return token.text === "a" ? RDF_TYPE : undefined;
  const [prefix] = token.text.split(":", 1);
  if (token.kind !== "name" || !(prefix in prefixes)) return undefined;
  return prefixes[prefix] + token.text.slice(prefix.length + 1).replace(/\\(.)/g, "$1");
}

/** How an IRI is written: by a prefix, those of the query first, or whole; with the prefix used and what it stands for. */
export function write(iri, declared, known) {
  for (const prefixes of [declared, known]) {
    const fits = Object.entries(prefixes).filter(([, space]) => iri.startsWith(space) && LOCAL.test(iri.slice(space.length)));
    if (fits.length) {
      const [prefix, space] = fits.reduce((best, one) => (one[1].length > best[1].length ? one : best));
      return { text: `${prefix}:${iri.slice(space.length)}`, prefix, space };
    }
  }
  return { text: `<${iri}>` };
}

/** The last part of an IRI. */
export function localName(iri) {
  return iri.split(/[/#]/).at(-1);
}
