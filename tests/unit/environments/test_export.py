"""Exports whose every line can be foreseen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ruamel.yaml import YAML

from caddis.errors import UsageError
from caddis.model.lock import Lock, LockedFile, LockedPackage, PlatformLock
from caddis.model.requirements import Ecosystem
from caddis.model.toml import parse_toml
from caddis.stages.export import ExportFormat, Ladder, Precision, export
from caddis.stages.translate import translate

CONDA, PYPI = Ecosystem.CONDA, Ecosystem.PYPI
CLOUD = "https://conda.anaconda.org"


def conda(name: str, *, channel: str = "conda-forge", **more: object) -> LockedPackage:
    url = f"{CLOUD}/{channel}/linux-64/{name}-1.2.3-h_0.conda"
    package = LockedPackage(
        name=name,
        version="1.2.3",
        build="h_0",
        ecosystem=CONDA,
        channel=f"{CLOUD}/{channel}",
        files=(LockedFile(url=url, sha256="ab" * 32, md5="cd" * 16),),
    )
    return replace(package, **more)  # type: ignore[arg-type]


def pypi(name: str, **more: object) -> LockedPackage:
    url = f"https://files.example/{name}-1.2.3-py3-none-any.whl"
    package = LockedPackage(
        name=name,
        version="1.2.3",
        ecosystem=PYPI,
        files=(LockedFile(url=url, sha256="ef" * 32),),
    )
    return replace(package, **more)  # type: ignore[arg-type]


def lock(*packages: LockedPackage, **more: object) -> Lock:
    part = PlatformLock(platform="linux-64", python="3.11.7", packages=packages)
    made = Lock(platforms=(part,), channels=("conda-forge", "bioconda"))
    return replace(made, **more)  # type: ignore[arg-type]


def environment(made: Lock, ladder: Ladder | None = None, name: str = "") -> list[str]:
    found = export(made, ExportFormat.ENVIRONMENT, ladder=ladder, name=name)
    return found.text.splitlines()


def test_an_environment_file_reads_as_people_write_it() -> None:
    made = lock(
        conda("python"),
        conda("samtools", channel="bioconda"),
        pypi("app"),
        variables=("MODE=on",),
    )
    assert environment(made, name="mine") == [
        "name: mine",
        "channels:",
        "  - conda-forge",
        "  - bioconda",
        "dependencies:",
        "  - python=1.2.3",
        "  - bioconda::samtools=1.2.3",
        "  - pip:",
        "      - app==1.2.3",
        "variables:",
        '  MODE: "on"',
    ]


def test_pip_is_named_where_conda_brought_it() -> None:
    ladder = Ladder(only_requested=True)
    made = lock(
        conda("pip"), conda("z"), pypi("app"), requested=("conda:z", "pypi:app")
    )
    assert "  - pip" in environment(made, ladder)


@pytest.mark.parametrize(
    "source",
    ["app @ git+https://x/app@abc", "-e /src/app", "app @ file:///src/app"],
)
@pytest.mark.parametrize("rung", Precision)
def test_a_source_is_never_a_version(source: str, rung: Precision) -> None:
    made = lock(pypi("app", source=source, files=()))
    ladder = Ladder(conda=rung, pypi=rung, only_requested=False)
    assert f"      - {source}" in environment(made, ladder)
    text = export(made, ExportFormat.REQUIREMENTS, ladder=ladder).text
    assert text.splitlines()[-1] == source


def test_yaml_reads_every_entry_as_the_text_it_was() -> None:
    specs = ("numpy >=2,<3", "1e5", "on", 'a ; python_version < "3.9"', "x[y='z: 1']")
    made = lock(
        *(pypi(f"p{n}", source=spec) for n, spec in enumerate(specs)),
        variables=("A=yes", "B=x: #1", "C="),
    )
    data = YAML(typ="safe").load("\n".join(environment(made)))
    assert data["dependencies"] == [{"pip": list(specs)}]
    assert data["variables"] == {"A": "yes", "B": "x: #1", "C": ""}


def test_what_an_environment_file_cannot_hold_is_named() -> None:
    made = lock(conda("a"), pypi("b", groups=("dev",)), pypi("c", groups=("", "docs")))
    ladder = Ladder(pypi=Precision.HASH, only_requested=False)
    losses = export(made, ExportFormat.ENVIRONMENT, ladder=ladder).losses
    assert [loss.partition("cannot hold ")[2] for loss in losses] == [
        "hashes of PyPI packages",
        "groups; what dev, docs needs is in it all the same",
    ]


def test_a_lock_of_nothing_becomes_a_list_of_nothing() -> None:
    # conda refuses a file in which `dependencies:` has no value.
    assert environment(lock())[-1] == "dependencies: []"


def test_what_is_needed_at_run_time_too_is_in_conda_locks_main_category() -> None:
    made = lock(pypi("b", groups=("dev",)), pypi("c", groups=("", "docs")))
    data = YAML(typ="safe").load(export(made, ExportFormat.CONDA_LOCK).text)
    found = {p["name"]: (p["category"], p["optional"]) for p in data["package"]}
    assert found == {"b": ("dev", True), "c": ("main", False)}


def test_an_index_stands_in_the_pip_section() -> None:
    made = lock(conda("a"), pypi("b"), indexes=("https://i.example",))
    assert environment(made)[-3:] == [
        "  - pip:",
        "      - --extra-index-url https://i.example",
        "      - b==1.2.3",
    ]


def test_what_pypi_replaced_is_left_to_pypi() -> None:
    # With both, neither conda's solver nor uv could choose both versions at once.
    made = lock(conda("python"), conda("pyyaml", provides=("pyyaml",)), pypi("pyyaml"))
    found = export(made, ExportFormat.ENVIRONMENT)
    assert found.text.splitlines()[3:] == [
        "dependencies:",
        "  - python=1.2.3",
        "  - pip:",
        "      - pyyaml==1.2.3",
    ]
    assert "conda's pyyaml is left out" in found.losses[0]


def test_a_pin_limits_what_was_asked_for_by_name_and_stands_in_a_comment() -> None:
    made = lock(
        conda("numpy"),
        conda("scipy"),
        requested=("conda:numpy", "conda:scipy >1"),
        pins=("numpy 1.26.*", "scipy 1.*", "blas * mkl"),
    )
    found = export(made, ExportFormat.ENVIRONMENT, ladder=Ladder())
    assert found.text.splitlines()[4:] == [
        "  - numpy 1.26.*",
        "  - scipy >1",
        "# conda-meta/pinned:",
        "#   numpy 1.26.*",
        "#   scipy 1.*",
        "#   blas * mkl",
    ]
    assert "the pin blas * mkl in a comment only" in found.losses[-1]


@pytest.mark.parametrize("to", [f for f in ExportFormat if f.value != "environment"])
def test_variables_and_pins_are_named_by_formats_without_them(to: ExportFormat) -> None:
    made = lock(conda("a"), variables=("MODE=on",), pins=("a 1.*",))
    losses = export(made, to).losses[-2:]
    assert [loss.partition(" cannot hold ")[2] for loss in losses] == [
        "the variable MODE",
        "the pin a 1.*",
    ]


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("app @ git+https://x/app@abc", "app[x] @ git+https://x/app@abc"),
        ("-e /src/app", "-e /src/app[x]"),
    ],
)
def test_a_source_keeps_its_extras(source: str, line: str) -> None:
    package = pypi("app", source=source, files=(), extras=("x",))
    assert f"      - {line}" in environment(lock(package))
    bare = pypi("app", source=source, files=())
    assert f"      - {line}" in environment(lock(bare, requested=(f"pypi:{line}",)))


def test_requirements_have_no_hashes_beside_one_that_is_not_known() -> None:
    made = lock(pypi("a"), pypi("b", files=()))
    found = export(made, ExportFormat.REQUIREMENTS)
    assert found.text.splitlines() == ["a==1.2.3", "b==1.2.3"]
    assert "b, whose hash is not on record" in found.losses[0]


def test_extras_that_were_asked_for_stay_in_requirements() -> None:
    made = lock(pypi("a"), requested=("pypi:a[x,y]>=1",))
    ladder = Ladder(pypi=Precision.VERSION, only_requested=False)
    text = export(made, ExportFormat.REQUIREMENTS, ladder=ladder).text
    assert text == "a[x,y]==1.2.3\n"


@pytest.mark.parametrize(
    ("md5", "sha256", "told"),
    [
        ("cd" * 16, "ab" * 32, "#" + "cd" * 16),
        ("cd" * 16, "", "#" + "cd" * 16),
        ("", "ab" * 32, "#sha256:" + "ab" * 32),
        ("", "", ""),
    ],
)
def test_an_explicit_file_has_the_hash_that_every_conda_reads(
    md5: str, sha256: str, told: str
) -> None:
    file = LockedFile(url="https://c/a.conda", sha256=sha256, md5=md5)
    found = export(lock(conda("a", files=(file,))), ExportFormat.EXPLICIT)
    assert found.text.splitlines()[-1] == f"https://c/a.conda{told}"


@pytest.mark.parametrize(
    "to", [ExportFormat.PYLOCK, ExportFormat.PIXI, ExportFormat.CONDA_LOCK]
)
def test_a_package_without_a_file_is_left_out_and_named(to: ExportFormat) -> None:
    found = export(lock(pypi("a"), pypi("unknown", files=())), to)
    assert "unknown" not in found.text
    assert "unknown 1.2.3 is not on record" in found.losses[0]


_WHEELS = (
    "a-1.2.3-cp312-cp312-manylinux_2_28_x86_64.whl",
    "a-1.2.3-cp311-cp311-manylinux_2_28_x86_64.whl",
    "a-1.2.3-cp311-cp311-macosx_11_0_arm64.whl",
)


def _files() -> tuple[LockedFile, ...]:
    return tuple(
        LockedFile(url=f"https://f/{name}", sha256=f"{number}b" * 32)
        for number, name in enumerate(_WHEELS)
    )


def test_a_pixi_lock_has_the_wheel_for_its_platform() -> None:
    found = export(lock(pypi("a", files=_files())), ExportFormat.PIXI)
    (entry,) = YAML(typ="safe").load(found.text)["packages"]
    assert (entry["pypi"], entry["sha256"]) == (f"https://f/{_WHEELS[1]}", "1b" * 32)


def test_a_folder_is_of_no_version_again_when_its_pixi_lock_is_read() -> None:
    made = lock(pypi("a", source="-e ./a", version="", files=()))
    text = export(made, ExportFormat.PIXI).text
    found = translate("pixi.lock", text, platform="linux-64")
    (package,) = found.for_platform("linux-64").packages
    assert (package.source, package.version) == ("-e ./a", "")


def test_a_conda_lock_has_the_wheel_for_its_platform_and_needs_as_names() -> None:
    needs = ("b[x]>=1; python_version > '3'", "c (>2)", "d; extra == 'x'")
    made = lock(pypi("a", files=_files(), depends=needs))
    found = export(made, ExportFormat.CONDA_LOCK)
    entry = YAML(typ="safe").load(found.text)["package"][0]
    assert entry["url"] == f"https://f/{_WHEELS[1]}"
    assert entry["dependencies"] == {"b": ">=1", "c": ">2"}


def test_an_exact_format_takes_no_ladder() -> None:
    with pytest.raises(UsageError, match="exact files"):
        export(lock(conda("a")), ExportFormat.PIXI, ladder=Ladder())


@pytest.mark.parametrize(
    ("fragment", "below"),
    [("", None), ("#subdirectory=py", "py"), ("#egg=b&subdirectory=a/b", "a/b")],
)
def test_a_folder_within_a_repository_is_named(
    fragment: str, below: str | None
) -> None:
    source = f"b @ git+https://git.example/b.git@{'ab' * 20}{fragment}"
    text = export(lock(pypi("b", source=source)), ExportFormat.PYLOCK).text
    (package,) = parse_toml(text)["packages"]
    assert package["vcs"]["commit-id"] == "ab" * 20
    assert package["vcs"].get("subdirectory") == below


@pytest.mark.parametrize(
    ("to", "lines"),
    [
        (ExportFormat.PYLOCK, ['directory = {path = "../lib", editable = true}']),
        (ExportFormat.ENVIRONMENT, ["      - -e ../lib[x]", "      - -e .."]),
        (
            ExportFormat.PIXI,
            ['- pypi: "../lib"', '- pypi: "../w/p-1-py3-none-any.whl"'],
        ),
        # pip reads them from the folder in which it runs.
        (ExportFormat.REQUIREMENTS, ["-e ./lib[x]"]),
    ],
)
def test_paths_start_where_the_file_is_to_lie(
    to: ExportFormat, lines: list[str]
) -> None:
    file = LockedFile(url="w/p-1-py3-none-any.whl", sha256="ef" * 32)
    made = lock(
        pypi("lib", source="-e ./lib", files=()),
        pypi("own", source="-e .", files=()),
        pypi("p", files=(file,)),
        pypi("q", source="q @ https://x.example/q.whl"),
        requested=("pypi:-e ./lib[x]",),
    )
    found = export(made, to, way="..").text
    assert set(lines) <= set(found.splitlines())
    assert "../https" not in found


def test_who_refuses_a_pylock_with_folders_is_told() -> None:
    folder = pypi("lib", source="-e ./lib", files=())
    found = export(lock(folder, pypi("other")), ExportFormat.PYLOCK)
    assert "pip refuses lib" in found.remarks[0]
    assert found.losses == ()
    for alone in (folder, pypi("other")):
        assert export(lock(alone), ExportFormat.PYLOCK).remarks == ()
