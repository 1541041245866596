"""Typed readers of environment variables that fail loudly on nonsense."""

from __future__ import annotations

import os
from urllib.parse import parse_qs, unquote, urlsplit


class BadSetting(ValueError):
    """A setting holds a value it cannot mean."""


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def flag(name: str, default: bool = False) -> bool:
    """`1 true yes on` or `0 false no off`; anything else is refused rather than read as false."""
    raw = os.environ.get(name)
    if raw is None or raw == "":
        return default
    if raw.lower() in {"1", "true", "yes", "on"}:
        return True
    if raw.lower() in {"0", "false", "no", "off"}:
        return False
    raise BadSetting(f"{name} must be 1 or 0, not {raw!r}")


def number(name: str, default: int) -> int:
    raw = os.environ.get(name)
    if not raw:
        return default
    try:
        return int(raw)
    except ValueError as fault:
        raise BadSetting(f"{name} must be a whole number, not {raw!r}") from fault


def words(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """A comma-separated list."""
    raw = os.environ.get(name)
    return [word.strip() for word in raw.split(",") if word.strip()] if raw else list(default)


def database(name: str = "DATABASE_URL") -> dict[str, object]:
    """Django's DATABASES entry for `postgresql://user:password@host:port/name?host=/socket/dir`."""
    url = urlsplit(text(name))
    if url.scheme not in {"postgresql", "postgres"}:
        raise BadSetting(f"{name} must begin with postgresql:// (Niangjia speaks PostgreSQL only)")
    host = parse_qs(url.query).get("host", [url.hostname or ""])[0]
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.lstrip("/")) or "niangjia",
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": host,
        "PORT": str(url.port or ""),
    }
