#!/usr/bin/env bash
# Makes briefs of 25,000, 50,000 and 100,000 scored quotes (five to an article): prints seconds, peak
# memory and the size of the page of each.
# usage: benches/brief_linear.sh
set -euo pipefail
cd "$(dirname "$0")/.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

cargo build --release --quiet
printf '%10s%10s%10s%10s\n' quotes seconds 'peak MB' 'page kB'
for articles in 5000 10000 20000; do
  python3 benches/scored_quotes.py "$articles" 5 1 > "$scratch/quotes.jsonl"
  /usr/bin/time -f '%e %M' -o "$scratch/time" \
    target/release/demarche brief "$scratch/quotes.jsonl" -o "$scratch/brief.html" --quiet
  read -r seconds kilobytes < "$scratch/time"
  page=$(wc -c < "$scratch/brief.html")
  printf '%10d%10s%10d%10d\n' $((articles * 5)) "$seconds" $((kilobytes / 1024)) $((page / 1000))
done
