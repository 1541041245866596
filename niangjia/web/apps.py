"""Registration of the package with Django."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "niangjia.web"
    label = "web"
