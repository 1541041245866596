"""Registration of the package with Django."""

from django.apps import AppConfig


class CredentialsConfig(AppConfig):
    name = "niangjia.credentials"
    label = "credentials"
