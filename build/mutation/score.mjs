// Prints how many mutants of an area the tests found, and those that they did not find.
// Usage: node score.mjs AREA REPORT THRESHOLD SECONDS
//        node score.mjs           Only checks survivors.txt: its shape, and that the source still has what it speaks of.
import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";

const [area, report, threshold, seconds] = process.argv.slice(2);
const plain = (text) => text.replace(/\s+/g, " ").trim();

const fail = (reason) => {
  console.error(`survivors.txt: ${reason}`);
  process.exit(1);
};

// Blocks of four parts: a file, a line that begins with '-' as it is, one with '+' as the mutant has it, and the reason.
const known = new Map();
for (const block of readFileSync(new URL("survivors.txt", import.meta.url), "utf8").split(/\n\s*\n/)) {
  const lines = block.split("\n").filter((line) => line && !line.startsWith("#"));
  if (lines.length < 4 || !lines[1].startsWith("- ") || !lines[2].startsWith("+ ")) {
    if (lines.length) fail(`not a file, '- ', '+ ' and a reason:\n${block}`);
    continue;
  }
  known.set(`${lines[0]}\n${plain(lines[1].slice(2))}\n${plain(lines[2].slice(2))}`, false);
}

if (!report) {
  const core = fileURLToPath(new URL("../../src/SecureToken.Core/", import.meta.url));
  const paths = readdirSync(core, { recursive: true }).filter((path) => path.endsWith(".cs"));
  const sources = new Map(paths.map((path) => [basename(path), plain(readFileSync(core + path, "utf8"))]));
  for (const [file, was] of [...known.keys()].map((key) => key.split("\n"))) {
    if (!sources.get(file)?.includes(was)) fail(`${file} does not have this any more; take the block out:\n- ${was}`);
  }
  console.log(`survivors.txt: ${known.size} mutants`);
  process.exit();
}

const textAt = (source, { start, end }) => {
  const lines = source.split("\n").slice(start.line - 1, end.line);
  lines[lines.length - 1] = lines[lines.length - 1].slice(0, end.column - 1);
  lines[0] = lines[0].slice(start.column - 1);
  return lines.join("\n");
};

let found = 0;
let harmless = 0;
const survivors = [];
for (const [path, file] of Object.entries(JSON.parse(readFileSync(report, "utf8")).files)) {
  for (const mutant of file.mutants) {
    if (mutant.status === "Killed" || mutant.status === "Timeout") {
      found++;
    } else if (mutant.status === "Survived" || mutant.status === "NoCoverage") {
      const was = plain(textAt(file.source, mutant.location));
      const key = `${basename(path)}\n${was}\n${plain(mutant.replacement)}`;
      if (known.has(key)) {
        harmless++;
      } else {
        survivors.push(`${basename(path)}:${mutant.location.start.line} ${mutant.status}\n- ${was}\n+ ${plain(mutant.replacement)}\n`);
      }
    }
  }
}

const total = found + survivors.length;
const score = total ? (100 * found) / total : 0;
if (survivors.length) console.log(survivors.join("\n"));
const counts = `${found} of ${total} mutants found; ${harmless} change nothing`;
console.log(`${area}: ${score.toFixed(1)} % (${counts}) in ${seconds} s, at least ${threshold} %`);
process.exit(score >= Number(threshold) ? 0 : 1);
