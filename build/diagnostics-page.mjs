// Updates docs/diagnostics.md from the codes in DiagnosticDescriptors.*.cs and the texts in Messages.resx. It keeps the text above the
// first entry, and in each entry what begins with "**Why it happens.**".   Usage: node build/diagnostics-page.mjs
import { readFileSync, readdirSync, writeFileSync } from "node:fs";

const folder = "src/SecureToken.Core/Diagnostics";
const page = "docs/diagnostics.md";
const prose = "**Why it happens.**";
const unescape = text => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&quot;/g, '"').replace(/&apos;/g, "'").replace(/&amp;/g, "&");

const statuses = new Map([...readFileSync(`${folder}/ExitStatus.cs`, "utf8").matchAll(/^ +(\w+) = (\d+),/gm)].map(([, name, number]) => [name, number]));
const summaries = new Map();
for (const file of readdirSync(folder).filter(name => /^DiagnosticDescriptors.*\.cs$/.test(name))) {
  for (const [, summary, code, exit] of readFileSync(`${folder}/${file}`, "utf8")
    .matchAll(/\/\/\/ <summary>((?:(?!<\/summary>).)*)<\/summary>\s*public static readonly DiagnosticDescriptor \w+ =\s*new\("(SECTOK\d+)", ExitStatus\.(\w+)/gs)) {
    const kind = file.endsWith(".Programs.cs") ? "In a program only." : exit === "Done" ? "Warning." : file.endsWith(".Build.cs") ? "In a build only." : `Exit status ${statuses.get(exit)}.`;
    summaries.set(code, `${unescape(summary.replace(/\s*\/\/\/\s*/g, " ").replace(/<c>(.*?)<\/c>/g, "`$1`"))} *${kind}*`);
  }
}

const texts = new Map();
for (const [, name, value] of readFileSync(`${folder}/Messages.resx`, "utf8").matchAll(/<data name="([^"]+)"[^>]*><value>(.*?)<\/value>/gs)) {
  // string.Format: two braces stand for one.
  texts.set(name, unescape(value).replaceAll("{{", "{").replaceAll("}}", "}"));
}

const [head, ...sections] = readFileSync(page, "utf8").split(/^## (?=SECTOK)/m);
const kept = new Map(sections.filter(section => section.includes(prose)).map(section => [section.slice(0, 9), section.slice(section.indexOf(prose)).trim()]));
const entry = code => [`## ${code}`, `> ${texts.get(code)}\n>\n> ${texts.get(code + ".Next")}`, summaries.get(code), ...(kept.has(code) ? [kept.get(code)] : [])].join("\n\n") + "\n";
writeFileSync(page, head + [...summaries.keys()].sort().map(entry).join("\n"));
