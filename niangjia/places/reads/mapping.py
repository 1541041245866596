"""A map drawn here from our own points: no tiles, nobody else's server, nobody else's borders.

A map shown to the public is submitted to the surveying authority for examination; a map of simple content, such as that
of a scenic area, of streets or of metro lines, is excepted (地图管理条例, State Council order 664, in force 2016-01-01,
art. 15). 地图审核管理规定 (order 77 of the Ministry of Land and Resources, in force 2018-01-01, art. 6) names the same
exception, and keeps to “without national or administrative boundaries” where it frees others. So no boundary is drawn:
the county's outline is the hull of the places themselves, and the page calls it a sketch. Outlines found elsewhere
carry neither a map approval number nor a licence we could pass on; whoever draws boundaries here has them examined.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from niangjia.kit import clock
from niangjia.places import geo
from niangjia.places.geo import Point
from niangjia.places.models import Place
from niangjia.places.reads.finding import Asked, Near

MAP = 100.0  # the side of the drawing
SCALES_M = (100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000)
CORNERS = 3  # fewer make no outline


def outline(wanted: Asked) -> tuple[Point, ...]:
    """Around all places of the county asked for, whatever filter stands: the picture keeps its shape. One query."""
    if not wanted.county:
        return ()
    of_county = Place.objects.standing(clock.today()).filter(division_code__startswith=wanted.county)
    known = of_county.order_by().values_list("latitude", "longitude").distinct()
    return hull(Point(north, east) for north, east in known if north is not None and east is not None)


def hull(points: Iterable[Point]) -> tuple[Point, ...]:
    """The smallest convex outline around the points (Andrew's monotone chain), without a corner twice."""
    ordered = sorted(set(points), key=lambda point: (point.longitude, point.latitude))
    if len(ordered) < CORNERS:
        return tuple(ordered)
    return tuple(_half(ordered) + _half(ordered[::-1]))


def _half(ordered: Sequence[Point]) -> list[Point]:
    found: list[Point] = []
    for point in ordered:
        while len(found) > 1 and _turn(found[-2], found[-1], point) <= 0:
            found.pop()
        found.append(point)
    return found[:-1]


def _turn(a: Point, b: Point, c: Point) -> float:
    """Above zero when the way from a over b to c turns left."""
    return (b.longitude - a.longitude) * (c.latitude - a.latitude) - (b.latitude - a.latitude) * (
        c.longitude - a.longitude
    )


def drawn(places: Sequence[Near], point: Point | None = None, around: Sequence[Point] = ()) -> SafeString:
    """The places as numbered points inside the outline, north on top, with a scale."""
    points = [(one, Point(one.place.latitude, one.place.longitude)) for one in places
              if one.place.latitude is not None and one.place.longitude is not None]  # fmt: skip
    if not points:
        return SafeString("")
    frame = _Frame.around([*(at for _one, at in points), *around, *([point] if point else [])])
    dots = format_html_join(
        "",
        '<g class="{}"><circle cx="{}" cy="{}" r="3.4"/><text x="{}" y="{}">{}</text></g>',
        (
            ("map-open" if one.is_open and not one.said_closed else "map-shut", *frame.at(at), *frame.at(at, 1.3),
             one.number)
            for one, at in reversed(points)
        ),
    )  # fmt: skip
    me = format_html('<circle class="map-me" cx="{}" cy="{}" r="2.2"/>', *frame.at(point)) if point else ""
    length, metres = frame.scale()
    label = f"{metres // 1000} km" if metres >= 1000 else f"{metres} m"
    return format_html(
        '<svg class="map" viewBox="0 0 {0} {0}" role="img" aria-label="{1}"><path class="map-grid" d="{2}"/>{9}{3}{4}'
        '<path class="map-scale" d="M4 {5}v2h{6}v-2"/><text class="map-note" x="4" y="{7}">{8}</text>'
        '<path class="map-north" d="M95 6l2.4 6-2.4-1.4-2.4 1.4z"/><text class="map-note" x="93.8" y="4.6">{10}</text>'
        "</svg>",
        f"{MAP:g}", _("Map of the places below, by their numbers"), frame.grid(), dots, me, f"{MAP - 6:g}",
        f"{length:.1f}", f"{MAP - 7.5:g}", label, _land(frame, around), _("N"),
    )  # fmt: skip


def _land(frame: _Frame, around: Sequence[Point]) -> SafeString:
    if len(around) < CORNERS:
        return SafeString("")
    corners = "L".join(" ".join(frame.at(corner)) for corner in around)
    return format_html('<path class="map-land" d="M{}z"/>', corners)


@dataclass(frozen=True, slots=True)
class _Frame:
    """A square window on the earth: its middle, and how many metres its side is."""

    middle: Point
    side: float

    @classmethod
    def around(cls, points: Sequence[Point]) -> _Frame:
        north, south = max(p.latitude for p in points), min(p.latitude for p in points)
        east, west = max(p.longitude for p in points), min(p.longitude for p in points)
        middle = Point((north + south) / 2, (east + west) / 2)
        width = geo.distance_m(Point(middle.latitude, west), Point(middle.latitude, east))
        height = geo.distance_m(Point(south, middle.longitude), Point(north, middle.longitude))
        return cls(middle, max(width, height, 600.0) * 1.25)

    def at(self, point: Point, down: float = 0.0) -> tuple[str, str]:
        east = (point.longitude - self.middle.longitude) * math.cos(math.radians(self.middle.latitude))
        north = point.latitude - self.middle.latitude
        unit = MAP * geo.DEGREE_M / self.side
        return f"{MAP / 2 + east * unit:.2f}", f"{MAP / 2 - north * unit + down:.2f}"

    def scale(self) -> tuple[float, int]:
        """A round distance of about a quarter of the side."""
        metres = max((one for one in SCALES_M if one <= self.side / 3), default=SCALES_M[0])
        return metres / self.side * MAP, metres

    def grid(self) -> str:
        length = self.scale()[0]
        lines = [length * n for n in range(1, int(MAP / length) + 1)]
        return "".join(f"M{at:.1f} 0V{MAP:g}M0 {at:.1f}H{MAP:g}" for at in lines)
