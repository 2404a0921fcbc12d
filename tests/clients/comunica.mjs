// Asks an endpoint with Comunica and prints what came back as JSON: node comunica.mjs ENDPOINT FORM QUERY [sparql]
// Without the last word Comunica finds out by itself what the address is.

import { QueryEngine } from "@comunica/query-sparql";

const [endpoint, form, query, type] = process.argv.slice(2);
const engine = new QueryEngine();
const context = { sources: [type ? { type, value: endpoint } : endpoint] };

async function ask() {
  if (form === "ask") {
    return engine.queryBoolean(query, context);
  }
  if (form === "select") {
    const rows = await (await engine.queryBindings(query, context)).toArray();
    return rows.map((row) => Object.fromEntries([...row].map(([name, term]) => [name.value, term.value])));
  }
  const triples = await (await engine.queryQuads(query, context)).toArray();
  return triples.map((triple) => [triple.subject.value, triple.predicate.value, triple.object.value]);
}

console.log(JSON.stringify(await ask()));
