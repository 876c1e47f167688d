"""What a prefix tells about itself."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from caddis.errors import PrefixError
from caddis.host import LINUX
from caddis.model.archive import MANIFEST, Manifest, write_manifest
from caddis.model.changed_file import FileState
from caddis.model.environment import PrefixKind
from caddis.model.lock import LockedFile
from caddis.model.requirements import Ecosystem
from caddis.stages.inventory import read_environment
from tests.unit.environments.prefixes import EDITABLE, SITE, Prefix, read, specs


@pytest.fixture
def prefix(tmp_path: Path) -> Prefix:
    return Prefix(path=tmp_path / "env")


def test_a_conda_package_keeps_its_file_hashes_and_channel(prefix: Prefix) -> None:
    prefix.python()
    found = read(prefix).packages[0]
    assert found.files[0].url.endswith("/linux-64/python-3.11.7-h1_0.conda")
    assert len(found.files[0].sha256) == 64
    assert len(found.files[0].md5) == 32
    assert found.channel == "https://conda.anaconda.org/conda-forge"


def test_two_channels_are_kept_the_larger_first(prefix: Prefix) -> None:
    prefix.python()
    prefix.conda("numpy")
    prefix.conda("samtools", channel="https://conda.anaconda.org/bioconda")
    assert read(prefix).channels == ("conda-forge", "bioconda")


def test_credentials_in_channels_are_not_kept(prefix: Prefix) -> None:
    prefix.conda("secret", channel="https://me:word@conda.example/t/token/private")
    text = repr(read(prefix))
    assert "word" not in text
    assert "token" not in text


def test_variables_and_pins_are_read(prefix: Prefix) -> None:
    prefix.python()
    meta = prefix.path / "conda-meta"
    state = {"version": 1, "env_vars": {"B": "2", "A": "1", "C": "***unset***"}}
    (meta / "state").write_text(json.dumps(state))
    (meta / "pinned").write_text("# ours\nnumpy 1.26.*  # old\n\n")
    environment = read(prefix)
    assert environment.variables == {"A": "1", "B": "2"}
    assert environment.pins == ("numpy 1.26.*",)


@pytest.mark.parametrize(
    ("origin", "source"),
    [
        (
            {
                "url": "https://me:word@git.example/lib.git",
                "vcs_info": {"vcs": "git", "commit_id": "abc"},
                "subdirectory": "py",
            },
            "lib @ git+https://git.example/lib.git@abc#subdirectory=py",
        ),
        (EDITABLE, "-e /src/my lib"),
        ({"url": "file:///src/lib", "dir_info": {}}, "lib @ file:///src/lib"),
    ],
)  # fmt: skip
def test_a_source_never_becomes_a_version(
    prefix: Prefix, origin: dict[str, object], source: str
) -> None:
    prefix.venv()
    prefix.dist("lib", direct_url=origin)
    environment = read(prefix)
    assert environment.packages[0].source == source
    assert specs(environment) == [f"pypi:{source}"]


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://me:word@git.example/lib.git", "https://git.example/lib.git"),
        ("git@git.example:group/lib.git", "ssh://git@git.example/group/lib.git"),
        ("/srv/lib", "file:///srv/lib"),
    ],
)
@pytest.mark.parametrize("packed", [True, False])
def test_an_editable_checkout_in_the_environment_is_its_commit(
    prefix: Prefix, url: str, told: str, *, packed: bool
) -> None:
    # pip install -e git+https://… notes the folder alone, which goes with the prefix.
    prefix.venv()
    folder = prefix.path / "src/lib"
    git, commit = folder / ".git", "ab" * 20
    (git / "refs/heads").mkdir(parents=True)
    (git / "HEAD").write_text("ref: refs/heads/main\n")
    (git / "config").write_text(
        f'[core]\n\tbare = false\n[remote "origin"]\n\turl = {url}\n\tfetch = +x\n'
    )
    if packed:
        (git / "packed-refs").write_text(f"# pack-refs\n{commit} refs/heads/main\n")
    else:
        (git / "refs/heads/main").write_text(f"{commit}\n")
    direct_url = {"url": folder.as_uri(), "dir_info": {"editable": True}}
    prefix.dist("lib", installer="pip", requested=True, direct_url=direct_url)
    environment = read(prefix)
    assert specs(environment) == [f"pypi:lib @ git+{told}@{commit}"]
    assert "lib is a checkout" in environment.notes[0]


def test_an_editable_folder_that_is_no_checkout_stays_a_folder(prefix: Prefix) -> None:
    prefix.venv()
    folder = prefix.path / "src/lib"
    (folder / ".git").mkdir(parents=True)
    direct_url = {"url": folder.as_uri(), "dir_info": {"editable": True}}
    prefix.dist("lib", direct_url=direct_url)
    assert specs(read(prefix)) == [f"pypi:-e {folder}"]


def test_an_archive_by_url_keeps_its_hash(prefix: Prefix) -> None:
    prefix.venv()
    url = "https://files.example/lib-1.0-py3-none-any.whl"
    about = {"hashes": {"sha256": "ab" * 32}}
    prefix.dist("lib", direct_url={"url": url, "archive_info": about})
    found = read(prefix).packages[0]
    assert found.files == (LockedFile(url=url, sha256="ab" * 32),)


def test_edited_and_missing_files_are_told(prefix: Prefix) -> None:
    prefix.python()
    prefix.conda("tool", files={"bin/tool": "old\n", "share/gone": "x"})
    (prefix.path / "bin/tool").write_text("edited\n")
    (prefix.path / "share/gone").unlink()
    prefix.dist("lib")
    (prefix.path / SITE / "lib.py").write_text("changed = True\n")
    changed = [(f.path, f.package, f.state.value) for f in read(prefix).changed]
    assert changed == [
        ("bin/tool", "tool", "edited"),
        (f"{SITE}/lib.py", "lib", "edited"),
        ("share/gone", "tool", "missing"),
    ]


def test_the_packages_of_a_system_are_called_that(prefix: Prefix) -> None:
    (prefix.path / "lib/python3/dist-packages").mkdir(parents=True)
    with pytest.raises(PrefixError, match="they are the system's"):
        read(prefix)


def test_bytecode_is_nothing_that_could_be_missing(prefix: Prefix) -> None:
    # virtualenv 20.21 makes RECORDs with 550 such files of pip, and without folders.
    prefix.venv()
    paths = (f"{SITE}/lib.cpython-311.pyc", f"{SITE}/__pycache__/lib.cpython-311.pyc")
    prefix.dist("lib", files=dict.fromkeys(paths, "x"))
    for path in paths:
        (prefix.path / path).unlink()
    assert read(prefix).changed == ()


def test_an_edit_of_the_same_size_is_seen_by_its_time(prefix: Prefix) -> None:
    prefix.python()
    prefix.conda("tool", files={"bin/tool": "old\n"})
    (prefix.path / "bin/tool").write_text("new\n")
    later = (prefix.path / "conda-meta/tool-1.0-h1_0.json").stat().st_mtime + 10
    os.utime(prefix.path / "bin/tool", (later, later))
    assert [file.state for file in read(prefix).changed] == [FileState.EDITED]


def test_what_pip_replaced_is_shadowed(prefix: Prefix) -> None:
    prefix.python()
    module = f"{SITE}/numpy.py"
    info = f"{SITE}/numpy-1.0.dist-info/METADATA"
    files = {module: "conda's\n", info: "Name: numpy\nVersion: 1.0\n\n"}
    prefix.conda("numpy", files=files)
    # pip removes conda's metadata and installs its own version.
    (prefix.path / info).unlink()
    prefix.dist("numpy", "2.0", installer="pip", requested=True)
    environment = read(prefix)
    states = {(file.path, file.state, file.by) for file in environment.changed}
    assert states == {
        (module, FileState.SHADOWED, "numpy"),
        (info, FileState.SHADOWED, "numpy"),
    }
    assert [p.version for p in environment.packages if p.name == "numpy"] == [
        "1.0", "2.0",
    ]  # fmt: skip


def test_distributions_of_conda_packages_are_not_pypi_packages(prefix: Prefix) -> None:
    prefix.python()
    info = f"{SITE}/six-1.0.dist-info/METADATA"
    prefix.conda("six", files={info: "Name: six\nVersion: 1.0\n\n"})
    environment = read(prefix)
    assert environment.of(Ecosystem.PYPI) == ()
    assert environment.of(Ecosystem.CONDA)[1].provides == ("six",)


def test_a_folder_that_is_no_environment_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PrefixError, match="not an environment"):
        read_environment(tmp_path, host=LINUX)


def test_packages_of_the_base_python_are_pointed_out(prefix: Prefix) -> None:
    prefix.venv(more="include-system-site-packages = true\n")
    assert "/usr/bin can be imported too" in read(prefix).notes[0]


def test_an_unpacked_archive_tells_its_python(prefix: Prefix) -> None:
    prefix.dist("six")
    manifest = Manifest(
        platform="linux-64", python="3.11.7", compression="zstd", layers=()
    )
    (prefix.path / ".caddis").mkdir()
    (prefix.path / MANIFEST).write_bytes(write_manifest(manifest))
    environment = read(prefix)
    assert environment.kind is PrefixKind.STANDALONE
    assert environment.python == "3.11.7"
    assert specs(environment) == ["pypi:six"]
