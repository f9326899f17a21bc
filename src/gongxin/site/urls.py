"""Addresses of the site."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from gongxin.site import operations

urlpatterns: list[URLPattern | URLResolver] = [
    *operations.urlpatterns,
    path("api/v1/", include("gongxin.api.urls")),
    *i18n_patterns(
        path("", include("gongxin.portal.urls")),
        path("desk/", include("gongxin.desk.urls")),
        prefix_default_language=False,
    ),
]
handler400 = "gongxin.portal.access.bad_request"
handler404 = "gongxin.portal.access.not_found"
