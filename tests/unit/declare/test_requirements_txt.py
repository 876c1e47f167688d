"""Requirements files are read as pip reads them."""

from __future__ import annotations

from pathlib import Path

import pytest

from caddis.errors import ProjectError
from caddis.model.requirements import Ecosystem
from caddis.stages.declare import declare
from tests.unit.declare.reading import declared, specs

_REQUIREMENTS = """\
--index-url https://u:${WORD}@p.example/simple
-c limits.txt
requests >= 2.31 ; python_version > "3.8"
numpy==2.1.0 \\
    --hash=sha256:FIRST \\
    --hash=sha256:SECOND
git+https://g.example/me/tool.git@v1
lib @ https://x.example/lib-1.0-py3-none-any.whl
-rother/more.in
# a comment
./wheels/local-1.0-py3-none-any.whl
""".replace("FIRST", "Aa" * 32).replace("SECOND", "bb" * 32)


def test_a_path_beside_the_project_is_told_from_the_project(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "project").mkdir()
    found = declared(
        tmp_path / "project", "requirements.in", "-e ../lib[more]\n../lib\n"
    )
    assert specs(found, Ecosystem.PYPI) == ["-e ../lib[more]", "../lib"]


@pytest.mark.parametrize(
    ("line", "spec"),
    [("-e .", "-e ."), ("-e ./[x]", "-e .[x]"), (".", "."), ("./[x]", ".[x]")],
)
def test_the_project_itself_is_told_in_one_way(
    line: str, spec: str, tmp_path: Path
) -> None:
    (found,) = declared(tmp_path, "requirements.in", f"{line}\n").requirements
    assert found.spec == spec


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", '[project]\nname = "Birds"\n'),
        ("pyproject.toml", '[tool.poetry]\nname = "Birds"\n'),
        ("setup.py", 'from setuptools import setup\nsetup(name="Birds")\n'),
    ],
)
def test_a_folder_is_called_as_its_project_calls_itself(
    tmp_path: Path, name: str, text: str
) -> None:
    (tmp_path / name).write_text(text)
    (asked,) = declared(tmp_path, "requirements.txt", "-e .\n").requirements
    assert asked.name == "birds"


def test_a_requirements_file_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "limits.txt").write_text("urllib3<3\n")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "more.in").write_text("-e sub\n")
    (tmp_path / "other" / "sub").mkdir()
    (tmp_path / "wheels").mkdir()
    (tmp_path / "wheels" / "local-1.0-py3-none-any.whl").touch()
    found = declared(tmp_path, "requirements.in", _REQUIREMENTS, WORD="w")
    assert found.indexes == ("https://u:w@p.example/simple",)
    assert found.replaces_pypi
    assert [limit.spec for limit in found.constraints] == ["urllib3<3"]
    assert specs(found, Ecosystem.PYPI) == [
        'requests >= 2.31 ; python_version > "3.8"',
        "numpy==2.1.0",
        "tool @ git+https://g.example/me/tool.git@v1",
        "lib @ https://x.example/lib-1.0-py3-none-any.whl",
        # A path is told from the project, not from the file that names it.
        "-e ./other/sub",
        "./wheels/local-1.0-py3-none-any.whl",
    ]
    hashes = {r.name: r.hashes for r in found.requirements}
    assert hashes["numpy"] == ("aa" * 32, "bb" * 32)
    by_name = {r.name: r.origin for r in found.requirements}
    assert by_name["numpy"] == "requirements.in:4"
    assert by_name["tool"] == "requirements.in:7"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("requests=2\n", "requirements.in:1: 'requests=2' is not a requirement"),
        ("\n\nfoo bar\n", "requirements.in:3: 'foo bar' is not a requirement"),
        ("-r gone.txt\n", "requirements.in:1: there is no file gone.txt"),
        ("-e ./gone\n", "requirements.in:1: there is no folder"),
        ("--target x\n", "requirements.in:1: caddis does not know .* --target"),
        ("six==1.0 --hash=md5:aa\n", "requirements.in:1: caddis compares sha256"),
        ("six==1.0 --hash=sha256:zz\n", "requirements.in:1: 'zz' is no sha256"),
        ("./gone-1.0-py3-none-any.whl\n", "requirements.in:1: there is no file"),
        ("six\n-r requirements.in\n", "requirements.in:2: requirements.in names its"),
        ("a\nsix --config-settings x=y\n", "requirements.in:2: .* --config-settings"),
        ("--no-binary\n", "requirements.in:1: --no-binary needs a value"),
        ("https://x.example/get?id=3\n", "requirements.in:1: .* name of the pack"),
    ],
)
def test_a_wrong_requirement_is_reported_with_its_line(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(ProjectError, match=message):
        declared(tmp_path, "requirements.in", text)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("numpy =>1", "Write >= here: numpy >=1"),
        ("numpy=<2,>=1", "Write <= here: numpy<=2,>=1"),
        ("numpy=2", "For one version write == here: numpy==2"),
        ("numpy 2.1", "Put == before the version: numpy==2.1"),
        (
            "_libgcc_mutex=0.1=main",
            "This is what conda list --export writes, for one platform: where that"
            " environment is, caddis record -p PREFIX writes environment.yml and lock.",
        ),
        (
            "Package    Version",
            "This is what pip list prints; pip freeze prints requirements.",
        ),
        ("<<<<<<< HEAD", "git could not merge this file: settle it first."),
        ("pip install numpy", "Write what is to be installed alone: numpy"),
    ],
)
def test_a_wrong_requirement_comes_with_the_right_one(
    tmp_path: Path, text: str, advice: str
) -> None:
    with pytest.raises(ProjectError) as error:
        declared(tmp_path, "requirements.in", text)
    assert error.value.hint == advice


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "utf-8"])
def test_requirements_are_read_as_editors_and_shells_save_them(
    tmp_path: Path, encoding: str
) -> None:
    path = tmp_path / "requirements.txt"
    path.write_bytes("# größer\r\nnumpy==2.1\r\n".encode(encoding))
    found = declare(tmp_path, [path], variables={})
    assert specs(found, Ecosystem.PYPI) == ["numpy==2.1"]


def test_options_that_choose_files_are_kept(tmp_path: Path) -> None:
    text = "--pre\n--no-binary numpy,scipy\n--only-binary=:all:\n--no-index\nsix\n"
    found = declared(tmp_path, "requirements.in", text)
    assert found.pip_options == (
        "--pre",
        "--no-binary=numpy",
        "--no-binary=scipy",
        "--only-binary=:all:",
        "--no-index",
    )


@pytest.mark.parametrize(
    ("line", "name", "spec"),
    [
        (
            "-e git+https://git.example/thing.git@main#egg=Thing",
            "thing",
            "Thing @ git+https://git.example/thing.git@main",
        ),
        (
            "--editable=git+ssh://git@git.example/x/thing.git#egg=thing[fast]"
            "&subdirectory=python",
            "thing",
            "thing[fast] @ git+ssh://git@git.example/x/thing.git#subdirectory=python",
        ),
        (
            "-e thing[fast] @ git+https://git.example/other",
            "thing",
            "thing[fast] @ git+https://git.example/other",
        ),
    ],
)
def test_a_checkout_to_edit_is_installed_as_it_is(
    tmp_path: Path, line: str, name: str, spec: str
) -> None:
    # pip clones these to edit them; uv knows no such thing.
    found = declared(tmp_path, "requirements.in", f"{line}\n").requirements[0]
    assert (found.name, found.spec) == (name, spec)


def test_a_folder_to_edit_may_be_named_by_a_url(tmp_path: Path) -> None:
    (tmp_path / "my lib").mkdir()
    url = (tmp_path / "my lib").as_uri()
    found = declared(tmp_path, "requirements.in", f"-e {url}#egg=x\n").requirements[0]
    assert found.spec == f"-e {tmp_path / 'my lib'}"
