const TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";

/** The vocabulary of the graph as the service tells it (`/api/vocabulary`), made ready for looking things up. */
export class Vocabulary {
  constructor({ prefixes = {}, terms = [], classes = [], properties = [], of = [], leads = [] } = {}) {
    const counted = (pairs) => new Map(pairs.map(([place, count]) => [terms[place].iri, count]));
    this.prefixes = prefixes;
    this.terms = new Map(terms.map((term) => [term.iri, term]));
    this.classes = counted(classes);
    this.properties = counted(properties);
    this.of = grouped(of, terms);
    this.leads = grouped(leads, terms);
  }

  get isEmpty() {
    return this.terms.size === 0;
  }

  /** The properties that things of some classes have, with how often; all properties where no class is known. */
  propertiesOf(classes) {
    return merged(classes, this.of) ?? this.properties;
  }

  /** The properties that lead to things of some classes, with how often; all properties where no class is known. */
  propertiesTo(classes) {
    const leading = (kind) => [...this.leads].filter(([, ends]) => ends.has(kind)).map(([property, ends]) => [property, ends.get(kind)]);
    return merged(classes, new Map(classes.map((kind) => [kind, new Map(leading(kind))]))) ?? this.properties;
  }

  /** The classes of the things that a property leads to. */
  classesAfter(property) {
    return property === TYPE ? this.classes : (this.leads.get(property) ?? new Map());
  }

  /** The classes that a subject of the triples is said to be of, or else those of whatever leads to it. */
  classesOf(subject, triples, iriOf) {
    const said = triples
      .filter((one) => one.subject === subject && !one.isPath && one.predicate && iriOf(one.predicate) === TYPE)
      .map((one) => iriOf(one.object));
    const known = said.filter((one) => this.of.has(one));
    return known.length ? known : this.classesLedTo(subject, triples, iriOf);
  }

  /** The classes of whatever the triples lead to as the subject. */
  classesLedTo(subject, triples, iriOf) {
    const leading = triples.filter((one) => one.object.text === subject && one.predicate && !one.isPath);
    return leading.flatMap((one) => [...this.classesAfter(iriOf(one.predicate)).keys()]);
  }

  /** What a term is called, in every language. */
  labels(iri) {
    return Object.values(this.terms.get(iri)?.label ?? {});
  }
}

function grouped(rows, terms) {
  const found = new Map();
  for (const [one, other, count] of rows) {
    const iri = terms[one].iri;
    if (!found.has(iri)) found.set(iri, new Map());
    found.get(iri).set(terms[other].iri, count);
  }
  return found;
}

function merged(keys, maps) {
  const found = new Map();
  for (const key of keys) {
    for (const [iri, count] of maps.get(key) ?? []) found.set(iri, Math.max(count, found.get(iri) ?? 0));
  }
  return found.size ? found : undefined;
}
