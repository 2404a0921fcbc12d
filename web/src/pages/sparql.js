// The editor takes the place of the text field, and answers come without a new page.

import { forceLinting } from "@codemirror/lint";
import { show } from "../editor/answer.js";
import { completer } from "../editor/completion.js";
import { element } from "../editor/dom.js";
import { hovering } from "../editor/hover.js";
import { faultOf, faultsOf } from "../editor/linting.js";
import { Problem, ask, read } from "../editor/service.js";
import { openEditor } from "../editor/view.js";
import { Vocabulary } from "../editor/vocabulary.js";
import { say } from "../editor/words.js";

const form = document.querySelector("form.query");
const field = form.querySelector("textarea");
const vocabulary = read("api/vocabulary").then((told) => new Vocabulary(told), () => new Vocabulary());
const status = element("p", { role: "status", class: "quiet" });
const place = document.querySelector('section[aria-labelledby="answer"]') ?? element("section", { "aria-labelledby": "answer" });
const cancel = element("button", { type: "button", class: "ds-button", "data-variant": "secondary", hidden: true, click: () => running?.abort() }, say("cancel"));
let running;
let fault;

const host = element("div", { class: "editor" });
field.after(host);
field.hidden = true;
field.required = false;
const view = openEditor(host, {
  text: field.value,
  run,
  complete: completer(vocabulary),
  lint: async ({ state }) => [...(fault ? [fault] : []), ...faultsOf(state.doc.toString(), await vocabulary)],
  hover: hovering(vocabulary),
  changed(text) {
    field.value = text;
    fault = undefined;
  },
});
form.querySelector("label").addEventListener("click", () => view.focus());
form.querySelector("button[type=submit]").after(cancel);
form.append(status);
form.after(place);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  run();
});
if (new URLSearchParams(location.search).has("query")) run();

async function run() {
  running?.abort();
  const mine = (running = new AbortController());
  const fields = [...new FormData(form)].filter(([name]) => name !== "lang");
  const began = performance.now();
  const seconds = () => ((performance.now() - began) / 1000).toLocaleString(undefined, { maximumFractionDigits: 2 });
  begin();
  try {
    const answer = await ask(fields, mine.signal);
    const parts = await show(answer, fields, seconds(), mine.signal);
    if (running === mine) finish(parts, "");
  } catch (error) {
    if (running === mine) finish([], mine.signal.aborted ? say("cancelled", { seconds: seconds() }) : failure(error));
  }
}

function begin() {
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

/** What to say of a failure; what the service found wrong is marked in the text too. */
function failure(error) {
  if (!(error instanceof Problem)) return say("failed");
  fault = faultOf(error, field.value);
  return error.message;
}
