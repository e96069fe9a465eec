#!/usr/bin/env bash
# Packs everything into artifacts/packages.   Usage: build/pack.sh [-p:Version=…]
set -euo pipefail
cd "$(dirname "$0")/.."

for project in SecureToken.Build SecureToken.Tool; do
  dotnet pack "src/$project" -c Release -o artifacts/packages --nologo -v quiet "$@"
done
ls -l artifacts/packages/*.nupkg | awk '{ print $9, $5, "bytes" }'
