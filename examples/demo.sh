#!/bin/sh
# The main job on real input: pack a project, carry the archive elsewhere, run it there.
set -eu
cd "$(dirname "$0")"
caddis="${CADDIS:-../.venv/bin/caddis}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM

say() { printf '\n$ %s\n' "$*"; }

cp -r penguins "$work/penguins"
say caddis pack penguins -o penguins.tar.gz
"$caddis" pack "$work/penguins" -o "$work/penguins.tar.gz"

mkdir -p "$work/another machine"
say tar -xf penguins.tar.gz -C "another machine"
tar -xf "$work/penguins.tar.gz" -C "$work/another machine"

say "another machine/bin/python" -m penguins results
out="$PWD/../.cache/demo"
mkdir -p "$out"
(cd "$work" && env -i "$work/another machine/bin/python" -m penguins "$out")
ls -l "$out"
