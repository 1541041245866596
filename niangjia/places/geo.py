"""Points: WGS-84 inside the house; GCJ-02, as AMap and WeChat show it, at its doors; distances between them."""

from __future__ import annotations

import math
from dataclasses import dataclass

EARTH_M = 6_371_008.8
# Krasovsky's ellipsoid, on which the offset of GCJ-02 is computed.
AXIS, ECCENTRICITY = 6_378_245.0, 0.00669342162296594323
CLOSE_ENOUGH = 1e-7  # degrees, about a centimetre
DEGREE_M = 111_320.0


@dataclass(frozen=True, slots=True)
class Point:
    """A place on earth, in degrees."""

    latitude: float
    longitude: float


def is_in_china(point: Point) -> bool:
    return 3.0 <= point.latitude <= 54.0 and 73.0 <= point.longitude <= 136.0


def distance_m(a: Point, b: Point) -> float:
    """Metres along the great circle."""
    north = math.radians(b.latitude - a.latitude)
    east = math.radians(b.longitude - a.longitude)
    across = math.cos(math.radians(a.latitude)) * math.cos(math.radians(b.latitude))
    half = math.sin(north / 2) ** 2 + across * math.sin(east / 2) ** 2
    return 2 * EARTH_M * math.asin(math.sqrt(half))


def to_gcj02(point: Point) -> Point:
    """The point as AMap, Tencent and WeChat draw it."""
    north, east = _offset(point.longitude - 105.0, point.latitude - 35.0)
    latitude = math.radians(point.latitude)
    bend = 1 - ECCENTRICITY * math.sin(latitude) ** 2
    north = math.degrees(north * bend * math.sqrt(bend) / (AXIS * (1 - ECCENTRICITY)))
    east = math.degrees(east * math.sqrt(bend) / (AXIS * math.cos(latitude)))
    return Point(point.latitude + north, point.longitude + east)


def from_gcj02(point: Point) -> Point:
    """The true point behind one copied from AMap, Tencent or WeChat."""
    guess = point
    while True:
        shown = to_gcj02(guess)
        north, east = point.latitude - shown.latitude, point.longitude - shown.longitude
        guess = Point(guess.latitude + north, guess.longitude + east)
        if abs(north) < CLOSE_ENOUGH and abs(east) < CLOSE_ENOUGH:
            return guess


def _offset(x: float, y: float) -> tuple[float, float]:
    """By how many metres GCJ-02 lies north and east, for degrees east of 105° and north of 35°."""

    def waves(of: float, *terms: tuple[float, float]) -> float:
        return sum(height * math.sin(of * turn * math.pi) for height, turn in terms) * 2 / 3

    both = waves(x, (20.0, 6.0), (20.0, 2.0))
    root = math.sqrt(abs(x))
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + both
    north += waves(y, (20.0, 1.0), (40.0, 1 / 3)) + waves(y, (160.0, 1 / 12), (320.0, 1 / 30))
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + both
    east += waves(x, (20.0, 1.0), (40.0, 1 / 3)) + waves(x, (150.0, 1 / 12), (300.0, 1 / 30))
    return north, east
