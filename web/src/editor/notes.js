import { element } from "./dom.js";
import { say } from "./words.js";

/** A list of what may be wrong in the text, with what puts it right; `draw` shows what there is by then. */
export function openNotes() {
  const list = element("ul", { class: "notes", "aria-label": say("faults"), hidden: true });
  function draw(faults, view) {
    const line = ({ from }) => view.state.doc.lineAt(from).number;
    list.replaceChildren(...faults.map((fault) => element("li", {}, say("noteAt", { line: line(fault), message: fault.message }), ...buttons(fault, view))));
    list.hidden = !faults.length;
  }
  return { element: list, draw };
}

/** The fault as the editor's library shows it, with our own buttons: those of the library speak English. */
export function asDiagnostic({ actions, ...fault }) {
  const renderMessage = (view) => element("span", {}, fault.message, ...buttons({ ...fault, actions }, view));
  return { ...fault, renderMessage };
}

function buttons({ from, to, actions = [] }, view) {
  return actions.map(({ name, apply }) => {
    const click = () => {
      apply(view, from, to);
      view.focus();
    };
    return element("button", { type: "button", class: "ds-button", "data-variant": "secondary", click }, name);
  });
}
