#!/usr/bin/env bash
# Packs this clone, makes the packages a NuGet source of this user, and installs dotnet-sectoken as a global tool: what nuget.org does
# once there is a release. With --native the tool is compiled to a native program and the task of builds ahead of time, which takes
# minutes; then the tool starts in a tenth of the time.
# Usage: build/install.sh [--native]     undo: dotnet tool uninstall -g dotnet-sectoken; dotnet nuget remove source securetoken
set -euo pipefail
cd "$(dirname "$0")/.."
case ${1:-} in
  "") build/pack.sh --managed -p:RunAnalyzers=false ;;
  --native) build/pack.sh ;;
  *) sed -n '2,5s/^# //p' "$0" >&2; exit 2 ;;
esac

# The version stays the same until a release, so what NuGet and the SDK keep of an earlier pack would be used instead of this one.
kept=$(dotnet nuget locals global-packages --list | sed 's/^[^:]*: //')
rm -rf "$kept"/securetoken.build "$kept"/securetoken.extensions "$kept"/dotnet-sectoken*
dotnet tool uninstall -g dotnet-sectoken >/dev/null 2>&1 || true

dotnet nuget remove source securetoken >/dev/null 2>&1 || true
dotnet nuget add source "$PWD/artifacts/packages" --name securetoken >/dev/null
dotnet tool install -g dotnet-sectoken --source "$PWD/artifacts/packages" >/dev/null
echo "Installed dotnet-sectoken, and the NuGet source 'securetoken' ($PWD/artifacts/packages)."
tools=${DOTNET_CLI_HOME:-$HOME}/.dotnet/tools
if [[ :$PATH: != *:$tools:* ]]; then echo "Add $tools to PATH, so that 'dotnet sectoken' is found."; fi
echo "Next, in your project: 'dotnet sectoken init'."
