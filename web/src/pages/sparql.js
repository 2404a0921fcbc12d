// The editor takes the place of the text field, and answers come without a new page.

import { ensureSyntaxTree } from "@codemirror/language";
import { forceLinting } from "@codemirror/lint";
import { show, sum } from "../editor/answer.js";
import { completer } from "../editor/completion.js";
import { element } from "../editor/dom.js";
import { explain } from "../editor/explain.js";
import { hovering } from "../editor/hover.js";
import { brokenAt, faultOf, faultsOf } from "../editor/linting.js";
import { asDiagnostic, openNotes } from "../editor/notes.js";
import { openPast } from "../editor/past.js";
import { remember } from "../editor/remembering.js";
import { Problem, address, ask, read } from "../editor/service.js";
import { openEditor, replaceText } from "../editor/view.js";
import { Vocabulary } from "../editor/vocabulary.js";
import { language, say } from "../editor/words.js";

const MOST_ADDRESS = 8_000;
const PATIENCE_MS = 1_000;

const form = document.querySelector("form.query");
const field = form.querySelector("textarea");
const isProblem = document.querySelector('main [role="alert"]') !== null;
const vocabulary = read("api/vocabulary").then((told) => new Vocabulary(told), () => new Vocabulary());
const status = element("p", { role: "status", class: "told-run" });
const place = document.querySelector('section[aria-labelledby="answer"]') ?? element("section", { "aria-labelledby": "answer" });
const cancel = button("cancel", () => running?.abort());
const share = button("copyLink", async () => {
  await navigator.clipboard.writeText(location.href);
  status.textContent = say("copied");
});
const past = openPast((query) => {
  replaceText(view, query);
  view.focus();
});
const notes = openNotes();
let running;
let fault;

const host = element("div", { class: "editor" });
const view = openEditor(host, {
  text: field.value,
  run,
  complete: completer(vocabulary),
  lint: async ({ state }) => {
    const tree = ensureSyntaxTree(state, state.doc.length, PATIENCE_MS);
    const broken = fault ? [fault] : tree ? brokenAt(tree, state.doc.length) : [];
    const known = await vocabulary;
    const faults = faultsOf(state.doc.toString(), known);
    if (state.doc.eq(view.state.doc)) notes.draw(faults, view);
    return [...broken, ...faults].map(asDiagnostic);
  },
  hover: hovering(vocabulary),
  changed(text) {
    field.value = text;
    fault = undefined;
  },
});
field.after(host, element("p", { class: "quiet" }, say("help")));
field.hidden = true;
field.required = false;
form.querySelector("label").addEventListener("click", () => view.focus());
const submit = form.querySelector("button[type=submit]");
const buttons = element("div", { class: "row" });
submit.replaceWith(buttons);
buttons.append(submit, cancel, share);
form.append(status, notes.element, past.element);
form.after(place);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  run();
});
if (new URLSearchParams(location.search).has("query")) run();

function button(name, click) {
  return element("button", { type: "button", class: "ds-button", "data-variant": "secondary", hidden: true, click }, say(name));
}

async function run() {
  running?.abort();
  const mine = (running = new AbortController());
  const fields = [...new FormData(form)].filter(([name]) => name !== "lang");
  const began = performance.now();
  const seconds = () => ((performance.now() - began) / 1000).toLocaleString(language, { maximumFractionDigits: 2 });
  begin();
  try {
    const answer = await ask(fields, mine.signal);
    keep(fields);
    const told = sum(answer, seconds());
    const parts = await show(answer, fields, mine.signal);
    if (isEmpty(answer)) parts.unshift(...(await reasons(fields, mine.signal)));
    if (running !== mine) return;
    finish(parts, told);
    if (answer.isCut) status.dataset.color = "warning";
  } catch (error) {
    if (running !== mine) return;
    finish([], mine.signal.aborted ? say("cancelled", { seconds: seconds() }) : failure(error));
    status.dataset.color = mine.signal.aborted ? "info" : "danger";
  }
}

function begin() {
  fault = undefined;
  delete status.dataset.color;
  status.textContent = say("running");
  cancel.hidden = false;
  place.setAttribute("aria-busy", "true");
}

function finish(parts, message) {
  running = undefined;
  cancel.hidden = true;
  place.removeAttribute("aria-busy");
  status.textContent = message;
  place.replaceChildren(...(parts.length ? [element("h2", { id: "answer" }, say("result")), ...parts] : []));
  forceLinting(view);
}

/** Remember a query that ran, and let the address of the page bring it back. */
function keep(fields) {
  remember(field.value);
  past.draw();
  const link = `${address("sparql")}&${new URLSearchParams(fields)}`;
  const isShort = link.length <= MOST_ADDRESS;
  if (isProblem && isShort) location.assign(link);
  history.replaceState(null, "", isShort ? link : address("sparql"));
  share.hidden = !isShort || !navigator.clipboard;
}

/** What to say of a failure; what the service found wrong is marked in the text too. */
function failure(error) {
  if (!(error instanceof Problem)) return say("failed");
  fault = faultOf(error, field.value);
  return error.message;
}

function isEmpty({ rows, triples, truth }) {
  return truth === false || (rows ?? triples)?.length === 0;
}

/** What to say where nothing matches; the part that leaves nothing is marked in the text. */
async function reasons(fields, signal) {
  status.textContent = say("searching");
  const text = field.value;
  const tree = ensureSyntaxTree(view.state, text.length, PATIENCE_MS);
  const found = tree && (await explain(tree, text, fields, await vocabulary, signal).catch(() => undefined));
  signal.throwIfAborted();
  if (!found?.part) return [element("p", {}, say("nothing")), element("p", {}, found?.reason ?? say("nothingKnown"))];
  const { part, reason } = found;
  if (field.value === text) fault = { from: part.from, to: part.to, severity: "warning", message: reason };
  return [element("p", {}, say("nothingBecause")), element("pre", { class: "wide", tabindex: "0" }, element("code", {}, part.text)), element("p", {}, reason)];
}
