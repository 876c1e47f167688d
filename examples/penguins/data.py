"""Read the measurements and the settings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import yaml

if TYPE_CHECKING:
    from polars import DataFrame as PolarsFrame

HERE = Path(__file__).parent


def settings() -> dict:
    with open(HERE / "config.yaml", encoding="utf-8") as file:
        return yaml.safe_load(file)


def load(measures: list[str]) -> pd.DataFrame:
    return complete(pd.read_csv(HERE / "data" / "penguins.csv"), measures)


def complete(penguins: pd.DataFrame | PolarsFrame, measures: list[str]) -> pd.DataFrame:
    """Keep the penguins that were measured completely."""
    if not isinstance(penguins, pd.DataFrame):
        penguins = penguins.to_pandas()
    return penguins.dropna(subset=measures).reset_index(drop=True)
