import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { defineConfig } from "vite";
import { dataUrlsAsFiles } from "./plugins/data-urls.js";
import { lightOnPaper } from "./plugins/light-on-paper.js";
import { notices } from "./plugins/notices.js";
import { outlines } from "./plugins/outlines.js";

const here = import.meta.dirname;
const pages = join(here, "src/pages");
const entries = readdirSync(pages)
  .filter((name) => /\.[jt]s$/.test(name))
  .map((name) => [basename(name).replace(/\.[jt]s$/, ""), join(pages, name)]);

export default defineConfig({
  root: here,
  base: "./",
  publicDir: false,
  plugins: [outlines(), dataUrlsAsFiles(), lightOnPaper(), notices(here)],
  build: {
    outDir: join(here, "../kg_server/web/static/built"),
    emptyOutDir: true,
    manifest: "manifest.json",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2022",
    rolldownOptions: { input: Object.fromEntries([["style", join(here, "src/style/style.css")], ...entries]) },
  },
});
