"""Registration of the package with Django."""

from django.apps import AppConfig


class StoriesConfig(AppConfig):
    name = "niangjia.stories"
    label = "stories"
