from pathlib import Path

import pytest

from caddis.cli import main
from caddis.model.lock import Lock, LockedPackage, PlatformLock
from caddis.model.lock_file import read_lock, write_lock
from caddis.model.requirements import Ecosystem
from tests.support.index import Dist, write_index

pytestmark = pytest.mark.integration
SITE = "lib/python3.12/site-packages"


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CADDIS_CACHE_DIR", str(tmp_path / "cache"))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "app.py").write_text("import cv2\nfrom numpy import strings\n")
    return folder


def install(prefix: Path, name: str, version: str, module: str) -> None:
    info = prefix / SITE / f"{name}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Name: {name}\nVersion: {version}\n")
    (info / "RECORD").write_text(f"{module}/__init__.py,,\n")


def explained(
    capsys: pytest.CaptureFixture[str], project: Path, name: str, *options: str
) -> str:
    words = ["scan", str(project), "--explain", name, "--offline", *options]
    assert main(words) == 0
    return capsys.readouterr().out


def test_the_project_chooses_among_providers(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "cv2 → opencv-python (" in explained(capsys, project, "cv2")
    chosen = '[tool.caddis.providers]\ncv2 = "opencv-python-headless"\n'
    (project / "pyproject.toml").write_text(chosen)
    text = explained(capsys, project, "cv2")
    assert "cv2 → opencv-python-headless (" in text
    assert "the project chooses" in text


def test_an_environment_is_evidence_and_gives_versions(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    prefix = tmp_path / "env"
    install(prefix, "opencv_contrib_python", "4.9", "cv2")
    options = ("--prefix", str(prefix))
    assert "→ opencv-contrib-python (" in explained(capsys, project, "cv2", *options)
    pinned = explained(capsys, project, "cv2", *options, "--pin")
    assert "→ opencv-contrib-python==4.9 (" in pinned


def test_pin_asks_for_the_version_that_brought_what_is_imported(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "numpy → numpy>=2.0 (" in explained(capsys, project, "numpy", "--pin")


def test_an_environment_that_is_not_there_is_an_error(
    project: Path, tmp_path: Path
) -> None:
    nowhere = str(tmp_path / "nowhere")
    assert main(["scan", str(project), "--prefix", nowhere]) == 7


def test_locking_points_out_a_declared_name_one_slip_away_from_a_known_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "requirements.txt").write_text("reqeusts\n")
    assert main(["lock", str(tmp_path), "--offline"]) != 0
    shown = capsys.readouterr().err
    assert "reqeusts (requirements.txt:1) is one letter away" in shown
    assert "requests" in shown


def test_an_extra_that_is_declared_satisfies_what_a_call_needs(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = 'import fsspec\nfsspec.open("s3://bucket/file")\n'
    (project / "app.py").write_text(code)
    (project / "requirements.txt").write_text("fsspec\n")
    assert main(["scan", str(project), "--check"]) == 1
    assert "s3fs is not declared" in capsys.readouterr().out
    (project / "requirements.txt").write_text("fsspec[s3]\n")
    assert main(["scan", str(project), "--check"]) == 0


def test_of_several_providers_the_locked_one_is_taken(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    package = LockedPackage(
        name="opencv-python-headless",
        version="4.10",
        ecosystem=Ecosystem.PYPI,
        files=(),
    )
    platform = PlatformLock(platform="linux-64", python="3.12", packages=(package,))
    write_lock(Lock(inputs="", platforms=(platform,)), project / "caddis.lock")
    assert "cv2 → opencv-python-headless (" in explained(capsys, project, "cv2")


def test_a_lock_that_cannot_be_read_is_no_evidence(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "caddis.lock").write_text("no lock")
    assert "cv2 → opencv-python (" in explained(capsys, project, "cv2")


def test_a_declared_package_that_two_indexes_have_is_pointed_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    private = write_index([Dist(name="acme-core")], tmp_path / "private").as_uri()
    both = [Dist(name="acme-core", version="9"), Dist(name="acme-kit")]
    public = write_index(both, tmp_path / "public").as_uri()
    project = tmp_path / "project"
    project.mkdir()
    (project / "requirements.in").write_text(
        f"-i {public}\n--extra-index-url {private}\nacme-core\nacme-kit\n"
    )
    assert main(["lock", str(project)]) == 0
    told = [line for line in capsys.readouterr().err.splitlines() if "same" in line]
    assert told == [
        f"note: acme-core is taken from {private}, and {public} has a package of the"
        " same name"
    ]
    (package, _) = read_lock(project / "caddis.lock").platforms[0].packages
    assert package.version == "1.0"


@pytest.mark.parametrize(
    ("code", "python", "told"),
    [
        (
            "import tomllib\n",
            "3.10",
            "tomllib → unknown: only Python 3.11 and later has",
        ),
        ("if NEW: import tomllib\n", "3.10", "only in Python 3.11 and later"),
        ("import imp\n", "3.12", "imp → unknown: only Python before 3.12 has it"),
        ("import distutils.core\n", "3.12", "distutils.core → setuptools"),
        ("import distutils.core\n", "3.11", "distutils.core is of Python's standard"),
    ],
)
def test_modules_of_other_pythons_are_told_with_these(
    project: Path, capsys: pytest.CaptureFixture[str], code: str, python: str, told: str
) -> None:
    (project / "app.py").write_text(code)
    module = "distutils.core" if "distutils" in code else code.split()[-1]
    words = ["scan", str(project), "--offline", "--python", python]
    assert main([*words, "--explain", module]) == 0
    explained = capsys.readouterr()
    assert main(words) == 0
    whole = capsys.readouterr()
    assert told in explained.out + explained.err + whole.err


def test_what_no_package_has_is_explained_too(project: Path, capsys) -> None:
    (project / "m.py").write_text("import app, os.path\n")
    assert explained(capsys, project, "app").splitlines() == [
        "app is the project's own",
        "  imported  m.py:1 import app (first-party)",
    ]
    assert "os is of Python's standard library" in explained(capsys, project, "os")
    assert explained(capsys, project, "m.py") == "m.py is read, and has 2 imports\n"
    assert explained(capsys, project, "yaml").startswith("yaml: nothing imp")
