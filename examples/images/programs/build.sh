#!/bin/sh
# Makes the image of everyday programs that `modicum bench determinism` runs, under the tag modicum/programs:bookworm.
#
# It is built from this machine's own Debian package sources (needs root and mmdebstrap); one that is there is reused.
set -eu

TAG=modicum/programs:bookworm
PACKAGES="bc bwa bzip2 cpio flac gawk gcc libc6-dev genisoimage ghostscript git glpk-utils gnupg gnuplot-nox graphviz gsfonts
 hmmer imagemagick lame libgomp1 lua5.4 lz4 make minimap2 musl-tools netpbm openssl opus-tools p7zip-full perl povray
 python3 python3-numpy qrencode r-base-core ruby samtools sox sqlite3 squashfs-tools uuid-runtime vorbis-tools webp
 xz-utils zip zstd"

fail() {
  echo "image of programs: $1" >&2
  exit 1
}

command -v docker >/dev/null || fail "no docker command; install Docker first"
docker version >/dev/null 2>&1 || fail "the Docker engine does not answer; start it, or point DOCKER_HOST at one"

if docker image inspect "$TAG" >/dev/null 2>&1; then
  echo "image of programs: $TAG is there already"
  exit 0
fi

[ "$(id -u)" = 0 ] || fail "building from packages needs root; run this script as root"
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
SOURCE_DATE_EPOCH=1700000000 mmdebstrap --quiet --variant=minbase --include="$(echo $PACKAGES | tr -s " " ,)" --mode=root bookworm "$folder/programs.tar" "$@" \
  || fail "mmdebstrap failed; its messages are above"
docker import --change 'CMD ["/bin/sh"]' \
  --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
  "$folder/programs.tar" "$TAG" >/dev/null
echo "image of programs: $TAG built"
