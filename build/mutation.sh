#!/usr/bin/env bash
# Changes the core in small ways and looks whether its tests notice. See usage() below.
set -euo pipefail
cd "$(dirname "$0")/.."

threshold=90
usage() {
  cat <<'TEXT'
Usage: build/mutation.sh [AREA...]

Runs Stryker on parts of the core, each with the tests that matter for it, and prints for each area how many of the mutants were found by
a test. It exits with 1 when an area has less than 90 of 100. With no area it runs all of them. An area takes four to ten minutes on two
cores, manifest half an hour; two minutes of it to compile the mutants. Tests with thousands of generated cases try fifty times fewer here.

A mutant that changes nothing that anybody could see is listed in build/mutation/survivors.txt with the reason, and does not count.
What else survived is printed, and stands in artifacts/mutation/AREA.

Areas:
TEXT
  areas | while IFS='|' read -r name files _; do printf '  %-9s %s\n' "$name" "$files"; done
}

# Name, files below src/SecureToken.Core, tests below tests/SecureToken.Core.Tests.
areas() {
  sed 's/ *| */|/g' <<'TABLE'
retry    | Http/Retries.cs Timing/Backoff.cs | Http/RetryScheduleTests.cs Timing/BackoffTests.cs
redactor | Secrets/Redactor.cs Secrets/SecretForm.cs Secrets/SecretForms.cs Secrets/SecretSearch.cs | Secrets/RedactorTests.cs Secrets/SecretFormsTests.cs
ledger   | State/Ledger*.cs | State/Ledger*Tests.cs State/Version1Tests.cs
dotenv   | Text/Dotenv/*.cs | Text/Dotenv/DotenvTextTests.cs Text/Dotenv/DotenvShellTests.cs Text/Dotenv/DotenvShapeTests.cs
json     | Text/Json/*.cs | Text/Json/*Tests.cs
manifest | Text/Kubernetes/*.cs Text/Yaml/*.cs | Text/Kubernetes/ManifestFaultTests.cs Text/Kubernetes/ManifestMutationTests.cs Text/Kubernetes/ManifestNeighboursTests.cs Text/Kubernetes/ManifestTextTests.cs Text/MutationTests.cs
trust    | Http/CaBundle.cs Http/RefusedCertificate.cs Http/RevocationList.cs Settings/HostTrust.cs | Http/T*Tests.cs Settings/HostTrustTests.cs Settings/TokenSettingsTests.cs
files    | Files/*.cs | Files/RefusalTests.cs Files/AccessOfSuccessorTests.cs Files/FileLockTests.cs Files/LockTests.cs Files/PathOfFileTests.cs Files/ReadingTests.cs Files/WindowsFileTests.cs Destinations/Files/*Tests.cs Files/TextFileEditorTests.cs Files/TemporaryFileTests.cs Files/AtomicWriteTests.cs Files/SecretFileTests.cs Files/LogFileTests.cs
TABLE
}

case ${1:-} in -h | --help) usage; exit ;; esac
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 SECTOKEN_TEST_SHARE=0.02
mapfile -t all < <(areas | cut -d'|' -f1)
chosen=("$@")
if ((${#chosen[@]} == 0)); then chosen=("${all[@]}"); fi

# Before half an hour of work, not after it.
node build/mutation/score.mjs
dotnet tool restore >/dev/null
failed=0
for area in "${chosen[@]}"; do
  line=$(areas | grep "^$area|" || true)
  if [[ -z $line ]]; then
    echo "mutation.sh: there is no area '$area'. Areas: ${all[*]}" >&2
    exit 2
  fi

  IFS='|' read -r _ files tests <<<"$line"
  output=$PWD/artifacts/mutation/$area
  rm -rf "$output"
  mkdir -p "$output"
  mutate=()
  for file in $files; do mutate+=(--mutate "**/$file"); done
  started=$SECONDS
  # The runner of this test platform knows no filter, so the project compiles the tests of the area alone.
  if ! (cd tests/SecureToken.Core.Tests && MutationTests="${tests// /;}" RunAnalyzers=false dotnet stryker \
    --config-file ../../build/mutation/stryker.json "${mutate[@]}" --output "$output" --skip-version-check) >"$output/log" 2>&1; then
    tail -30 "$output/log" >&2
    echo "mutation.sh: Stryker did not run '$area'; its log is $output/log." >&2
    exit 1
  fi

  node build/mutation/score.mjs "$area" "$output/reports/mutation-report.json" "$threshold" $((SECONDS - started)) || failed=1
done
exit "$failed"
