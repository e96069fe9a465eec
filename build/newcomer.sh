#!/usr/bin/env bash
# Plays somebody who has just cloned this repository: types the commands of README, "In your own project", in a pseudo-terminal, until an
# app has the token. Prints what it took; fails above four commands or 60 s without the restore, if a line scrolls by itself, or if what the
# tool says to do next does not work.   Usage: build/newcomer.sh
set -euo pipefail
cd "$(dirname "$0")/.."
if (($#)); then sed -n '2,4s/^# //p' "$0" >&2; exit 2; fi
PYTHONDONTWRITEBYTECODE=1 exec python3 build/terminal/newcomer.py
