"""Outlines of the prefectures from the boundary file, projected and simplified to SVG once for each file."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.conf import settings

Point = tuple[float, float]
Ring = list[Point]

LATITUDE = 27.5  # degrees: where east and north have the same scale
WIDTH, MARGIN = 400, 4
GRID = 0.5


@dataclass(frozen=True)
class Outline:
    """One prefecture: its path in a viewBox that begins at 0, 0, and where its label stands."""

    adcode: str
    path: str
    x: str
    y: str


@dataclass(frozen=True)
class Outlines:
    height: int
    outlines: tuple[Outline, ...]


def outlines() -> Outlines:
    """The outlines of the file that is set as `MAP_FILE`; empty when it holds none that can be read."""
    path = Path(settings.MAP_FILE)
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        return Outlines(0, ())
    return _read(path, changed)


@lru_cache(maxsize=2)
def _read(path: Path, changed: int) -> Outlines:
    """`changed` is the file's time, so that another file in its place is read anew."""
    try:
        features = list(json.loads(path.read_text(encoding="utf-8"))["features"])
    except (OSError, ValueError, KeyError, TypeError):
        return Outlines(0, ())
    shapes = [shape for shape in map(_shape, features) if shape]
    points = [point for _adcode, rings in shapes for ring in rings for point in ring]
    if not points:
        return Outlines(0, ())
    west, north = min(x for x, _y in points), max(y for _x, y in points)
    east, south = max(x for x, _y in points), min(y for _x, y in points)
    scale = (WIDTH - 2 * MARGIN) / ((east - west) or 1)
    found = []
    for adcode, rings in shapes:
        placed = [[((x - west) * scale + MARGIN, (north - y) * scale + MARGIN) for x, y in ring] for ring in rings]
        x, y = get_label_point(max(placed, key=_extent))
        found.append(Outline(adcode, "".join(_path(ring) for ring in placed), f"{x:.0f}", f"{y:.0f}"))
    return Outlines(math.ceil((north - south) * scale + 2 * MARGIN), tuple(found))


def _shape(feature: Any) -> tuple[str, list[Ring]] | None:
    """A feature's administrative code and rings; None for one that has no code or no area."""
    try:
        rings = [ring for ring in _rings(feature["geometry"]) if len(ring) > 2]
        return (str(feature["properties"]["adcode"]), rings) if rings else None
    except (KeyError, IndexError, TypeError, ValueError):
        return None


def _rings(geometry: Any) -> Iterable[Ring]:
    """The outer rings of a polygon or of several, with east shortened to the scale of north."""
    polygons = {"Polygon": [geometry["coordinates"]], "MultiPolygon": geometry["coordinates"]}[geometry["type"]]
    shorten = math.cos(math.radians(LATITUDE))
    for polygon in polygons:
        yield [(float(point[0]) * shorten, float(point[1])) for point in polygon[0]]


def _extent(ring: Ring) -> float:
    xs, ys = [x for x, _y in ring], [y for _x, y in ring]
    return (max(xs) - min(xs)) * (max(ys) - min(ys))


def get_label_point(ring: Ring) -> Point:
    """Return the point inside a ring that is about the farthest from it: the best of a grid, refined twice."""
    ring = ring[:: 1 + len(ring) // 100]  # a hundred points say as much
    xs, ys = [x for x, _y in ring], [y for _x, y in ring]
    best, width, height = ((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2), max(xs) - min(xs), max(ys) - min(ys)
    for _refinement in range(3):
        places = [
            (best[0] + width * column / 8, best[1] + height * row / 8)
            for column in range(-4, 5)
            for row in range(-4, 5)
        ]
        best = max(places, key=lambda place: get_depth(place, ring))
        width, height = width / 4, height / 4
    return best


def get_depth(point: Point, ring: Ring) -> float:
    """Return how far a point is from a ring, negative outside it."""
    (x, y), inside, nearest = point, False, math.inf
    for (ax, ay), (bx, by) in pairwise([ring[-1], *ring]):
        dx, dy = bx - ax, by - ay
        if (ay > y) != (by > y) and x < dx * (y - ay) / dy + ax:
            inside = not inside
        along = max(0.0, min(1.0, ((x - ax) * dx + (y - ay) * dy) / ((dx * dx + dy * dy) or 1)))
        nearest = min(nearest, math.hypot(ax + along * dx - x, ay + along * dy - y))
    return nearest if inside else -nearest


def _path(ring: Ring) -> str:
    """Each point as its distance from the one before, on a grid that neighbours share: 9 KB less on the way."""
    points = [(round(x / GRID), round(y / GRID)) for x, y in ring]
    steps = [
        (x - before_x, y - before_y)
        for (before_x, before_y), (x, y) in pairwise(points)
        if (x, y) != (before_x, before_y)
    ]
    (x, y), numbers = points[0], " ".join(_number(part) for step in steps for part in step)
    return f"M{_number(x)} {_number(y)}l{numbers.replace(' -', '-')}z"


def _number(count: int) -> str:
    """So many units of the grid, as briefly as SVG reads it."""
    return f"{count * GRID:g}".replace("0.5", ".5") if abs(count) == 1 else f"{count * GRID:g}"
