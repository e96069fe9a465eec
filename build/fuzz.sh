#!/usr/bin/env bash
# Gives every parser inputs that nobody would write. See usage() below.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() {
  cat <<'TEXT'
Usage: build/fuzz.sh [SECONDS [TARGET...]]

Runs afl-fuzz on each target of tests/Fuzzing for SECONDS seconds (60 when none are given), with the core instrumented by SharpFuzz.
A target checks promises, not only crashes; tests/Fuzzing/Targets has them. Each run begins with the corpus of the repository.

For each target it prints the runs, the runs a second, the branches of the core it reached, and the findings. An input that breaks a promise
is kept in artifacts/fuzz/findings, and the script exits with 1. Add it to tests/Fuzzing/Corpus/TARGET.txt with
'dotnet run --project tests/Fuzzing -- pack FILE': the tests of the core replay the corpus.
TEXT
}

seconds=60
case ${1:-} in
  -h | --help) usage; exit ;;
  "") ;;
  *[!0-9]* | 0) echo "fuzz.sh: '$1' is not a number of seconds." >&2; usage >&2; exit 2 ;;
  *) seconds=$1; shift ;;
esac

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
work=$PWD/artifacts/fuzz
findings=$work/findings

. build/lib/programs.sh
if ! command -v afl-fuzz >/dev/null && ! install_packages afl++; then
  echo "fuzz.sh: afl++ could not be installed. Install it and run again." >&2
  exit 1
fi

rm -rf "$work"
mkdir -p "$findings"
dotnet tool restore >/dev/null
dotnet publish tests/Fuzzing -c Release -o "$work/plain" --nologo -v quiet -p:RunAnalyzers=false
cp -r "$work/plain" "$work/bin"
dotnet sharpfuzz "$work/bin/SecureToken.Core.dll"

# afl-fuzz looks for its own instrumentation in the program, which here is dotnet, and wants a machine of its own.
export AFL_SKIP_BIN_CHECK=1 AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_UI=1 AFL_FAST_CAL=1
# A counter in the code of each method, which grows with the runs, would be one more thing that differs between two runs of an input.
export DOTNET_TieredPGO=0

fuzz() {
  rm -rf "$work/$1/out"
  afl-fuzz -i "$work/$1/in" -o "$work/$1/out" -x "tests/Fuzzing/Dictionaries/$1.dict" -V "$seconds" -t 5000 -m none \
    -- dotnet "$work/bin/Fuzzing.dll" run "$1" >"$work/$1/log" 2>&1
}
stat() { sed -n "s/^$1 *: *//p" "$2"; }
targets=("$@")
if ((${#targets[@]} == 0)); then mapfile -t targets < <(dotnet "$work/plain/Fuzzing.dll" list); fi
printf '%-10s %12s %10s %9s %9s\n' target runs runs/s branches findings
found=0
for target in "${targets[@]}"; do
  # afl-fuzz leaves out what fails from the start.
  if ! dotnet "$work/plain/Fuzzing.dll" replay "$target" >"$work/replay.log"; then
    cat "$work/replay.log"
    found=1
    continue
  fi

  dotnet "$work/plain/Fuzzing.dll" unpack "$target" "$work/$target/in"
  # On a busy machine the first input may end before any branch of it was counted; afl-fuzz then gives up.
  if ! fuzz "$target" && ! fuzz "$target"; then
    tail -20 "$work/$target/log" >&2
    echo "fuzz.sh: afl-fuzz did not run $target; its log is $work/$target/log." >&2
    exit 1
  fi

  kept=0
  for input in "$work/$target"/out/default/{crashes,hangs}/id*; do
    if [[ -e $input ]]; then
      kept=$((kept + 1))
      cp "$input" "$findings/$target-$kept"
    fi
  done
  stats=$work/$target/out/default/fuzzer_stats
  printf "%-10s %'12d %'10.0f %9s %9d\n" "$target" "$(stat execs_done "$stats")" "$(stat execs_per_sec "$stats")" \
    "$(stat edges_found "$stats")" "$kept"
  if ((kept)); then
    # The plain core says what afl-fuzz only counts.
    timeout 60 dotnet "$work/plain/Fuzzing.dll" replay "$target" "$findings/$target"-* || true
    found=1
  fi
done
exit "$found"
