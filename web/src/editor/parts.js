const WHOLE = new Set(["OptionalGraphPattern", "MinusGraphPattern", "Filter", "Bind"]);

/**
 * What the pattern of a query is made of: `{ head, parts }`.
 *
 * The head is all that an ASK about some of the parts must begin with. A triple is a part of its own, written whole;
 * filters come last, as they hold for the whole group. `isAlone` tells of parts that mean something without the others.
 */
export function partsOf(tree, text) {
  const query = tree.topNode.getChild("Query");
  const form = query?.lastChild && ["SelectQuery", "AskQuery", "ConstructQuery"].map((name) => query.getChild(name)).find(Boolean);
  const group = form?.getChild("WhereClause")?.getChild("GroupGraphPattern");
  if (!group) return undefined;
  const cut = ({ from, to }) => text.slice(from, to);
  const head = [query.getChild("Prologue"), ...form.getChildren("DatasetClause")].filter(Boolean).map(cut);
  head.splice(query.getChild("Prologue") ? 1 : 0, 0, "ASK");
  const body = group.getChild("GroupGraphPatternSub");
  const parts = body ? children(body).flatMap((node) => read(node, cut)) : [part(group, cut)];
  const values = query.getChild("ValuesClause");
  if (values && values.to > values.from) parts.push(part(values, cut));
  return { head: head.join("\n"), parts: [...parts.filter((one) => !one.isFilter), ...parts.filter((one) => one.isFilter)] };
}

function read(node, cut) {
  if (node.name === "TriplesBlock") return children(node).flatMap((child) => read(child, cut));
  if (node.name === "TriplesSameSubjectPath") return triples(node, cut);
  return node.name === "GraphPatternNotTriples" ? [part(node.firstChild, cut)] : [];
}

function triples(node, cut) {
  const [subject, list] = children(node);
  if (subject.name !== "VarOrTerm") return [part(node, cut)];
  const found = [];
  let verb;
  for (const child of children(list)) {
    if (/^Verb/.test(child.name)) verb = child;
    else if (/^Object/.test(child.name)) {
      const objects = children(child).filter((one) => one.name !== ",");
      for (const object of child.getChild(",") ? objects : [child]) {
        const written = [subject, verb, object].map(cut).join(" ");
        found.push({ from: verb.from, to: object.to, text: `${written} .`, isAlone: true, isFilter: false });
      }
    }
  }
  return found;
}

function part(node, cut) {
  const kind = { isFilter: node.name === "Filter", isMinus: node.name === "MinusGraphPattern" };
  return { from: node.from, to: node.to, text: cut(node), isAlone: !WHOLE.has(node.name), ...kind };
}

function children(node) {
  const found = [];
  for (let child = node.firstChild; child; child = child.nextSibling) found.push(child);
  return found;
}
