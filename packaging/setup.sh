# Sourced by ./run and ./test: installs what is missing, configures and builds. Needs bash; expects to be in
# the root of the source tree.

say() { printf '%s\n' "$*" >&2; }

# Installs the packages of packaging/debian-packages.txt that are not there, saying which and what for, and
# those named as arguments. Without a missing package nothing is asked of the network.
install_missing() {
    if ! command -v dpkg-query >/dev/null; then
        say "This is not a Debian system: see packaging/debian-packages.txt for what is needed."
        return 0
    fi
    local missing=() package why
    while read -r package why; do
        case "$package" in ''|'#'*) continue ;; esac
        if ! dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$'; then
            [ ${#missing[@]} -gt 0 ] || say "Missing packages, to be installed with apt:"
            say "  $package  ($why)"
            missing+=("$package")
        fi
    done < <(cat packaging/debian-packages.txt; for package in "$@"; do echo "$package tests"; done)
    [ ${#missing[@]} -gt 0 ] || return 0
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            say "Not root, and there is no sudo: run 'apt-get install ${missing[*]}' as root, then again."
            return 3
        fi
        as_root=(sudo)
    fi
    if ! { "${as_root[@]}" apt-get update -qq &&
           "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
               --no-install-recommends "${missing[@]}" >/dev/null; }; then
        say "apt could not install them: see its message above, mend that, and run this again."
        return 3
    fi
}

# Configures (once) and builds the given targets (none: all) in build/.
build() {
    local log=build/configure.log
    mkdir -p build
    if [ ! -f build/build.ninja ] && ! cmake --preset release >"$log" 2>&1; then
        tail -n 30 "$log" >&2
        say "Configuring failed: the whole log is in $log."
        return 3
    fi
    local targets=()
    [ $# -eq 0 ] || targets=(--target "$@")
    # Up to date: ninja says so in a line that nobody needs.
    cmake --build build "${targets[@]}" -- -j "$(nproc)" >&2 || return 3
}
