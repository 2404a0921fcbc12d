import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const colour = (name) => `var(--ds-color-${name})`;

const frame = EditorView.theme({
  "&": {
    color: colour("neutral-text-default"),
    backgroundColor: colour("neutral-background-default"),
    border: `1px solid ${colour("neutral-border-default")}`,
    borderRadius: "var(--ds-border-radius-md)",
    fontSize: "1rem",
  },
  "&.cm-focused": { outline: `3px solid ${colour("focus-outer")}`, outlineOffset: "2px" },
  ".cm-scroller": { fontFamily: 'ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace', lineHeight: "1.5", overflow: "auto" },
  ".cm-content": { minHeight: "16rem", caretColor: colour("neutral-text-default") },
  ".cm-cursor": { borderLeftColor: colour("neutral-text-default") },
  ".cm-gutters": {
    color: colour("neutral-text-subtle"),
    backgroundColor: colour("neutral-background-default"),
    borderRight: "none",
  },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "transparent" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: `${colour("surface-active")} !important` },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: colour("surface-hover"), outline: `1px solid ${colour("border-default")}` },
  ".cm-tooltip": {
    color: colour("neutral-text-default"),
    backgroundColor: colour("neutral-background-default"),
    border: `1px solid ${colour("neutral-border-default")}`,
    borderRadius: "var(--ds-border-radius-md)",
    fontFamily: 'system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif',
    maxWidth: "min(44rem, 86vw)",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "inherit", maxHeight: "none", maxWidth: "min(44rem, 86vw)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: ".25rem .6rem", lineHeight: "1.5" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": {
    color: colour("base-contrast-default"),
    backgroundColor: colour("base-default"),
  },
  ".cm-completionLabel": { fontFamily: "ui-monospace, Menlo, Consolas, monospace" },
  ".cm-completionDetail": { fontStyle: "normal", marginLeft: ".75rem" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
  ".cm-tooltip.cm-completionInfo, .told": { padding: ".5rem .75rem" },
  ".told p": { margin: "0 0 .25rem" },
  ".told .name": { fontWeight: "600" },
  ".cm-lintRange": { backgroundImage: "none !important", textDecoration: "underline wavy", textUnderlineOffset: ".25em" },
  ".cm-lintRange-error": { textDecorationColor: colour("danger-border-default") },
  ".cm-lintRange-warning": { textDecorationColor: colour("warning-border-default") },
  ".cm-lintPoint-error:after": { borderBottomColor: colour("danger-border-default") },
  ".cm-diagnostic": { padding: ".5rem .75rem", borderLeft: "4px solid" },
  ".cm-diagnostic-error": { borderLeftColor: colour("danger-border-default") },
  ".cm-diagnostic-warning": { borderLeftColor: colour("warning-border-default") },
  ".cm-diagnostic button": {
    color: colour("base-contrast-default"),
    backgroundColor: colour("base-default"),
    font: "inherit",
    border: "none",
    borderRadius: "var(--ds-border-radius-md)",
    padding: ".2rem .6rem",
    marginLeft: ".5rem",
    cursor: "pointer",
  },
});

const words = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.controlKeyword, tags.definitionKeyword], color: colour("text-subtle"), fontWeight: "600" },
  { tag: tags.variableName, color: colour("info-text-subtle") },
  { tag: [tags.string, tags.number, tags.bool], color: colour("success-text-subtle") },
  { tag: [tags.comment, tags.lineComment], color: colour("neutral-text-subtle"), fontStyle: "italic" },
]);

/** The looks of the editor, in the colours of the page. */
export const looks = [frame, syntaxHighlighting(words)];
