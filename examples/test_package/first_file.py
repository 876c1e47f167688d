"""Integrate a parabola with scipy, and check it with numpy."""

import numpy as np
import scipy

area, _ = scipy.integrate.quad(np.square, 0, 3)
print(f"area under the parabola: {area:.3f}")
