from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from caddis.cli.choosing import ask, asking, write_providers
from caddis.errors import ProjectError
from caddis.model.imports import Import
from caddis.model.requirements import Ecosystem, Requirements
from caddis.ports.names import NOTHING, Known
from caddis.stages.requirements import Choice, find_requirements, open_choices
from tests.unit.names.fakes import FakeNames, declared, imported

CV2 = Choice(module="cv2", default="opencv-python", others=("opencv-python-headless",))


def answering(*answers: str) -> Callable[[str], str]:
    left = list(answers)
    return lambda _: left.pop(0)


@pytest.mark.parametrize(
    ("answers", "chosen"),
    [
        (("",), "opencv-python"),
        (("2",), "opencv-python-headless"),
        (("opencv-python-headless",), "opencv-python-headless"),
        (("0", "3", "what?", "2"), "opencv-python-headless"),
    ],
)
def test_an_answer_is_a_number_a_name_or_nothing(
    answers: tuple[str, ...], chosen: str
) -> None:
    assert ask([CV2], read=answering(*answers)) == {"cv2": chosen}


def test_an_answer_is_written_and_all_else_stays(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    before = '# mine\n[project]\nname = "x"  # short\n'
    path.write_text(before)
    write_providers(path, {"cv2": "opencv-python"})
    write_providers(path, {"google.x": "google-x"})
    text = path.read_text()
    assert text.startswith(before)
    assert text.count("[tool.caddis.providers]") == 1
    assert 'cv2 = "opencv-python"' in text
    assert '"google.x" = "google-x"' in text


def test_a_file_is_made_where_there_is_none(tmp_path: Path) -> None:
    write_providers(tmp_path / "pyproject.toml", {"cv2": "opencv-python"})
    text = (tmp_path / "pyproject.toml").read_text()
    assert text == '[tool.caddis.providers]\ncv2 = "opencv-python"\n'


@pytest.mark.parametrize("text", ["[broken", "[tool]\ncaddis = 3\n"])
def test_a_file_without_a_place_for_it_stays_as_it_is(
    tmp_path: Path, text: str
) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text(text)
    with pytest.raises(ProjectError, match="no place"):
        write_providers(path, {"cv2": "opencv-python"})
    assert path.read_text() == text


def find(
    imports: Iterable[Import], ecosystem: Ecosystem, known: Known = NOTHING
) -> Requirements:
    """Find with a table in which two packages have cv2."""
    return find_requirements(
        imports,
        sources=[FakeNames({"cv2": "opencv-python,opencv-python-headless"})],
        ecosystem=ecosystem,
        declared=known.declared,
        providers=known.providers,
    )


def test_whoever_locks_is_asked_once_and_the_answer_counts_at_once(
    tmp_path: Path,
) -> None:
    path = tmp_path / "pyproject.toml"
    finder = asking(find, path, read=answering("2\n"))
    (found,) = finder([imported("cv2")], Ecosystem.PYPI).requirements
    assert found.name == "opencv-python-headless"
    assert 'cv2 = "opencv-python-headless"' in path.read_text()


def test_nobody_is_asked_where_one_of_them_is_declared(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    known = Known(declared=[declared("opencv-python-headless")])
    finder = asking(find, path, read=answering())
    (found,) = finder([imported("cv2")], Ecosystem.PYPI, known).requirements
    assert found.name == "opencv-python-headless"
    assert not path.exists()


def test_forks_and_forerunners_are_no_choice_to_bother_with() -> None:
    table = FakeNames(
        {"Crypto": "pycryptodome,pycrypto", "faiss": "faiss-cpu,faiss-gpu"}
    )
    imports = [imported("Crypto"), imported("faiss")]
    (choice,) = open_choices(find_requirements(imports, sources=[table]))
    assert (choice.default, choice.others) == ("faiss-cpu", ("faiss-gpu",))
