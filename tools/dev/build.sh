# shellcheck shell=bash
# Building and testing. Sourced by ./dev.

readonly BUILD_HELP="Usage: ./dev build [PRESET] [TARGET...]

Sets the machine up, configures build/PRESET and builds it (default: preset dev, everything in it).
Programs are in build/PRESET/bin/."

readonly TEST_HELP="Usage: ./dev test [PRESET] [-- CTEST OPTIONS]

Sets the machine up, builds and runs every test of the preset (default: dev; tsan: only tests labelled tsan;
asan-ubsan: all but those labelled slow).
The suites of others run if TOUCHSTONE_THIRD_PARTY names their folder;
then none of them may be skipped. The last line is \"N passed, N failed\", counting test programs."

command_build() {
    help_if_asked "$BUILD_HELP" "$@"
    local preset="${1:-dev}"
    [[ $# -gt 0 ]] && shift
    build "$preset" "$@"
}

# build PRESET [TARGET...]
build() {
    local preset="$1"
    shift
    local groups folder
    groups="$(groups_of_preset "$preset")"
    # shellcheck disable=SC2086 # one word per group
    setup_groups $groups
    folder="$(binary_folder "$preset")"
    if [[ ! -f "$folder/build.ninja" || "$ROOT/CMakePresets.json" -nt "$folder/CMakeCache.txt" ]]; then
        say "configuring $preset"
        (cd "$ROOT" && cmake --preset "$preset") || fail "configuring $preset failed; see above"
        touch "$folder/CMakeCache.txt"
    fi
    say "building $preset${*:+: $*}"
    cmake --build "$folder" --parallel "$(jobs_that_fit)" ${@:+--target "$@"} || fail "building $preset failed; see above"
}

# asan-ubsan and fuzz are one build.
binary_folder() {
    case "$1" in
        fuzz) printf '%s\n' "$ROOT/build/asan-ubsan" ;;
        *) printf '%s\n' "$ROOT/build/$1" ;;
    esac
}

# One compilation may take a gigabyte and a half.
jobs_that_fit() {
    local processors by_memory
    processors="$(nproc)"
    by_memory="$(awk '/^MemAvailable:/ { print int($2 / 1572864) }' /proc/meminfo)"
    [[ "$by_memory" -ge 1 ]] || by_memory=1
    printf '%s\n' "$((processors < by_memory ? processors : by_memory))"
}

command_test() {
    help_if_asked "$TEST_HELP" "$@"
    local preset=dev
    if [[ $# -gt 0 && "$1" != -* ]]; then
        preset="$1"
        shift
    fi
    [[ "${1:-}" == -- ]] && shift
    if [[ "$preset" == tsan ]]; then
        build tsan touchstone_tests_tsan
    else
        build "$preset"
    fi
    run_tests "$preset" "$@"
}

# run_tests PRESET [CTEST OPTIONS]: ends with the line "N passed, N failed".
run_tests() {
    local preset="$1" folder log status=0
    shift
    folder="$(binary_folder "$preset")"
    log="$folder/Testing/Temporary/LastTest.log"
    local options=(--output-on-failure --no-tests=error)
    [[ "$preset" == asan-ubsan || "$preset" == fuzz ]] && options=(--output-on-failure --no-tests=error --label-exclude '^slow$')
    [[ "$preset" == tsan ]] && options=(--output-on-failure --label-regex '^tsan$')
    say "testing $preset"
    rm -f "$log"
    (cd "$folder" && ctest --parallel "$(nproc)" "${options[@]}" "$@") || status=$?
    python3 "$ROOT/tools/dev/count_tests.py" "$log" || status=$?
    return "$status"
}
