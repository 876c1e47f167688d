#!/bin/sh
# The main job on real input: pack a project, carry the archive elsewhere, run it there.
set -eu
cd "$(dirname "$0")"
caddis="${CADDIS:-../.venv/bin/caddis}"
work="$PWD/../.cache/demo"
rm -rf "$work"
mkdir -p "$work/another machine" "$work/results"

say() { printf '\n$ %s\n' "$*"; }

cp -r penguins "$work/"
say caddis pack penguins -o penguins.tar.gz
caddis=$(realpath "$caddis")
(cd "$work" && "$caddis" pack penguins -o penguins.tar.gz)

say tar -xf penguins.tar.gz -C "another machine"
tar -xf "$work/penguins.tar.gz" -C "$work/another machine"

say "another machine/bin/python" -m penguins results
cd "$work"
env -i "$work/another machine/bin/python" -m penguins results
ls -l results
