#!/usr/bin/env bash
# Makes docs/images/cast-light.svg and cast-dark.svg: what the tool shows in a real run against the emulator. The same tool gives the same
# files; with --check they are compared and not written.   Usage: build/cast.sh [--check]
set -euo pipefail
cd "$(dirname "$0")/.."
check=
case ${1:-} in
  "") ;;
  --check) check=yes ;;
  *) sed -n '2,3s/^# //p' "$0" >&2; exit 2 ;;
esac
for project in SecureToken.Tool SecureToken.Emulator; do
  dotnet build "src/$project" -c Release --nologo -v quiet
done
out=docs/images
if [[ -n $check ]]; then out=$(mktemp -d); trap 'rm -rf "$out"' EXIT; fi
PYTHONDONTWRITEBYTECODE=1 python3 build/terminal/cast.py \
  src/SecureToken.Tool/bin/Release/net10.0/dotnet-sectoken.dll src/SecureToken.Emulator/bin/Release/net10.0/SecureToken.Emulator.dll "$out"
if [[ -n $check ]]; then
  for theme in light dark; do
    cmp "docs/images/cast-$theme.svg" "$out/cast-$theme.svg" || { echo "cast.sh: the tool says something else now. Run build/cast.sh." >&2; exit 1; }
  done
fi
