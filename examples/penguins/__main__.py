"""Run the analysis: `python -m penguins OUTDIR`, from the folder above this one."""

import sys
from pathlib import Path

from .data import load, settings
from .model import fit, scores
from .report import draw, thumbnail, write_table


def main(out: Path) -> None:
    config = settings()
    penguins = load(config["measures"])
    model = fit(penguins, config)
    table = scores(penguins, config)

    out.mkdir(parents=True, exist_ok=True)
    write_table(table, out / "scores.csv")
    draw(penguins, model, config, out / "penguins.png")
    thumbnail(out / "penguins.png", out / "thumbnail.png", config["thumbnail"])
    print(table.to_string())
    print(f"wrote scores.csv, penguins.png and thumbnail.png to {out}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m penguins OUTDIR")
    main(Path(sys.argv[1]))
