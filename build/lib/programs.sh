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

# native_tool DIRECTORY: installs the native tool there from the packages, which it makes if there are none, and prints its path. It
# starts in a tenth of the time, and that is what users run.
native_tool() {
  local packages=${SECTOKEN_TEST_PACKAGES:-$PWD/artifacts/packages}
  ls "$packages"/dotnet-sectoken.linux-*.nupkg >/dev/null 2>&1 || build/pack.sh >/dev/null || return
  printf '<configuration><packageSources><clear /><add key="feed" value="%s" /></packageSources></configuration>' "$packages" \
    >"$1/NuGet.Config"
  HOME=$1 DOTNET_CLI_HOME=$1 NUGET_PACKAGES=$1/nuget \
    dotnet tool install dotnet-sectoken --tool-path "$1/tools" --configfile "$1/NuGet.Config" >/dev/null || return
  # Also for another user, whom a test may run it as.
  chmod -R a+rX "$1/tools"
  printf '%s\n' "$1/tools/dotnet-sectoken"
}
