"""Belief, speech, petition, health and family are no field, indicator, list or column (P18)."""

import dataclasses
from collections.abc import Iterable, Iterator

from gongxin.core.catalog import Item
from gongxin.core.clauses import Model, PublicityRule
from gongxin.core.profile import Profile
from gongxin.law.lints.findings import Found, Key
from gongxin.law.release import Content, merge_safeguards


def lint_safeguards(content: Content) -> Found:
    """A place has safeguards, and none of its clauses and profiles names what they keep out."""
    merged = merge_safeguards(content.safeguards)
    lists = {f.name: getattr(merged, f.name) for f in dataclasses.fields(merged)}
    for name, words in lists.items():
        if len(words) == 0 or "" in words:
            yield ("safeguards", ""), f"{name}: a place needs the safeguards of legal.md L8"
    for word in sorted(set(merged.columns) - {""}):
        for key, texts in _named(content):
            if any(word.casefold() in text.casefold() for text in texts):
                yield key, f"{word} can be no item, field, option, list or indicator (legal.md L8)"


def _named(content: Content) -> Iterator[tuple[Key, Iterable[str]]]:
    yield from ((("items", item.item), _of_item(item)) for item in content.items)
    yield from ((("publicity", rule.rule), _of_rule(rule)) for rule in content.publicity)
    yield from ((("models", model.model), _of_model(model)) for model in content.models)
    yield from ((("measures", m.measure), (m.name.zh, m.measure)) for m in content.measures)
    yield from ((("tasks", t.task), (t.name.zh, t.task, t.work.zh)) for t in content.tasks)
    yield from ((("chapters", c.chapter), (c.name.zh, c.chapter)) for c in content.chapters)
    yield from ((("profiles", p.profile), _of_profile(p)) for p in content.profiles)


def _of_item(item: Item) -> Iterator[str]:
    yield from (item.item, item.name.zh, item.category, item.section)
    for field in item.fields:
        yield from (field.identify, field.name.zh, *field.optional_range)


def _of_rule(rule: PublicityRule) -> Iterator[str]:
    yield from (rule.rule, rule.name.zh)
    yield from (row.when for row in rule.classes)


def _of_model(model: Model) -> Iterator[str]:
    yield from (model.model, model.name.zh)
    for item in model.items:
        yield from (item.name.zh, item.where, item.points)
    for ceiling in model.ceilings:
        yield from (ceiling.name.zh, ceiling.when)


def _of_profile(profile: Profile) -> Iterator[str]:
    for mapped in profile.items:
        for headers in mapped.columns.values():
            yield from headers
