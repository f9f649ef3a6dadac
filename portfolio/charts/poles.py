"""Label placement: the point inside an outline that is farthest from it (its pole of inaccessibility)."""

from __future__ import annotations

import heapq
import math

Point = tuple[float, float]
Ring = list[Point]

PRECISION = 1.0  # pixels
_DIAGONAL = math.sqrt(2)


def pole_of_inaccessibility(ring: Ring) -> Point:
    """The pole of a ring to within a pixel: squares are halved, the most promising first."""
    xs, ys = [x for x, _y in ring], [y for _x, y in ring]
    left, top, right, bottom = min(xs), min(ys), max(xs), max(ys)
    size = min(right - left, bottom - top)
    if size <= 0:
        return (left + right) / 2, (top + bottom) / 2
    best = ((left + right) / 2, (top + bottom) / 2)
    depth = distance(best, ring)
    queue: list[tuple[float, float, Point, float]] = []

    def put(x: float, y: float, half: float) -> None:
        inside = distance((x, y), ring)
        heapq.heappush(queue, (-(inside + half * _DIAGONAL), inside, (x, y), half))

    half = size / 2
    for column in range(math.ceil((right - left) / size)):
        for row in range(math.ceil((bottom - top) / size)):
            put(left + column * size + half, top + row * size + half, half)
    while queue:
        promise, inside, (x, y), half = heapq.heappop(queue)
        if inside > depth:
            best, depth = (x, y), inside
        if -promise - depth <= PRECISION:
            break
        half /= 2
        for dx in (-half, half):
            for dy in (-half, half):
                put(x + dx, y + dy, half)
    return best


def distance(point: Point, ring: Ring) -> float:
    """How far a point is from the ring; negative outside it."""
    x, y = point
    inside, nearest = False, math.inf
    ax, ay = ring[-1]
    for bx, by in ring:
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            inside = not inside
        nearest = min(nearest, _to_segment(x, y, ax, ay, bx, by))
        ax, ay = bx, by
    return math.sqrt(nearest) * (1 if inside else -1)


def _to_segment(x: float, y: float, ax: float, ay: float, bx: float, by: float) -> float:
    """The squared distance of x, y from the line between a and b."""
    dx, dy = bx - ax, by - ay
    if dx or dy:
        along = max(0.0, min(1.0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)))
        ax, ay = ax + along * dx, ay + along * dy
    return (x - ax) ** 2 + (y - ay) ** 2
