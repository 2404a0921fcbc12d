import { nearest } from "./near.js";
import { declaring, iriOf, localName, readPrologue, write } from "./prologue.js";
import { readTokens } from "./tokens.js";
import { readTriples } from "./triples.js";
import { say } from "./words.js";

/** What is wrong with the text, as far as its tokens and the vocabulary tell. */
export function faultsOf(text, vocabulary) {
  const tokens = readTokens(text);
  const { prefixes, end } = readPrologue(tokens);
  const body = tokens.filter((token) => token.from >= end);
  return [...undeclared(body, prefixes, vocabulary), ...unknown(body, prefixes, vocabulary)];
}

function undeclared(tokens, prefixes, vocabulary) {
  const missing = tokens.filter((token) => token.kind === "name" && !(token.text.split(":", 1)[0] in prefixes));
  return missing.map((token) => {
    const [prefix] = token.text.split(":", 1);
    const space = vocabulary.prefixes[prefix];
    const message = say("prefixMissing", { prefix });
    return { ...at(token), severity: "error", message, actions: space ? [declaration(prefix, space)] : [] };
  });
}

/** What declares a prefix at the top. */
export function declaration(prefix, space) {
  const apply = (view) => view.dispatch({ changes: declaring(view.state.doc.toString(), prefix, space) });
  return { name: say("prefixAdd", { prefix }), apply };
}

/** Classes and properties that nothing in the graph has, with the nearest that something has. */
function unknown(tokens, prefixes, vocabulary) {
  if (vocabulary.isEmpty) return [];
  const { triples } = readTriples(tokens);
  return triples.flatMap(({ predicate, object, isPath }) => {
    const property = predicate && !isPath ? iriOf(predicate, prefixes) : undefined;
    const isClass = property && vocabulary.classesAfter(property) === vocabulary.classes;
    const wrong = isClass
      ? strange(object, vocabulary.classes, "unknownClass", prefixes, vocabulary)
      : property && strange(predicate, vocabulary.properties, "unknownProperty", prefixes, vocabulary);
    return wrong ? [wrong] : [];
  });
}

function strange(token, known, message, prefixes, vocabulary) {
  const iri = iriOf(token, prefixes);
  if (!iri || known.has(iri)) return undefined;
  const names = new Map([...known.keys()].map((one) => [localName(one), one]));
  const near = nearest(localName(iri), names.keys());
  const told = say(message, { name: token.text });
  if (!near) return { ...at(token), severity: "warning", message: told };
  const better = write(names.get(near), prefixes, vocabulary.prefixes);
  return {
    ...at(token),
    severity: "warning",
    message: `${told} ${say("didYouMean", { name: better.text })}`,
    actions: [{ name: say("replace", { name: better.text }), apply: replacing(better) }],
  };
}

function replacing({ text, prefix, space }) {
  return (view, from, to) => {
    const declared = prefix === undefined ? [] : declaring(view.state.doc.toString(), prefix, space);
    view.dispatch({ changes: [...declared, { from, to, insert: text }] });
  };
}

function at({ from, to }) {
  return { from, to };
}

/** The first place at which the grammar stops following the text; the service has the last word, when the query runs. */
export function brokenAt(tree, length) {
  let found;
  tree.iterate({ enter: (node) => !found && void (node.type.isError && (found = { from: node.from, to: node.to })) });
  if (!found) return [];
  const to = Math.min(Math.max(found.to, found.from + 1), length);
  return [{ from: Math.min(found.from, to - 1), to, severity: "warning", message: say("broken") }];
}

/** The fault the service found, at its place; lines and columns count from 1, columns in whole characters. */
export function faultOf(problem, text) {
  const { line, column, token = "", declaration: missing } = problem.told;
  if (!line) return undefined;
  const lines = text.split("\n");
  const before = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  const inLine = [...(lines[line - 1] ?? "")].slice(0, column - 1).join("").length;
  const from = Math.min(before + inLine, text.length);
  const to = Math.min(from + Math.max(1, token.replace(/…$/, "").length), text.length);
  const [, prefix, space] = /^PREFIX (\S*): <(.*)>/.exec(missing ?? "") ?? [];
  const actions = prefix === undefined ? [] : [declaration(prefix, space)];
  return { from: Math.min(from, to), to, severity: "error", message: problem.message, actions };
}
