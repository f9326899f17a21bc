from datetime import date

import pytest

from gongxin.core.citation import Document


@pytest.mark.parametrize(
    ("begins", "ends", "in_force"),
    [
        (None, None, True),
        (date(2026, 5, 10), None, True),
        (date(2026, 5, 11), None, False),
        (None, date(2026, 5, 10), True),
        (None, date(2026, 5, 9), False),
    ],
)
def test_both_ends_of_a_documents_force_are_inside(
    begins: date | None, ends: date | None, in_force: bool
) -> None:
    document = Document("a", "法", "1", "law", "seen", begins, ends)
    assert document.in_force(date(2026, 5, 10)) is in_force
