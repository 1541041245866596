"""The stories there are."""

from __future__ import annotations

from niangjia.stories import (
    big_benefit,
    commuter_line,
    contests,
    craftsman,
    degree_subsidy,
    double_hundred,
    festival,
    friendship,
    gatherings,
    health_check,
    route_inspection,
    shared_space,
    solar_aid,
    stations,
    table_tennis,
    volunteering,
)
from niangjia.stories.story import Story

STORIES: tuple[Story, ...] = (
    solar_aid.STORY,
    degree_subsidy.STORY,
    double_hundred.STORY,
    craftsman.STORY,
    stations.STORY,
    table_tennis.STORY,
    shared_space.STORY,
    big_benefit.STORY,
    route_inspection.STORY,
    friendship.STORY,
    gatherings.STORY,
    contests.STORY,
    health_check.STORY,
    commuter_line.STORY,
    volunteering.STORY,
    festival.STORY,
)
