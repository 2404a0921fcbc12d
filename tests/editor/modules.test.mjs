import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { nearest } from "../../web/src/editor/near.js";
import { partsOf } from "../../web/src/editor/parts.js";
import { declaring, iriOf, readPrologue, write } from "../../web/src/editor/prologue.js";
import { readTokens } from "../../web/src/editor/tokens.js";
import { readTriples } from "../../web/src/editor/triples.js";
import { Vocabulary } from "../../web/src/editor/vocabulary.js";

const { sparql } = createRequire(new URL("../../web/package.json", import.meta.url))("codemirror-lang-sparql");
const queries = new URL("../../queries/", import.meta.url);

function parse(text) {
  return sparql().language.parser.parse(text);
}

function place(text) {
  const { stage, subject, predicate } = readTriples(readTokens(text)).place;
  return [stage, subject, predicate?.text];
}

function parts(text) {
  return partsOf(parse(text), text).parts.map((part) => part.text);
}

test("tokens stand where they stand in the text, and texts and comments hide what is in them", () => {
  const text = `SELECT ?å { ?å a:b "}" # { \n ; c:d.e '''x'y'''@nb, 1.5 , <i#j>. }`;
  const found = readTokens(text);
  for (const token of found) assert.equal(text.slice(token.from, token.to), token.text);
  const words = ["SELECT", "?å", "{", "?å", "a:b", `"}"`, ";", "c:d.e", "'''x'y'''", "@nb", ",", "1.5", ",", "<i#j>", ".", "}"];
  assert.deepEqual(found.map((token) => token.text), words);
});

test("the place at the end of a pattern is told, however the pattern got there", () => {
  const cases = {
    "SELECT ": ["head"],
    "SELECT * { ": ["subject"],
    "SELECT * { ?x ": ["predicate", "?x"],
    "SELECT * { ?x a ": ["object", "?x", "a"],
    "SELECT * { ?x a e:C ; ": ["predicate", "?x"],
    "SELECT * { ?x e:p ?y , ": ["object", "?x", "e:p"],
    "SELECT * { ?x e:p ?y . ": ["subject"],
    "SELECT * { ?x e:p ?y . OPTIONAL { ?y ": ["predicate", "?y"],
    "SELECT * { ?x e:p/e:q* ": ["object", "?x", "e:q"],
    "SELECT * { ?x (e:p|^e:q) ": ["object", "?x", "e:q"],
    "SELECT * { ?x e:p [ ": ["predicate", 1],
    "SELECT * { ?x e:p [ a e:C ] ; ": ["predicate", "?x"],
    "SELECT * { GRAPH ?g { ?x ": ["predicate", "?x"],
    "SELECT * { FILTER (?x = ": ["expression"],
    "SELECT * { FILTER (?x = 1) ?y ": ["predicate", "?y"],
    "SELECT * { BIND (1 AS ?x) ?y ": ["predicate", "?y"],
    "SELECT * { VALUES ?x { ": ["values"],
    "SELECT * { VALUES ?x { 1 2 } ?x ": ["predicate", "?x"],
    "SELECT * { { SELECT ?x WHERE { ?x ": ["predicate", "?x"],
    'SELECT * { ?x e:p "1"^^e:t ; ': ["predicate", "?x"],
    "SELECT * { ?x a e:C } GROUP BY ": ["head"],
  };
  for (const [text, [stage, subject, predicate]] of Object.entries(cases)) {
    const [isStage, isSubject, isPredicate] = place(text);
    assert.equal(isStage, stage, text);
    if (subject !== undefined) assert.equal(isSubject, subject, text);
    if (predicate) assert.equal(isPredicate, predicate, text);
  }
});

test("what leads to the place is told: the step of a path, the property before a bracket, and backwards", () => {
  const cases = {
    "SELECT * { ?x e:p/": ["e:p"],
    "SELECT * { ?x e:p/e:q/": ["e:q"],
    "SELECT * { ?x e:p|": [],
    "SELECT * { ?x e:p*/": [""],
    "SELECT * { ?x (e:p|e:q)/": [""],
    "SELECT * { ?x e:p/(e:q/": ["e:q"],
    "SELECT * { ?x e:p/(e:q|": ["e:p"],
    "SELECT * { ?x ^e:p/": [""],
    "SELECT * { ?x e:p/e:q ?y ; ": [],
    "SELECT * { ?x e:p/^": ["e:p", undefined, true],
    "SELECT * { ?x ^": [undefined, undefined, true],
    "SELECT * { ?x e:p [ ": [undefined, "e:p"],
    "SELECT * { ?x e:p [ e:q ?y ; ": [undefined, "e:p"],
    "SELECT * { ?x e:p [ e:q [ ": [undefined, "e:q"],
  };
  for (const [text, [via, base, isInverse = false]] of Object.entries(cases)) {
    const told = readTriples(readTokens(text)).place;
    assert.deepEqual([told.stage, told.via?.text, told.base?.text, Boolean(told.isInverse)], ["predicate", via, base, isInverse], text);
  }
});

test("triples are read from every query of the catalogue, and all their terms are terms", () => {
  for (const name of readdirSync(queries).filter((file) => file.endsWith(".rq"))) {
    const text = readFileSync(new URL(name, queries), "utf8");
    const tokens = readTokens(text);
    const { prefixes } = readPrologue(tokens);
    const { triples } = readTriples(tokens);
    assert.ok(triples.length > 0, name);
    for (const { predicate } of triples) {
      assert.ok(predicate.kind === "variable" || iriOf(predicate, prefixes), `${name}: ${predicate.text}`);
    }
  }
});

test("the grammar reads every query of the catalogue without a fault", () => {
  for (const name of readdirSync(queries).filter((file) => file.endsWith(".rq"))) {
    const text = readFileSync(new URL(name, queries), "utf8");
    parse(text).iterate({ enter: (node) => assert.ok(!node.type.isError, `${name}: ${text.slice(node.from, node.from + 40)}`) });
    assert.ok(partsOf(parse(text), text).parts.length > 0, name);
  }
});

test("a pattern comes apart into single triples, groups whole, and filters at the end", () => {
  const text = `PREFIX e: <e>
SELECT ?x FROM <g> WHERE { ?x a e:C ; e:p/e:q 1, "x"@nb . FILTER (?x > 3) OPTIONAL { ?x e:r ?y } { ?x ?y ?z } UNION { ?z ?y ?x } } LIMIT 3`;
  assert.deepEqual(parts(text), [
    "?x a e:C .",
    "?x e:p/e:q 1 .",
    '?x e:p/e:q "x"@nb .',
    "OPTIONAL { ?x e:r ?y }",
    "{ ?x ?y ?z } UNION { ?z ?y ?x }",
    "FILTER (?x > 3)",
  ]);
  assert.equal(partsOf(parse(text), text).head, "PREFIX e: <e>\nASK\nFROM <g>");
});

test("what cannot be taken apart is one part or none", () => {
  assert.deepEqual(parts("ASK { [ ?p ?o ] ?q ?r }"), ["[ ?p ?o ] ?q ?r"]);
  assert.deepEqual(parts("SELECT ?x { { SELECT ?x { ?x ?p ?o } } }"), ["{ SELECT ?x { ?x ?p ?o } }"]);
  assert.equal(partsOf(parse("DESCRIBE <a>"), "DESCRIBE <a>"), undefined);
  assert.equal(partsOf(parse("nonsense"), "nonsense"), undefined);
});

test("a prefix is declared below the others, once", () => {
  const apply = (text, [change]) => (change ? text.slice(0, change.from) + change.insert + text.slice(change.from) : text);
  const first = apply("SELECT *", declaring("SELECT *", "e", "http://e/"));
  assert.equal(first, "PREFIX e: <http://e/>\n\nSELECT *");
  const second = apply(first, declaring(first, "f", "http://f/"));
  assert.equal(second, "PREFIX e: <http://e/>\nPREFIX f: <http://f/>\n\nSELECT *");
  assert.deepEqual(declaring(second, "e", "http://e/"), []);
});

test("an IRI is written by the prefix of the query, else by one that is known, else whole", () => {
  assert.equal(write("http://e/a", { x: "http://e/" }, { e: "http://e/" }).text, "x:a");
  assert.deepEqual(write("http://e/a", {}, { e: "http://e/" }), { text: "e:a", prefix: "e", space: "http://e/" });
  assert.equal(write("http://e/a/b", {}, { e: "http://e/" }).text, "<http://e/a/b>");
  assert.equal(write("http://e/7.2", {}, { e: "http://e/" }).text, "e:7.2");
});

test("a misspelt name finds the one that was meant, and a strange one none", () => {
  const names = ["contributesTo", "alignedTo", "Strategy"];
  assert.equal(nearest("contributeTo", names), "contributesTo");
  assert.equal(nearest("Startegy", names), "Strategy");
  assert.equal(nearest("population", names), undefined);
});

test("the properties offered are those of the subject's class, said or implied", () => {
  const type = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
  const terms = ["e:C", "e:D", "e:p", "e:q"].map((iri) => ({ iri }));
  const vocabulary = new Vocabulary({ terms, classes: [[0, 5], [1, 4]], properties: [[2, 9], [3, 8]], of: [[0, 2, 7], [1, 3, 6]], leads: [[2, 1, 3]] });
  const iri = (token) => (token.text === "a" ? type : token.text);
  const offered = (text, subject) => [...vocabulary.propertiesOf(vocabulary.classesOf(subject, readTriples(readTokens(text)).triples, iri)).keys()];
  assert.deepEqual(offered("ASK { ?x a e:C . ?x ", "?x"), ["e:p"]);
  assert.deepEqual(offered("ASK { ?x e:p ?y . ?y ", "?y"), ["e:q"]);
  assert.deepEqual(offered("ASK { ?z ", "?z"), ["e:p", "e:q"]);
  assert.deepEqual([...vocabulary.classesAfter(type).keys()], ["e:C", "e:D"]);
  assert.deepEqual([...vocabulary.propertiesTo(["e:D"]).keys()], ["e:p"]);
  assert.deepEqual([...vocabulary.propertiesTo([]).keys()], ["e:p", "e:q"]);
});
