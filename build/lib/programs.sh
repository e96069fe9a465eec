# Sourced by the scripts of build/ that need more programs than the .NET SDK and git.
# shellcheck shell=bash

# missing_packages PROGRAM=PACKAGE...: the Debian packages of the programs that are not here, a word for each. A path stands for itself.
missing_packages() {
  local pair
  for pair; do
    command -v "${pair%%=*}" >/dev/null || [[ -e ${pair%%=*} ]] || printf '%s\n' "${pair##*=}"
  done
}

# install_packages PACKAGE...: by apt-get, as root or by sudo without a question. Fails where that cannot be.
install_packages() {
  local sudo=()
  if (($(id -u) != 0)); then sudo=(sudo -n); fi
  command -v apt-get >/dev/null || return
  echo "Installing $*"
  { "${sudo[@]}" apt-get update -qq && "${sudo[@]}" apt-get install -y -qq --no-install-recommends "$@"; } >/dev/null
}
