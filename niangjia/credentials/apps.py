"""Registration of the package with Django."""

from django.apps import AppConfig


class CredentialsConfig(AppConfig):
    name = "niangjia.credentials"
    label = "credentials"

    def ready(self) -> None:
        from niangjia.credentials import listening
        from niangjia.credentials.facts import SOURCES
        from niangjia.kit.happenings import TablesMigrated, listen
        from niangjia.people.happenings import DataCopying
        from niangjia.rules.sources import declare

        for source in SOURCES:
            declare(source)
        listen(TablesMigrated, listening.plant)
        listen(DataCopying, listening.add_to_copy)
