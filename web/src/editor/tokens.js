const TOKEN = new RegExp(
  [
    String.raw`(?<skip>[\s\ufeff]+|#[^\n\r]*)`,
    String.raw`(?<string>"""(?:[^"\\]|\\.|"(?!""))*(?:"""|$)|'''(?:[^'\\]|\\.|'(?!''))*(?:'''|$)|"(?:[^"\\\n\r]|\\.)*"?|'(?:[^'\\\n\r]|\\.)*'?)`,
    String.raw`(?<iri><[^\u0000-\u0020<>"{}|^${"`"}\\]*>)`,
    String.raw`(?<variable>[?$][\p{L}\p{N}_]+)`,
    String.raw`(?<blank>_:[\p{L}\p{N}_.-]*[\p{L}\p{N}_-])`,
    String.raw`(?<tag>@[A-Za-z][A-Za-z0-9-]*)`,
    String.raw`(?<type>\^\^)`,
    String.raw`(?<name>(?:\p{L}(?:[\p{L}\p{N}_.-]*[\p{L}\p{N}_-])?)?:(?:(?:[\p{L}\p{N}_:.%-]|\\.)*(?:[\p{L}\p{N}_:%-]|\\.))?)`,
    String.raw`(?<word>\p{L}[\p{L}\p{N}_]*)`,
    String.raw`(?<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)`,
    String.raw`(?<open>[{(\[])`,
    String.raw`(?<close>[})\]])`,
    String.raw`(?<sign>.)`,
  ].join("|"),
  "gsu",
);

/** The pieces of a query that mean something: `{ kind, text, from, to }`; whatever is not SPARQL is a sign. */
export function readTokens(text) {
  const found = [];
  for (const match of text.matchAll(TOKEN)) {
    const kind = Object.keys(match.groups).find((name) => match.groups[name] !== undefined);
    if (kind !== "skip") found.push({ kind, text: match[0], from: match.index, to: match.index + match[0].length });
  }
  return found;
}
