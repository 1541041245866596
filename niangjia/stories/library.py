"""The stories there are."""

from __future__ import annotations

from niangjia.stories import craftsman, degree_subsidy, double_hundred, solar_aid
from niangjia.stories.story import Story

STORIES: tuple[Story, ...] = (solar_aid.STORY, degree_subsidy.STORY, double_hundred.STORY, craftsman.STORY)
