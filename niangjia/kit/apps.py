"""Registration of the package with Django."""

from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "niangjia.kit"
    label = "kit"

    def ready(self) -> None:
        from niangjia.kit import forms

        forms.speak_plainly()
