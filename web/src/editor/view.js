import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, indentOnInput } from "@codemirror/language";
import { linter, lintKeymap } from "@codemirror/lint";
import { EditorState, Prec } from "@codemirror/state";
import { EditorView, highlightSpecialChars, keymap, lineNumbers, tooltips } from "@codemirror/view";
import { sparql } from "codemirror-lang-sparql";
import { looks } from "./style.js";
import { say } from "./words.js";

const EDGE = 8;
const MOST_CHOICES = 10;

/**
 * An editor in a shadow root, where the library's styles are constructed sheets: the page's policy refuses the `<style>`
 * elements it would write elsewhere. Tab is not bound, so that it leaves the editor.
 * Few choices stand at a time, the arrow keys bring on the next: a list that scrolls is a stop of its own for Tab.
 */
export function openEditor(host, { text, run, complete, lint, hover, changed }) {
  const root = host.attachShadow({ mode: "open" });
  const running = Prec.highest(keymap.of([{ key: "Mod-Enter", run: () => (run(), true) }]));
  const keys = [...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap];
  const state = EditorState.create({
    doc: text,
    extensions: [
      running,
      lineNumbers(),
      highlightSpecialChars(),
      history(),
      bracketMatching(),
      closeBrackets(),
      indentOnInput(),
      sparql(),
      autocompletion({ override: [complete], icons: false, maxRenderedOptions: MOST_CHOICES }),
      linter(lint, { delay: 500 }),
      hover,
      tooltips({ position: "absolute", tooltipSpace: () => ({ left: EDGE, top: 0, right: innerWidth - EDGE, bottom: innerHeight }) }),
      keymap.of(keys),
      EditorState.phrases.of({ Completions: say("choices"), Diagnostics: say("faults"), close: say("close") }),
      EditorView.lineWrapping,
      EditorView.domEventHandlers({ beforeinput: typeOver }),
      EditorView.contentAttributes.of({ "aria-label": say("editor"), "aria-description": say("help") }),
      EditorView.updateListener.of((update) => update.docChanged && changed(update.state.doc.toString())),
      looks,
    ],
  });
  return new EditorView({ state, parent: root, root });
}

/**
 * A letter typed over a selection, put in by the editor itself: Chromium would give it the looks of what it takes the
 * place of, in a style attribute that the page's policy refuses.
 */
function typeOver(event, view) {
  const { from, to, empty } = view.state.selection.main;
  if (empty || event.inputType !== "insertText" || !event.data) return false;
  const insert = () => view.state.update(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
  const isHandled = view.state.facet(EditorView.inputHandler).some((handle) => handle(view, from, to, event.data, insert));
  if (!isHandled) view.dispatch(insert());
  return true;
}

/** Put another text in the editor. */
export function replaceText(view, text) {
  view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
}
