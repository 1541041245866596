"""Registration of the package with Django."""

from django.apps import AppConfig


class CredentialsConfig(AppConfig):
    name = "niangjia.credentials"
    label = "credentials"

    def ready(self) -> None:
        from niangjia.credentials.facts import SOURCES
        from niangjia.rules.sources import declare

        for source in SOURCES:
            declare(source)
