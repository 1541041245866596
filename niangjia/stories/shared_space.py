"""Fumeida park's shared space (row 106): a workers' home, library, nursing room and craft class on one floor."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice

from django.db.models import Sum

from niangjia.kit import clock
from niangjia.kit.actor import Office
from niangjia.orgs.models import Kind
from niangjia.orgs.reads import actor_for
from niangjia.places import actions
from niangjia.places.models import Place, PlaceKind
from niangjia.places.models_booking import Booking
from niangjia.stories import cast
from niangjia.stories.people import people as invented
from niangjia.stories.story import PublishedFigure, Story, Telling

COUNTY = "330502"
NAME = "福美达品创园“工会+”共享空间"
OPENED = date(2021, 8, 2)
ROOMS = (  # name, kind, people it holds, length of a slot, whether an officer approves
    ("职工之家活动厅", "hall", 60, 60, True),
    ("职工书屋阅览桌", "table", 8, 60, False),
    ("母婴室", "room", 2, 30, False),
    ("手工课堂", "room", 20, 60, True),
)
AREA = 520
WEEKS = 3


def enact(telling: Telling) -> None:
    """The park's union opens the space, the street rates it, and its rooms are booked for three weeks."""
    names = invented(COUNTY, "space-officers")
    with clock.at(OPENED):
        county = cast.federation(COUNTY)
        union = cast.union(county, "福美达品创园联合工会", kind=Kind.JOINT_UNION)
        handler = cast.officer(union, Office.HANDLER, next(names)).actor
        place = actions.add_place(
            union, actor=handler, kind=PlaceKind.SPACE, name=NAME, address="环渚街道福美达品创园2号楼二层",
            sharing="enterprise", host_name="福美达品创园", area_m2=AREA,
            facilities=["library", "nursing", "craft", "water", "wifi"], division_code=COUNTY, latitude=30.9100,
            longitude=120.0900, opened_on=OPENED,
        )  # fmt: skip
        actions.set_hours(place, [actions.Line(day, 11 * 60, 20 * 60) for day in range(6)], actor=handler, since=OPENED)
        rooms = [
            actions.add_resource(
                place, actor=handler, name=name, kind=kind, capacity=holds, slot_minutes=minutes, max_slots=2,
                needs_approval=approved, max_notice_days=14,
            )
            for name, kind, holds, minutes, approved in ROOMS
        ]  # fmt: skip
        members = [cast.member(union, one, since=OPENED) for one in islice(invented(COUNTY, "space"), telling.of(12))]
    for week in range(WEEKS):
        day = OPENED + timedelta(days=7 * week + 1)
        with clock.at(clock.start_of(day) + timedelta(hours=9)):
            for nth, room in enumerate(rooms):
                starts = clock.start_of(day) + timedelta(hours=12)
                who = members[(week + nth) % len(members)]
                made = actions.book(
                    room, actor=actor_for(who), starts=starts, ends=starts + timedelta(minutes=room.slot_minutes),
                    people=min(room.capacity, 12), purpose="午间一小时",
                )  # fmt: skip
                if made.state == Booking.State.HELD:
                    actions.approve_booking(made, actor=handler)
        with clock.at(clock.start_of(day) + timedelta(hours=12, minutes=5)):
            for made in Booking.objects.filter(resource__place=place, state="confirmed").order_by("pk"):
                actions.check_in(made, actor=handler)
        telling.progress("weeks", week + 1, WEEKS)
    with clock.at(OPENED + timedelta(weeks=WEEKS)):
        rater = cast.officer(county, Office.HANDLER, next(names)).actor
        actions.change_place(place, actor=rater, stars=4)


def area() -> int:
    """Square metres of the shared spaces in use that carry a star rating."""
    rated = Place.objects.filter(name=NAME, stars__isnull=False)
    return int(rated.aggregate(total=Sum("area_m2"))["total"] or 0)


def kinds_of_room_used() -> int:
    """Rooms of the space that somebody booked and came to."""
    used = Booking.objects.filter(resource__place__name=NAME, state=Booking.State.CHECKED_IN)
    return used.values("resource").distinct().count()


STORY = Story(
    key="shared-space",
    title="福美达品创园“工会+”共享空间",
    rows=(106,),
    enact=enact,
    figures=(
        PublishedFigure("area", "m²", 500, ">", area),
        PublishedFigure("rooms_used", "rooms", len(ROOMS), "=", kinds_of_room_used),
    ),
)
