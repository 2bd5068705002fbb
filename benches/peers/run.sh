#!/usr/bin/env bash
# Installs the peers into a virtual environment beside the build, builds demarche, generates articles and
# measures all of them side by side. usage: benches/peers/run.sh [--rounds 5] [--articles 2000] …
set -euo pipefail
cd "$(dirname "$0")/../.."
environment=target/peers
if [ ! -e "$environment/installed" ]; then
    python3 -m venv "$environment"
    "$environment/bin/pip" install --quiet --requirement benches/peers/requirements.txt
    touch "$environment/installed"
fi
cargo build --release --locked --quiet --bin demarche --example generate-articles
# One thread each: nobody spreads over the cores.
OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 TOKENIZERS_PARALLELISM=false \
    exec "$environment/bin/python" benches/peers/run.py "$@"
