#!/usr/bin/env bash
# Runs the tests that need only the .NET SDK and git where something about the place is unusual, and prints a line for each place.
# Usage: build/anywhere.sh [--list | [--no-build] [--class PATTERN]... [PLACE...]]
# Without a place: all of them, some 50 minutes on two cores. A pattern is that of xunit's --filter-class.
set -euo pipefail
cd "$(dirname "$0")/.."

places=(usual few signals bare user home load turkish german twice)
usage() { sed -n '2,4s/^# //p' "$0"; }
classes=() build=yes
while [[ ${1:-} == -* ]]; do
  case $1 in
    --list) printf '%s\n' "${places[@]}"; exit ;;
    --help) usage; exit ;;
    --no-build) build= ;;
    --class) classes+=(--filter-class "${2:?}"); shift ;;
    *) usage >&2; exit 2 ;;
  esac
  shift
done
if (($#)); then places=("$@"); fi

work=$(mktemp -d)
chmod 755 "$work"
busy=()
finish() {
  if ((${#busy[@]})); then kill "${busy[@]}" 2>/dev/null || true; fi
  rm -rf "$work"
}
trap finish EXIT
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0
export DOTNET_TieredPGO=0

. build/lib/programs.sh
[[ -z $build ]] || dotnet build SecureToken.Build.sln -c Release --nologo -v quiet
if [[ -z ${SECTOKEN_TEST_TOOL:-} ]]; then
  SECTOKEN_TEST_TOOL=$(native_tool "$work")
  export SECTOKEN_TEST_TOOL
fi
projects=(Core Build Tool Emulator Extensions)

# Runs every project's quick tests in a clone, through a command if one is given; says nothing, and leaves a log for each.
run() {
  # Two at once. A pipe, because what is started with & has SIGINT ignored.
  run_projects "$1" "$2" "Core Build" "${@:3}" | run_projects "$1" "$2" "Tool Emulator Extensions" "${@:3}"
}
run_projects() {
  local name=$1 root=$2 some=$3 project
  shift 3
  for project in $some; do
    (cd "$root" && "$@" dotnet "tests/SecureToken.$project.Tests/bin/Release/net10.0/SecureToken.$project.Tests.dll" --no-ansi \
      --timeout 30m \
      --filter-not-trait 'Needs=*' --filter-not-trait 'System=Windows' --filter-not-trait 'Cost=high' \
      ${classes[@]+"${classes[@]}"} --results-directory "$work/results-$name") >"$work/$name.$project.log" 2>&1 </dev/null || true
  done
}
count() {
  cat "$work/$1".*.log | sed -n "s/^ *$2: *\([0-9]*\).*/\1/p" | paste -sd+ - | sed 's/^$/0/' | { read -r terms; echo $((terms)); }
}
failed=0
report() {
  local name=$1 what=$2 project ended=0
  for project in "${projects[@]}"; do if grep -q '^ *succeeded:' "$work/$name.$project.log"; then ended=$((ended + 1)); fi; done
  printf '%-9s %s: %s passed, %s failed, %s skipped (%s s)\n' "$name" "$what" "$(count "$name" succeeded)" "$(count "$name" failed)" \
    "$(count "$name" skipped)" "$((SECONDS - began))"
  if ((ended < ${#projects[@]} || $(count "$name" failed) > 0)); then
    failed=1
    grep -h -A12 '^failed ' "$work/$name".*.log | sed 's/^/    /' | head -60 || true
    for project in "${projects[@]}"; do
      grep -q '^ *succeeded:' "$work/$name.$project.log" || {
        echo "    $project did not end:"
        tail -n 5 "$work/$name.$project.log" | sed 's/^/    /'
      }
    done
  fi
}

for place in "${places[@]}"; do
  began=$SECONDS
  case $place in
    usual)
      run usual . env
      report usual "as it is here"
      ;;
    few)
      mkdir "$work/few"
      for program in $(compgen -c | sort -u); do
        path=$(type -P "$program") && ln -s "$path" "$work/few/$program"
      done
      (cd "$work/few" && rm -f chromium* faketime fish gcc* kubectl node nodejs npm npx pwsh python* strace unshare unzip wine* zip zsh)
      run few . env PATH="$work/few"
      report few "with no program that the tests with the trait Needs are for"
      ;;
    signals)
      (trap '' INT HUP QUIT && run signals . env)
      report signals "SIGINT, SIGHUP and SIGQUIT ignored, as in the background of a script and under nohup"
      ;;
    bare)
      run bare . env -u SHELL -u TERM -u LANG -u LC_ALL -u LANGUAGE -u USER -u LOGNAME -u EDITOR -u PAGER
      report bare "without SHELL, TERM, LANG, USER"
      ;;
    user)
      if (($(id -u) != 0)) || ! command -v setpriv >/dev/null; then
        echo "user      another user: not tried, it needs root and setpriv"
        continue
      fi
      install -d -o nobody -m 700 "$work/nobody" "$work/nobody/tmp" "$work/results-user"
      run user . setpriv --reuid nobody --regid nogroup --clear-groups \
        env HOME="$work/nobody" TMPDIR="$work/nobody/tmp" DOTNET_CLI_HOME="$work/nobody" USER=nobody LOGNAME=nobody
      report user "as a user without rights"
      ;;
    home)
      mkdir -p "$work/readonly"
      namespace=(unshare -m)
      if (($(id -u) != 0)); then namespace=(unshare -Urm); fi
      run home . "${namespace[@]}" sh -c 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && HOME=$0 exec "$@"' "$work/readonly" \
        env NUGET_PACKAGES="${NUGET_PACKAGES:-$HOME/.nuget/packages}"
      report home "with a home that cannot be written"
      ;;
    load)
      for _ in 1 2 3 4; do (exec bash -c 'while :; do :; done') & busy+=($!); done
      run load . env
      kill "${busy[@]}" 2>/dev/null || true
      busy=()
      report load "with four busy loops beside it"
      ;;
    turkish)
      run turkish . env TZ=Pacific/Kiritimati LANG=tr_TR.UTF-8 LC_ALL=tr_TR.UTF-8
      report turkish "in Turkish, 14 hours ahead of UTC"
      ;;
    german)
      run german . env TZ=America/St_Johns LANG=de_DE.UTF-8 LC_ALL=de_DE.UTF-8
      report german "in German, 3.5 hours behind UTC"
      ;;
    twice)
      git clone --quiet . "$work/clone"
      dotnet build "$work/clone/SecureToken.Build.sln" -c Release --nologo -v quiet
      run twice . env &
      first=$!
      run again "$work/clone" env
      wait "$first"
      report twice "twice at once, in two clones: the first"
      report again "twice at once, in two clones: the second"
      ;;
    *) echo "anywhere.sh: there is no place '$place'; --list prints them." >&2; exit 2 ;;
  esac
done
exit $failed
