"""Registration of the package with Django."""

from django.apps import AppConfig


class OrgsConfig(AppConfig):
    name = "niangjia.orgs"
    label = "orgs"
