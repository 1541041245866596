"""Production: every secret comes from the environment, and a missing one stops the start."""

from __future__ import annotations

from config.settings.base import *  # noqa: F403
from config.settings.base import FIELD_KEYS, SECRET_KEY, SIGNING_KEYS, SITE_URL
from niangjia.kit.env import BadSetting

if len(SECRET_KEY) < 32:
    raise BadSetting("NIANGJIA_SECRET_KEY must hold at least 32 characters")
if not FIELD_KEYS:
    raise BadSetting("NIANGJIA_FIELD_KEYS must name at least one key: id:base64-of-32-bytes")
if not SIGNING_KEYS:
    raise BadSetting("NIANGJIA_SIGNING_KEY must hold a 32-byte Ed25519 seed in base64")
if not SITE_URL.startswith("https://"):
    raise BadSetting("NIANGJIA_SITE_URL must be the https:// address under which people reach the house")
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SECURE_HSTS_SECONDS = 31_536_000
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
