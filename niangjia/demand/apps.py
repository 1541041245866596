"""Registration of the package with Django, and what it listens to."""

from django.apps import AppConfig


class DemandConfig(AppConfig):
    name = "niangjia.demand"
    label = "demand"

    def ready(self) -> None:
        from niangjia.demand import listening
        from niangjia.kit.happenings import listen
        from niangjia.people.happenings import DataCopying, PeopleMerged, PersonErasing

        listen(PeopleMerged, listening.follow_merge)
        listen(PersonErasing, listening.forget)
        listen(DataCopying, listening.add_to_copy)
