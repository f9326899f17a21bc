"""What each command prints with ``--json``: one document, with these keys."""

import pytest

from gongxin.core.privacy import MARK
from tests.cli.conftest import Gongxin, Said
from tests.derive import town as t
from tests.derive.town import Town

pytestmark = pytest.mark.django_db
FINDING = {"row", "column", "code", "message", "value"}


def test_uscc_lists_one_answer_per_line(gongxin, nowhere):
    file = nowhere / "codes.txt"
    file.write_text(f"{t.FINED[0]}\n{t.FINED[0][:17]}0\n\n{t.RESIDENT_ID}\n", "utf-8")

    said = gongxin("uscc", file, "--json")

    assert (said.code, said.err) == (0, "")
    assert [set(row) for row in said.document] == [{"code", "valid", "findings"}] * 4
    assert [(row["code"], row["valid"]) for row in said.document] == [
        (t.FINED[0], True),
        (t.FINED[0][:17] + "0", False),
        ("", False),
        (MARK, False),
    ]
    assert [row["findings"] for row in said.document[1:]] == [
        ["uscc_check_digit"],
        ["uscc_missing"],
        ["uscc_is_person"],
    ]


def test_uscc_reads_from_stdin(gongxin):
    said = gongxin("uscc", "-", "--json", stdin=f"{t.FINED[0]}\n")

    assert [row["valid"] for row in said.document] == [True]


def test_uscc_speaks_to_people_too(gongxin):
    said = gongxin("uscc", "-", stdin=f"{t.FINED[0]}\nABC\n")

    assert [line.split(maxsplit=2)[:2] for line in said.out.splitlines()] == [
        [t.FINED[0], "valid"],
        ["ABC", "not"],
    ]
    assert "['uscc_form']" in said.out


def handed_in(gongxin: Gongxin, town: Town, *rows: t.Row, json: bool = True) -> Said:
    path = t.write(town.home / "handed.csv", rows)
    return gongxin("intake", path, "--unit", t.MARKET, *(["--json"] if json else []))


def test_intake_of_good_rows_ends_with_zero(gongxin, inhabited):
    said = handed_in(gongxin, inhabited, t.penalty(t.company(30)))

    assert (said.code, said.err) == (0, "")
    found = said.document
    assert found.keys() >= {
        "batch",
        "type",
        "profile",
        "rows",
        "accepted",
        "duplicates",
        "personal",
        "rejected",
        "findings",
        "receipt",
    }
    assert (found["type"], found["profile"]) == (t.PENALTY, "double-publicity")
    counts = [found[name] for name in ("rows", "accepted", "duplicates", "personal", "rejected")]
    assert counts == [1, 1, 0, 0, 0]
    assert found["receipt"]["number"] == found["batch"]


def test_intake_with_a_bad_row_ends_with_three_and_names_it(gongxin, inhabited):
    good, bad = t.penalty(t.company(31)), t.penalty(t.company(32), 2, CF_NR_FK="")

    said = handed_in(gongxin, inhabited, good, bad)

    assert said.code == 3
    found = said.document
    assert (found["rows"], found["accepted"], found["rejected"]) == (2, 1, 1)
    (fault,) = [f for f in found["findings"] if f["code"] == "amount_required"]
    assert fault.keys() >= FINDING
    assert (fault["row"], fault["column"]) == (2, "CF_NR_FK")


def test_the_same_file_again_changes_nothing(gongxin, inhabited):
    handed_in(gongxin, inhabited, t.penalty(t.company(33)))
    again = handed_in(gongxin, inhabited, t.penalty(t.company(33))).document

    assert (again["accepted"], again["duplicates"]) == (0, 1)


def test_intake_speaks_to_people_too(gongxin, inhabited):
    said = handed_in(gongxin, inhabited, t.penalty(t.company(34), CF_NR_FK=""), json=False)

    assert said.code == 3
    assert "1 rows, 0 accepted, 0 duplicates" in said.out
    assert "row 1 CF_NR_FK amount_required" in said.out
    assert "receipt " in said.out


def test_subject_show_prints_the_archive(gongxin, inhabited):
    said = gongxin("subject", "show", t.FINED[0], "--json")

    assert (said.code, said.err) == (0, "")
    found = said.document
    assert found.keys() >= {"uscc", "name", "kind", "records", "counts", "as_of", "head", "release"}
    assert (found["uscc"], found["name"]) == t.FINED
    assert found["counts"] == {"basic": 1, "trustworthy": 1, "adverse": 1, "other": 1}
    assert found["as_of"] == "2026-06-01"


def test_subject_show_prints_the_days_newest_first(gongxin, inhabited):
    record_id = inhabited.record(t.TRADER[0]).record_id
    licence_id = inhabited.record(t.TRADER[0], t.LICENCE).record_id

    found = gongxin("subject", "show", t.TRADER[0], "--json").document["timeline"]

    fine = {"phase": "after", "record_id": record_id, "item": t.PENALTY}
    licence = {"phase": "before", "record_id": licence_id, "item": t.LICENCE}
    assert found[:2] == [
        {"day": "2027-05-10", "step": "ends", **fine},
        {"day": "2026-08-10", "step": "repairable", **fine},
    ]
    assert sorted(found[2:], key=lambda event: event["item"]) == [
        {"day": "2026-05-10", "step": "decided", **licence},
        {"day": "2026-05-10", "step": "decided", **fine},
    ]


def test_the_days_of_a_fine_are_told_until_it_ends(gongxin, inhabited):
    found = gongxin("subject", "show", t.TRADER[0], "--as-of", "2027-05-11", "--json").document

    assert t.PENALTY not in {event["item"] for event in found["timeline"]}


@pytest.mark.parametrize("written", [t.FINED[0].lower(), f" {t.FINED[0][:2]}-{t.FINED[0][2:]}"])
@pytest.mark.parametrize(
    "command",
    [["subject", "show"], ["explain"], ["check", "--matter=bidding", "--purpose=lending"]],
)
def test_a_code_is_read_in_any_case_and_spacing(gongxin, inhabited, command, written):
    said = gongxin(*command, written, "--json")

    assert (said.code, said.document["uscc"]) == (0, t.FINED[0])


def test_subject_show_speaks_to_people_too(gongxin, inhabited):
    said = gongxin("subject", "show", t.FINED[0])

    assert f"{t.FINED[1]} {t.FINED[0]} (as of 2026-06-01)" in said.out
    assert "行政处罚 盘交罚〔2026〕1号 2026-05-10 一般 public until 2027-05-10" in said.out


@pytest.mark.parametrize("form", [[], ["--json"]], ids=["text", "json"])
def test_subject_show_says_nothing_of_what_is_hidden(gongxin, inhabited, form):
    said = gongxin("subject", "show", t.HIDDEN[0], *form)

    for reason in ("simple_procedure", "procedure_not_stated", "revoked", "盘交罚"):
        assert reason not in said.out


@pytest.mark.parametrize("command", [["subject", "show"], ["explain"]], ids=lambda c: c[0])
def test_no_answer_about_an_organisation_is_of_a_past_day(gongxin, inhabited, command):
    """What has ended since would be in it."""
    said = gongxin(*command, t.FINED[0], "--as-of", "2026-05-31")

    assert (said.code, said.out) == (2, "")
    assert "give today or a later day" in said.err


def test_evaluate_prints_the_run(gongxin, inhabited):
    said = gongxin("evaluate", "--as-of", "2026-06-02", "--json")

    assert (said.code, said.err) == (0, "")
    found = said.document
    assert found.keys() >= {"run", "model", "release", "head", "subjects", "levels"}
    assert (found["model"], found["as_of"]) == ("illustrative-points", "2026-06-02")
    assert "示例" in found["model_name"]["zh"]
    assert sum(found["levels"].values()) == found["subjects"] == 5


def test_evaluate_speaks_to_people_too(gongxin, inhabited):
    said = gongxin("evaluate")

    assert ": 5 organisations; A+ 0, A 4" in said.out
    assert "(示例, an example without effect)" in said.out


def test_explain_prints_points_and_lines(gongxin, inhabited):
    said = gongxin("explain", t.FINED[0], "--json")

    assert (said.code, said.err) == (0, "")
    found = said.document
    assert (found["score"], found["level"]) == (988_000, "A")
    assert [set(line) >= {"record_id", "item", "points", "cite"} for line in found["lines"]] == [
        True
    ] * 4
    assert found["base"] + sum(line["points"] for line in found["lines"]) == found["score"]


def test_explain_speaks_to_people_too(gongxin, inhabited):
    said = gongxin("explain", t.FINED[0])

    assert f"{t.FINED[1]}: A, 988 (示例, an example without effect)" in said.out
    assert "-20 一般失信行政处罚（示例） 盘交罚〔2026〕1号 [order-36" in said.out


@pytest.mark.parametrize(("who", "reason"), [(t.TRADER, "one_person"), (t.UNNAMED, "unknown_type")])
def test_explain_says_why_there_is_no_grade(gongxin, inhabited, who, reason):
    assert gongxin("explain", who[0]).out == f"{who[1]}: no grade ({reason})\n"
    assert gongxin("explain", who[0], "--json").document["not_graded"] == reason


def test_check_prints_facts_and_measures(gongxin, inhabited):
    said = gongxin("check", t.LISTED[0], "--matter", "bidding", "--purpose", "admission", "--json")

    assert (said.code, said.err) == (0, "")
    found = said.document
    assert found.keys() >= {
        "facts",
        "list_entries",
        "measures",
        "incentives",
        "objections",
        "not_shown",
        "coverage",
        "as_of",
        "check_no",
        "status",
    }
    assert [m["measure"] for m in found["measures"]] == ["bidding-serious"]
    assert found["coverage"] == "partial"


def test_check_of_an_unknown_organisation_is_neutral(gongxin, inhabited):
    said = gongxin("check", t.ABSENT[0], "--matter=bidding", "--purpose=admission", "--json")

    assert (said.code, said.document["status"]) == (0, "neutral")


def test_check_speaks_to_people_too(gongxin, inhabited):
    said = gongxin("check", t.LISTED[0], "--matter", "招标投标", "--purpose", "资格审查")

    assert f"{t.LISTED[1]}: facts, check " in said.out
    assert "严重违法失信名单 盘市监列〔2026〕1号" in said.out
    assert "restrict: 工程招标投标中依法限制或者禁入 (招标人和招标投标行政监督部门)" in said.out
    assert "not shown: 0; coverage: partial" in said.out


def test_doctor_names_versions_database_and_release(gongxin, inhabited):
    said = gongxin("doctor", "--json")

    assert said.code == 0
    found = said.document
    assert found.keys() >= {"gongxin", "python", "libraries", "database", "pack", "release"}
    assert (found["pack"], found["release"]) == ("demo", inhabited.release.hash)
    assert found["damaged_segments"] == []
    assert found["legacy_md5"] == []
    assert float(found["database"]["chinese_trigram"]) > 0
    assert "release: sha256:" in gongxin("doctor").out
