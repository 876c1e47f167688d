# What the alias deactivate of activate.csh does: leave the environment.

if (-d "$CADDIS_PREFIX/etc/conda/deactivate.d") then
    # No path in backquotes: what stands there is read once more.
    setenv _CADDIS_DO 'find "$CADDIS_PREFIX/etc/conda/deactivate.d" -name "*.csh" | sort -r'
    foreach _caddis_script ("`printenv _CADDIS_DO | sh`")
        if (-r "$_caddis_script") then
            source "$_caddis_script"
        endif
    end
    unset _caddis_script
    unsetenv _CADDIS_DO
endif
foreach _caddis_name ($_caddis_saved)
    eval 'set _caddis_is_set = $?_caddis_old_'$_caddis_name
    if ($_caddis_is_set) then
        eval 'setenv '$_caddis_name' $_caddis_old_'$_caddis_name':q'
        eval 'unset _caddis_old_'$_caddis_name
    else
        unsetenv $_caddis_name
    endif
end
if ($?_caddis_old_prompt) then
    set prompt = $_caddis_old_prompt:q
    unset _caddis_old_prompt
endif
unset _caddis_saved _caddis_name _caddis_is_set
unalias deactivate
rehash
