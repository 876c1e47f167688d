# Use this environment in the running shell (sh, bash, zsh):
#     . PREFIX/bin/activate
# and leave it with: deactivate

_caddis_find() {
    # bash and zsh say which file is being read; of other shells Linux knows which
    # files they have open.
    if [ -n "${BASH_VERSION:-}" ]; then
        _caddis_file=${BASH_SOURCE[1]}
    elif [ -n "${ZSH_VERSION:-}" ]; then
        eval '_caddis_file=${funcfiletrace[1]%:*}'
    else
        _caddis_file=
        for _caddis_open in "/proc/$$/fd"/*; do
            _caddis_open=$(readlink "$_caddis_open" 2>/dev/null) || continue
            case $_caddis_open in */bin/activate) _caddis_file=$_caddis_open ;; esac
        done
        unset _caddis_open
    fi
    if [ -z "$_caddis_file" ] && [ -r ./bin/activate ]; then
        _caddis_file=./bin/activate
    fi
    _caddis_prefix=$(CDPATH='' cd -- "${_caddis_file%activate}.." 2>/dev/null && pwd -P)
    unset _caddis_file
}

_caddis_run_all() {
    for _caddis_script in "$CADDIS_PREFIX/etc/conda/$1"/*.sh; do
        if [ -r "$_caddis_script" ]; then
            . "$_caddis_script"
        fi
    done
    unset _caddis_script
}

_caddis_restore() {
    # $1: a variable; its value from before is in _CADDIS_OLD_$1, if it had one.
    eval "_caddis_value=\${_CADDIS_OLD_$1-}"
    if eval "[ -n \"\${_CADDIS_OLD_$1+set}\" ]"; then
        eval "export $1=\"\$_caddis_value\""
    else
        unset "$1"
    fi
    unset "_CADDIS_OLD_$1" _caddis_value
}

_caddis_set() {
    # $1: a variable, $2: its new value.
    if eval "[ -n \"\${$1+set}\" ]"; then
        eval "_CADDIS_OLD_$1=\$$1"
    fi
    eval "export $1=\"\$2\""
}

deactivate() {
    if [ -n "${CADDIS_PREFIX:-}" ]; then
        _caddis_run_all deactivate.d
        _caddis_restore PATH
        _caddis_restore "${_CADDIS_KIND:-VIRTUAL_ENV}"
        if [ -n "${_CADDIS_OLD_PS1+set}" ]; then
            PS1=$_CADDIS_OLD_PS1
        fi
        unset CADDIS_PREFIX _CADDIS_KIND _CADDIS_OLD_PS1
        hash -r 2>/dev/null
    fi
    if [ "${1:-}" != keep ]; then
        unset -f deactivate _caddis_find _caddis_run_all _caddis_restore _caddis_set
    fi
}

_caddis_find
if [ -z "$_caddis_prefix" ]; then
    echo "activate: cannot tell where this file is; cd to the environment first" >&2
else
    deactivate keep
    export CADDIS_PREFIX="$_caddis_prefix"
    _caddis_known=
    if [ -r "$CADDIS_PREFIX/.caddis/prefix" ]; then
        IFS= read -r _caddis_known <"$CADDIS_PREFIX/.caddis/prefix"
    fi
    if [ "$_caddis_known" != "$CADDIS_PREFIX" ]; then
        "$CADDIS_PREFIX/bin/caddis-unpack"
    fi
    _CADDIS_KIND=VIRTUAL_ENV
    if [ -d "$CADDIS_PREFIX/conda-meta" ]; then
        _CADDIS_KIND=CONDA_PREFIX
    fi
    _caddis_set "$_CADDIS_KIND" "$CADDIS_PREFIX"
    _caddis_set PATH "$CADDIS_PREFIX/bin:$PATH"
    if [ -n "${PS1:-}" ]; then
        _CADDIS_OLD_PS1=$PS1
        PS1="(${CADDIS_PREFIX##*/}) $PS1"
    fi
    hash -r 2>/dev/null
    _caddis_run_all activate.d
fi
unset _caddis_prefix _caddis_known
