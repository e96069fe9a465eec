#!/usr/bin/env bash
# Looks for secrets with secretlint in everything that leaves this machine: the tree, the content of the packages, the logs of tests.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() {
  cat <<'TEXT'
Usage: build/secret-scan.sh [--help | FILE_OR_DIRECTORY...]

Scans every file that git knows or would add, the content of the packages in artifacts/packages, the TestResults directories, and the files
that are named, such as the log of a test run. The rules are those of secretlint's preset and one for what the tests use as credentials.
First it plants a token of each kind, in a text file, a log and a package: each must be found.

The last line of a run is: N files, N packages, N logs: N findings
TEXT
}

case ${1:-} in
  -h | --help) usage; exit ;;
  -*) echo "secret-scan.sh: unknown option '$1'." >&2; usage >&2; exit 2 ;;
esac

for program in node npm zip unzip iconv; do
  command -v "$program" >/dev/null || { echo "secret-scan.sh: $program is needed and not here. Install it and run again." >&2; exit 1; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --no-audit --no-fund --prefix "$work/npm" secretlint@11.2.5 @secretlint/secretlint-rule-preset-recommend@11.2.5 \
  @secretlint/secretlint-rule-pattern@11.2.5 >"$work/npm.log" 2>&1 || {
  cat "$work/npm.log" >&2
  echo "secret-scan.sh: secretlint could not be had from the npm registry." >&2
  exit 1
}

# The emulator's keys and a team's token under the names by which programs know them. A fake that a test names is no GUID and no key.
cat >"$work/rules.json" <<'JSON'
{
  "rules": [
    { "id": "@secretlint/secretlint-rule-preset-recommend" },
    { "id": "@secretlint/secretlint-rule-pattern", "options": { "patterns": [
      { "name": "team token", "pattern": "/(Sysdig(__|:)SecureApiToken|SYSDIG_SECURE_API_TOKEN|SECURE_API_TOKEN|SDC_TOKEN)[\"']?\\s*[:=]\\s*[\"']?(?<secret>[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})/g" },
      { "name": "API key", "pattern": "/(SECTOKEN_API_KEY|IBMCLOUD_API_KEY|IC_API_KEY|apikey)[\"']?\\s*[:=]\\s*[\"']?(?<secret>[A-Za-z0-9_-]{44})(?![A-Za-z0-9_-])/g" },
      { "name": "IAM token", "pattern": "/(?<secret>eyJ[A-Za-z0-9_-]{16,}\\.eyJ[A-Za-z0-9_-]{16,}\\.[A-Za-z0-9_-]{40,})/g" }
    ] } }
  ]
}
JSON

# Text of everything: secretlint leaves out what is not text, and an assembly keeps its strings in UTF-16.
cat >"$work/text.mjs" <<'JS'
import { readFileSync, writeFileSync } from "node:fs";
for (const path of readFileSync(0, "utf8").split("\0").filter(Boolean)) {
  const bytes = readFileSync(path);
  if (!bytes.includes(0)) continue;
  const narrow = bytes.toString("latin1");
  const wide = bytes.toString("utf16le");
  const odd = bytes.subarray(1).toString("utf16le");
  writeFileSync(path, [narrow, wide, odd].map(text => (text.match(/[ -~]{6,}/g) ?? []).join("\n")).join("\n"));
}
JS

# Scans a directory; prints what was found without its value, and fails if there is something.
scan() {
  find "$1" -type f -print0 | node "$work/text.mjs"
  find "$1" -type f -exec sh -c 'for file; do case $file in *.txt) ;; *) mv -- "$file" "$file.txt" ;; esac; done' sh {} +
  (cd "$1" && "$work/npm/node_modules/.bin/secretlint" --secretlintrc "$work/rules.json" --secretlintignore "$work/ignore" --maskSecrets \
    --format unix "**/*.txt" >"$work/found" 2>&1)
}
: >"$work/ignore"

unpack() {
  local package name count=0
  for package in "$1"/*.nupkg; do
    [[ -e $package ]] || continue
    name=$(basename "$package" .nupkg)
    mkdir -p "$2/$name"
    unzip -q -o "$package" -d "$2/$name"
    count=$((count + 1))
  done
  echo "$count"
}

planted=$work/planted
key=$(head -c 33 /dev/urandom | base64 | tr '+/' '-_')
token=$(cat /proc/sys/kernel/random/uuid)
git=ghp_$(head -c 90 /dev/urandom | base64 -w 0 | tr -dc 'A-Za-z0-9' | cut -c 1-36)
for kind in "Sysdig__SecureApiToken=$token" "IBMCLOUD_API_KEY=$key" "token: $git"; do
  for form in text wide package; do
    rm -rf "$planted" && mkdir -p "$planted"
    case $form in
      text) printf '%s\n' "$kind" >"$planted/some.log" ;;
      wide) { printf '\1\0\2'; printf '%s' "$kind" | iconv -t UTF-16LE; } >"$planted/some.dll" ;;
      package)
        mkdir -p "$work/packed" && printf '%s\n' "$kind" >"$work/packed/readme.md"
        mkdir -p "$work/feed" && (cd "$work/packed" && zip -q "$work/feed/planted.nupkg" readme.md)
        unpack "$work/feed" "$planted" >/dev/null
        ;;
    esac
    if scan "$planted"; then
      echo "secret-scan.sh: a planted secret (${kind%%[=:]*}) was not found in a $form file: the scan proves nothing." >&2
      exit 1
    fi
  done
done
echo "Planted secrets: 9 of 9 found"

all=$work/all
mkdir -p "$all/tree"
git ls-files -z --cached --others --exclude-standard | while IFS= read -r -d '' file; do [[ -f $file ]] && printf '%s\0' "$file"; done |
  xargs -0 cp --parents -t "$all/tree" --
files=$(find "$all/tree" -type f | wc -l)
packages=$(unpack artifacts/packages "$all/packages")
logs=0
while IFS= read -r -d '' log; do
  mkdir -p "$all/logs/$logs" && cp -r -- "$log" "$all/logs/$logs/"
  logs=$((logs + 1))
done < <(if (($#)); then printf '%s\0' "$@"; fi; find . -type d -name TestResults -not -path '*/node_modules/*' -print0)
found=0
scan "$all" || found=$(grep -c . "$work/found" || true)
if ((found)); then cat "$work/found" >&2; fi
echo "$files files, $packages packages, $logs logs: $found findings"
((found == 0))
