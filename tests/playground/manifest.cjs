// Holds a manifest against Microsoft's own schemas: node manifest.cjs FOLDER VERSION... < manifest.json
// Prints, for each version, what is wrong with it.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const [folder, ...versions] = process.argv.slice(2);
const from = require("node:module").createRequire(path.join(path.resolve(folder), "package.json"));
const Ajv = from("ajv-draft-04");
const withFormats = from("ajv-formats");

const manifest = JSON.parse(fs.readFileSync(0, "utf8"));
const schemas = path.join(folder, "node_modules/@microsoft/app-manifest/build/json-schemas/teams");
const found = {};
for (const version of versions) {
  const file = path.join(schemas, `v${version}`, "MicrosoftTeams.schema.json");
  const ajv = withFormats(new Ajv({ allErrors: true, strict: false }));
  const valid = ajv.compile(JSON.parse(fs.readFileSync(file, "utf8")));
  valid({ ...manifest, manifestVersion: version });
  found[version] = (valid.errors ?? []).map((wrong) => `${wrong.instancePath} ${wrong.message}`);
}
process.stdout.write(JSON.stringify(found));
