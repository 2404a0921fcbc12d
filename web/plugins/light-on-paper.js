/** The theme's dark colours are for screens alone: Chromium prints them, pale on white, for who reads in the dark. */
export function lightOnPaper() {
  return {
    name: "light-on-paper",
    enforce: "post",
    generateBundle(_options, bundle) {
      for (const sheet of Object.values(bundle).filter((file) => file.fileName.endsWith(".css"))) {
        sheet.source = String(sheet.source)
          .replace(/@media \(prefers-color-scheme:\s*light\)/g, "@media print,(prefers-color-scheme:light)")
          .replace(/@media \(prefers-color-scheme:\s*dark\)/g, "@media screen and (prefers-color-scheme:dark)");
      }
    },
  };
}
