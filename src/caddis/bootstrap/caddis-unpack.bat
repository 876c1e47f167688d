@echo off
rem Make this environment know where it is; needed after each move.
"%~dp0..\python.exe" -I -S "%~dp0..\.caddis\relocate.py" %*
