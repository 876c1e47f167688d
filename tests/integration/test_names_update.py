import json
from pathlib import Path

import pytest

from caddis.cli import main
from tests.support.server import serve

pytestmark = pytest.mark.integration


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CADDIS_CACHE_DIR", str(tmp_path / "cache"))


def publish(folder: Path) -> None:
    folder.mkdir()
    regro = {
        "acme-kit": {
            "import_name": "acme_young",
            "pypi_name": "acme-kit",
            "conda_name": "python-acme-kit",
        },
        "lazyaml": {
            "import_name": "yaml",
            "pypi_name": "lazyaml",
            "conda_name": "lazyaml",
        },
    }
    (folder / "regro.json").write_text(json.dumps(regro))
    (folder / "parselmouth.json").write_text(json.dumps({"acme-c": None}))


def shown(capsys: pytest.CaptureFixture[str], *names: str) -> list[dict[str, str]]:
    assert main(["names", "show", *names, "--json"]) == 0
    rows: list[dict[str, str]] = json.loads(capsys.readouterr().out)
    return rows


def test_published_mappings_fill_gaps_and_overrule_no_person(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(tmp_path / "published")
    assert main(["names", "show", "acme_young"]) == 4
    with serve(tmp_path / "published") as url:
        urls = ["--url", f"{url}/regro.json", "--url", f"{url}/parselmouth.json"]
        code = main(["names", "update", *urls, "--json"])
    assert code == 0
    assert json.loads(capsys.readouterr().out)["modules"] == 1
    assert shown(capsys, "acme_young") == [
        {
            "module": "acme_young",
            "pypi": "acme-kit",
            "conda": "python-acme-kit",
            "others": "",
            "sources": "published",
        }
    ]
    assert [row["pypi"] for row in shown(capsys, "yaml")] == ["pyyaml"]


def test_a_mapping_that_is_none_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(tmp_path / "published")
    (tmp_path / "published" / "page.json").write_text("<html>not here</html>")
    with serve(tmp_path / "published") as url:
        assert main(["names", "update", "--url", f"{url}/regro.json"]) == 0
        assert main(["names", "update", "--url", f"{url}/page.json"]) == 6
        assert main(["names", "update", "--url", f"{url}/missing.json"]) == 6
    capsys.readouterr()
    assert shown(capsys, "acme_young")


def test_a_mapping_out_of_reach_is_told_with_a_way_around(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serve(tmp_path) as url:
        pass
    assert main(["names", "update", "--url", f"{url}/regro.json"]) == 6
    told = capsys.readouterr().err
    assert "cannot be reached" in told
    assert "hint: --url names another mapping." in told


def test_a_scan_proposes_what_a_private_index_has(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from tests.support.index import Dist, write_index

    index = write_index([Dist(name="zyxkit")], tmp_path / "index")
    project = tmp_path / "project"
    project.mkdir()
    (project / "app.py").write_text("import zyxkit\n")
    words = ["scan", str(project), "--explain", "zyxkit"]
    words += ["--index-url", index.as_uri()]
    assert main(words) == 0
    online = capsys.readouterr().out
    assert online.startswith("zyxkit → unknown")
    assert "candidates: zyxkit" in online
    assert main([*words, "--offline"]) == 0
    assert "candidates" not in capsys.readouterr().out
