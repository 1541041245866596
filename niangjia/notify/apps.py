"""Registration of the package with Django."""

from django.apps import AppConfig


class NotifyConfig(AppConfig):
    name = "niangjia.notify"
    label = "notify"
