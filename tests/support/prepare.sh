#!/bin/sh
# Install what the tests need from the system: `program:package` pairs.
# Quick and silent when everything is there.
set -eu

needed="bwrap:bubblewrap zstd:zstd tar:tar gzip:gzip mawk:mawk zsh:zsh fish:fish"
needed="$needed tcsh:tcsh mksquashfs:squashfs-tools ssh-keygen:openssh-client unzip:unzip"
missing=""
for pair in $needed; do
    command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing ${pair##*:}"
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
    echo "the tests need:$missing; install them with this system's package manager" >&2
    exit 1
fi
if [ "$(id -u)" -eq 0 ]; then
    sudo=""
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    sudo="sudo"
else
    echo "the tests need:$missing; run as root: apt-get install$missing" >&2
    exit 1
fi
echo "installing:$missing"
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get update -qq || true
# shellcheck disable=SC2086
$sudo apt-get install -qq -y --no-install-recommends $missing >/dev/null
