"""Registration of the package with Django."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "niangjia.events"
    label = "events"
