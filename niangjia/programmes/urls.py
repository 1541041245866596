"""Doors of `programmes`; each names who may enter."""

from __future__ import annotations

from niangjia.programmes.views import desk_urls, gallery_urls, worker_urls

urlpatterns = [
    *worker_urls.urlpatterns,
    *desk_urls.urlpatterns,
    *gallery_urls.urlpatterns,
]
