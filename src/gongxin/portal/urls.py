"""Addresses of the public site; they are permanent (公共门户地址)."""

from django.urls import URLPattern, path, register_converter

from gongxin.portal import feedback, views
from gongxin.portal.paths import RecordIdPart, SectionPart, UsccPart

register_converter(UsccPart, "uscc")
register_converter(SectionPart, "section")
register_converter(RecordIdPart, "record")

app_name = "portal"
urlpatterns: list[URLPattern] = [
    path("", views.home, name="home"),
    path("search", views.search, name="search"),
    path("subjects/<uscc:uscc>/", views.subject, name="subject"),
    path("subjects/<uscc:uscc>/explanation", views.explanation, name="explanation"),
    path("subjects/<uscc:uscc>/records/<record:record_id>", views.record, name="record"),
    path("subjects/<uscc:uscc>/sections/<section:name>", views.section, name="section"),
    path("subjects/<uscc:uscc>/timeline", views.timeline, name="timeline"),
    path("catalog", views.catalog, name="catalog"),
    path("open-data", views.open_data, name="open-data"),
    path("model", views.model, name="model"),
    path("feedback", feedback.feedback, name="feedback"),
    path("feedback/send", feedback.send, name="send-feedback"),
    path("feedback/answer", feedback.answer, name="feedback-answer"),
    path("guide/repair", views.repair_guide, name="repair-guide"),
    path("guide/objection", views.objection_guide, name="objection-guide"),
]
