"""Tests: as the demo, with plain static files, nothing cached between processes, and loud templates."""

from __future__ import annotations

from config.settings.dev import *  # noqa: F403
from config.settings.dev import DATABASES, STORAGES, TEMPLATES
from niangjia.kit import env, messages
from tests.support.templates import Undefined

DATABASES = {"default": {**DATABASES["default"], "TEST": {"NAME": env.text("NIANGJIA_TEST_DB", "test_niangjia")}}}
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
TEMPLATES = [{**TEMPLATES[0], "OPTIONS": {**TEMPLATES[0]["OPTIONS"], "string_if_invalid": Undefined()}}]  # type: ignore[dict-item]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
# Static files straight from the packages: nothing is collected, nothing warns that it is missing.
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
# Before Django reads a catalogue and keeps it for the whole run.
messages.compile_all()
