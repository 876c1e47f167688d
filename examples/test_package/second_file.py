"""Fit a line through four points with sklearn."""

import pandas as pd
from sklearn.linear_model import LinearRegression

points = pd.DataFrame({"x": [0.0, 1.0, 2.0, 3.0], "y": [1.0, 3.0, 5.0, 7.0]})
line = LinearRegression().fit(points[["x"]], points["y"])
print(f"slope {line.coef_[0]:.3f}, intercept {line.intercept_:.3f}")
