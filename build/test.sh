#!/usr/bin/env bash
# Builds everything and runs every test. On a Debian-like machine it installs what is missing; elsewhere it says what is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false
# Nodes and servers that outlive the build would keep our own task's assembly open.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0

# program=Debian package
needed=(git=git strace=strace node=nodejs openssl=openssl script=bsdutils)
missing=()
for pair in "${needed[@]}"; do
  command -v "${pair%%=*}" >/dev/null || missing+=("${pair##*=}")
done
if ((${#missing[@]})); then
  sudo=()
  if (($(id -u) != 0)); then sudo=(sudo -n); fi
  if ! command -v apt-get >/dev/null; then
    echo "test.sh: these programs are needed by the tests and are not here: ${missing[*]}. Install them and run again." >&2
    exit 1
  fi
  echo "Installing ${missing[*]}"
  if ! { "${sudo[@]}" apt-get update -qq && "${sudo[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >/dev/null; then
    echo "test.sh: could not install ${missing[*]}. Install them and run again." >&2
    exit 1
  fi
fi

step() { echo; echo "== $1 ($((SECONDS)) s)"; }

step "Build"
dotnet build SecureToken.Build.sln -c Release --nologo -v quiet

step "Tests"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
dotnet test --solution SecureToken.Build.sln -c Release --no-build --no-ansi | tee "$log"

step "Quickstart"
dotnet run --project samples/Quickstart -c Release

step "Done"
passed=$(sed -n 's/^ *succeeded: *\([0-9]*\).*/\1/p' "$log" | tail -1)
failed=$(sed -n 's/^ *failed: *\([0-9]*\).*/\1/p' "$log" | tail -1)
echo "${passed:-0} passed, ${failed:-0} failed"
