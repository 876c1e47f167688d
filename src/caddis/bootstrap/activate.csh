# Use this environment in the running csh or tcsh:
#     source PREFIX/bin/activate.csh
# and leave it with: deactivate
# (One-line ifs are avoided: csh expands what follows them in any case.)

# Linux knows which files a shell has open; elsewhere, its last command tells.
set _caddis_said = ($_:q)
set _caddis_file = ""
if (-d /proc/$$/fd) then
    set _caddis_file = "`readlink /proc/$$/fd/* | grep /bin/activate.csh | tail -n 1`"
endif
if ("$_caddis_file" == "" && $#_caddis_said > 1) then
    set _caddis_file = $_caddis_said[2]:q
endif
if ("$_caddis_file" == "") then
    set _caddis_file = ./bin/activate.csh
endif

# An environment that is active is left first.
if ($?_caddis_saved) then
    source "$CADDIS_PREFIX/.caddis/deactivate.csh"
endif

# What stands in backquotes is read once more, so no path does: sh takes it, and what
# it has to do, out of the environment.
setenv _CADDIS_AT "$_caddis_file"
setenv _CADDIS_DO 'cd "${_CADDIS_AT%/*}/.." && pwd -P'
set _caddis_prefix = "`printenv _CADDIS_DO | sh`"
setenv _CADDIS_AT "$_caddis_prefix"
set _caddis_known = ""
if (-r "$_caddis_prefix/.caddis/prefix") then
    setenv _CADDIS_DO 'cat "$_CADDIS_AT/.caddis/prefix"'
    set _caddis_known = "`printenv _CADDIS_DO | sh`"
    test "$_caddis_prefix/conda-meta/state" -nt "$_caddis_prefix/.caddis/variables"
    if ($status == 0) then
        set _caddis_known = ""
    endif
endif
if ("$_caddis_known" != "$_caddis_prefix") then
    "$_caddis_prefix/bin/caddis-unpack"
endif

# Remember what is going to change.
set _caddis_variables = ()
if (-d "$_caddis_prefix/.caddis/variables") then
    setenv _CADDIS_DO 'ls "$_CADDIS_AT/.caddis/variables"'
    set _caddis_variables = (`printenv _CADDIS_DO | sh`)
endif
set _caddis_saved = (CADDIS_PREFIX PATH PYTHONHOME VIRTUAL_ENV CONDA_PREFIX)
set _caddis_saved = ($_caddis_saved CONDA_DEFAULT_ENV $_caddis_variables)
foreach _caddis_name ($_caddis_saved)
    eval 'set _caddis_is_set = $?'$_caddis_name
    if ($_caddis_is_set) then
        eval 'set _caddis_old_'$_caddis_name' = $'$_caddis_name':q'
    endif
end

setenv CADDIS_PREFIX "$_caddis_prefix"
unsetenv PYTHONHOME
if (-d "$CADDIS_PREFIX/conda-meta") then
    unsetenv VIRTUAL_ENV
    setenv CONDA_PREFIX "$CADDIS_PREFIX"
    setenv CONDA_DEFAULT_ENV "$CADDIS_PREFIX"
else
    setenv VIRTUAL_ENV "$CADDIS_PREFIX"
endif
setenv PATH "${CADDIS_PREFIX}/bin:$PATH"
foreach _caddis_name ($_caddis_variables)
    setenv _CADDIS_AT "$CADDIS_PREFIX/.caddis/variables/$_caddis_name"
    setenv _CADDIS_DO 'cat "$_CADDIS_AT"'
    setenv $_caddis_name "`printenv _CADDIS_DO | sh`"
end

if ($?prompt && ! $?VIRTUAL_ENV_DISABLE_PROMPT) then
    set _caddis_old_prompt = $prompt:q
    set prompt = "(${CADDIS_PREFIX:t}) $prompt:q"
endif
alias deactivate 'source "$CADDIS_PREFIX/.caddis/deactivate.csh"'
unset _caddis_said _caddis_file _caddis_known _caddis_variables _caddis_is_set
unset _caddis_prefix _caddis_name
unsetenv _CADDIS_AT
rehash

if (-d "$CADDIS_PREFIX/etc/conda/activate.d") then
    setenv _CADDIS_DO 'find "$CADDIS_PREFIX/etc/conda/activate.d" -name "*.csh" | sort'
    foreach _caddis_script ("`printenv _CADDIS_DO | sh`")
        if (-r "$_caddis_script") then
            source "$_caddis_script"
        endif
    end
    unset _caddis_script
endif
unsetenv _CADDIS_DO
