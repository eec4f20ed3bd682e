# shellcheck shell=bash
# What the machine needs, and how it gets there. Sourced by ./dev.

readonly BUILD_PACKAGES=(
    ca-certificates ccache cmake g++ git libbenchmark-dev libboost1.81-dev libbotan-2-dev libcli11-dev libgtest-dev
    librapidcheck-dev libsnappy-dev libspdlog-dev libsqlite3-dev libssl-dev libtomlplusplus-dev mold ninja-build
    nlohmann-json3-dev pkg-config prometheus-cpp-dev python3 python3-jsonschema xz-utils
)
readonly RUST_PACKAGES=(cargo-web rustc-web)
readonly CLANG_PACKAGES=(clang-22 libclang-rt-22-dev llvm-22)
readonly LINT_PACKAGES=(clang-format-22 clang-tidy-22 shellcheck z3)
readonly MODELS_PACKAGES=(default-jre-headless maven python3)
readonly LOAD_PACKAGES=(python3 wrk)
readonly INTEROP_PACKAGES=(nodejs npm python3)
readonly RUST_LINT_PACKAGES=(rust-web-clippy rustfmt-web)
readonly RUST_MINIMUM=1.88
readonly GO_MINIMUM=1.26.6 # as conformance-tests/interop/go/go.mod says
readonly GO_FOLDER="${XDG_CACHE_HOME:-$HOME/.cache}/touchstone/go"

readonly SETUP_HELP="Usage: ./dev setup [GROUP...]

Installs what is missing, and nothing else, by apt-get (as root, or by sudo). Asks nothing. Where the machine's sources
lack Debian's security archive (which has the newer compilers), it is used for this one call; the sources stay as they are.

Groups: build (compilers, libraries, Rust $RUST_MINIMUM or newer), clang (sanitizers and fuzzing),
        lint (formatters, static analysis, promtool), models (Java and Maven, for the model checker), load (wrk), interop (npm,
        unless there is one).
Without a group: all of them."

command_setup() {
    help_if_asked "$SETUP_HELP" "$@"
    local groups=("$@")
    [[ ${#groups[@]} -gt 0 ]] || groups=(build clang lint models load interop)
    setup_groups "${groups[@]}"
    say "setup: nothing is missing (${groups[*]})"
}

# Installs the missing packages of the named groups; silent when there are none.
setup_groups() {
    local group wanted=() too_old=() rust=""
    for group in "$@"; do
        case "$group" in
            build)
                rust=needed
                wanted+=("${BUILD_PACKAGES[@]}")
                find_rust || too_old+=("${RUST_PACKAGES[@]}")
                ;;
            clang) wanted+=("${CLANG_PACKAGES[@]}") ;;
            lint)
                rust=needed
                wanted+=("${LINT_PACKAGES[@]}")
                rust_lint_is_there || wanted+=("${RUST_LINT_PACKAGES[@]}")
                ;;
            models) wanted+=("${MODELS_PACKAGES[@]}") ;;
            load) wanted+=("${LOAD_PACKAGES[@]}") ;;
            interop) command -v npm >/dev/null || wanted+=("${INTEROP_PACKAGES[@]}") ;;
            *) fail "no group of packages is called \"$group\" (there are build, clang, lint, models, load and interop)" ;;
        esac
    done
    install_missing "${wanted[@]}" -- "${too_old[@]}"
    [[ " $* " != *" lint "* ]] || ! command -v dpkg-query >/dev/null || find_promtool >/dev/null
    [[ -z "$rust" ]] || find_rust || fail "no cargo of version $RUST_MINIMUM or newer, not even after the set-up; install one with rustup"
}

# install_missing PACKAGE... -- PACKAGE...: the first if they are not installed, the others in any case.
install_missing() {
    local package missing=()
    command -v dpkg-query >/dev/null || {
        printf './dev: this is not Debian; install what these packages of Debian 12 hold: %s\n' "${*/#--/}" >&2
        return 0
    }
    while [[ "$1" != -- ]]; do
        is_installed "$1" || missing+=("$1")
        shift
    done
    shift
    missing+=("$@")
    [[ ${#missing[@]} -gt 0 ]] || return 0

    local privilege=()
    if [[ $EUID -ne 0 ]]; then
        command -v sudo >/dev/null || fail "missing packages, and neither root nor sudo to install them: ${missing[*]}"
        privilege=(sudo)
    fi
    say "setup: installing ${#missing[@]} packages: ${missing[*]}"
    local apt=("${privilege[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3)
    if ! grep -qs -- '-security' /etc/apt/sources.list /etc/apt/sources.list.d/*; then
        say "setup: the sources lack Debian's security archive; adding it for this call"
        apt+=(-o "Dir::Etc::SourceParts=$(sources_with_security)")
    fi
    say "setup: apt-get update"
    "${apt[@]}" -qq update || fail "apt-get update failed; is the network reachable?"
    say "setup: apt-get install (about a minute)"
    "${apt[@]}" install --yes --no-install-recommends -q -o Dpkg::Use-Pty=0 "${missing[@]}" |
        awk '/^(Get:|Setting up)/ { count += 1; if (count % 25 == 0) { print "    " count " steps: " $0; fflush() } }' ||
        fail "apt-get install failed; see above"
    for package in "${missing[@]}"; do
        is_installed "$package" || fail "apt-get did not install $package"
    done
}

# A folder with the machine's own lists of sources and that of Debian 12's security archive.
sources_with_security() {
    local folder="$ROOT/build/setup/sources.list.d"
    rm -rf "$folder"
    mkdir -p "$folder"
    find /etc/apt/sources.list.d -maxdepth 1 -type f -exec cp -t "$folder" {} +
    cat >"$folder/debian-security.sources" <<'LIST'
Types: deb
URIs: http://deb.debian.org/debian-security
Suites: bookworm-security
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
LIST
    printf '%s\n' "$folder"
}

is_installed() {
    [[ "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null)" == installed ]]
}

# Finds a cargo that is new enough and puts its folder first in PATH; prefers the user's own (rustup) to the system's.
find_rust() {
    local folder version
    local IFS=:
    for folder in ${CARGO_HOME:-$HOME/.cargo}/bin $PATH /usr/bin; do
        [[ -x "$folder/cargo" && -x "$folder/rustc" ]] || continue
        version="$("$folder/cargo" --version 2>/dev/null | awk '{ print $2 }')" || continue
        if [[ -n "$version" ]] && is_at_least "$version" "$RUST_MINIMUM"; then
            [[ "$(command -v cargo)" == "$folder/cargo" ]] || export PATH="$folder:$PATH"
            return 0
        fi
    done
    return 1
}

# Prints where a Go is that is new enough: the user's own, or one that is fetched once, 72 MB, for all checkouts. Debian's is
# too old.
find_go() {
    local folder="$GO_FOLDER/go" program version
    for program in "$(command -v go || true)" "$folder/bin/go"; do
        [[ -x "$program" ]] || continue
        version="$(GOTOOLCHAIN=local "$program" env GOVERSION 2>/dev/null)" || continue
        version="${version#go}"
        if is_at_least "${version%%[!0-9.]*}" "$GO_MINIMUM"; then
            readlink -f "$program"
            return
        fi
    done
    say "setup: fetching Go (72 MB)" >&2
    python3 -B "$ROOT/tools/dev/fetch_go.py" "$folder" >&2 || exit 1
    printf '%s\n' "$folder/bin/go"
}

# Prints where promtool is. Debian has it in the package of the Prometheus server, which is not installed for its sake (the
# package starts the server): it is fetched and unpacked once, 19 MB, into build/promtool.
find_promtool() {
    local folder="$ROOT/build/promtool"
    if command -v promtool; then return; fi
    if [[ ! -x "$folder/usr/bin/promtool" ]]; then
        say "setup: fetching promtool (19 MB)" >&2
        rm -rf "$folder"
        mkdir -p "$folder"
        (cd "$folder" && fetch_package prometheus && dpkg -x prometheus_*.deb . && rm prometheus_*.deb) >&2 ||
            fail "cannot fetch Debian's package prometheus; install promtool, or check the network"
    fi
    printf '%s\n' "$folder/usr/bin/promtool"
}

# Fetches a package into the current folder; where apt has no lists yet, these first.
fetch_package() {
    local privilege=()
    apt-get download -q "$1" && return
    [[ $EUID -eq 0 ]] || privilege=(sudo)
    "${privilege[@]}" apt-get -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3 -qq update && apt-get download -q "$1"
}

rust_lint_is_there() {
    find_rust && cargo fmt --version >/dev/null 2>&1 && cargo clippy --version >/dev/null 2>&1
}

is_at_least() {
    [[ "$(printf '%s\n%s\n' "$2" "$1" | sort --version-sort | head -n 1)" == "$2" ]]
}

# The groups of packages that a preset needs.
groups_of_preset() {
    case "$1" in
        dev | release) printf 'build\n' ;;
        asan-ubsan | fuzz | lint | tsan | coverage) printf 'build\nclang\n' ;;
        *) fail "no preset is called \"$1\" (there are dev, release, asan-ubsan, fuzz, lint, tsan and coverage)" ;;
    esac
}
