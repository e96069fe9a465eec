#!/usr/bin/env bash
# Runs the tool as a Windows program, under wine, against the emulator. See usage() below.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() {
  cat <<'TEXT'
Usage: build/windows-smoke.sh [--help]

  Publishes the tool for win-x64 and runs it under wine: every command, every kind of file, and what is different on Windows.
  Wine is installed where apt-get is; elsewhere the script says so and ends with 0. Git is a small git.exe that asks the real git.

The last line but the list of what wine cannot show is: windows: N of M
TEXT
}

case ${1:-} in
  "") ;;
  -h | --help) usage; exit ;;
  *) echo "windows-smoke.sh: unknown option '$1'." >&2; usage >&2; exit 2 ;;
esac

. build/lib/programs.sh
if ! command -v wine >/dev/null; then
  if ! command -v apt-get >/dev/null || [[ $(uname -m) != x86_64 ]]; then
    echo "windows: skipped, there is no wine, and none can be installed here (apt-get on x86_64 is needed)"
    exit 0
  fi
  if ! install_packages wine wine64; then
    echo "windows: skipped, wine could not be installed by apt-get"
    exit 0
  fi
fi

# A wine that hangs must not take all the time of CI.
if [[ ${WINDOWS_SMOKE_IS_LIMITED:-} != true ]]; then
  WINDOWS_SMOKE_IS_LIMITED=true exec timeout --kill-after=30 20m build/windows-smoke.sh
fi

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0
work=$(mktemp -d)
export WINEPREFIX=$work/prefix WINEDEBUG=-all WINEDLLOVERRIDES="mshtml=;winedbg.exe=d" DOTNET_EnableWriteXorExecute=0
. build/smoke/checks.sh
finish() {
  wineserver -k >/dev/null 2>&1 || true
  stop_servers
  rm -rf "$work"
}
trap finish EXIT

echo "Publishing for win-x64"
properties=(-c Release -p:TargetLatestRuntimePatch=true -p:RunAnalyzers=false --nologo -v quiet)
dotnet publish src/SecureToken.Tool -r win-x64 --self-contained "${properties[@]}" -o "$work/tool"
dotnet publish build/windows-smoke/git.cs -r win-x64 --self-contained "${properties[@]}" -o "$work/tool"
dotnet build build/windows-smoke/git.cs "${properties[@]}" -o "$work/git"
dotnet build src/SecureToken.Emulator "${properties[@]}" -o "$work/emulator"

serve "$work/emulator.env" dotnet "$work/emulator/SecureToken.Emulator.dll" --team payments=42 --team checkout=43 \
  --reset-route "POST /api/token/reset" --ready-file "$work/emulator.env"
serve "$work/port" dotnet "$work/git/git.dll" --serve "$work/port"
GIT_STAND_IN_PORT=$(<"$work/port")
export GIT_STAND_IN_PORT

mkdir -p "$WINEPREFIX"
wineboot -i >/dev/null 2>&1
wine winecfg -v win10 >/dev/null 2>&1

windows() { local path=${1//\//\\}; echo "Z:$path"; }
set -a
# shellcheck disable=SC1091 # made a moment ago
. "$work/emulator.env"
set +a
address=${SECTOKEN_ENDPOINT#http://}
SECTOKEN_API_KEY=@$(windows "${SECTOKEN_API_KEY#@}")
export SECTOKEN_API_KEY SECTOKEN_TEAM=payments WINEPATH
WINEPATH=$(windows "$work/tool")
unset SECTOKEN_STATE_DIR
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null

tool() { timeout 120 wine "$work/tool/dotnet-sectoken.exe" "$@" <"${input:-/dev/null}"; }
reset_at_emulator() {
  exec 3<>"/dev/tcp/${address%:*}/${address#*:}"
  printf 'POST /emulator/reset/%s HTTP/1.1\r\nHost: %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n' "$1" "$address" >&3
  cat <&3 >/dev/null
  exec 3<&- 3>&-
}

repository=$work/repository
mkdir -p "$repository/Deploy" "$repository/with space" "$repository/größe-配置"
cd "$repository"
git init -q
printf '*.tmp\n.env\nfree.env\nlocal.json\nsecret.yaml\n' >.gitignore
printf 'A=1\r\nB=2\r\n' | tee Root.env Deploy/Api.env Deploy/free.env >/dev/null
git add Root.env Deploy/Api.env .gitignore

echo "Running"
# Commands without a destination.
run "version" 0 '^[0-9]+\.[0-9]+' --version
run "help" 0 'Usage: dotnet sectoken' --help
run "a command that is not known" 10 SECTOK1 injct
run "completion" 0 'complete' completion bash
run "completion for PowerShell" 0 'Register-ArgumentCompleter' completion powershell
run "config" 0 'endpoint' config
run "the schema" 0 'schema' config --schema
run "teams" 0 'payments' teams
run "the token itself" 0 '^[0-9a-f-]{36}$' get
run "a team that is not there" 13 SECTOK403 get --team nobody

# A dotenv file with CRLF that git ignores, in every spelling.
run "dotenv" 0 'written' inject --dotenv Deploy/free.env
holds "CRLF is kept" grep -q $'^B=2\r$' Deploy/free.env
run "the same again" 0 'unchanged' inject --dotenv Deploy/free.env
run "the same with a backslash" 0 'unchanged' inject --dotenv 'Deploy\free.env'
run "the same in other letters" 0 'unchanged' inject --dotenv 'DEPLOY\FREE.ENV'
run "one file is one entry of the ledger" 0 '^1 copy is known' ledger list
run "status after an injection" 0 '1 current' status --all
run "status as JSON" 0 '"exitStatus": 0' status --all --json
run "doctor after an injection" 0 'holds the token' doctor --dotenv Deploy/free.env
run "doctor as JSON" 0 '"exitStatus": 0' doctor --dotenv Deploy/free.env --json
run "who reads it" 0 'administrators' inject --dotenv Deploy/free.env --explain
run "a dry run" 0 'unchanged' inject --dotenv Deploy/free.env --dry-run

# What git tracks is refused, however it is spelled.
run "tracked at the root" 17 SECTOK511 inject --dotenv Root.env
run "tracked at the root in other letters" 17 SECTOK511 inject --dotenv ROOT.ENV
run "tracked in a folder" 17 SECTOK511 inject --dotenv Deploy/Api.env
run "tracked in a folder, with a backslash" 17 SECTOK511 inject --dotenv 'Deploy\Api.env'
run "tracked in a folder in other letters" 17 SECTOK511 inject --dotenv 'deploy\API.env'
run "tracked, by a way around" 17 SECTOK511 inject --dotenv 'with space\..\Deploy\.\Api.env'
holds "no tracked file got a token" git diff --quiet
run "not ignored is a warning" 0 SECTOK512 inject --dotenv 'with space\not ignored.env'

# Other kinds of files.
printf '{\r\n  "Other": 1\r\n}\r\n' >local.json
run "JSON" 0 'written' inject --json-file local.json
holds "CRLF is kept in JSON" grep -q $'^  "Other": 1,\\?\r$' local.json
run "JSON that is not there yet" 0 'written' inject --json-file 'größe-配置\local.json'
printf 'apiVersion: v1\r\nkind: Secret\r\nmetadata:\r\n  name: sysdig\r\nstringData:\r\n  other: x\r\n' >secret.yaml
run "a manifest" 0 'written' inject --kubernetes secret.yaml --secret sysdig:token
holds "CRLF is kept in a manifest" grep -q $'^  other: x\r$' secret.yaml
run "user-secrets" 0 'written' inject --user-secrets 6f7c8b1e-smoke
holds "user-secrets are below APPDATA" bash -c "find '$WINEPREFIX' -path '*AppData/Roaming/Microsoft/UserSecrets/6f7c8b1e-smoke/secrets.json' | grep -q ."
holds "the state is below LOCALAPPDATA" bash -c "find '$WINEPREFIX' -path '*AppData/Local/sectoken/ledger/*.json' | grep -q ."
run "letters of other languages" 0 'written' inject --dotenv 'größe-配置\.env'
holds "they are printed as UTF-8" grep -q 'größe-配置' "$work/said"

long=$(printf 'a%.0s' {1..60})
run "a path of more than 260 characters" 0 'written' inject --dotenv "$long\\$long\\$long\\$long\\.env"
holds "it is there" test -s "$long/$long/$long/$long/.env"

# What is no file.
run "a device" 17 'the device NUL' inject --dotenv nul
run "a device with an extension in a folder" 17 'the device CON' inject --dotenv 'Deploy\con.env'
run "a stream behind a file" 17 'an alternate data stream' inject --dotenv 'Deploy\free.env:token'
run "a directory" 17 'a directory' inject --dotenv Deploy
run "git's own files" 10 SECTOK520 inject --dotenv '.GIT\hooks\x.env'
run "a tilde" 10 SECTOK521 inject --dotenv '~\x.env'
mkdir missing-parent
run "a folder that is made" 0 'written' inject --dotenv 'missing-parent\made\.env'

# A file that another program has open.
serve_hold() { # SHARE FILE
  rm -f "$work/held"
  mkfifo "$work/release"
  wine "$work/tool/git.exe" --hold "$1" "$(windows "$repository/$2")" "$(windows "$work/held")" <"$work/release" >/dev/null 2>&1 &
  holder=$!
  exec 4>"$work/release"
  for ((left = 300; left > 0; left--)); do
    if [[ -s $work/held ]]; then return; fi
    sleep 0.1
  done
  echo "windows-smoke.sh: the file could not be held." >&2
  exit 1
}
release_hold() { exec 4>&-; wait "$holder" || true; rm -f "$work/release"; }
printf 'OLD=1\r\n' >held.env
echo held.env >>.gitignore
serve_hold none held.env
run "a file that nobody else may open" 17 SECTOK531 inject --dotenv held.env
release_hold
holds "it is unchanged" grep -q '^OLD=1' held.env
serve_hold read held.env
run "a file that nobody else may replace" 17 SECTOK531 inject --dotenv held.env
release_hold
run "the same file when it is closed" 0 'written' inject --dotenv held.env
holds "no temporary file is left" bash -c "! ls -A '$repository' | grep -q 'sectoken.tmp'"

# Programs.
printf '@echo off\r\nif "%%TOKEN%%"=="" exit /b 3\r\necho %%TOKEN%%\r\nexit /b 7\r\n' >my.tool.cmd
run "run passes the exit status on, and masks" 7 '\*\*\*' run --name TOKEN -- '.\my.tool.cmd'
cp my.tool.cmd "$work/tool/"
run "run finds a program on PATH by PATHEXT" 7 '\*\*\*' run --name TOKEN -- my.tool
run "run finds a program by a path without its extension" 7 '\*\*\*' run --name TOKEN -- '.\my.tool'
run "run of cmd" 9 '' run -- cmd /c 'exit 9'
run "run of what is not there" 127 SECTOK601 run -- not-there
run "run --on-reset signal is refused" 125 'Windows has no signals' run --on-reset signal -- cmd /c 'exit 0'

# sectoken.json, committed.
cat >sectoken.json <<JSON
{
  "endpoint": "$SECTOKEN_ENDPOINT", "iamEndpoint": "$SECTOKEN_IAM_ENDPOINT", "instance": "$SECTOKEN_INSTANCE",
  "tokens": [
    { "team": "payments", "destinations": [ { "kind": "dotenv", "path": "Deploy/free.env" } ] },
    { "team": "checkout", "destinations": [ { "kind": "json", "path": "local.json", "key": "Shop:Token" } ] }
  ]
}
JSON
unset SECTOKEN_TEAM
run "sectoken.json, two teams" 0 'checkout' inject
run "sectoken.json, status" 0 '2 current' status
run "sectoken.json, doctor" 0 'holds the token' doctor
sed 's|Deploy/free.env|../outside.env|' sectoken.json >other.json
mkdir inner
mv sectoken.json kept.json
mv other.json sectoken.json
run "sectoken.json does not leave its repository" 10 SECTOK122 inject
sed 's|Deploy/free.env|Deploy/Api.env|' kept.json >sectoken.json
run "sectoken.json does not name a tracked file" 17 SECTOK511 inject
mv kept.json sectoken.json

# Jobs.
export GITHUB_ENV GITHUB_ACTIONS=true
GITHUB_ENV=$(windows "$work/github.env")
for n in {1..20}; do
  mkdir -p "job$n"
  printf '{ "endpoint": "%s", "iamEndpoint": "%s", "instance": "%s", "tokens": [ { "team": "payments",\n "destinations": [ { "kind": "github", "name": "JOB_%s" } ] } ] }\n' \
    "$SECTOKEN_ENDPOINT" "$SECTOKEN_IAM_ENDPOINT" "$SECTOKEN_INSTANCE" "$n" >"job$n/sectoken.json"
done
# Windows appends in one step. Wine does it in two, so now and then one job overwrites the line of another, which says SECTOK509: then all
# of them try again, twice at most.
lines() { grep -cE '^JOB_[0-9]+' "$work/github.env" || true; }
for round in 1 2 3; do
  printf '' >"$work/github.env"
  pids=() statuses=()
  for n in {1..20}; do
    (cd "job$n" && tool inject >"$work/job$n" 2>&1) &
    pids+=($!)
  done
  for pid in "${pids[@]}"; do
    status=0
    wait "$pid" || status=$?
    statuses+=("$status")
  done
  if [[ $(lines) == 20 ]] || ! grep -q SECTOK509 "$work"/job*; then break; fi
  echo "wine lost a line in round $round"
done
for n in {1..20}; do
  judge "job $n of 20 at once appends to GITHUB_ENV" 0 "${statuses[n - 1]}" "$work/job$n"
done
holds "no line of GITHUB_ENV is lost" test "$(lines)" == 20
unset GITHUB_ENV GITHUB_ACTIONS

# 20 writers of one file at once, one of them killed.
export SECTOKEN_TEAM=payments
pids=()
for n in {1..20}; do
  tool inject --dotenv Deploy/free.env --name "KEY_$n" >"$work/writer$n" 2>&1 &
  pids+=($!)
done
for n in {1..20}; do
  status=0
  wait "${pids[n - 1]}" || status=$?
  judge "writer $n of 20 at once" 0 "$status" "$work/writer$n"
done
holds "every line is there" test "$(grep -cE '^KEY_[0-9]+=' Deploy/free.env)" == 20
for n in 1 2 3; do
  (timeout -s KILL "0.$((n * 3))" wine "$work/tool/dotnet-sectoken.exe" inject --dotenv Deploy/free.env --name "KILLED_$n" </dev/null || true) >/dev/null 2>&1
done
run "a writer after killed ones" 0 'written' inject --dotenv Deploy/free.env --name AFTER
holds "the file is whole" bash -c "grep -q '^B=2' Deploy/free.env && grep -q '^AFTER=' Deploy/free.env"

# Resets.
run "a requested reset" 0 'written|updated' reset --dotenv Deploy/free.env --request 'POST /api/token/reset' --yes
run "status after a reset" 0 'current' status --dotenv Deploy/free.env
(for ((left = 300; left > 0; left--)); do if grep -qi 'press' "$work/guided" 2>/dev/null; then break; fi; sleep 0.1; done
  sleep 1; reset_at_emulator 42) &
status=0
tool reset --dotenv Deploy/free.env --json-file 'größe-配置\local.json' --no-browser --wait 90s >"$work/guided" 2>&1 </dev/null || status=$?
judge "a guided reset of two copies" 0 "$status" "$work/guided"
run "a rehearsal" 0 '' reset --dotenv Deploy/free.env --rehearse
run "nothing to resume" 10 SECTOK reset --resume
reset_at_emulator 42
run "a stale copy" 14 'stale' status --dotenv Deploy/free.env
run "a stale copy is updated" 0 'written' inject --dotenv Deploy/free.env

# Away with it.
run "forget" 0 'removed' forget --dotenv Deploy/FREE.env --yes
holds "the token is out of the file" bash -c "! grep -q '^Sysdig__SecureApiToken=' Deploy/free.env"
run "ledger forget, by a folder in other letters" 0 '' ledger forget 'GRÖßE-配置'
run "ledger forget, by a folder" 0 '' ledger forget "$long"
run "the ledger at the end" 0 'known' ledger list
SECTOKEN_STATE_DIR='C:\state' run "a state directory of its own" 0 'written' inject --dotenv 'missing-parent\made\.env' --name STATE
holds "it is used" test -d "$WINEPREFIX/drive_c/state/ledger"

cd - >/dev/null
echo "windows: $good of $total"
cat <<'TEXT'
What wine cannot show, and only Windows does: who may open a file (access lists), junctions and symbolic links, 8.3 names, the limit of
260 characters, TLS, Ctrl+C and Ctrl+Break, colours and the code page of a console, files marked read-only, PowerShell, MSBuild.
TEXT
((good == total))
