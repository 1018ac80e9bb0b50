#!/bin/sh
# Makes the renderer's image, modicum/render:1, and the base layer under it where that is missing.
set -eu

TAG=modicum/render:1
folder=$(cd "$(dirname "$0")" && pwd)

"$folder/../images/base/build.sh"
# The classic builder is in every engine; the host's network is what reaches the package sources.
DOCKER_BUILDKIT=0 docker build --quiet --network host --tag "$TAG" "$folder" >/dev/null \
  || { echo "renderer: docker build failed; run it without --quiet to see why: docker build --network host $folder" >&2; exit 1; }
echo "renderer: $TAG built"
