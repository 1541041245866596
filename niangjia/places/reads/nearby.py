"""How far it is from where somebody stands to the places a text names. Positions pass through and are not kept."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeVar

from django.db.models import F, Value
from django.utils.translation import gettext as _

from niangjia.kit import clock
from niangjia.places import geo
from niangjia.places.geo import Point
from niangjia.places.models import Place

Key = TypeVar("Key", bound=Hashable)


def position(lat: str, lon: str) -> Point | None:
    """Where a phone says that it is; none for anything that is no point in China."""
    try:
        point = Point(float(lat), float(lon))
    except ValueError:
        return None
    return point if geo.is_in_china(point) else None


def point_of(place: Place) -> Point | None:
    """Where a place stands, if that is on record."""
    if place.latitude is None or place.longitude is None:
        return None
    return Point(place.latitude, place.longitude)


def metres(place: Place, point: Point | None) -> int | None:
    """From a point to a place; none where either is not known."""
    stands = point_of(place)
    return round(geo.distance_m(point, stands)) if point is not None and stands is not None else None


def far(metres: int | None) -> str:
    """`320 米`, `1.4 公里`; nothing where it is not known."""
    if metres is None:
        return ""
    if metres < 1000:
        return _("%(count)d m") % {"count": max(10, round(metres, -1))}
    return _("%(count)s km") % {"count": f"{metres / 1000:.1f}"}


def metres_to(point: Point, said: Mapping[Key, tuple[str, str]]) -> dict[Key, int]:
    """Key → metres from a point to the place that its text names, for texts that name one. One query.

    `said` gives a text such as “新昌县职工之家三楼” and the path of its body. A place is meant when its name
    stands in the text and the bodies lie one above the other; of several, the one with the longest name.
    """
    everything = Value("\n".join(sorted({text for text, _path in said.values()})))
    named = Place.objects.standing(clock.today()).exclude(latitude=None).select_related("organisation")
    places = list(named.annotate(said=everything).filter(said__contains=F("name")))
    places.sort(key=lambda place: -len(place.name))
    found: dict[Key, int] = {}
    for key, (text, path) in said.items():
        for place in places:
            related = place.path.startswith(path) or path.startswith(place.path)
            away = metres(place, point) if related and place.name in text else None
            if away is not None:
                found[key] = away
                break
    return found
