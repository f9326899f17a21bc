"""Foreign keys point down the layers or stay in their room; import-linter cannot see them."""

import django
import pytest
from django.apps import apps
from django.db.models import Model

PACKAGE = "gongxin."


@pytest.fixture(scope="module")
def models() -> list[type[Model]]:
    if not apps.ready:
        django.setup()
    ours = [m for m in apps.get_models(include_auto_created=True) if is_ours(m)]
    assert ours, "no model of the project is installed"
    return ours


def is_ours(model: type[Model]) -> bool:
    return model._meta.app_config.name.startswith(PACKAGE)


def room(model: type[Model]) -> str:
    return model._meta.app_config.name.removeprefix(PACKAGE).split(".")[0]


def keys(models: list[type[Model]]) -> list[tuple[type[Model], str, type[Model] | str]]:
    """Every relation that a model declares itself; an unresolved target is still a text."""
    return [
        (model, field.name, field.remote_field.model)
        for model in models
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many)
        if field.remote_field is not None
    ]


def test_every_app_is_a_room_of_the_layers(models, height):
    assert {room(model) for model in models} <= set(height)


def test_foreign_keys_point_down_or_stay_inside(models, height):
    upward = [
        f"{model._meta.label}.{name} -> {target._meta.label}"
        for model, name, target in keys(models)
        if not isinstance(target, str)
        and is_ours(target)
        and room(target) != room(model)
        and height[room(target)] >= height[room(model)]
    ]

    assert upward == []


def test_every_foreign_key_resolves_to_a_model(models):
    unresolved = [
        f"{model._meta.label}.{name} -> {target}"
        for model, name, target in keys(models)
        if isinstance(target, str)
    ]

    assert unresolved == []


def test_there_are_no_generic_relations(models):
    assert [m._meta.label for m in models if m._meta.private_fields] == []


def test_there_is_no_multi_table_inheritance(models):
    assert [m._meta.label for m in models if m._meta.parents and not m._meta.proxy] == []
