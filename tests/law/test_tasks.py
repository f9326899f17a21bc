"""Coordination tasks: texts for people, about units, items and matters that exist."""

import pytest

from tests.law.conftest import World

TASKS = """\
kind: tasks
tasks:
  - task: reconcile
    name: {zh: 核对, en: Reconcile}
    lead_unit: 示例局
    cooperating_units: [示例委]
    items: [penalty]
    matters: [tender]
    work: {zh: 逐月核对, en: Compare monthly}
    cycle: 每月
    basis: [{document: act, article: 第三条}]
"""
FILE = "base/tasks.yaml"


@pytest.fixture
def tasked(world: World) -> World:
    world.write(FILE, TASKS)
    return world


def test_a_task_stands_in_the_release(tasked: World) -> None:
    (task,) = tasked.compile().content.tasks
    assert (task.task, task.lead_unit, task.cooperating_units) == (
        "reconcile",
        "示例局",
        ("示例委",),
    )
    assert not task.illustrative


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("items: [penalty]", "items: [fee]", "no catalog item fee"),
        ("matters: [tender]", "matters: [hiring]", "no matter hiring"),
        ("items: [penalty]", "items: []", "a task concerns at least one item"),
        ("[示例委]", "[]", "a task names its lead unit and at least one unit that cooperates"),
        ("lead_unit: 示例局", "lead_unit: ''", "a task names its lead unit and at least one"),
        ("[示例委]", "[示例局]", "a task names a unit twice"),
        ("cycle: 每月", "cycle: ''", "a task says its name, its work and its cycle"),
        ("[{document: act, article: 第三条}]", "[]", "no source of law is cited"),
        ("document: act", "document: none", "the cited document none is not in any"),
        ("逐月核对", "汇总宗教活动", "宗教 can be no item"),
    ],
)
def test_a_task_at_fault_is_refused(tasked: World, old: str, new: str, message: str) -> None:
    tasked.change(FILE, old, new)
    found = tasked.messages()
    assert [said for said in found if message in said] != []


def test_an_illustrative_task_may_do_without_a_basis(tasked: World) -> None:
    tasked.change(FILE, "basis: [{document: act, article: 第三条}]", "illustrative: yes")
    assert tasked.messages() == []


def test_a_child_adds_tasks_and_replaces_none(tasked: World) -> None:
    tasked.write("town/tasks.yaml", TASKS)
    assert "exists already" in tasked.refusal()[0]
