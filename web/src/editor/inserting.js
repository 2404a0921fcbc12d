import { pickedCompletion } from "@codemirror/autocomplete";
import { element } from "./dom.js";
import { declaring } from "./prologue.js";
import { say } from "./words.js";

/** What puts a term into the text, and declares its prefix where that is missing. */
export function insertTerm({ text, prefix, space }) {
  return (view, completion, from, to) => {
    const declared = prefix === undefined ? [] : declaring(view.state.doc.toString(), prefix, space);
    const changes = view.state.changes([...declared, { from, to, insert: text }]);
    const after = changes.mapPos(to, 1);
    view.dispatch({ changes, selection: { anchor: after }, annotations: pickedCompletion.of(completion), scrollIntoView: true });
  };
}

/** A card that tells what a class or property means. */
export function describe(vocabulary, iri, thing) {
  const term = vocabulary.terms.get(iri);
  const labels = vocabulary.labels(iri);
  const count = vocabulary.classes.get(iri);
  const uses = vocabulary.properties.get(iri);
  const lines = [
    ["name", thing?.label ?? [...new Set(labels)].join(" / ")],
    ["", term?.definition],
    ["", count && say("things", { count })],
    ["", uses && say("uses", { count: uses })],
    ["", iri],
  ];
  const shown = lines.filter(([, text]) => text);
  return element("div", { class: "told" }, ...shown.map(([name, text]) => element("p", { class: name || undefined }, text)));
}
