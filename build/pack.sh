#!/usr/bin/env bash
# Packs everything into artifacts/packages: the build package, the package for programs, and the tool as this machine can make it - a
# native package and the fallback where there is a C toolchain, the fallback alone elsewhere or with --managed.
# Usage: build/pack.sh [--managed] [-p:Version=…]
set -euo pipefail
cd "$(dirname "$0")/.."
out=artifacts/packages
mkdir -p "$out"
rm -f "$out"/*.nupkg "$out"/*.snupkg

# Built apart from the tree and from nothing: a publish folder that an earlier run left half done would be packed with the rest.
build=$PWD/artifacts/pack
rm -rf "$build"
managed=
if [[ ${1:-} == --managed ]]; then managed=yes; shift; fi
pack() { dotnet pack "$@" -c Release -o "$out" --artifacts-path "$build" --nologo -v quiet; }

pack src/SecureToken.Build -p:SectokenReadyToRun=true "$@"
pack src/SecureToken.Extensions "$@"

rid=$(dotnet msbuild src/SecureToken.Tool -getProperty:NETCoreSdkPortableRuntimeIdentifier)
linker=
for candidate in clang gcc; do
  if [[ -z $managed ]] && command -v "$candidate" >/dev/null; then linker=$candidate; break; fi
done
if [[ -n $linker ]]; then
  native=(-p:SectokenNative=here)
  [[ $linker == clang ]] || native+=("-p:CppCompilerAndLinker=$linker")
  pack src/SecureToken.Tool "${native[@]}" "$@"
  # Trim and AOT warnings are explained (in the project file) for one assembly; any other one stops here.
  log=$build/native.log
  pack src/SecureToken.Tool "${native[@]}" -r "$rid" "$@" >"$log" || { cat "$log" >&2; exit 1; }
  grep -v 'McMaster.*warning IL\(2104\|3053\)' "$log" || true
  if grep 'warning IL' "$log" | grep -qv 'McMaster.Extensions.CommandLineUtils'; then
    echo "pack.sh: a trim or AOT warning that is not McMaster's; see above." >&2
    exit 1
  fi
  pack src/SecureToken.Tool "${native[@]}" -r any "$@"
else
  if [[ -z $managed ]]; then echo "pack.sh: no C toolchain (clang or gcc) here, so only the framework-dependent tool is packed."; fi
  pack src/SecureToken.Tool "$@"
fi

for package in "$out"/*.nupkg; do printf '%9d  %s\n' "$(stat -c %s "$package" 2>/dev/null || stat -f %z "$package")" "$package"; done
