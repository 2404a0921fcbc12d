import { createHash } from "node:crypto";

const DATA_URL = /url\("?data:image\/svg\+xml[^,"]*,([^")]*)"?\)/g;

/** Every image written into a style sheet becomes a file: the pages' policy lets no `data:` address in. */
export function dataUrlsAsFiles() {
  return {
    name: "data-urls-as-files",
    enforce: "post",
    generateBundle(_options, bundle) {
      for (const sheet of Object.values(bundle).filter((file) => file.fileName.endsWith(".css"))) {
        sheet.source = String(sheet.source).replace(DATA_URL, (_match, text) => `url(${emit(this, decodeURIComponent(text))})`);
        if (/url\(["']?data:/.test(sheet.source)) {
          this.error(`${sheet.fileName} holds a data: address that the pages' policy refuses`);
        }
      }
    },
  };
}

/** The name, beside the style sheet, of the file that holds the image. */
function emit(context, image) {
  const name = `icon-${createHash("sha256").update(image).digest("hex").slice(0, 10)}.svg`;
  context.emitFile({ type: "asset", fileName: `assets/${name}`, source: image });
  return name;
}
