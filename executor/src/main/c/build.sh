#!/bin/sh
# Compiles the sandbox's program, statically, so that it runs in any image: build.sh TARGET
set -eu
cd "$(dirname "$0")"
command -v gcc >/dev/null || { echo "the sandbox's program needs gcc and the static C library; install gcc and libc6-dev" >&2; exit 1; }
mkdir -p "$(dirname "$1")"
exec gcc -static -pthread -O2 -std=gnu17 -Wall -Wextra -Werror -o "$1" ./*.c
