#!/usr/bin/env bash
# Streams synthetic articles through `score` with one and with two threads: prints time and peak memory
# of each, and whether the bytes are the same. usage: benches/memory.sh [ARTICLES]
set -euo pipefail
cd "$(dirname "$0")/.."
articles=${1:-100000}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

cargo build --release --quiet
cargo run --release --quiet --example generate-articles -- --count "$articles" --seed 1 --out "$scratch/articles.jsonl"
for threads in 1 2; do
    python3 - "$scratch" "$threads" <<'PYTHON'
import hashlib, resource, subprocess, sys, time
scratch, threads = sys.argv[1:]
start = time.monotonic()
command = ["target/release/demarche", "score", f"{scratch}/articles.jsonl", "--quiet", "--threads", threads]
with subprocess.Popen(command, stdout=subprocess.PIPE) as run:
    digest = hashlib.file_digest(run.stdout, "sha256").hexdigest()
assert run.returncode == 0, run.returncode
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
print(f"{threads} threads: {time.monotonic() - start:.1f} s, peak {peak:.0f} MB, sha256 {digest[:16]}")
with open(f"{scratch}/digests", "a") as file:
    file.write(digest + "\n")
PYTHON
done
[ "$(sort -u "$scratch/digests" | wc -l)" -eq 1 ] && echo "same bytes" || { echo "the bytes differ"; exit 1; }
