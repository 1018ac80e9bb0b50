#!/bin/sh
# Makes the base layer that the example jobs stand on, under the tag modicum/base:bookworm.
#
# In this order: an image of that tag is reused; else Debian's slim image is pulled; else, where no registry can be
# reached, the same thing is built from this machine's own package sources (needs root and mmdebstrap).
set -eu

TAG=modicum/base:bookworm
PULLED=debian:bookworm-slim
PULL_SECONDS=15

fail() {
  echo "base image: $1" >&2
  exit 1
}

command -v docker >/dev/null || fail "no docker command; install Docker first"
docker version >/dev/null 2>&1 || fail "the Docker engine does not answer; start it, or point DOCKER_HOST at one"

if docker image inspect "$TAG" >/dev/null 2>&1; then
  echo "base image: $TAG is there already"
  exit 0
fi

if timeout "$PULL_SECONDS" docker pull --quiet "$PULLED" >/dev/null 2>&1; then
  docker tag "$PULLED" "$TAG"
  echo "base image: $TAG is $PULLED"
  exit 0
fi
echo "base image: $PULLED cannot be pulled; building $TAG from this machine's package sources"

[ "$(id -u)" = 0 ] || fail "building from packages needs root; run this script as root, or docker pull $PULLED where that works"
if ! command -v mmdebstrap >/dev/null; then
  { apt-get update && apt-get install -y --no-install-recommends mmdebstrap; } >/dev/null 2>&1 \
    || fail "mmdebstrap is missing and could not be installed; install it with apt-get install mmdebstrap"
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# mmdebstrap reads one list of sources; a machine may have several, of the old form and of the new.
for sources in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
  if [ -f "$sources" ]; then cat "$sources"; fi
done >"$folder/sources.list"
for sources in /etc/apt/sources.list.d/*.sources; do
  if [ -f "$sources" ]; then cp "$sources" "$folder/"; fi
done
set -- "$folder"/*.sources
[ -e "$1" ] || set --
if grep -q '^deb' "$folder/sources.list"; then set -- "$folder/sources.list" "$@"; fi
[ $# -gt 0 ] || fail "this machine has no apt sources"

# A fixed date keeps file times, and so the layer, the same for the same packages.
SOURCE_DATE_EPOCH=1700000000 mmdebstrap --quiet --variant=minbase --mode=root bookworm "$folder/base.tar" "$@" \
  || fail "mmdebstrap failed; its messages are above"
docker import --change 'CMD ["/bin/sh"]' \
  --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
  "$folder/base.tar" "$TAG" >/dev/null
echo "base image: $TAG built"
