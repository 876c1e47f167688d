# Use this environment in the running fish:
#     source PREFIX/bin/activate.fish
# and leave it with: deactivate

# An environment that is active is left first, ours or a venv's.
if functions -q deactivate
    if set -q _CADDIS_SAVED; or set -q VIRTUAL_ENV
        deactivate
    end
end

function _caddis_set --argument-names name
    # The rest is the new value, nothing to unset it. What it was is remembered.
    if not contains -- $name $_CADDIS_SAVED
        set -g -p _CADDIS_SAVED $name
        if set -q $name
            set -g _CADDIS_OLD_$name $$name
        end
    end
    if set -q argv[2]
        set -gx $name $argv[2..-1]
    else
        set -e $name
    end
end

function _caddis_run_all
    # The scripts of deactivate.d run in reverse order, as with conda.
    set -l scripts "$CADDIS_PREFIX/etc/conda/$argv[1]"/*.fish
    if test "$argv[1]" = deactivate.d
        set scripts $scripts[-1..1]
    end
    for script in $scripts
        source "$script"
    end
end

function deactivate --description 'Leave the environment'
    if set -q _CADDIS_SAVED
        _caddis_run_all deactivate.d
        for name in $_CADDIS_SAVED
            set -l old _CADDIS_OLD_$name
            set -e $name
            if set -q $old
                set -gx $name $$old
                set -e $old
            end
        end
        set -e _CADDIS_SAVED
        if functions -q _caddis_old_prompt
            functions -e fish_prompt
            functions -c _caddis_old_prompt fish_prompt
            functions -e _caddis_old_prompt
        end
    end
    functions -e _caddis_set _caddis_run_all deactivate
end

_caddis_set CADDIS_PREFIX (realpath (dirname (status filename))/..)

set -l _caddis_known ''
if test -r "$CADDIS_PREFIX/.caddis/prefix"
    read -l line <"$CADDIS_PREFIX/.caddis/prefix"
    set _caddis_known "$line"
end
if test "$_caddis_known" != "$CADDIS_PREFIX"
    or test "$CADDIS_PREFIX/conda-meta/state" -nt "$CADDIS_PREFIX/.caddis/variables"
    "$CADDIS_PREFIX/bin/caddis-unpack"
    or echo "activate: files that hold the prefix of $CADDIS_PREFIX are stale" >&2
end
set -e _caddis_known

_caddis_set PYTHONHOME
if test -d "$CADDIS_PREFIX/conda-meta"
    _caddis_set VIRTUAL_ENV
    _caddis_set CONDA_PREFIX "$CADDIS_PREFIX"
    _caddis_set CONDA_DEFAULT_ENV "$CADDIS_PREFIX"
else
    _caddis_set VIRTUAL_ENV "$CADDIS_PREFIX"
end
_caddis_set PATH "$CADDIS_PREFIX/bin" $PATH

for _caddis_file in "$CADDIS_PREFIX/.caddis/variables"/*
    _caddis_set (basename "$_caddis_file") (cat "$_caddis_file" | string collect; or echo)
end
set -e _caddis_file

if status is-interactive; and not set -q VIRTUAL_ENV_DISABLE_PROMPT
    functions -q fish_prompt; or function fish_prompt; end
    functions -c fish_prompt _caddis_old_prompt
    function fish_prompt
        echo -n "("(basename "$CADDIS_PREFIX")") "
        _caddis_old_prompt
    end
end

_caddis_run_all activate.d
