"""Registration of the package with Django."""

from django.apps import AppConfig


class TrailConfig(AppConfig):
    name = "niangjia.trail"
    label = "trail"
