const setup = JSON.parse(document.getElementById("editor-setup").textContent);

export const { language, root, outlines } = setup;

/** A sentence in the reader's language, its names in braces filled in; numbers are written as the language does. */
export function say(name, values = {}) {
  return setup.words[name].replace(/\{(\w+)\}/g, (_match, key) => {
    const value = values[key];
    return typeof value === "number" ? value.toLocaleString(language) : value;
  });
}
