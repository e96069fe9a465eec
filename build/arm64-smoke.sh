#!/usr/bin/env bash
# Runs the native tool of linux-arm64, under qemu, against the emulator. See usage() below.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() {
  cat <<'USAGE'
Usage: build/arm64-smoke.sh [--help]

  Links the native tool for linux-arm64 and runs it under qemu, over TLS: what it prints, each kind of file, run, reset, a wrong
  credential, 10 writers at once, and no libssl. Two to three minutes.
  The cross compiler, qemu and the libssl of arm64 are installed where apt-get is; elsewhere the script says so and ends with 0.

The last line but the list of what qemu cannot show is: arm64: N of M
USAGE
}

case ${1:-} in
  "") ;;
  -h | --help) usage; exit ;;
  *) echo "arm64-smoke.sh: unknown option '$1'." >&2; usage >&2; exit 2 ;;
esac
skip() { echo "arm64: skipped, $1"; exit 0; }

if [[ $(uname -m) == aarch64 ]]; then skip "this machine is one, and build/test.sh runs the native tool on it"; fi
. build/lib/programs.sh
command -v apt-get >/dev/null || skip "the libraries of arm64 come by apt-get, which is not here"
if ! command -v aarch64-linux-gnu-gcc >/dev/null || ! command -v qemu-aarch64-static >/dev/null; then
  install_packages gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user-static \
    || skip "the cross compiler and qemu could not be installed by apt-get"
fi

# A program that hangs must not take all the time of CI.
if [[ ${ARM64_SMOKE_IS_LIMITED:-} != true ]]; then
  ARM64_SMOKE_IS_LIMITED=true exec timeout --kill-after=30 15m build/arm64-smoke.sh
fi

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0
work=$(mktemp -d)
. build/smoke/checks.sh
finish() {
  stop_servers
  rm -rf "$work"
}
trap finish EXIT

# The packages of arm64 are looked up in lists of their own, so this machine's are not touched, and nothing needs root.
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/packages" "$work/root/lib"
apt_of_arm64() {
  apt-get -qq -oAPT::Architecture=arm64 -oAPT::Architectures=arm64 -oDir::State::Lists="$work/lists" -oDir::Cache="$work/cache" \
    -oAPT::Sandbox::User= "$@" >/dev/null 2>&1
}
apt_of_arm64 update || skip "the packages of arm64 could not be listed by apt-get"
# Its name since Debian 13, with what it needs there, and the one before.
(cd "$work/packages" && { apt_of_arm64 download libssl3t64 zlib1g libzstd1 || apt_of_arm64 download libssl3; }) \
  || skip "libssl for arm64 could not be had by apt-get"
for package in "$work"/packages/*.deb; do dpkg -x "$package" "$work/unpacked"; done
cp -a /usr/aarch64-linux-gnu/lib/*.so* "$work/root/lib/"
find "$work/unpacked" -name '*.so*' ! -path '*/engines-3/*' ! -path '*/ossl-modules/*' -exec cp -a {} "$work/root/lib/" \;

echo "Linking for linux-arm64"
properties=(-c Release -p:RunAnalyzers=false --nologo -v quiet)
dotnet publish src/SecureToken.Tool -r linux-arm64 -p:SectokenNative=release -p:TargetLatestRuntimePatch=true \
  "-p:CppCompilerAndLinker=$PWD/build/arm64/gcc.sh" -p:ObjCopyName=aarch64-linux-gnu-objcopy "${properties[@]}" -o "$work/tool"
dotnet build src/SecureToken.Emulator "${properties[@]}" -o "$work/emulator"

serve "$work/emulator.env" dotnet "$work/emulator/SecureToken.Emulator.dll" --team payments=42 --reset-route "POST /api/token/reset" \
  --ca-file "$work/ca.pem" --ready-file "$work/emulator.env"
set -a
# shellcheck disable=SC1091 # made a moment ago
. "$work/emulator.env"
set +a
export SECTOKEN_TEAM=payments HOME=$work/home GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
unset SECTOKEN_STATE_DIR XDG_STATE_HOME
mkdir "$HOME"

tool() { timeout 120 qemu-aarch64-static -L "${libraries:-$work/root}" "$work/tool/dotnet-sectoken" "$@" </dev/null; }

mkdir "$work/repository"
cd "$work/repository"
git init -q
printf '*.tmp\n.env\nlocal.json\nsecret.yaml\n' >.gitignore
printf 'A=1\n' | tee tracked.env .env >/dev/null
git add tracked.env .gitignore

echo "Running"
run "version" 0 '^[0-9]+\.[0-9]+' --version
run "help" 0 'Usage: dotnet sectoken' --help
run "a command that is not known" 10 SECTOK1 injct
run "teams" 0 payments teams
run "the token itself" 0 '^[0-9a-f-]{36}$' get
token=$(<"$work/said")
run "user-secrets" 0 written inject --user-secrets smoke
holds "the token is in user-secrets" grep -qF "$token" "$HOME/.microsoft/usersecrets/smoke/secrets.json"
run "dotenv" 0 written inject --dotenv .env
holds "the token is in the file" grep -qF "$token" .env
holds "the file is for its user alone" test "$(stat -c %a .env)" == 600
run "the same again" 0 unchanged inject --dotenv .env
run "JSON" 0 written inject --json-file local.json
holds "the token is in the JSON" grep -qF "$token" local.json
printf 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: sysdig\nstringData:\n  other: x\n' >secret.yaml
run "a manifest" 0 written inject --kubernetes secret.yaml --secret sysdig:token
run "a file that git tracks" 17 SECTOK511 inject --dotenv tracked.env
holds "the tracked file is unchanged" git diff --quiet
run "status" 0 '4 current' status --all
run "status as JSON" 0 '"exitStatus": 0' status --all --json
run "ledger" 0 '4 copies are known' ledger list
run "run passes the exit status on, and masks" 7 '\*\*\*' run --name TOKEN -- sh -c 'test -n "$TOKEN" || exit 3; echo "$TOKEN"; exit 7'
run "run of what is not there" 127 SECTOK601 run -- not-there
run "doctor" 0 'holds the token' doctor --dotenv .env
SECTOKEN_API_KEY=wrong-key-of-44-characters-0123456789-abcdefg run "a wrong credential" 11 SECTOK2 inject --dotenv .env
SECTOKEN_CA_BUNDLE='' run "an authority that is not trusted" 12 SECTOK306 get
libraries=/usr/aarch64-linux-gnu run "no libssl" 12 SECTOK319 get

pids=()
for n in {1..10}; do
  # Under qemu a program takes seconds of a processor to begin TLS, and these share the processors.
  tool inject --dotenv .env --name "KEY_$n" --timeout 110 >"$work/writer$n" 2>&1 &
  pids+=($!)
done
for n in {1..10}; do
  status=0
  wait "${pids[n - 1]}" || status=$?
  judge "writer $n of 10 at once" 0 "$status" "$work/writer$n"
done
holds "every line is there" test "$(grep -cE '^KEY_[0-9]+=' .env)" == 10

run "a requested reset" 0 'written|updated' reset --dotenv .env --json-file local.json --request 'POST /api/token/reset' --yes
holds "the old token is in neither copy" bash -c "! grep -qF 'SecureApiToken=$token' .env && ! grep -qF '$token' local.json"
run "status after a reset" 0 '2 current' status --dotenv .env --json-file local.json
run "forget" 0 removed forget --dotenv .env --yes
run "ledger after it" 0 'known' ledger list

cd - >/dev/null
echo "arm64: $good of $total"
echo "What qemu cannot show, and only a machine does: the memory order of its processor, its page size of 64 KiB, and how fast it is."
((good == total))
