@echo off
rem Use this environment in the running cmd:
rem     call PREFIX\Scripts\activate.bat
rem and leave it with: deactivate
rem
rem No line stands in a block of brackets, for a value with a bracket would end it.

rem An environment that is active is left first.
if defined CADDIS_PREFIX if exist "%CADDIS_PREFIX%\Scripts\deactivate.bat" call "%CADDIS_PREFIX%\Scripts\deactivate.bat"
for %%i in ("%~dp0..") do set "CADDIS_PREFIX=%%~fi"

rem The first time in a new place, files that hold the prefix are patched.
set "_CADDIS_KNOWN="
if exist "%CADDIS_PREFIX%\.caddis\prefix" set /p _CADDIS_KNOWN=<"%CADDIS_PREFIX%\.caddis\prefix"
if /i not "%_CADDIS_KNOWN%"=="%CADDIS_PREFIX%" call "%~dp0caddis-unpack.bat" || echo files that hold the prefix of "%CADDIS_PREFIX%" are stale 1>&2
set "_CADDIS_KNOWN="

rem What variables were is kept in _CADDIS_OLD_NAME, their names in _CADDIS_SAVED.
set "_CADDIS_SAVED="
for %%v in (PATH PROMPT PYTHONHOME VIRTUAL_ENV CONDA_PREFIX CONDA_DEFAULT_ENV) do call :remember %%v
set "PYTHONHOME="
set "VIRTUAL_ENV=%CADDIS_PREFIX%"
if exist "%CADDIS_PREFIX%\conda-meta" set "VIRTUAL_ENV="
if exist "%CADDIS_PREFIX%\conda-meta" set "CONDA_PREFIX=%CADDIS_PREFIX%"
if exist "%CADDIS_PREFIX%\conda-meta" set "CONDA_DEFAULT_ENV=%CADDIS_PREFIX%"
set "PATH=%CADDIS_PREFIX%;%CADDIS_PREFIX%\Library\mingw-w64\bin;%CADDIS_PREFIX%\Library\usr\bin;%CADDIS_PREFIX%\Library\bin;%CADDIS_PREFIX%\Scripts;%CADDIS_PREFIX%\bin;%PATH%"
for %%i in ("%CADDIS_PREFIX%") do if not defined VIRTUAL_ENV_DISABLE_PROMPT set "PROMPT=(%%~nxi) %PROMPT%"

rem One file for each variable, whose name it has; values have one line.
for /f "delims=" %%f in ('dir /b /on "%CADDIS_PREFIX%\.caddis\variables" 2^>nul') do call :variable "%%f"
for /f "delims=" %%f in ('dir /b /on "%CADDIS_PREFIX%\etc\conda\activate.d\*.bat" 2^>nul') do call "%CADDIS_PREFIX%\etc\conda\activate.d\%%f"
goto :eof

:remember
set "_CADDIS_SAVED=%~1 %_CADDIS_SAVED%"
set "_CADDIS_OLD_%~1="
if defined %~1 call set "_CADDIS_OLD_%~1=%%%~1%%"
goto :eof

:variable
call :remember %~1
for /f "usebackq delims=" %%l in ("%CADDIS_PREFIX%\.caddis\variables\%~1") do set "%~1=%%l"
goto :eof
