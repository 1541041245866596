"""Registration of the package with Django."""

from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    name = "niangjia.programmes"
    label = "programmes"

    def ready(self) -> None:
        from niangjia.programmes import told
        from niangjia.rules.sources import declare

        declare(told.source())
