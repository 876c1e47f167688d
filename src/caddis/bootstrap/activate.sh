# Use this environment in the running shell (sh, bash, zsh, ksh):
#     . PREFIX/bin/activate
# and leave it with: deactivate

# An environment that is active is left first, ours or a venv's.
case $(command -V deactivate 2>/dev/null) in
    *function*) [ -z "${_CADDIS_SAVED-}${VIRTUAL_ENV-}" ] || deactivate ;;
esac

_caddis_find() {
    # bash and zsh say which file is being read; of other shells Linux knows which
    # files they have open. In a subshell $$ is not its own number, so ask a child.
    _caddis_file=
    if [ -n "${BASH_VERSION-}" ]; then
        _caddis_file=${BASH_SOURCE[1]}
    elif [ -n "${ZSH_VERSION-}" ]; then
        eval '_caddis_file=${funcfiletrace[1]%:*}'
    else
        for _caddis_open in "/proc/$(exec sh -c 'echo $PPID')/fd"/*; do
            _caddis_open=$(readlink "$_caddis_open" 2>/dev/null) || continue
            case $_caddis_open in */bin/activate) _caddis_file=$_caddis_open ;; esac
        done
        unset _caddis_open
    fi
    if [ -z "$_caddis_file" ] && [ -r ./bin/activate ]; then
        _caddis_file=./bin/activate
    fi
    case $_caddis_file in */*) ;; *) _caddis_file=./$_caddis_file ;; esac
    _caddis_prefix=$(CDPATH='' \cd -- "${_caddis_file%/*}/.." 2>/dev/null && pwd -P) ||
        _caddis_prefix=
    unset _caddis_file
}

_caddis_relocate() {
    # Only where the environment was never before, or its variables changed.
    _caddis_known=
    if [ -r "$CADDIS_PREFIX/.caddis/prefix" ]; then
        IFS= read -r _caddis_known <"$CADDIS_PREFIX/.caddis/prefix" || :
    fi
    if [ "$_caddis_known" != "$CADDIS_PREFIX" ] ||
        [ "$CADDIS_PREFIX/conda-meta/state" -nt "$CADDIS_PREFIX/.caddis/variables" ]; then
        "$CADDIS_PREFIX/bin/caddis-unpack" ||
            echo "activate: files that hold the prefix of $CADDIS_PREFIX are stale" >&2
    fi
    unset _caddis_known
}

_caddis_remember() {
    # $1: a variable that is going to change. What it was is kept in _CADDIS_OLD_$1,
    # its name in the list _CADDIS_SAVED, the latest first.
    case " ${_CADDIS_SAVED-} " in *" $1 "*) return 0 ;; esac
    if eval "[ -n \"\${$1+set}\" ]"; then
        eval "_CADDIS_OLD_$1=\$$1"
    fi
    _CADDIS_SAVED="$1 ${_CADDIS_SAVED-}"
}

_caddis_set() {
    _caddis_remember "$1"
    eval "export $1=\"\$2\""
}

_caddis_hide() {
    _caddis_remember "$1"
    unset "$1"
}

_caddis_restore_all() {
    while [ -n "${_CADDIS_SAVED-}" ]; do
        _caddis_name=${_CADDIS_SAVED%% *}
        _CADDIS_SAVED=${_CADDIS_SAVED#* }
        if eval "[ -n \"\${_CADDIS_OLD_$_caddis_name+set}\" ]"; then
            eval "export $_caddis_name=\"\$_CADDIS_OLD_$_caddis_name\""
        else
            unset "$_caddis_name"
        fi
        unset "_CADDIS_OLD_$_caddis_name"
    done
    unset _caddis_name _CADDIS_SAVED
}

_caddis_variables() {
    [ -d "$CADDIS_PREFIX/.caddis/variables" ] || return 0
    [ -z "${ZSH_VERSION-}" ] || eval 'setopt local_options null_glob'
    for _caddis_file in "$CADDIS_PREFIX/.caddis/variables"/*; do
        [ -r "$_caddis_file" ] || continue
        _caddis_set "${_caddis_file##*/}" "$(cat "$_caddis_file")"
    done
    unset _caddis_file
}

_caddis_run_all() {
    # $1: activate.d, or deactivate.d, whose scripts run in reverse order as with conda.
    [ -d "$CADDIS_PREFIX/etc/conda/$1" ] || return 0
    [ -z "${ZSH_VERSION-}" ] || eval 'setopt local_options null_glob'
    _caddis_folder=$1
    set --
    for _caddis_script in "$CADDIS_PREFIX/etc/conda/$_caddis_folder"/*.sh; do
        [ -r "$_caddis_script" ] || continue
        case $_caddis_folder in
            deactivate.d) set -- "$_caddis_script" "$@" ;;
            *) set -- "$@" "$_caddis_script" ;;
        esac
    done
    unset _caddis_folder
    for _caddis_script in "$@"; do
        set --
        . "$_caddis_script"
    done
    unset _caddis_script
}

_caddis_prompt() {
    # A name with characters that a prompt would interpret is not shown.
    _caddis_name=${CADDIS_PREFIX##*/}
    case $_caddis_name in *[\$\`\\%!]*) _caddis_name=env ;; esac
    _CADDIS_OLD_PS1=$PS1
    PS1="($_caddis_name) $PS1"
    unset _caddis_name
}

deactivate() {
    if [ -n "${_CADDIS_SAVED-}" ]; then
        _caddis_run_all deactivate.d
        _caddis_restore_all
        if [ -n "${_CADDIS_OLD_PS1+set}" ]; then
            PS1=$_CADDIS_OLD_PS1
            unset _CADDIS_OLD_PS1
        fi
        hash -r 2>/dev/null || :
    fi
    unset -f deactivate _caddis_find _caddis_relocate _caddis_remember _caddis_set \
        _caddis_hide _caddis_restore_all _caddis_variables _caddis_run_all \
        _caddis_prompt
}

_caddis_find
if [ -z "$_caddis_prefix" ] || [ ! -x "$_caddis_prefix/bin/caddis-unpack" ]; then
    unset _caddis_prefix
    deactivate
    echo "activate: cannot tell where this file is; cd to the environment first" >&2
    return 1
fi

_caddis_set CADDIS_PREFIX "$_caddis_prefix"
unset _caddis_prefix
_caddis_relocate
_caddis_hide PYTHONHOME
if [ -d "$CADDIS_PREFIX/conda-meta" ]; then
    _caddis_hide VIRTUAL_ENV
    _caddis_set CONDA_PREFIX "$CADDIS_PREFIX"
    _caddis_set CONDA_DEFAULT_ENV "$CADDIS_PREFIX"
else
    _caddis_set VIRTUAL_ENV "$CADDIS_PREFIX"
fi
_caddis_set PATH "$CADDIS_PREFIX/bin:$PATH"
_caddis_variables
if [ -n "${PS1-}" ] && [ -z "${VIRTUAL_ENV_DISABLE_PROMPT-}" ]; then
    _caddis_prompt
fi
hash -r 2>/dev/null || :
_caddis_run_all activate.d
