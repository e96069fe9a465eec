// Brings docs/diagnostics.md to the codes of DiagnosticDescriptors.*.cs and the texts of Messages.resx, and keeps its prose.   Usage: node build/diagnostics-page.mjs
import { readFileSync, readdirSync, writeFileSync } from "node:fs";

const folder = "src/SecureToken.Core/Diagnostics";
const page = "docs/diagnostics.md";
const unescape = text => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&quot;/g, '"').replace(/&apos;/g, "'").replace(/&amp;/g, "&");

const summaries = new Map();
for (const file of readdirSync(folder).filter(name => /^DiagnosticDescriptors.*\.cs$/.test(name))) {
  for (const [, summary, code] of readFileSync(`${folder}/${file}`, "utf8")
    .matchAll(/\/\/\/ <summary>(.*?)<\/summary>\s*public static readonly DiagnosticDescriptor \w+ =\s*new\("(SECTOK\d+)"/gs)) {
    summaries.set(code, summary.replace(/\s*\/\/\/\s*/g, " ").replace(/<c>(.*?)<\/c>/g, "`$1`"));
  }
}

const texts = new Map();
for (const [, name, value] of readFileSync(`${folder}/Messages.resx`, "utf8").matchAll(/<data name="([^"]+)"[^>]*><value>(.*?)<\/value>/gs)) {
  // string.Format: two braces stand for one.
  texts.set(name, unescape(value).replaceAll("{{", "{").replaceAll("}}", "}"));
}

const [head, ...sections] = readFileSync(page, "utf8").split(/^## (?=SECTOK)/m);
const prose = new Map(sections.map(section => [section.slice(0, 9), section.slice(9).split("\n> ")[0].trim()]));
const entry = code => `## ${code}\n\n${prose.get(code) || unescape(summaries.get(code))}\n\n> ${texts.get(code)}\n>\n> ${texts.get(code + ".Next")}\n`;
writeFileSync(page, head + [...summaries.keys()].sort().map(entry).join("\n"));
