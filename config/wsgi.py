"""The door for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.prod")
house = get_wsgi_application()

from niangjia.events.lane import Lane  # noqa: E402 - its models are there once Django has started

application = Lane(house)
