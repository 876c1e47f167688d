"""The whole search against a real index; bench/names.py measures it."""

from pathlib import Path

import pytest

from caddis.adapters.contents import WheelContents
from caddis.adapters.names_table import NamesTable
from caddis.model.requirements import Requirements
from caddis.stages.requirements import find_requirements
from tests.unit.names.fakes import imported

pytestmark = [pytest.mark.integration, pytest.mark.network]

MODULES = """
    PIL attr bs4 cv2 dateutil docx dotenv flask git google.cloud.storage google.protobuf
    h5py jinja2 jose jwt kafka lxml magic markdown matplotlib numpy openpyxl pandas
    pptx psutil psycopg2 pydantic pytest requests rich scipy serial six skimage sklearn
    slugify sqlalchemy tqdm usb yaml
""".split()


def find(cache: Path) -> Requirements:
    table = NamesTable()
    wheels = WheelContents(namespaces=table.namespaces, cache=cache)
    return find_requirements(
        [imported(module) for module in MODULES], sources=[table], contents=wheels
    )


def test_forty_imports_are_proven_by_their_wheels_and_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = find(tmp_path)
    assert len(found.requirements) == len(MODULES) == 40
    proven = [
        requirement.name
        for requirement in found.requirements
        if requirement.evidence[-1].source == "wheel"
    ]
    assert len(proven) >= 38
    # What is remembered needs no index: one that nobody answers for changes nothing.
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    assert find(tmp_path) == found
