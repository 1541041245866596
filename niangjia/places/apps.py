"""Registration of the package with Django, and what it listens to."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "niangjia.places"
    label = "places"

    def ready(self) -> None:
        from niangjia.kit import flows
        from niangjia.kit.happenings import listen
        from niangjia.people.happenings import DataCopying, PeopleMerged, PersonErasing
        from niangjia.places import flow, listening

        flows.declare("Booking", flow.MOVES)
        listen(PeopleMerged, listening.follow_merge)
        listen(PersonErasing, listening.hold_back_erasing)
        listen(DataCopying, listening.add_to_copy)
