"""Fit a classifier, and say how well it does and what each measure contributes."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

try:
    from tqdm import tqdm
except ImportError:

    def tqdm(folds, **_):
        return folds


def fit(penguins: pd.DataFrame, config: dict) -> Pipeline:
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    return model.fit(penguins[config["measures"]].to_numpy(), penguins["species"])


def scores(penguins: pd.DataFrame, config: dict) -> pd.DataFrame:
    """Cross-validated accuracy by species, beside the species' mean measures."""
    predicted = cross_validated(penguins, config)
    right = pd.Series(predicted == penguins["species"].to_numpy(), penguins.index)
    table = penguins.groupby("species")[config["measures"]].mean()
    table["accuracy"] = right.groupby(penguins["species"]).mean()
    table.loc["F statistic"] = [*separation(penguins, config), np.nan]
    return table.round(4)


def cross_validated(penguins: pd.DataFrame, config: dict) -> np.ndarray:
    predicted = np.empty(len(penguins), dtype=object)
    folds = StratifiedKFold(config["folds"], shuffle=True, random_state=config["seed"])
    splits = list(folds.split(penguins, penguins["species"]))
    for train, test in tqdm(splits, disable=None):
        model = fit(penguins.iloc[train], config)
        unseen = penguins.iloc[test][config["measures"]]
        predicted[test] = model.predict(unseen.to_numpy())
    return predicted


def separation(penguins: pd.DataFrame, config: dict) -> np.ndarray:
    """One-way analysis of variance: how far each measure sets the species apart."""
    from scipy.stats import f_oneway

    groups = [group[config["measures"]] for _, group in penguins.groupby("species")]
    return f_oneway(*groups).statistic
