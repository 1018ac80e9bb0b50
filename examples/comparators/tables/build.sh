#!/bin/sh
# Makes the comparator of text tables, modicum/compare-tables:1, with the tolerances RELATIVE and ABSOLUTE from the environment.
set -eu

TAG=modicum/compare-tables:1
folder=$(cd "$(dirname "$0")" && pwd)

"$folder/../../images/base/build.sh"
DOCKER_BUILDKIT=0 docker build --quiet --network none --tag "$TAG" \
  --build-arg "RELATIVE=${RELATIVE:-1e-9}" --build-arg "ABSOLUTE=${ABSOLUTE:-1e-12}" "$folder" >/dev/null 2>&1 \
  || { echo "comparator of tables: docker build failed; see why with: docker build $folder" >&2; exit 1; }
echo "comparator of tables: $TAG built"
