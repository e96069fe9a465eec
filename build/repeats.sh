#!/usr/bin/env bash
# Runs the tests of things that happen at once (trait About=Concurrency) again and again: one that fails once in twenty times is a fault,
# of the product or of the test. Prints a line for each project and the sum; fails when any test has failed.
# One to two minutes for each time on two cores.   Usage: build/repeats.sh [TIMES=20]
set -euo pipefail
cd "$(dirname "$0")/.."
times=${1:-20}
if (($# > 1)) || ! [[ $times =~ ^[1-9][0-9]*$ ]]; then sed -n '2,4s/^# //p' "$0" >&2; exit 2; fi

projects=(Core Tool Extensions)
for project in "${projects[@]}"; do
  dotnet build "tests/SecureToken.$project.Tests" -c Release --nologo -v quiet
done
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
sum() { sed -n "s/^ *$1: *\([0-9]*\).*/\1/p" "$2" | paste -sd+ - | { read -r terms || true; echo $((${terms:-0})); }; }
all=0 lost=0
for project in "${projects[@]}"; do
  log=$logs/$project
  for ((i = 1; i <= times; i++)); do
    dotnet "tests/SecureToken.$project.Tests/bin/Release/net10.0/SecureToken.$project.Tests.dll" --filter-trait About=Concurrency >"$logs/run" 2>&1 ||
      { echo "$project, run $i of $times:"; grep -A 20 '^failed' "$logs/run" || tail -20 "$logs/run"; }
    cat "$logs/run" >>"$log"
  done
  passed=$(sum succeeded "$log") failed=$(sum failed "$log")
  echo "$project: $times runs, $passed passed, $failed failed"
  if ((passed == 0)); then echo "repeats.sh: no test of $project has run." >&2; exit 1; fi
  all=$((all + passed + failed)) lost=$((lost + failed))
done
echo "Repeats: $times times, $all tests run, $lost failed"
((lost == 0))
