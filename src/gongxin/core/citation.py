"""Where a clause comes from: the document and the article (依据)."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Label:
    """A text for people in Simplified Chinese and English."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Citation:
    """One place in one document: ``document`` is an id of the pack's documents (条款出处)."""

    document: str
    article: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A law, regulation or paper that clauses cite (法律政策文件).

    ``rank`` orders legal force: law, admin_regulation, state_policy, local_regulation,
    department_rule, standard, memorandum, design. ``confidence`` is how sure the pack's authors
    are of the wording: seen, high, medium, low, design. ``in_force_until`` is the last day.
    """

    id: str
    title: str
    number: str
    rank: str
    confidence: str
    in_force_from: date | None = None
    in_force_until: date | None = None
    remarks: str = ""

    def in_force(self, day: date) -> bool:
        """Tell whether the document is in force on the day (both ends inclusive)."""
        begun = self.in_force_from is None or self.in_force_from <= day
        return begun and (self.in_force_until is None or day <= self.in_force_until)
