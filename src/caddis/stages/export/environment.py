"""environment.yml, from names alone to the very builds."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping

from caddis.model.lock import Lock, LockedPackage, PlatformLock
from caddis.model.prefix.history import spec_name
from caddis.model.requirements import Ecosystem
from caddis.model.urls import channel_name
from caddis.model.versions import minor
from caddis.stages.export.exported import Exported, one_part, without_groups
from caddis.stages.export.precision import Ladder, Precision
from caddis.stages.export.wishes import asked_of, pypi_line, wish_for

_PLAIN = re.compile(r"[A-Za-z0-9_./~-][^#:'\"\n]*(?:(?:://|:(?=\S))[^#:'\"\n]*)*")
_AMBIGUOUS = re.compile(
    r"(?i)(?:y|n|yes|no|on|off|true|false|null|~|[-+.\d][\d_.eE+-]*|0[xo][\da-f]+)$"
)
"""What YAML takes for a number, a truth or nothing."""


def environment_text(
    lock: Lock, platform: str, *, ladder: Ladder, name: str = ""
) -> Exported:
    """Write one platform of *lock* as an environment.yml.

    Raises:
        UsageError: *lock* has several platforms and none is named.
    """
    part = one_part(lock, platform, what="An environment.yml")
    channels = tuple(channel_name(url) for url in lock.channels)
    asked = asked_of(lock, Ecosystem.CONDA), asked_of(lock, Ecosystem.PYPI)
    conda = list(_conda_lines(part, _pinned(asked[0], lock), channels, ladder))
    pypi = list(_pypi_lines(part, asked[1], ladder))
    if pypi:
        pypi = [*(f"--extra-index-url {url}" for url in lock.indexes), *pypi]
    if pypi and _lacks_pip(part, conda):
        conda.append("pip")
    lines = [f"name: {_scalar(name)}"] if name else []
    lines += ["channels:", *(f"  - {_scalar(c)}" for c in channels)] if channels else []
    lines += ["dependencies:" if conda or pypi else "dependencies: []"]
    lines += [f"  - {_scalar(line)}" for line in conda]
    if pypi:
        lines += ["  - pip:", *(f"      - {_scalar(line)}" for line in pypi)]
    if lock.variables:
        lines += ["variables:", *map(_variable, lock.variables)]
    if lock.pins:
        lines += ["# conda-meta/pinned:", *(f"#   {pin}" for pin in lock.pins)]
    return Exported(
        text="\n".join(lines) + "\n", losses=tuple(_losses(part, lock, ladder))
    )


def _pinned(asked: Mapping[str, str], lock: Lock) -> Mapping[str, str]:
    """Limit what was asked for by its name alone as the pins do."""
    pins = {spec_name(pin): pin for pin in lock.pins}
    return {n: pins.get(n, spec) if n == spec else spec for n, spec in asked.items()}


def _lacks_pip(part: PlatformLock, lines: Iterable[str]) -> bool:
    """Say whether conda's pip is there and not named; conda wants it to be."""
    there = any(package.name == "pip" for package in part.of(Ecosystem.CONDA))
    return there and not any(spec_name(line) == "pip" for line in lines)


def _conda_lines(
    part: PlatformLock,
    asked: Mapping[str, str],
    channels: tuple[str, ...],
    ladder: Ladder,
) -> Iterator[str]:
    replaced = {package.name for package in _replaced(part)}
    for package in part.of(Ecosystem.CONDA):
        if package.name in replaced:
            continue
        if ladder.only_requested and package.name not in asked:
            continue
        spec = asked.get(package.name, package.name)
        if ladder.conda is not Precision.ASKED:
            spec = _conda_spec(package, ladder.conda)
        channel = channel_name(package.channel)
        if channel and channels and channel != channels[0] and "::" not in spec:
            spec = f"{channel}::{spec}"
        yield spec


def _replaced(part: PlatformLock) -> Iterator[LockedPackage]:
    """Yield the conda packages in whose place distributions of PyPI are."""
    of_pypi = {package.name for package in part.of(Ecosystem.PYPI)}
    for package in part.of(Ecosystem.CONDA):
        if not of_pypi.isdisjoint(package.provides):
            yield package


def _conda_spec(package: LockedPackage, precision: Precision) -> str:
    name, version, build = package.name, package.version, package.build
    if precision is Precision.NONE:
        return name
    if precision is Precision.MINOR:
        return f"{name}={minor(version)}"
    if precision is Precision.VERSION:
        return f"{name}={version}"
    exact = f"{name}={version}={build}"
    digest = package.files[0].sha256 if package.files else ""
    if precision is Precision.HASH and digest:
        return f"{exact}[sha256={digest}]"
    return exact


def _pypi_lines(
    part: PlatformLock, asked: dict[str, str], ladder: Ladder
) -> Iterator[str]:
    for package in part.of(Ecosystem.PYPI):
        wish = wish_for(package, asked)
        if wish or not ladder.only_requested:
            yield pypi_line(package, wish, ladder.pypi)


def _losses(part: PlatformLock, lock: Lock, ladder: Ladder) -> Iterator[str]:
    if ladder.pypi is Precision.HASH and part.of(Ecosystem.PYPI):
        yield "an environment.yml cannot hold hashes of PyPI packages"
    if ladder.conda is Precision.HASH:
        for package in part.of(Ecosystem.CONDA):
            if not package.files or not package.files[0].sha256:
                yield f"the hash of the conda package {package.name} is not on record"
    if part.python and not part.of(Ecosystem.CONDA):
        yield f"an environment.yml without channels cannot hold Python {part.python}"
    for package in _replaced(part):
        yield f"conda's {package.name} is left out, as PyPI's took its place"
    for pin in lock.pins:
        yield f"an environment.yml has the pin {pin} in a comment only"
    yield from without_groups(part.packages, "an environment.yml")


def _variable(text: str) -> str:
    name, _, value = text.partition("=")
    return f"  {name}: {json.dumps(value, ensure_ascii=False)}"


def _scalar(text: str) -> str:
    """Write *text* so that YAML reads it as a text."""
    if _PLAIN.fullmatch(text) and not _AMBIGUOUS.match(text):
        return text
    return json.dumps(text, ensure_ascii=False)
