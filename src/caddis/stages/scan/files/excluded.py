"""What a user does not want to be read, though it is the project's."""

from __future__ import annotations

from collections.abc import Sequence

from caddis.stages.scan.files.ignore import Rules, read_rules

WHY_EXCLUDED = "excluded"


def excluded(paths: Sequence[str], patterns: Sequence[str]) -> list[str]:
    """Name for each of *paths* what excludes it: a folder, itself, or nothing.

    *patterns* are those of a `.gitignore` in the scanned folder.
    """
    if not patterns:
        return [""] * len(paths)
    rules = Rules("", read_rules("\n".join(patterns)), None)
    folders: dict[str, str] = {"": ""}

    def of_folder(folder: str) -> str:
        if folder not in folders:
            above = of_folder(folder.rpartition("/")[0])
            is_named = not above and rules.ignores(folder, is_folder=True)
            folders[folder] = folder if is_named else above
        return folders[folder]

    def of_file(path: str) -> str:
        above = of_folder(path.rpartition("/")[0])
        return above or (path if rules.ignores(path, is_folder=False) else "")

    return [of_file(path) for path in paths]
