"""What may follow --entry."""

from __future__ import annotations

import pytest

from caddis.errors import UsageError
from caddis.model.application import AppCommand, read_command


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("run=a.b:c", AppCommand(name="run", module="a.b", attribute="c")),
        ("run=a:C.d", AppCommand(name="run", module="a", attribute="C.d")),
        ("python -m a", AppCommand(name="a", words=("python", "-m", "a"))),
        ("python3.11 -m a.b", AppCommand(name="b", words=("python3.11", "-m", "a.b"))),
        (
            "python tools/make.py 'two words'",
            AppCommand(name="make", words=("python", "tools/make.py", "two words")),
        ),
        (
            "go=python -m a --level=3",
            AppCommand(name="go", words=("python", "-m", "a", "--level=3")),
        ),
        (
            "serve=gunicorn app:app",
            AppCommand(name="serve", words=("gunicorn", "app:app")),
        ),
    ],
)
def test_a_command_is_read(text: str, command: AppCommand) -> None:
    assert read_command(text) == command


@pytest.mark.parametrize(
    "text", ["", "a.b:c", "gunicorn app:app", "run=", "python", "x='open", "a/b=c:d"]
)
def test_what_names_no_command_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="--entry"):
        read_command(text)
