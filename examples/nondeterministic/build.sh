#!/bin/sh
# Makes the image of the job that never gives the same output twice, modicum/nondeterministic:1.
set -eu

TAG=modicum/nondeterministic:1
folder=$(cd "$(dirname "$0")" && pwd)

"$folder/../images/base/build.sh"
DOCKER_BUILDKIT=0 docker build --quiet --network none --tag "$TAG" "$folder" >/dev/null 2>&1 \
  || { echo "nondeterministic: docker build failed; see why with: docker build $folder" >&2; exit 1; }
echo "nondeterministic: $TAG built"
