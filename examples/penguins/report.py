"""Write the table and the pictures."""

from __future__ import annotations

from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from PIL import Image
from sklearn.pipeline import Pipeline


def write_table(table: pd.DataFrame, path: Path) -> None:
    table.to_csv(path)


def draw(penguins: pd.DataFrame, model: Pipeline, config: dict, path: Path) -> None:
    """Draw two measures by species, and a ring around each penguin mistaken."""
    across, up = config["axes"]
    figure, axes = plt.subplots(figsize=(8, 6), dpi=100)
    for species, group in penguins.groupby("species"):
        colour = config["colours"][species]
        axes.scatter(group[across], group[up], s=25, color=colour, label=species)
    wrong = penguins[mistaken(penguins, model, config)]
    rings = {"facecolors": "none", "edgecolors": "black", "s": 90, "label": "mistaken"}
    axes.scatter(wrong[across], wrong[up], **rings)
    axes.set_xlabel(across.replace("_", " "))
    axes.set_ylabel(up.replace("_", " "))
    axes.legend()
    figure.savefig(path, metadata={"Software": None})
    plt.close(figure)


def mistaken(penguins: pd.DataFrame, model: Pipeline, config: dict) -> np.ndarray:
    predicted = model.predict(penguins[config["measures"]].to_numpy())
    return predicted != penguins["species"].to_numpy()


def thumbnail(picture: Path, path: Path, width: int) -> None:
    with Image.open(picture) as image:
        image.thumbnail((width, width))
        image.convert("RGB").save(path)
