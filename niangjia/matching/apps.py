"""Registration of the package with Django."""

from django.apps import AppConfig


class MatchingConfig(AppConfig):
    name = "niangjia.matching"
    label = "matching"
