"""Registration of the package with Django."""

from django.apps import AppConfig


class OrgsConfig(AppConfig):
    name = "niangjia.orgs"
    label = "orgs"

    def ready(self) -> None:
        from niangjia.kit import flows
        from niangjia.kit.happenings import listen
        from niangjia.orgs import facts, flow, listening
        from niangjia.people.happenings import DataCopying, PeopleMerged, PersonErasing
        from niangjia.rules.sources import declare

        for source in facts.SOURCES:
            declare(source)
        flows.declare("Membership", flow.MOVES)
        listen(PeopleMerged, listening.follow_merge)
        listen(PersonErasing, listening.hold_back_erasing)
        listen(DataCopying, listening.add_to_copy)
