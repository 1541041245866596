"""The stories there are."""

from __future__ import annotations

from niangjia.stories import degree_subsidy, solar_aid
from niangjia.stories.story import Story

STORIES: tuple[Story, ...] = (solar_aid.STORY, degree_subsidy.STORY)
