@echo off
rem Leave the environment that activate.bat put into the running cmd.
if not defined CADDIS_PREFIX goto :eof
for /f "delims=" %%f in ('dir /b /o-n "%CADDIS_PREFIX%\etc\conda\deactivate.d\*.bat" 2^>nul') do call "%CADDIS_PREFIX%\etc\conda\deactivate.d\%%f"
for %%v in (%_CADDIS_SAVED%) do call :restore %%v
set "_CADDIS_SAVED="
set "CADDIS_PREFIX="
goto :eof

:restore
set "%~1="
if defined _CADDIS_OLD_%~1 call set "%~1=%%_CADDIS_OLD_%~1%%"
set "_CADDIS_OLD_%~1="
goto :eof
