// Asks an endpoint with fetch-sparql-endpoint and prints what came back as JSON: node fetcher.mjs ENDPOINT METHOD FORM QUERY

import { SparqlEndpointFetcher } from "fetch-sparql-endpoint";

const [endpoint, method, form, query] = process.argv.slice(2);
const fetcher = new SparqlEndpointFetcher({ method });

async function ask() {
  if (form === "ask") {
    return fetcher.fetchAsk(endpoint, query);
  }
  const found = [];
  if (form === "select") {
    for await (const row of await fetcher.fetchBindings(endpoint, query)) {
      found.push(Object.fromEntries(Object.entries(row).map(([name, term]) => [name, term.value])));
    }
  } else {
    for await (const triple of await fetcher.fetchTriples(endpoint, query)) {
      found.push([triple.subject.value, triple.predicate.value, triple.object.value]);
    }
  }
  return found;
}

console.log(JSON.stringify(await ask()));
