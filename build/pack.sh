#!/usr/bin/env bash
# Packs everything into artifacts/packages: the build package, the package for programs, and the tool as this machine can make it - a
# native package and the fallback where there is a C toolchain, the fallback alone elsewhere or with --managed.
# Usage: build/pack.sh [--managed | --arm64] [-p:Version=…]
#   --managed  nothing that is compiled ahead of time: the fallback alone, and a build package whose task is compiled as it runs
#   --arm64    also the native package of linux-arm64, on an x64 Debian with gcc-aarch64-linux-gnu and libc6-dev-arm64-cross
set -euo pipefail
cd "$(dirname "$0")/.."
out=artifacts/packages
mkdir -p "$out"
rm -f "$out"/*.nupkg "$out"/*.snupkg

# Built apart from the tree and from nothing: a publish folder that an earlier run left half done would be packed with the rest.
build=$PWD/artifacts/pack
rm -rf "$build"
managed='' arm64=''
case ${1:-} in
  --managed) managed=yes; shift ;;
  --arm64) arm64=yes; shift ;;
esac
if [[ -n $arm64 ]] && ! command -v aarch64-linux-gnu-gcc >/dev/null; then
  echo "pack.sh: --arm64 needs aarch64-linux-gnu-gcc; on Debian: apt-get install gcc-aarch64-linux-gnu libc6-dev-arm64-cross" >&2
  exit 1
fi
pack() { dotnet pack "$@" -c Release -o "$out" --artifacts-path "$build" --nologo -v quiet; }

list() { for package in "$out"/*.nupkg; do printf '%9d  %s\n' "$(stat -c %s "$package" 2>/dev/null || stat -f %z "$package")" "$package"; done; }

if [[ -n $managed ]]; then
  # One build of all three takes two thirds of the time of three.
  dotnet pack build/packages.slnf -c Release "-p:PackageOutputPath=$PWD/$out" --artifacts-path "$build" --nologo -v quiet "$@"
  list
  exit
fi

pack src/SecureToken.Build -p:SectokenReadyToRun=true "$@"
pack src/SecureToken.Extensions "$@"

rid=$(dotnet msbuild src/SecureToken.Tool -getProperty:NETCoreSdkPortableRuntimeIdentifier)
linker=
for candidate in clang gcc; do
  if command -v "$candidate" >/dev/null; then linker=$candidate; break; fi
done
if [[ -n $linker ]]; then
  native=(-p:SectokenNative="here${arm64:+-and-arm64}")
  compiler=()
  [[ $linker == clang ]] || compiler+=("-p:CppCompilerAndLinker=$linker")
  pack src/SecureToken.Tool "${native[@]}" "$@"
  # Trim and AOT warnings are explained (in the project file) for one assembly; any other one stops here.
  log=$build/native.log
  pack_native() {
    pack src/SecureToken.Tool "${native[@]}" "$@" >"$log" || { cat "$log" >&2; exit 1; }
    grep -v 'McMaster.*warning IL\(2104\|3053\)' "$log" || true
    if grep 'warning IL' "$log" | grep -qv 'McMaster.Extensions.CommandLineUtils'; then
      echo "pack.sh: a trim or AOT warning that is not McMaster's; see above." >&2
      exit 1
    fi
  }
  pack_native -r "$rid" "${compiler[@]}" "$@"
  if [[ -n $arm64 ]]; then
    pack_native -r linux-arm64 "-p:CppCompilerAndLinker=$PWD/build/arm64/gcc.sh" -p:ObjCopyName=aarch64-linux-gnu-objcopy "$@"
  fi
  pack src/SecureToken.Tool "${native[@]}" -r any "$@"
else
  echo "pack.sh: no C toolchain (clang or gcc) here, so only the framework-dependent tool is packed."
  pack src/SecureToken.Tool "$@"
fi

list
