#!/bin/sh
# Makes the comparator of pictures, modicum/compare-pictures:1, with the TOLERANCE of samples from the environment.
set -eu

TAG=modicum/compare-pictures:1
folder=$(cd "$(dirname "$0")" && pwd)

"$folder/../../images/base/build.sh"
# The classic builder is in every engine; the host's network is what reaches the package sources.
DOCKER_BUILDKIT=0 docker build --quiet --network host --tag "$TAG" --build-arg "TOLERANCE=${TOLERANCE:-0}" "$folder" >/dev/null \
  || { echo "comparator of pictures: docker build failed; run it without --quiet to see why: docker build --network host $folder" >&2; exit 1; }
echo "comparator of pictures: $TAG built"
