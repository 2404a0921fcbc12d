import { hoverTooltip } from "@codemirror/view";
import { describe } from "./inserting.js";
import { iriOf, readPrologue } from "./prologue.js";
import { readLabels } from "./service.js";
import { readTokens } from "./tokens.js";

/** A card at the term under the pointer: what it is called and what it means. */
export function hovering(vocabulary) {
  return hoverTooltip(async (view, position) => {
    const tokens = readTokens(view.state.doc.toString());
    const token = tokens.find((one) => one.from <= position && one.to >= position && (one.kind === "name" || one.kind === "iri"));
    const iri = token && iriOf(token, readPrologue(tokens).prefixes);
    if (!iri) return null;
    const known = await vocabulary;
    const thing = known.terms.has(iri) ? undefined : (await readLabels([iri]).catch(() => ({})))[iri];
    if (!known.terms.has(iri) && !thing?.label) return null;
    return { pos: token.from, end: token.to, above: true, create: () => ({ dom: describe(known, iri, thing) }) };
  });
}
