#!/bin/sh
# An environment with Python @PYTHON@ for @PLATFORM@, packed by caddis.
#     sh THIS_FILE PREFIX     unpack it into the folder PREFIX
#     sh THIS_FILE --help     more
# Needs sh, tar and gzip. What follows the last line of this script is a .tar.gz.
set -u
umask 022

payload_size=@SIZE@
payload_sha256=@SHA256@
content_kib=@KIB@
system=@SYSTEM@
machine=@MACHINE@
glibc=@GLIBC@

help() {
    cat <<END
usage: sh $0 PREFIX       unpack the environment into the folder PREFIX
       sh $0 --check      only tell whether this file is whole
       sh $0 --list       list its files
       sh $0 --help

Python @PYTHON@ and its packages for @PLATFORM@; @MIB@ MiB when unpacked.
PREFIX must be new or empty, and is there when all is done, or not at all.
Then run PREFIX/bin/PROGRAM, or use it in a shell: . PREFIX/bin/activate

--anyway before PREFIX unpacks on a machine that looks too old or different.
Exit codes: 2 usage, 7 PREFIX is taken, 8 this file is damaged, 10 the machine.
END
}

fail() {
    code=$1
    shift
    echo "error: $*" >&2
    exit "$code"
}

payload() {
    tail -c "+$((payload_start + 1))" "$0"
}

digest() {
    if command -v sha256sum >/dev/null 2>&1; then
        sha256sum
    elif command -v shasum >/dev/null 2>&1; then
        shasum -a 256
    elif command -v sha256 >/dev/null 2>&1; then
        sha256 -q
    elif command -v openssl >/dev/null 2>&1; then
        openssl dgst -sha256 -r
    elif command -v busybox >/dev/null 2>&1; then
        busybox sha256sum 2>/dev/null
    else
        cat >/dev/null
    fi
}

check_file() {
    [ -r "$0" ] || fail 2 "cannot read $0; run this as: sh FILE PREFIX"
    size=$(wc -c <"$0")
    [ "$((size - payload_start))" -eq "$payload_size" ] ||
        fail 8 "$0 has $((size)) bytes and should have" \
            "$((payload_start + payload_size)); copy it again"
    found=$(payload | digest)
    found=${found%% *}
    if [ -z "$found" ]; then
        # Nothing here knows SHA-256. gzip's own sums find accidents.
        payload | gzip -dc >/dev/null 2>&1 || fail 8 "$0 is damaged; copy it again"
    elif [ "$found" != "$payload_sha256" ]; then
        fail 8 "$0 is damaged: its checksum is wrong; copy it again"
    fi
}

check_with_python() {
    # Where no program makes checksums, the Python that was unpacked does.
    "$1/bin/python" -I -S - "$0" "$payload_start" "$payload_sha256" <<'END'
import hashlib, sys
with open(sys.argv[1], "rb") as file:
    file.seek(int(sys.argv[2]))
    digest = hashlib.sha256()
    for chunk in iter(lambda: file.read(1 << 20), b""):
        digest.update(chunk)
sys.exit(digest.hexdigest() != sys.argv[3])
END
}

check_machine() {
    [ "$(uname -s)" = "$system" ] && [ "$(uname -m)" = "$machine" ] ||
        fail 10 "this is for $system on $machine; here is $(uname -s) on" \
            "$(uname -m); --anyway unpacks all the same"
    [ -n "$glibc" ] || return 0
    here=$(getconf GNU_LIBC_VERSION 2>/dev/null || ldd --version 2>/dev/null)
    here=$(echo "$here" | head -n 1)
    here=${here##* }
    case $here in
        [0-9]*.[0-9]*) ;;
        *)
            fail 10 "this needs glibc $glibc, and none is to be found here;" \
                "--anyway unpacks all the same"
            ;;
    esac
    major=${here%%.*}
    minor=${here#*.}
    minor=${minor%%.*}
    [ "$major" -gt "${glibc%%.*}" ] || [ "$minor" -ge "${glibc#*.}" ] ||
        fail 10 "this needs glibc $glibc; here is $here; --anyway unpacks all the same"
}

check_space() {
    # The fourth word of df's last line is what is free, in KiB.
    free=$(df -Pk "$parent" 2>/dev/null | tail -n 1)
    set -f
    # shellcheck disable=SC2086
    set -- $free
    set +f
    case ${4-} in
        '' | *[!0-9]*) return 0 ;;
    esac
    [ "$4" -ge "$content_kib" ] ||
        fail 10 "the environment has @MIB@ MiB; $(($4 / 1024)) MiB are free at $parent"
}

choose_place() {
    case $1 in
        /*) prefix=$1 ;;
        *) prefix=$PWD/$1 ;;
    esac
    if [ -d "$prefix" ]; then
        [ -z "$(ls -A "$prefix")" ] ||
            fail 7 "$prefix exists and is not an empty folder; choose another prefix"
        prefix=$(CDPATH='' cd -- "$prefix" && pwd -P)
    elif [ -e "$prefix" ] || [ -h "$prefix" ]; then
        fail 7 "$prefix exists and is not a folder; choose another prefix"
    fi
    parent=$(dirname -- "$prefix")
    mkdir -p -- "$parent" || fail 10 "cannot make the folder $parent"
    parent=$(CDPATH='' cd -- "$parent" && pwd -P)
    prefix=${parent%/}/$(basename -- "$prefix")
    work=${parent%/}/.$(basename -- "$prefix").$$.partial
}

remove_abandoned() {
    # What an earlier run left that was killed; its number is in the name.
    for old in "${work%."$$".partial}".*.partial; do
        process=${old%.partial}
        process=${process##*.}
        [ ! -d "$old" ] || kill -0 "$process" 2>/dev/null || rm -rf -- "$old"
    done
}

unpack() {
    check_file
    choose_place "$1"
    check_space
    remove_abandoned
    trap 'rm -rf -- "$work"' EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    mkdir -- "$work" || fail 10 "cannot write to $parent"
    payload | (cd "$work" && tar -xzof -) ||
        fail 10 "unpacking failed, see above; nothing was left in $parent"
    if [ -z "$found" ]; then
        check_with_python "$work" || fail 8 "$0 is damaged; copy it again"
    fi
    "$work/bin/python" -I -S "$work/.caddis/relocate.py" "$prefix" ||
        fail 8 "the environment cannot work in $prefix"
    "$work/bin/python" -I -S -c 'import os, sys; os.rename(*sys.argv[1:])' \
        "$work" "$prefix" 2>/dev/null ||
        fail 7 "$prefix appeared while this was unpacked, or cannot be replaced"
    trap - EXIT
    echo "$prefix"
}

main() {
    anyway=
    if [ "${1-}" = --anyway ]; then
        anyway=yes
        shift
    fi
    case ${1-} in
        --help | -h) help ;;
        --check)
            check_file
            echo "$0 is whole"
            ;;
        --list) payload | tar -tzf - ;;
        '' | -*)
            help >&2
            exit 2
            ;;
        *)
            [ $# -eq 1 ] || fail 2 "one PREFIX, please; quote a name with spaces"
            [ -n "$anyway" ] || check_machine
            unpack "$1"
            ;;
    esac
    exit
}

payload_start=@START@
main "$@"
