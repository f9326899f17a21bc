"""Addresses of the process for persons: all there are."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path, re_path

from gongxin.citizen import answering, entry, views

PAGES = [
    path("", entry.home, name="home"),
    path("entry", entry.enter, name="enter"),
    path("leave", entry.leave, name="leave"),
    path("never", entry.never, name="never"),
    path("records", views.records, name="records"),
    path("consents", views.consents, name="consents"),
    path("consents/new", views.grant, name="grant"),
    path("consents/<str:id_>/withdraw", views.withdraw, name="withdraw"),
]
API = [
    path("persons/records", answering.records, name="api-records"),
    path("persons/match", answering.match, name="api-match"),
    re_path(r"^.*$", answering.nothing, name="api-nothing"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include((API, "citizen-api"))),
    path("entry/back", entry.back, name="back"),
    *i18n_patterns(path("", include((PAGES, "citizen"))), prefix_default_language=False),
]
handler400 = "gongxin.citizen.access.bad_request"
handler404 = "gongxin.citizen.access.not_found"
