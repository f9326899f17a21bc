"""Coordination tasks: who does what with which information, and all of it exists (协同任务)."""

from collections.abc import Iterator

from gongxin.core.clauses import Task
from gongxin.law.lints.findings import Found, under
from gongxin.law.release import Content


def lint_tasks(content: Content) -> Found:
    """A task has units, a work and a cycle, and concerns items and matters that exist."""
    items = {item.item for item in content.items}
    matters = {matter.matter for matter in content.matters}
    for task in content.tasks:
        key = ("tasks", task.task)
        yield from under(key, _word_faults(task))
        yield from ((key, f"no catalog item {name}") for name in task.items if name not in items)
        yield from ((key, f"no matter {name}") for name in task.matters if name not in matters)


def _word_faults(task: Task) -> Iterator[str]:
    units = (task.lead_unit, *task.cooperating_units)
    if len(task.cooperating_units) == 0 or "" in units:
        yield "a task names its lead unit and at least one unit that cooperates"
    if len(set(units)) < len(units):
        yield "a task names a unit twice"
    if len(task.items) == 0:
        yield "a task concerns at least one item"
    if "" in (task.name.zh, task.work.zh, task.cycle):
        yield "a task says its name, its work and its cycle"
