"""Registration of the package with Django."""

from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    name = "niangjia.programmes"
    label = "programmes"
