"""Every door of the house, each package's own list joined."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("niangjia.web.urls")),
    path("", include("niangjia.people.urls")),
    path("", include("niangjia.orgs.urls")),
    path("", include("niangjia.credentials.urls")),
    path("", include("niangjia.programmes.urls")),
    path("", include("niangjia.notify.urls")),
]
