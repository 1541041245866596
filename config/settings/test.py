"""Tests: as the demo, with plain static files and nothing cached between processes."""

from __future__ import annotations

from config.settings.dev import *  # noqa: F403
from config.settings.dev import STORAGES, TEMPLATES

STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
TEMPLATES = [{**TEMPLATES[0], "OPTIONS": {**TEMPLATES[0]["OPTIONS"]}}]  # type: ignore[dict-item]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
