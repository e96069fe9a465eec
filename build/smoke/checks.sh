# Sourced by the smoke runs: they define tool(), which runs the tool, and say where to write in $work.
# shellcheck shell=bash disable=SC2154 # work and tool() are the sourcing script's

# Paths of the checks have letters of more than one script, and wine reads them by the locale.
export LC_ALL=C.UTF-8

# serve FILE COMMAND...: starts a server that tells in a file when it is ready. Each runs on its own while the script lives.
servers=()
serve() {
  local ready=$1 log=$work/server${#servers[@]}.log
  shift
  tail -f /dev/null --pid=$$ | "$@" >"$log" 2>&1 &
  servers+=($!)
  for ((left = 300; left > 0; left--)); do
    if [[ -s $ready ]]; then return; fi
    sleep 0.1
  done
  cat "$log" >&2
  echo "${0##*/}: $1 did not start." >&2
  exit 1
}
stop_servers() {
  for i in "${!servers[@]}"; do
    if ! kill "${servers[i]}" 2>/dev/null; then
      echo "${0##*/}: a server ended by itself:" >&2
      tail -20 "$work/server$i.log" >&2
    fi
  done
  wait 2>/dev/null || true
}

total=0 good=0
judge() { # NAME, EXPECTED STATUS, STATUS, FILE OF OUTPUT, PATTERN OF OUTPUT
  total=$((total + 1))
  if [[ $3 == "$2" ]] && { [[ -z ${5:-} ]] || grep -qE -- "$5" "$4"; }; then
    good=$((good + 1))
  else
    echo "not as expected: $1 (status $3 instead of $2${5:+, or no '$5'})"
    sed 's/^/    /' "$4" | head -80
  fi
}
# run NAME STATUS PATTERN ARGUMENTS...: one run of the tool.
run() {
  local name=$1 expected=$2 pattern=$3 status=0
  shift 3
  tool "$@" >"$work/said" 2>&1 || status=$?
  judge "$name" "$expected" "$status" "$work/said" "$pattern"
}
# That something is so after a run; it counts with the run before.
holds() {
  local name=$1
  shift
  if ! "$@"; then
    echo "not as expected: $name"
    good=$((good - 1))
  fi
}
