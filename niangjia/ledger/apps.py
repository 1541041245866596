"""Registration of the package with Django."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "niangjia.ledger"
    label = "ledger"

    def ready(self) -> None:
        from niangjia.kit import flows
        from niangjia.kit.happenings import listen
        from niangjia.ledger import flow, listening
        from niangjia.people.happenings import DataCopying, PersonErasing

        flows.declare("Transfer", flow.MOVES)
        listen(PersonErasing, listening.hold_back_erasing)
        listen(DataCopying, listening.add_to_copy)
