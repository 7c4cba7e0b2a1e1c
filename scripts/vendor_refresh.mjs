// Copies the few libraries that the pages need out of node_modules, minified, as relative ES modules.
// Run `npm install` first. The result is committed, so that nobody else needs Node or a registry.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { minify } from "terser";

const ROOT = new URL("../", import.meta.url);
const TARGET = new URL("mapgrid/frontend/static/frontend/vendor/", ROOT);

const FILES = [
  { package: "@mapbox/point-geometry", from: "index.js", to: "point-geometry.js", licence: "LICENSE" },
  { package: "@mapbox/vector-tile", from: "index.js", to: "vector-tile.js", licence: "LICENSE.txt" },
  { package: "pbf", from: "index.js", to: "pbf.js", licence: "LICENSE" },
  { package: "idb-keyval", from: "dist/index.js", to: "idb-keyval.js", licence: "LICENCE" },
];

async function refresh({ package: name, from, to, licence }) {
  const folder = new URL(`node_modules/${name}/`, ROOT);
  const { version, license } = JSON.parse(await readFile(new URL("package.json", folder), "utf8"));
  let source = await readFile(new URL(from, folder), "utf8");
  // Browsers know no bare names, and hashed file names need the semicolon that terser writes.
  source = source.replace(/from ['"]@mapbox\/point-geometry['"]/, 'from "./point-geometry.js"');
  const { code } = await minify(source, { module: true, format: { comments: false, semicolons: true } });
  await writeFile(new URL(to, TARGET), `/* ${name} ${version}, ${license}; see LICENCES */\n${code}\n`);
  return {
    line: `${to} ${name} ${version} ${license}`,
    text: await readFile(new URL(licence, folder), "utf8"),
    name,
  };
}

await mkdir(TARGET, { recursive: true });
const done = await Promise.all(FILES.map(refresh));
await writeFile(new URL("VERSIONS", TARGET), done.map((d) => d.line).join("\n") + "\n");
await writeFile(
  new URL("LICENCES", TARGET),
  done.map((d) => `== ${d.name}\n\n${d.text.trim()}\n`).join("\n"),
);
