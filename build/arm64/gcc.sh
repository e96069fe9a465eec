#!/usr/bin/env bash
# Links for arm64 with gcc. The SDK names the platform with --target=…, which clang understands and gcc does not: gcc has it in its name.
set -euo pipefail
arguments=()
for argument in "$@"; do
  [[ $argument == --target=* ]] || arguments+=("$argument")
done
exec aarch64-linux-gnu-gcc "${arguments[@]}"
