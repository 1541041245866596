"""Registration of the package with Django."""

from django.apps import AppConfig


class MatchingConfig(AppConfig):
    name = "niangjia.matching"
    label = "matching"

    def ready(self) -> None:
        from niangjia.kit.happenings import TablesMigrated, listen
        from niangjia.matching import listening

        listen(TablesMigrated, listening.make_table)
