"""The shipped model with one indicator changed, as its lint sees it."""

from dataclasses import replace

from gongxin.core.clauses import Ceiling, Model, ModelItem
from gongxin.law.lints.models import lint_models
from tests.derive import town as t

MODEL = t.release().content.models[0]
LINES = {line.id: line for line in MODEL.items}


def faults_with(line: ModelItem) -> list[str]:
    """What the lint says of the model with this indicator in place of the one of its id."""
    return _faults(replace(MODEL, items=(*(i for i in MODEL.items if i.id != line.id), line)))


def faults_under(ceiling: Ceiling) -> list[str]:
    """What the lint says of the model under this ceiling alone."""
    return _faults(replace(MODEL, ceilings=(ceiling,)))


def where_also(line: str, condition: str) -> ModelItem:
    """The indicator with a further condition."""
    return replace(LINES[line], where=f"({LINES[line].where or 'True'}) and {condition}")


def _faults(model: Model) -> list[str]:
    content = replace(t.release().content, models=(model,))
    return [message for _, message in lint_models(content)]
