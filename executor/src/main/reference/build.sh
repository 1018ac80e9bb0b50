#!/bin/sh
# Assembles the reference job, statically and without a C library: build.sh TARGET
set -eu
cd "$(dirname "$0")"
command -v gcc >/dev/null || { echo "the reference job needs gcc; install it" >&2; exit 1; }
mkdir -p "$(dirname "$1")"
exec gcc -static -nostdlib -no-pie -Wl,--build-id=none -o "$1" reference.S
