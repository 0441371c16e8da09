#!/usr/bin/env bash
# Fuzzes the border between host and native plugins under the address sanitizer, for so many seconds
# (600 if not said). Stable Rust and a C++ compiler are enough. Inputs that found something new are
# kept in target/fuzz/corpus, and a crash's input is named at the end:
#   run.sh 0 INPUT    runs one input again
set -euo pipefail
cd "$(dirname "$0")"
seconds=${1:-600}
root=$(cd ../../.. && pwd)
export CARGO_TARGET_DIR="$root/target/fuzz"
# Sanitizers and their passes are unstable options of a stable compiler.
export RUSTC_BOOTSTRAP=1
flags=(
    -Zsanitizer=address
    -Cpasses=sancov-module
    -Cllvm-args=-sanitizer-coverage-level=4
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters
    -Cllvm-args=-sanitizer-coverage-pc-table
    -Cllvm-args=-sanitizer-coverage-trace-compares
    -Cllvm-args=-simplifycfg-branch-fold-threshold=0
    -Ccodegen-units=1
)
host=$(rustc -vV | sed -n 's/^host: //p')
# With a target named, build scripts are compiled without these flags.
RUSTFLAGS="${flags[*]}" cargo build --release --locked --target "$host"
border="$CARGO_TARGET_DIR/$host/release/border"
mkdir -p "$CARGO_TARGET_DIR/corpus"
if [ $# -gt 1 ]; then
    exec "$border" "${@:2}"
fi
exec "$border" "$CARGO_TARGET_DIR/corpus" -artifact_prefix="$CARGO_TARGET_DIR/" \
    -max_total_time="$seconds" -max_len=2048 -timeout=20 -rss_limit_mb=2048 -print_final_stats=1
