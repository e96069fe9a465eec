#!/usr/bin/env bash
# Resets under stress, and a watch of months: the long version of the tests with the trait Stress. Prints what they counted.
# About ten minutes on two cores. Needs what build/test.sh needs, and installs faketime. Usage: build/stress.sh
set -euo pipefail
cd "$(dirname "$0")/.."
if (($#)); then sed -n '2,3s/^# //p' "$0"; exit 2; fi

. build/lib/programs.sh
missing=$(missing_packages faketime=faketime)
if [[ -n $missing ]] && ! install_packages "$missing"; then
  echo "stress.sh: the package $missing is needed and could not be installed." >&2
  exit 1
fi

work=$(mktemp -d)
log=$work/log
sum() { sed -n "s/^ *$1: *\([0-9]*\).*/\1/p" "$log" | paste -sd+ - | sed 's/^$/0/' | { read -r terms; echo $((terms)); }; }
finish() {
  if [[ -s $log ]]; then echo "$(sum succeeded) passed, $(sum failed) failed, $(sum skipped) skipped"; fi
  rm -rf "$work"
}
trap finish EXIT
export SECTOKEN_STRESS=full SECTOKEN_TEST_FIGURES=$work/figures
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0

projects=(SecureToken.Core.Tests SecureToken.Tool.Tests)
for project in "${projects[@]}"; do dotnet build "tests/$project" -c Release --nologo -v quiet; done

if [[ -z ${SECTOKEN_TEST_TOOL:-} ]]; then
  SECTOKEN_TEST_TOOL=$(native_tool "$work")
  export SECTOKEN_TEST_TOOL
fi

failed=0
for project in "${projects[@]}"; do
  dotnet "tests/$project/bin/Release/net10.0/$project.dll" --filter-trait 'Stress=yes' --no-ansi --timeout 30m | tee -a "$log" || failed=1
done
echo
sed 's/^stress: //' "$work/figures"
exit $failed
