"""Curves of cost against size, on logarithmic scales, as SVG."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

COLOURS = ("#0b6e4f", "#c8553d", "#30638e")
_LEFT, _TOP, _WIDTH, _HEIGHT = 60, 30, 340, 270
_SHEET = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 560 340"'
    ' font-family="sans-serif" font-size="13">',
    '<rect width="560" height="340" fill="white"/>',
)

Point = tuple[float, float]
"""A size and the seconds that it cost."""


def drawing(
    curves: Mapping[str, Sequence[Point]], *, unit: str, seconds: Sequence[float]
) -> str:
    """Draw CPU seconds against sizes in *unit*; *seconds* are the lines across."""
    sizes = sorted({size for points in curves.values() for size, _ in points})
    scale = _Scale(sizes, seconds)
    parts = list(_SHEET)
    for size in sizes:
        x, y = scale.at((size, seconds[0]))
        parts.append(_line((x, y), scale.at((size, seconds[-1])), "#ddd"))
        parts.append(_text(x, y + 20, f"{size:,.0f}", "middle"))
    for height in seconds:
        x, y = scale.at((sizes[0], height))
        parts.append(_line((x, y), scale.at((sizes[-1], height)), "#ddd"))
        parts.append(_text(x - 8, y + 4, f"{height:g}", "end"))
    parts.append(_text(_LEFT + _WIDTH / 2, 332, unit, "middle"))
    parts.append(_text(8, 16, "CPU seconds", "start"))
    for (name, points), colour in zip(curves.items(), COLOURS, strict=False):
        places = [scale.at(point) for point in points]
        path = " ".join(f"{x},{y}" for x, y in places)
        parts.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}"'
            ' stroke-width="2.5"/>'
        )
        x, y = places[-1]
        parts.append(f'<text x="{x + 6}" y="{y + 4}" fill="{colour}">{name}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


class _Scale:
    def __init__(self, sizes: Sequence[float], seconds: Sequence[float]) -> None:
        self._across = math.log10(sizes[0]), math.log10(sizes[-1])
        self._up = math.log10(seconds[0]), math.log10(seconds[-1])

    def at(self, point: Point) -> tuple[float, float]:
        """Place a measurement on the sheet."""
        (left, right), (low, high) = self._across, self._up
        x = (math.log10(point[0]) - left) / (right - left)
        y = (high - math.log10(point[1])) / (high - low)
        return round(_LEFT + x * _WIDTH, 1), round(_TOP + y * _HEIGHT, 1)


def _line(start: tuple[float, float], end: tuple[float, float], colour: str) -> str:
    (x1, y1), (x2, y2) = start, end
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{colour}"/>'


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}">{text}</text>'
