"""Findings of a file: every one, row-exact, with the cell cut and masked (校验发现)."""

from gongxin.core import privacy
from gongxin.core.validation import ORGANISATION, PERSON, SOLE_TRADER, WARNING, Finding
from gongxin.engines import builtins
from gongxin.engines.texts import quoted, text
from gongxin.intake.models import Batch, FindingRow
from gongxin.intake.records import ENDED_BEFORE, OTHER_UNIT
from gongxin.intake.staging import SCREENS, Staging

SHOWN = 60
CHUNK = 5_000
DUPLICATE = "duplicate"
SCREENED = {
    "row_form": "列数与表头不符",
    "protected_matter": "所依据的规定涉及不得归集的事项，不予接收",
    "person_number": "文书号中有身份证号码或手机号码，不予接收；请只填文书本身的编号，重新报送",
}
REFUSALS = {
    ENDED_BEFORE: (
        "该记录已撤销、撤回、移出或履行完毕，不再更正；确需恢复的，由作出决定的机关书面提出"
    ),
    OTHER_UNIT: "该记录由其他单位报送，只能由报送单位或作出决定的机关更正",
}


def collect(staging: Staging) -> tuple[Finding, ...]:
    """Return all findings in the order of rows and checks; file-wide ones stand at row 0."""
    wide = [
        Finding(0, _cut(privacy.mask(name)), "unknown_column", "列名未识别，已忽略", "", WARNING)
        for name in staging.recognised.unknown
    ]
    rows = staging.con.execute(_query(staging)).fetchall()
    return (*wide, *(_finding(staging, *row) for row in rows))


def duplicates(staging: Staging) -> tuple[Finding, ...]:
    """Return a warning for each row that says what the ledger or an earlier row said already."""
    rows = staging.con.execute(
        """SELECT row FROM outcomes WHERE refused IS NULL AND row NOT IN (SELECT row FROM entries)
           ORDER BY row"""
    ).fetchall()
    message = "与已入账记录内容相同，未重复入账"
    return tuple(Finding(row, "", DUPLICATE, message, "", WARNING) for (row,) in rows)


def refusals(staging: Staging) -> tuple[Finding, ...]:
    """Return an error for each row that may not correct the record it speaks of."""
    rows = staging.con.execute(
        "SELECT row, refused FROM outcomes WHERE refused IS NOT NULL ORDER BY row"
    ).fetchall()
    return tuple(Finding(row, "", code, REFUSALS[code], "") for row, code in rows)


def _query(staging: Staging) -> str:
    columns = [check.column for check in staging.checks]
    whens = " ".join(f"WHEN {n} THEN {quoted(c)}" for n, c in enumerate(columns))
    roles = staging.item.roles
    # A row of the wrong width may have a name in any column.
    number = builtins.apply("resident_id", quoted(roles.subject_code))
    person = f"coalesce(row_form, '') <> '' OR {number}"
    if roles.subject_kind:
        kind = quoted(roles.subject_kind)
        known = ", ".join(text(organisation) for organisation in (ORGANISATION, SOLE_TRADER))
        # A misspelt 自然人 is one too: only the misspelling itself is shown.
        of_kind = [n for n, column in enumerate(columns) if column == roles.subject_kind]
        misspelt = f"{kind} <> {text(PERSON)} AND k IN ({', '.join(map(str, (-1, *of_kind)))})"
        person += f" OR ({kind} NOT IN ({known}) AND NOT ({misspelt}))"
    return f"""SELECT row, k, CASE k {whens} ELSE '' END AS value, {person} AS person
        FROM faults JOIN mapped USING (row) ORDER BY row, k"""


def _finding(staging: Staging, row: int, k: int, value: str, person: bool) -> Finding:
    if k >= len(staging.checks):
        code = SCREENS[k - len(staging.checks)]
        column = staging.item.roles.document_no if code == "person_number" else ""
        return Finding(row, column, code, SCREENED[code], "")
    check = staging.checks[k]
    secret = person or check.column in staging.item.split.fields
    shown = privacy.MARK if secret and value else _cut(privacy.mask(value))
    return Finding(row, check.column, check.code, check.message.zh, shown, check.level)


def _cut(value: str) -> str:
    return value if len(value) <= SHOWN else value[:SHOWN] + "…"


def store(batch: Batch, found: tuple[Finding, ...]) -> None:
    """Keep the findings beside the batch."""
    FindingRow.objects.bulk_create(
        (
            FindingRow(
                batch=batch,
                row=finding.row,
                column=finding.column,
                code=finding.code,
                level=finding.level,
                message=finding.message,
                value=finding.value,
            )
            for finding in found
        ),
        batch_size=CHUNK,
    )
