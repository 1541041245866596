"""The door for gunicorn."""

import os
import sys

from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.prod")
# The counter's one thread asks the database several things in a row; with Python's 5 ms it would wait that long for
# each answer while the presses of others are being read.
sys.setswitchinterval(0.0005)
house = get_wsgi_application()
if getattr(staticfiles_storage, "hashed_files", None) == {}:  # every page would break at the address of its look
    raise ImproperlyConfigured(
        "The static files are not collected: start with `niangjia serve`, or run `manage.py collectstatic --noinput`."
    )

from niangjia.events.opening.lane import Lane  # noqa: E402 - its models are there once Django has started

application = Lane(house)
