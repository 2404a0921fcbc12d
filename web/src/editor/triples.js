/*
 * One pass over the tokens of a query, complete or not: which triples it asks for, and what may stand where it ends.
 *
 * Each open bracket has a frame. The stage of a frame says what is awaited: a subject, a predicate, an object, or,
 * where no triple can stand, an expression, the head of a query, or values.
 */

const TERMS = new Set(["iri", "variable", "blank", "name", "string", "number"]);
const BREAKS = /^(optional|union|minus|service|filter|bind|values|exists|not)$/i;
const HEADS = /^(select|ask|describe|group|having|order|limit|offset)$/i;
const LITERAL = /^(true|false)$/i;
const UNKNOWN = { kind: "unknown", text: "" };

/**
 * `{ triples, place }`; a triple's subject is the text of a term, or the number of a bracket.
 *
 * Of the place, `via` is the step of a path that leads to it, `base` the property that leads to an open bracket, and
 * `isInverse` says that the property awaited is followed backwards.
 */
export function readTriples(tokens) {
  const reader = new Reader();
  for (const token of tokens) reader.read(token);
  const { stage, ...place } = reader.top;
  return { triples: reader.triples, place: { ...place, stage: reader.isPassing ? "expression" : stage } };
}

class Reader {
  triples = [];
  frames = [{ stage: "head" }];
  brackets = 0;
  pending = "";
  isPassing = false;

  get top() {
    return this.frames.at(-1);
  }

  read(token) {
    if (token.kind === "tag") return;
    if (token.kind === "type") this.isPassing = true;
    else if (this.isPassing) this.isPassing = false;
    else if (token.kind === "open") this.open(token);
    else if (token.kind === "close") this.close();
    else if (token.kind === "word") this.word(token);
    else if (token.kind === "sign") this.sign(token.text);
    else if (TERMS.has(token.kind)) this.term(token);
  }

  open(token) {
    const { stage, isPath } = this.top;
    const isTriple = ["subject", "predicate", "object"].includes(stage);
    if (token.text === "{") {
      this.frames.push({ stage: this.pending === "values" ? "values" : "subject" });
    } else if (token.text === "[" && isTriple) {
      this.frames.push({ stage: "predicate", subject: (this.brackets += 1), base: stage === "object" ? stepOf(this.top) : undefined });
    } else if (isTriple && !this.pending && (stage === "predicate" || isPath)) {
      this.frames.push({ ...this.top, stage: "predicate", isGroup: true, start: this.top.via });
    } else {
      this.frames.push({ stage: isTriple && !this.pending ? "list" : "expression" });
    }
    this.pending = "";
  }

  close() {
    if (this.frames.length === 1) return;
    const { stage, subject, isGroup, predicate } = this.frames.pop();
    if (isGroup) Object.assign(this.top, { stage: "object", predicate, isPath: true, isOther: true });
    else if (typeof subject === "number") this.filled({ kind: "bracket", text: subject });
    else if (stage === "list") this.filled({ kind: "list", text: "" });
    else if (this.top.stage !== "head" && this.top.stage !== "expression" && this.top.stage !== "values") this.top.stage = "subject";
  }

  word(token) {
    const { stage } = this.top;
    if (stage === "predicate" && token.text === "a") this.term(token);
    else if (stage === "object" && LITERAL.test(token.text)) this.term(token);
    else if (HEADS.test(token.text) && stage !== "expression") this.top.stage = "head";
    else if (/^graph$/i.test(token.text)) this.pending = "graph";
    else if (BREAKS.test(token.text) && stage !== "expression" && stage !== "head") {
      this.top.stage = "subject";
      this.pending = token.text.toLowerCase();
    } else if (/^values$/i.test(token.text)) this.pending = "values";
  }

  sign(text) {
    const top = this.top;
    const isStep = top.stage === "object" || top.isGroup;
    if (isStep && text === "/") Object.assign(top, { stage: "predicate", isPath: true, via: stepOf(top), isOther: false });
    else if (isStep && text === "|") Object.assign(top, { stage: "predicate", isPath: true, via: top.start, isOther: true });
    else if (isStep && /[*+?]/.test(text)) Object.assign(top, { isPath: true, isOther: true });
    else if (top.stage === "predicate" && /[\^!]/.test(text)) Object.assign(top, { isPath: true, isInverse: text === "^" });
    else if (top.stage === "next" || top.stage === "object" || top.stage === "predicate") {
      if (text === ",") top.stage = "object";
      else if (text === ";") Object.assign(top, { stage: "predicate", isPath: false, isOther: false, via: undefined });
      else if (text === ".") top.stage = "subject";
    }
  }

  term(token) {
    if (this.pending && this.top.stage !== "head") {
      if (this.pending === "graph" || this.pending === "service") this.pending = "";
      return;
    }
    const { stage, isGroup, isInverse } = this.top;
    if (stage !== "predicate") this.filled(token);
    else Object.assign(this.top, { stage: isGroup ? "predicate" : "object", predicate: token, isBack: isInverse, isInverse: false });
  }

  /** A subject or an object is there. */
  filled(token) {
    const top = this.top;
    if (top.stage === "object") {
      const { subject, predicate, isPath } = top;
      this.triples.push({ subject, predicate, isPath: Boolean(isPath), object: token });
      top.stage = "next";
    } else if (top.stage === "subject" || top.stage === "next") {
      Object.assign(top, { stage: "predicate", subject: token.text, isPath: false, isOther: false, via: undefined });
    }
  }
}

/** The property that was followed last, unless it was followed backwards or in a way that is not known. */
function stepOf({ predicate, isBack, isOther }) {
  return isBack || isOther ? UNKNOWN : predicate;
}
