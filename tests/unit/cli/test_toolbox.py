from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from caddis.cli.commands.lock import configure
from caddis.cli.locking.toolbox import make_toolbox


def test_channels_are_read_once_for_names_and_for_the_lock(tmp_path: Path) -> None:
    # What has read 200,000 records keeps them: another would read them again.
    parser = ArgumentParser()
    configure(parser)
    toolbox = make_toolbox(parser.parse_args([str(tmp_path)]))
    assert toolbox.conda() is toolbox.catalogue()
