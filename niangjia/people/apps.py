"""Registration of the package with Django."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "niangjia.people"
    label = "people"

    def ready(self) -> None:
        from niangjia.people import facts
        from niangjia.rules.sources import declare

        for source in facts.SOURCES:
            declare(source)
