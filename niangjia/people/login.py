"""Signing in by phone number and code, through django-allauth."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter


class PhoneAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Where allauth finds and keeps phone numbers."""
