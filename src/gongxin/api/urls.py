"""Addresses of ``/api/v1`` (接口地址)."""

from django.urls import URLPattern, URLResolver, path

from gongxin.api import pages, publishing, reconcile_pages
from gongxin.api.operations import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("openapi.json", pages.openapi, name="api-openapi"),
    path("docs", pages.docs, name="api-docs"),
    path("problems/<slug:name>", pages.problem, name="api-problem"),
    *reconcile_pages.urlpatterns,
    path("opendata/files/<str:snapshot>/<str:name>", publishing.download, name="open-data-file"),
    path("", api.urls),
]
