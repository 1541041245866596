"""Every door of the house, each package's own list joined."""

from __future__ import annotations

from django.urls import include, path

handler400 = "niangjia.web.views.faults.bad_request"
handler500 = "niangjia.web.views.faults.server_error"
urlpatterns = [
    path("", include("niangjia.web.urls")),
    path("", include("niangjia.people.urls")),
    path("", include("niangjia.orgs.urls")),
    path("", include("niangjia.ledger.urls")),
    path("", include("niangjia.credentials.urls")),
    path("", include("niangjia.demand.urls")),
    path("", include("niangjia.places.urls")),
    path("", include("niangjia.events.urls")),
    path("", include("niangjia.programmes.urls")),
    path("", include("niangjia.notify.urls")),
]
