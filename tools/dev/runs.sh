# shellcheck shell=bash
# What runs the product: devnet, benchmarks, vectors, the nightly. Sourced by ./dev.

readonly BENCH_HELP="Usage: ./dev bench [--json] [--preset PRESET] [--filter REGEX]

Builds the benchmarks (preset release) and runs them one after the other. Each figure stands beside its bound (the raw hash or
signature rate, measured in the same run) and the ratio of both. --json: one object on standard output."

readonly LOAD_HELP="Usage: ./dev load [--seconds N] [--json] [capacity] [import] [subscribers]

Measures what a node's JSON-RPC carries (by wrk), what requests cost the import of blocks, and 1,000 subscribers, with the preset
release, on development networks of its own. The same as tools/api/load.py, whose --help says more."

readonly INTEROP_HELP="Usage: ./dev interop

Starts a development network and lets a plain js-libp2p program join it, and another for a plain go-libp2p program
(conformance-tests/interop). Takes js-libp2p and Node.js from the npm registry (250 MB, into build/interop), go-libp2p and, unless
there is a Go of version $GO_MINIMUM or newer, Go itself from the Go module proxy (1.2 GB, into ~/.cache/touchstone/go, for all
checkouts): about three minutes the first time. The last line is \"N passed, N failed\", counting tests."

readonly VECTORS_HELP="Usage: ./dev vectors [--check]

Has the reference make the conformance vectors anew in conformance-tests/vectors.
--check makes them in memory and compares them with the committed index."

readonly SIM_HELP="Usage: ./dev sim [--minutes N | --seeds N] [--seed S] [--scenario NAME] [--large NAME] [--replay-every K]
       ./dev sim --ci

Plays the scenarios of node/sim/scenarios with many seeds: whole nodes in one process, simulated time, network, clocks and disks, peers
that break the rules. Each seed is played twice and must give the same events; finalized chains agree, nobody honest can be slashed,
what the scenario expects comes, and the reference replays what the nodes have on their disks. A seed that fails is printed with the
command that shows it again.

--minutes    no seed is begun later           --seeds  so many seeds (24)
--seed       the first; else it follows from the day
--scenario   a name or a file, again for more; else all of the folder
--large      one of node/sim/scenarios/large, once beside the others
--replay-every  the reference replays one round of the scenarios in K (1)
--ci         50 seeds, and one network of 128 nodes

The last line is \"N passed, N failed\", counting seeds."

readonly NIGHTLY_HELP="Usage: ./dev nightly [--seconds N]

The long runs: every test of presets dev, asan-ubsan and tsan, every static check, N seconds of simulated networks from new seeds (and the large ones), ten
minutes of chaos, the vectors' check, the models with their deep runs, scenarios and traces of new seeds, N seconds of each fuzz target
(default 600), the benchmarks, the load on the JSON-RPC. Writes docs/nightly/DATE-COMMIT.md, to be committed."

command_devnet() {
    local argument
    for argument in "$@"; do
        if [[ "$argument" == -h || "$argument" == --help ]] && [[ ! -x "$ROOT/build/dev/bin/touchstone" ]]; then
            printf 'Usage: ./dev devnet [--epochs N] [--json] [...]\n\nSets the machine up, builds, and runs "touchstone devnet".\n'
            printf 'Its other options are shown once it is built.\n'
            exit 0
        fi
    done
    # Standard output belongs to the network alone: with --json it is one object.
    build dev touchstone touchstone-node touchstone-ref >&2
    exec "$ROOT/build/dev/bin/touchstone" devnet "$@"
}

command_interop() {
    help_if_asked "$INTEROP_HELP" "$@"
    [[ $# -eq 0 ]] || fail "interop does not know $1; see ./dev interop --help"
    setup_groups interop
    build dev touchstone touchstone-node touchstone-ref
    local source="$ROOT/conformance-tests/interop" folder="$ROOT/build/interop"
    mkdir -p "$folder"
    cp "$source"/*.mjs "$source"/package*.json "$folder"
    if ! cmp --silent "$folder/package-lock.json" "$folder/installed.json"; then
        say "interop: npm ci (js-libp2p and Node.js 22; 250 MB, about half a minute)"
        (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) ||
            fail "npm ci failed; is the npm registry reachable?"
        cp "$folder/package-lock.json" "$folder/installed.json"
    fi
    # Debian's Node.js runs npm, but is too old for js-libp2p; the packages bring one.
    local node
    node="$(find "$folder"/node_modules/node-linux-*/bin -name node -print -quit)"
    [[ -n "$node" ]] || fail "the npm registry has no Node.js for this machine ($(uname -m))"
    local go
    # Of the user's own Go nothing is read or written; rm -r of GO_FOLDER removes it all.
    go="$(find_go)"
    GOENV=off GOTOOLCHAIN=local GOPATH="$GO_FOLDER/path" GOCACHE="$GO_FOLDER/cache" CGO_ENABLED=0 \
        GOFLAGS="-mod=readonly -modcacherw -buildvcs=false" \
        python3 -B "$source/interop_test.py" --bin "$(binary_folder dev)/bin" --node "$node" --programs "$folder" --go "$go"
}

command_bench() {
    help_if_asked "$BENCH_HELP" "$@"
    local preset=release options=()
    while [[ $# -gt 0 ]]; do
        case "$1" in
            --json) options+=(--json) ;;
            --preset | --filter)
                [[ $# -ge 2 ]] || fail "$1 needs a value"
                if [[ "$1" == --preset ]]; then preset="$2"; else options+=(--filter "$2"); fi
                shift
                ;;
            *) fail "bench does not know $1; see ./dev bench --help" ;;
        esac
        shift
    done
    build "$preset" touchstone_benchmarks >&2
    python3 "$ROOT/tools/dev/run_benchmarks.py" "${options[@]}" "$(binary_folder "$preset")"
}

command_load() {
    help_if_asked "$LOAD_HELP" "$@"
    setup_groups load >&2
    build release touchstone touchstone-node touchstone-ref >&2
    python3 "$ROOT/tools/api/load.py" --bin "$(binary_folder release)/bin" "$@"
}

command_vectors() {
    help_if_asked "$VECTORS_HELP" "$@"
    local check=""
    case "${1:-}" in
        "") ;;
        --check) check=yes ;;
        *) fail "vectors does not know $1; see ./dev vectors --help" ;;
    esac
    build dev touchstone-vectors
    local program="$ROOT/build/dev/bin/touchstone-vectors" version
    version="$(<"$ROOT/spec/VERSION")"
    cd "$ROOT" || exit 1
    if [[ -n "$check" ]]; then
        "$program" check --index "conformance-tests/vectors/minimal/$version/index.json"
    else
        "$program" generate
    fi
}

command_sim() {
    help_if_asked "$SIM_HELP" "$@"
    local options=("$@")
    [[ "$*" == --ci ]] && options=(--seed 1 --seeds 50 --replay-every 2 --large hundred_nodes)
    build dev touchstone-sim touchstone-ref >&2
    python3 -B "$ROOT/tools/dev/run_simulations.py" --bin "$ROOT/build/dev/bin" "${options[@]}"
}

command_nightly() {
    help_if_asked "$NIGHTLY_HELP" "$@"
    local seconds=600
    if [[ "${1:-}" == --seconds ]]; then
        [[ "${2:-}" =~ ^[0-9]+$ ]] || fail "--seconds needs a number"
        seconds="$2"
    elif [[ $# -gt 0 ]]; then
        fail "nightly does not know $1; see ./dev nightly --help"
    fi
    local commit report failed=0
    commit="$(git -C "$ROOT" rev-parse --short=10 HEAD)"
    [[ -z "$(git -C "$ROOT" status --porcelain)" ]] || commit+="-changed"
    report="$ROOT/docs/nightly/$(date --utc +%Y-%m-%d)-$commit.md"
    mkdir -p "$(dirname "$report")" "$ROOT/build/nightly"
    printf '# Nightly run of %s at %s\n\nOn %s processors.\n\n| step | result | seconds | last line |\n|---|---|---|---|\n' \
        "$(date --utc +%Y-%m-%d)" "$commit" "$(nproc)" >"$report"

    nightly_step "$report" test-dev "$ROOT/dev" test dev || failed=1
    nightly_step "$report" lint "$ROOT/dev" lint || failed=1
    nightly_step "$report" lint-alone "$ROOT/dev" lint tidy-alone || failed=1
    nightly_step "$report" simulated-networks "$ROOT/dev" sim --minutes "$(((seconds + 59) / 60))" \
        --large hundred_nodes --large thousand_validators --large propagation_1_gbit --large propagation_100_mbit || failed=1
    nightly_step "$report" test-asan-ubsan "$ROOT/dev" test asan-ubsan || failed=1
    nightly_step "$report" test-tsan "$ROOT/dev" test tsan || failed=1
    nightly_step "$report" chaos "$ROOT/dev" devnet --nodes 8 --load 10 --chaos --chaos-seed "$(date --utc +%Y%m%d)" --minutes 10 || failed=1
    nightly_step "$report" vectors "$ROOT/dev" vectors --check || failed=1
    nightly_step "$report" models "$ROOT/dev" models --deep || failed=1
    # Seeds follow from the day, so that each night has its own.
    nightly_step "$report" scenarios "$ROOT/dev" models --scenarios 10000 --seed "$(date --utc +%Y%m%d)" || failed=1
    nightly_step "$report" traces "$ROOT/dev" models --traces 100 --first-seed "$(date --utc +%Y%m%d)00" || failed=1
    nightly_step "$report" fuzz "$ROOT/dev" fuzz --seconds "$seconds" || failed=1
    nightly_step "$report" bench "$ROOT/dev" bench || failed=1
    nightly_step "$report" load "$ROOT/dev" load || failed=1
    {
        printf '\n## Benchmarks\n\n```\n'
        cat "$ROOT/build/nightly/bench.log" "$ROOT/build/nightly/load.log"
        printf '```\n'
    } >>"$report"
    say "nightly: ${report#"$ROOT"/}"
    return "$failed"
}

# nightly_step REPORT NAME COMMAND...: a row of the report; the whole output is in build/nightly/NAME.log.
nightly_step() {
    local report="$1" name="$2" start="$SECONDS" result=passed
    shift 2
    say "nightly: $name"
    "$@" >"$ROOT/build/nightly/$name.log" 2>&1 || result=FAILED
    printf '| %s | %s | %d | %s |\n' "$name" "$result" "$((SECONDS - start))" \
        "$(tail -n 1 "$ROOT/build/nightly/$name.log" | tr '|' '/')" >>"$report"
    [[ "$result" == passed ]]
}
