# shellcheck shell=bash
# Static checks, model checking and fuzzing. Sourced by ./dev.

readonly LINT_HELP="Usage: ./dev lint [--fix] [CHECK...]

Checks: format (clang-format), tidy (clang-tidy, remembers by content what was clean), shell (shellcheck),
rustfmt, clippy, dependencies (tools/lint/check_dependencies.py), clauses (the clause index and the page of
parameters are what the spec says), api (docs/reference/openrpc.json and api.md are what the table of methods says),
metrics (docs/metrics.md and the dashboards are what the table of metrics says, and promtool reads the page),
paths (no path of somebody's machine is committed), arithmetic (z3 proves the lemmas of proofs/arithmetic).
Without a name: all of those. tidy-alone, which only a name asks for, is tidy for each source by itself: a little more is seen, in
half as much time again. --fix lets the formatters write, and api its documents.
The last line is \"N passed, N failed\", counting checks."

readonly FUZZ_HELP="Usage: ./dev fuzz [--seconds N] [--regress] [TARGET...]

Builds the fuzz targets (preset fuzz) and runs each over its committed inputs (fuzz/corpus/TARGET) and then N seconds more
(default 60). New inputs are kept in build/fuzz-corpus/TARGET, what breaks a target in build/fuzz-findings/.
--regress runs the committed inputs only. The last line is \"N passed, N failed\", counting targets."

readonly MODELS_HELP="Usage: ./dev models [--json] [--deep] [--record] [NAME...]
       ./dev models --trace NAME | --list
       ./dev models --scenarios N [--seed N] | --traces N | --mutants | --conjuncts [--write] [ID...]

Checks the models of spec/tla with TLC, two runs at a time: those that are named (patterns as fork_choice/* too), or all but
the deep ones. Fetches TLC the first time (2.6 MB, checked by its SHA-256, kept in the user's cache). A run passes if its verdict is
the expected one, and its distinct states and depth are exactly those that spec/tla/models.toml and spec/tla/models/*.toml record.

--json     one object on standard output: runs (name, expected, verdict, states, depth, seconds) and seconds
--deep     also the long runs and the simulations of random behaviours
--record   writes the counts found into the registry, and what deep runs found into proofs/models-deep.md
--trace    shows the counterexample that the last run of NAME found, state by state
--list     shows the runs, their properties and clauses
--scenarios  draws N random behaviours of the fork-choice model, makes real chains of them, and asks reference and node for what the
           model says of each (nothing is stored; all is in build/models/scenarios)
--traces   runs N networks in one process and checks that what a node's fork choice did is a behaviour of the model
--mutants  shows that a rule broken in a copy of the source is caught by scenarios and by traces
--conjuncts  says for each conjunct of the fork choice which runs, and which of the scenarios drawn last, see that it is missing; with
           --write in audit/models/conjuncts.md

The last line is \"N passed, N failed\", counting runs, scenarios of each implementation,
traces or conjuncts. Whole outputs of TLC are in build/models/NAME/output.txt."

readonly LINT_CHECKS=(format shell rustfmt clippy clauses api metrics paths dependencies arithmetic tidy)
readonly LINT_MORE_CHECKS=(tidy-alone)

command_lint() {
    help_if_asked "$LINT_HELP" "$@"
    local check checks=() fix=""
    for check in "$@"; do
        case "$check" in
            --fix) fix=yes ;;
            *)
                [[ " ${LINT_CHECKS[*]} ${LINT_MORE_CHECKS[*]} " == *" $check "* ]] ||
                    fail "no check is called \"$check\" (there are ${LINT_CHECKS[*]} ${LINT_MORE_CHECKS[*]})"
                checks+=("$check")
                ;;
        esac
    done
    [[ ${#checks[@]} -gt 0 ]] || checks=("${LINT_CHECKS[@]}")
    setup_groups build clang lint
    if [[ " ${checks[*]} " == *" tidy "* ]]; then
        build fuzz touchstone_tidy_inputs
    fi
    if [[ " ${checks[*]} " == *" tidy-alone "* ]]; then
        build lint touchstone_tidy_inputs
    fi
    if [[ " ${checks[*]} " == *" api "* ]]; then
        build dev touchstone-node
    fi
    local passed=0 failed=0
    cd "$ROOT" || exit 1
    for check in "${checks[@]}"; do
        say "lint: $check"
        if (FIX="$fix" "lint_$check"); then
            passed=$((passed + 1))
        else
            failed=$((failed + 1))
            printf 'lint: %s failed\n' "$check"
        fi
    done
    printf '%d passed, %d failed\n' "$passed" "$failed"
    [[ "$failed" -eq 0 ]]
}

# first_party PATTERN...: the committed and new files of ours that match, without what is generated.
first_party() {
    git ls-files --cached --others --exclude-standard -- "$@" | while IFS= read -r file; do
        [[ -f "$file" ]] && printf '%s\n' "$file"
    done
}

lint_format() {
    local found
    if [[ -n "$FIX" ]]; then
        first_party '*.h' '*.cpp' | xargs -r clang-format-22 -i
        return
    fi
    # One line for each file: where it first differs.
    found="$(first_party '*.h' '*.cpp' | xargs -r clang-format-22 --dry-run 2>&1 |
        awk -F: '/clang-format-violations/ && !seen[$1]++ { print $1 ":" $2 ": not as clang-format writes it (./dev lint --fix format)" }')"
    [[ -z "$found" ]] && return 0
    printf '%s\n' "$found"
    return 1
}

lint_tidy() {
    python3 tools/lint/run_tidy.py --build "$(binary_folder fuzz)" --jobs "$(nproc)"
}

lint_tidy-alone() {
    python3 tools/lint/run_tidy.py --build "$(binary_folder lint)" --jobs "$(nproc)"
}

lint_shell() {
    local scripts
    scripts="$(first_party '*.sh' dev .ci/run)"
    # shellcheck disable=SC2086 # one word per script
    shellcheck --external-sources $scripts
}

lint_rustfmt() {
    local mode=(--check)
    [[ -n "$FIX" ]] && mode=()
    find_rust
    cargo fmt --manifest-path native/Cargo.toml -- "${mode[@]}"
}

lint_clippy() {
    find_rust
    CARGO_TARGET_DIR="$ROOT/build/cargo" cargo clippy --quiet --locked --manifest-path native/Cargo.toml --all-targets -- -D warnings
}

lint_dependencies() {
    python3 tools/lint/check_dependencies.py --libraries build/dev/lib
}

lint_arithmetic() {
    python3 proofs/arithmetic/check.py
}

lint_clauses() {
    python3 spec/data/generate.py --check-index && python3 spec/data/describe.py --check
}

lint_api() {
    local program="build/dev/bin/touchstone-node" document=docs/reference/openrpc.json
    if [[ -n "$FIX" ]]; then
        "$program" openrpc >"$document" && python3 tools/api/reference.py
        return
    fi
    "$program" openrpc | cmp -s - "$document" || {
        printf '%s is not what the table of methods says; ./dev lint --fix api writes it\n' "$document"
        return 1
    }
    python3 tools/api/reference.py --check
}

# The page that promtool reads has every metric of the table: a test of the node makes it.
lint_metrics() {
    python3 -B tools/metrics/metrics_table.py --check || return 1
    local page="$ROOT/build/metrics_page.txt" promtool said
    promtool="$(find_promtool)" || return 1
    build dev touchstone_node_app_settings_test >&2 || return 1
    rm -f "$page"
    TOUCHSTONE_METRICS_PAGE="$page" build/dev/tests/touchstone_node_app_settings_test \
        --gtest_filter=MetricsPageTest.EveryMetricOfTheTableIsOnThePage >/dev/null || return 1
    if ! said="$("$promtool" check metrics <"$page" 2>&1)" || [[ -n "$said" ]]; then
        printf 'promtool check metrics: %s\n' "$said"
        return 1
    fi
}

lint_paths() {
    local pattern='(^|[^[:alnum:]_./$}~-])/(home|root|Users|work|workspace|mnt)/[[:alnum:]_.]' found
    found="$(git grep -nIE "$pattern" -- ':!tools/dev/checks.sh' || true)"
    if [[ "$(dirname "$ROOT")" != / ]]; then
        found+="$(git grep -nIF "$ROOT/" || true)"
    fi
    [[ -z "$found" ]] && return 0
    printf 'paths of one machine are committed:\n%s\n' "$found"
    return 1
}

command_models() {
    help_if_asked "$MODELS_HELP" "$@"
    # Standard output belongs to the table, or with --json to one object.
    setup_groups models >&2
    local programs=(touchstone-scenarios touchstone-conform touchstone-ref touchstone-node touchstone-sim) bin="$ROOT/build/dev/bin"
    case "${1:-}" in
        --scenarios)
            [[ "${2:-}" =~ ^[1-9][0-9]*$ ]] || fail "--scenarios needs the number of behaviours; see ./dev models --help"
            build dev "${programs[@]}" >&2
            python3 -B "$ROOT/tools/models/scenarios.py" --bin "$bin" --count "${@:2}"
            return
            ;;
        --traces)
            [[ "${2:-}" =~ ^[1-9][0-9]*$ ]] || fail "--traces needs the number of networks; see ./dev models --help"
            build dev touchstone-sim >&2
            python3 -B "$ROOT/tools/models/traces.py" --sim "$bin/touchstone-sim" --seeds "${@:2}"
            return
            ;;
        --conjuncts)
            python3 -B "$ROOT/tools/models/conjuncts.py" "${@:2}"
            return
            ;;
        --mutants)
            build dev "${programs[@]}" >&2
            python3 -B "$ROOT/audit/mutation/mutation_models_test.py" "$ROOT/build/dev" "${@:2}"
            return
            ;;
    esac
    python3 -B "$ROOT/tools/models/run_models.py" "$@"
}

command_fuzz() {
    help_if_asked "$FUZZ_HELP" "$@"
    local seconds=60 regress="" targets=()
    while [[ $# -gt 0 ]]; do
        case "$1" in
            --seconds)
                [[ "${2:-}" =~ ^[0-9]+$ ]] || fail "--seconds needs a number"
                seconds="$2"
                shift
                ;;
            --regress) regress=yes ;;
            -*) fail "fuzz does not know $1; see ./dev fuzz --help" ;;
            *) targets+=("$1") ;;
        esac
        shift
    done
    build fuzz touchstone_fuzzers
    local folder target passed=0 failed=0
    folder="$(binary_folder fuzz)/fuzzers"
    if [[ ${#targets[@]} -eq 0 ]]; then
        mapfile -t targets < <(grep . "$(binary_folder fuzz)/touchstone_fuzzers.txt")
    fi
    for target in "${targets[@]}"; do
        [[ -x "$folder/$target" ]] || fail "no fuzz target is called \"$target\""
        say "fuzz: $target"
        if fuzz_one "$folder/$target" "$ROOT/fuzz/corpus/$target" "$seconds" "$regress"; then
            passed=$((passed + 1))
        else
            failed=$((failed + 1))
        fi
    done
    printf '%d passed, %d failed\n' "$passed" "$failed"
    [[ "$failed" -eq 0 && "$passed" -gt 0 ]]
}

# fuzz_one PROGRAM CORPUS SECONDS REGRESS
fuzz_one() {
    local program="$1" corpus="$2" seconds="$3" regress="$4" name inputs
    name="$(basename "$program")"
    if [[ ! -d "$corpus" ]]; then
        printf 'fuzz: %s has no committed inputs (%s)\n' "$name" "${corpus#"$ROOT"/}"
        return 1
    fi
    mkdir -p "$ROOT/build/fuzz-findings" "$ROOT/build/fuzz-corpus/$name"
    # The first input of a target also makes its chains, on a machine that may be busy.
    local limits=(-timeout=120 -rss_limit_mb=4096 -malloc_limit_mb=256 -print_final_stats=0 -verbosity=0
        "-artifact_prefix=$ROOT/build/fuzz-findings/$name-")
    mapfile -t inputs < <(find "$corpus" -type f | sort)
    (cd "$ROOT" && printf '%s\0' "${inputs[@]}" | xargs -0 -n 500 "$program" "${limits[@]}" >"$ROOT/build/fuzz-findings/$name.log" 2>&1) || {
        tail -n 60 "$ROOT/build/fuzz-findings/$name.log"
        return 1
    }
    printf '    %d committed inputs\n' "${#inputs[@]}"
    [[ -n "$regress" || "$seconds" -eq 0 ]] && return 0
    (cd "$ROOT" && "$program" "${limits[@]}" "-max_total_time=$seconds" "$ROOT/build/fuzz-corpus/$name" "$corpus" \
        >"$ROOT/build/fuzz-findings/$name.log" 2>&1) || {
        tail -n 60 "$ROOT/build/fuzz-findings/$name.log"
        return 1
    }
    printf '    %s s, %d inputs kept\n' "$seconds" "$(find "$ROOT/build/fuzz-corpus/$name" -type f | wc -l)"
}
