"""The typed answers are what the API describes: a member that changes there fails here."""

import json
from dataclasses import fields
from typing import Any, get_args, get_type_hints

import pytest

from gongxin.client import answers, evaluations
from tests.derive.town import ROOT

API = json.loads((ROOT / "docs/reference/openapi.json").read_text("utf-8"))
SCHEMAS = API["components"]["schemas"]
SHAPES = {
    answers.Answer: "SignedAnswer",
    answers.Batch: "BatchAnswer",
    answers.BatchRow: "BatchRow",
    answers.Catalog: "CatalogOut",
    answers.Change: "ChangeOut",
    answers.ChangesPage: "ChangesOut",
    answers.Citation: "Citation",
    evaluations.Ceiling: "CeilingOut",
    evaluations.Evaluation: "EvaluationOut",
    answers.Fact: "Fact",
    evaluations.Factor: "FactorOut",
    evaluations.Level: "LevelOut",
    answers.Field: "FieldOut",
    answers.Item: "ItemOut",
    answers.Label: "Label",
    answers.Measure: "AttachedMeasure",
    answers.OtherCode: "OtherCodeOut",
    answers.Outcome: "OutcomeOut",
    answers.Range: "SignedRange",
    answers.RangeEntry: "RangeEntry",
    answers.RangeSize: "RangeSize",
    answers.Record: "RecordOut",
    answers.RecordsPage: "RecordsOut",
    answers.RowProblem: "RowProblem",
    answers.Subject: "SubjectOut",
    answers.Token: "TokenOut",
}
# What a client's operator does once, or its jobs by night; files and messages have howtos. A check
# in an envelope is for who speaks other names than this client.
BESIDE = {
    "list_webhooks",
    "propose_webhook",
    "rotate_webhook",
    "disable_webhook",
    "list_deliveries",
    "replay_webhook",
    "read_manifest",
    "list_removals",
    "acknowledge_removals",
    "open_batch",
    "read_batch",
    "read_batch_result",
    "list_own_records",
    "check_in_envelope",
}
NAMES = {schema: shape.__name__ for shape, schema in SHAPES.items()}
PLAIN = {"string": "str", "integer": "int", "boolean": "bool", "null": "NoneType"}


def described(schema: dict[str, Any]) -> str:
    """The Python type of a schema, as text."""
    if "$ref" in schema:
        return NAMES[schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema:
        return " | ".join(described(part) for part in schema["anyOf"])
    if schema["type"] == "array":
        return f"tuple[{described(schema['items'])}, ...]"
    if schema["type"] == "object":
        return f"dict[str, {described(schema['additionalProperties'])}]"
    return {"date": "date", "date-time": "datetime"}.get(
        schema.get("format", ""), PLAIN[schema["type"]]
    )


def typed(hint: Any) -> str:
    arguments = get_args(hint)
    if not arguments:
        return str(hint.__name__)
    if type(hint).__name__ == "UnionType":
        return " | ".join(typed(part) for part in arguments)
    inner = ", ".join("..." if part is ... else typed(part) for part in arguments)
    return f"{hint.__origin__.__name__}[{inner}]"


@pytest.mark.parametrize(("shape", "schema"), SHAPES.items(), ids=SHAPES.values())
def test_a_shape_has_the_members_that_are_described(shape, schema):
    expected = {name: described(told) for name, told in SCHEMAS[schema]["properties"].items()}

    assert {name: typed(hint) for name, hint in get_type_hints(shape).items()} == expected


def test_no_answer_is_left_out():
    given = {
        content["schema"]["$ref"].rpartition("/")[2]
        for path in API["paths"].values()
        for operation in path.values()
        if operation["operationId"] not in BESIDE
        for content in operation["responses"]["200"]["content"].values()
    }

    assert given <= set(SHAPES.values())


def test_a_problem_has_what_is_read_of_it():
    wanted = {field.name for field in fields(answers.ProblemDocument)}

    assert wanted <= set(SCHEMAS["Problem"]["properties"])
