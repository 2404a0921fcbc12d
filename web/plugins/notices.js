import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** `notices.txt`: name, version and licence of every library that the pages' files are made of. */
export function notices(root) {
  return {
    name: "notices",
    generateBundle() {
      const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
      const used = Object.entries(lock.packages).filter(([path, one]) => path && !one.dev && existsSync(join(root, path)));
      const source = used.map(([path, one]) => notice(join(root, path), one)).join("\n\n");
      this.emitFile({ type: "asset", fileName: "notices.txt", source: `${source}\n` });
    },
  };
}

function notice(folder, { version, license }) {
  const { name } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const texts = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file));
  return [`${name} ${version} (${license})`, ...texts.map((file) => readFileSync(join(folder, file), "utf8").trim())].join("\n\n");
}
