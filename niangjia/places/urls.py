"""Doors of `places`; each names who may enter."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
