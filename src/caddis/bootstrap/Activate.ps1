<#
.Synopsis
Use this environment in the running PowerShell.
.Description
    . PREFIX/bin/Activate.ps1         (on Windows: . PREFIX\Scripts\Activate.ps1)

and leave it with: deactivate
#>

$_caddis_prefix = (Resolve-Path -LiteralPath (Join-Path $PSScriptRoot '..')).ProviderPath
$_caddis_windows = $env:OS -eq 'Windows_NT'

# An environment that is active is left first, ours or a venv's.
if ((Test-Path Function:\deactivate) -and ($env:CADDIS_PREFIX -or $env:VIRTUAL_ENV)) {
    deactivate
}

function global:_caddis_put([string]$name, $value) {
    # Nothing as the value removes the variable.
    if ($null -eq $value) {
        Remove-Item -LiteralPath "Env:$name" -ErrorAction Ignore
    } else {
        Set-Item -LiteralPath "Env:$name" -Value $value
    }
}

function global:_caddis_set([string]$name, $value) {
    # What it was is remembered.
    if (-not $global:_caddis_saved.Contains($name)) {
        $global:_caddis_saved[$name] = [Environment]::GetEnvironmentVariable($name)
    }
    _caddis_put $name $value
}

function global:_caddis_run_all([string]$folder) {
    # The scripts of deactivate.d run in reverse order, as with conda.
    $scripts = Join-Path $env:CADDIS_PREFIX "etc/conda/$folder"
    if (Test-Path -LiteralPath $scripts) {
        Get-ChildItem -LiteralPath $scripts | Where-Object { $_.Extension -eq '.ps1' } |
            Sort-Object -Property Name -Descending:($folder -eq 'deactivate.d') |
            ForEach-Object { . $_.FullName }
    }
}

function global:deactivate {
    try {
        _caddis_run_all 'deactivate.d'
    } finally {
        foreach ($name in @($global:_caddis_saved.Keys)) {
            _caddis_put $name $global:_caddis_saved[$name]
        }
        if (Test-Path Function:\_caddis_old_prompt) {
            Copy-Item -Path Function:\_caddis_old_prompt -Destination Function:\prompt
            Remove-Item -Path Function:\_caddis_old_prompt
        }
        Remove-Variable -Name '_caddis_saved' -Scope Global
        foreach ($name in '_caddis_put', '_caddis_set', '_caddis_run_all', 'deactivate') {
            Remove-Item -LiteralPath "Function:\$name"
        }
    }
}

# As in the environment itself, http_proxy and HTTP_PROXY are two, except on Windows.
$global:_caddis_saved = if ($_caddis_windows) { @{} } else { New-Object Collections.Hashtable }
_caddis_set 'CADDIS_PREFIX' $_caddis_prefix

# The first time in a new place, files that hold the prefix are patched.
$_caddis_noted = Join-Path $_caddis_prefix '.caddis/prefix'
$_caddis_known = ''
if (Test-Path -LiteralPath $_caddis_noted) {
    $_caddis_known = Get-Content -LiteralPath $_caddis_noted -Encoding UTF8 -TotalCount 1
}
$_caddis_state = Join-Path $_caddis_prefix 'conda-meta/state'
$_caddis_variables = Join-Path $_caddis_prefix '.caddis/variables'
if ((Test-Path -LiteralPath $_caddis_state) -and (Test-Path -LiteralPath $_caddis_variables) -and
    (Get-Item -LiteralPath $_caddis_state).LastWriteTimeUtc -gt
    (Get-Item -LiteralPath $_caddis_variables).LastWriteTimeUtc) {
    $_caddis_known = ''
}
$_caddis_same = if ($_caddis_windows) {
    $_caddis_known -eq $_caddis_prefix
} else {
    $_caddis_known -ceq $_caddis_prefix
}
if (-not $_caddis_same) {
    $_caddis_python = if ($_caddis_windows) { 'python.exe' } else { 'bin/python' }
    try {
        & (Join-Path $_caddis_prefix $_caddis_python) -I -S (Join-Path $_caddis_prefix '.caddis/relocate.py')
        $_caddis_same = $LASTEXITCODE -eq 0
    } catch {
        Write-Warning $_.Exception.Message
    }
    Remove-Variable -Name '_caddis_python'
    if (-not $_caddis_same) {
        Write-Warning "files that hold the prefix of $_caddis_prefix are stale"
    }
}

_caddis_set 'PYTHONHOME' $null
if (Test-Path -LiteralPath (Join-Path $_caddis_prefix 'conda-meta')) {
    _caddis_set 'VIRTUAL_ENV' $null
    _caddis_set 'CONDA_PREFIX' $_caddis_prefix
    _caddis_set 'CONDA_DEFAULT_ENV' $_caddis_prefix
} else {
    _caddis_set 'VIRTUAL_ENV' $_caddis_prefix
}
$_caddis_folders = if ($_caddis_windows) {
    'Library\mingw-w64\bin', 'Library\usr\bin', 'Library\bin', 'Scripts', 'bin'
} else {
    'bin'
}
$_caddis_path = @($_caddis_folders | ForEach-Object { Join-Path $_caddis_prefix $_ })
if ($_caddis_windows) {
    $_caddis_path = @($_caddis_prefix) + $_caddis_path
}
if ($env:PATH) {
    $_caddis_path += $env:PATH
}
_caddis_set 'PATH' ($_caddis_path -join [IO.Path]::PathSeparator)

if (Test-Path -LiteralPath $_caddis_variables) {
    Get-ChildItem -LiteralPath $_caddis_variables -File | ForEach-Object {
        _caddis_set $_.Name ([IO.File]::ReadAllText($_.FullName))
    }
}

if (-not $env:VIRTUAL_ENV_DISABLE_PROMPT -and (Test-Path Function:\prompt)) {
    # Made here first, so that the copy is global as well.
    function global:_caddis_old_prompt { '' }
    Copy-Item -Path Function:\prompt -Destination Function:\_caddis_old_prompt
    function global:prompt {
        Write-Host -NoNewline "($(Split-Path -Leaf $env:CADDIS_PREFIX)) "
        _caddis_old_prompt
    }
}
foreach ($_caddis_name in 'prefix', 'windows', 'noted', 'known', 'state', 'variables', 'same', 'folders', 'path') {
    Remove-Variable -Name "_caddis_$_caddis_name"
}
Remove-Variable -Name '_caddis_name'
_caddis_run_all 'activate.d'
