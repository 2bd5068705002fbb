#!/usr/bin/env bash
# Finds quotes in synthetic articles of growing size, then in one article of a single long paragraph of
# opening marks: prints processor seconds a megabyte and peak memory of each, on one thread.
# usage: benches/quotes_linear.sh [LARGEST_MB]
set -euo pipefail
cd "$(dirname "$0")/.."
largest=${1:-100}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

cargo build --release --quiet
cargo run --release --quiet --example generate-articles -- --count 1000 --seed 1 --out "$scratch/articles.jsonl"
python3 - "$scratch" "$largest" <<'PYTHON'
import os, subprocess, sys

scratch, largest = sys.argv[1], int(sys.argv[2])


def measure(name, path):
    command = ["target/release/demarche", "quotes", path, "--quiet", "--threads", "1", "--format", "jsonl"]
    command += ["--max-article-size", "4096"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0, status
    megabytes = os.path.getsize(path) / 1e6
    seconds = usage.ru_utime + usage.ru_stime
    print(f"{name:<16}{megabytes:>8.0f}{seconds:>10.2f}{seconds / megabytes:>12.4f}{usage.ru_maxrss / 1024:>10.0f}", flush=True)


print(f"{'input':<16}{'MB':>8}{'seconds':>10}{'seconds/MB':>12}{'peak MB':>10}")
lines = open(f"{scratch}/articles.jsonl", "rb").read()
size = 1
while size <= largest:
    path = f"{scratch}/input.jsonl"
    with open(path, "wb") as file:
        left = size * 1_000_000
        while left > 0:
            part = lines if left >= len(lines) else lines[: lines.index(b"\n", left - 1) + 1]
            file.write(part)
            left -= len(part)
    measure("articles", path)
    os.remove(path)
    size *= 10
path = f"{scratch}/marks.txt"
with open(path, "w", encoding="utf-8") as file:
    for _ in range(largest):
        file.write("“" * 333_333)
measure("opening marks", path)
PYTHON
