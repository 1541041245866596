"""Registration of the package with Django."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "niangjia.ledger"
    label = "ledger"

    def ready(self) -> None:
        from niangjia.kit.happenings import listen
        from niangjia.ledger import listening
        from niangjia.people.happenings import DataCopying, PersonErasing

        listen(PersonErasing, listening.hold_back_erasing)
        listen(DataCopying, listening.add_to_copy)
