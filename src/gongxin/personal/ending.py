"""Deletion is deletion: what ended goes with its keys, what law erases does not come back (删除).

Personal Information Protection Law, article 47. A row that is deleted still stands in copies of the
database; without its month's key nobody reads it there. What a person has erased before its month
ends is remembered by its keyed hash beside the keys, so that neither a file that is sent again nor
a copy that is restored brings it back (ADR 0022).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from django.db import transaction

from gongxin.audit import actions as log
from gongxin.core.audit import By, Deed
from gongxin.core.dates import CHINA
from gongxin.core.errors import CreditError
from gongxin.personal import keys as key_files
from gongxin.personal import sealing, sessions
from gongxin.personal.keys import Keys
from gongxin.personal.models import Grant, Sealed, Session, Use
from gongxin.personal.routing import ALIAS

PART = 1_000  # rows that are read or deleted at once
CONSENT_KEPT = timedelta(days=3 * 365)  # [design] ADR 0022: while a use may still be disputed


class Ground(StrEnum):
    """Why a person's records are erased: the five grounds of article 47."""

    PURPOSE_DONE = "purpose-done"
    TERM_OVER = "term-over"
    CONSENT_WITHDRAWN = "consent-withdrawn"
    UNLAWFUL = "unlawful"
    OTHER_LAW = "other-law"


class NoNumber(CreditError):
    """Nobody's records are named by this text; nothing was erased."""

    code = "personal.no_number"


@dataclass(frozen=True, slots=True)
class Decision:
    """On which ground, in which case and by whom it was decided to erase."""

    ground: Ground
    case_no: str
    by: By


@dataclass(frozen=True, slots=True)
class Expired:
    """What ended by its term: rows that went, and months whose keys were destroyed."""

    rows: int
    consents: int
    months: tuple[str, ...]


def expire(keys: Keys, copies: Collection[Path] = (), *, by: By) -> Expired:
    """Delete what is past its term, and the keys of months in which nothing is left.

    ``copies`` are other folders of the platform's keys: the months' keys go from them too. A month
    that was deleted before goes from copies that are named only now.
    """
    today = by.at.astimezone(CHINA).date()
    with transaction.atomic(using=ALIAS, durable=True):
        rows, _ = Sealed.objects.filter(retain_until__lt=today).delete()
        old = Grant.objects.filter(until__lt=by.at - CONSENT_KEPT)
        Use.objects.filter(grant__in=old).delete()
        consents, _ = old.delete()
        Session.objects.filter(began_at__lt=by.at - sessions.WHOLE).delete()
        left = set(Sealed.objects.values_list("key_id", flat=True).distinct())
        folders = [folder for folder in (keys.months, *map(_months, copies)) if folder is not None]
        found = {m for folder in folders for m in key_files.ended_months(folder, today)}
        months = tuple(sorted(m for m in found if f"{key_files.FILE}-{m}" not in left))
        details = {"rows": str(rows), "consents": str(consents), "months": " ".join(months)}
        _log(Deed(by.at, by.actor, "personal.expire", "", details=details))
    for folder in folders:
        for month in months:
            if (folder / month).exists():
                key_files.destroy(folder, month)
    return Expired(rows, consents, months)


def erase(number: str, decided: Decision, keys: Keys, copies: Collection[Path] = ()) -> int:
    """Erase all records and consents of the person with that number; return how many records.

    Particulars of the person in organisations' records go too, each with what else was sealed
    beside it, and come back with no file. Every set of particulars is opened for that: it takes
    minutes where there are millions. Remembered first, then deleted: whatever stops between,
    erasing again completes it.

    Raises:
        NoNumber: the text names nobody.
    """
    person = sealing.person_key(number, keys)
    if person == "":
        message = "no number was given"
        raise NoNumber(message)
    with transaction.atomic(using=ALIAS, durable=True):
        own = Sealed.objects.select_for_update().filter(person=person)
        erased = list(own.values_list("blind_key", flat=True))
        named = _naming(number, keys)
        records = [sealing.record_key(record, keys) for record in named.values() if record]
        for folder in (keys.months, *map(_months, copies)):
            if folder is not None:
                key_files.remember(folder, [*erased, *named, *records], sealing.ERASED)
        own.delete()
        found = list(named)
        for first in range(0, len(found), PART):
            Sealed.objects.filter(blind_key__in=found[first : first + PART]).delete()
        given = Grant.objects.filter(person=person)
        Use.objects.filter(grant__in=given).delete()
        given.delete()
        Session.objects.filter(person=person).delete()
        rows = len(erased) + len(named)
        by, details = decided.by, {"ground": decided.ground.value, "rows": str(rows)}
        _log(Deed(by.at, by.actor, "personal.erase", "", case_no=decided.case_no, details=details))
    return rows


def block(number: str, decided: Decision, keys: Keys, copies: Collection[Path] = ()) -> int:
    """Only store the records of the person with that number from now on; return how many.

    Personal Information Protection Law, article 47: where the term that law keeps a record for is
    not over, all use but keeping it ends. No consent opens it, those that stand are withdrawn, and
    it is deleted at its term. What is handed in later is not blocked.

    Raises:
        NoNumber: the text names nobody.
    """
    person = sealing.person_key(number, keys)
    if person == "":
        message = "no number was given"
        raise NoNumber(message)
    with transaction.atomic(using=ALIAS, durable=True):
        own = Sealed.objects.filter(person=person).values_list("blind_key", flat=True)
        fresh = sorted(set(own) - sealing.blocked(keys))
        for folder in (keys.months, *map(_months, copies)):
            if folder is not None:
                key_files.remember(folder, fresh, sealing.BLOCKED)
        by = decided.by
        Grant.objects.filter(person=person, withdrawn_at=None).update(withdrawn_at=by.at)
        details = {"ground": decided.ground.value, "rows": str(len(fresh))}
        _log(Deed(by.at, by.actor, "personal.block", "", case_no=decided.case_no, details=details))
    return len(fresh)


def erase_again(keys: Keys) -> int:
    """Delete from a restored database what was erased since it was copied; return how many."""
    gone, _ = Sealed.objects.filter(blind_key__in=list(sealing.erased(keys))).delete()
    return gone


def _naming(number: str, keys: Keys) -> dict[str, str]:
    """Return what no index of persons leads to and names the number, with its record if any."""
    others = Sealed.objects.filter(person="").iterator(chunk_size=PART)
    return {row.blind_key: row.record_id for row in others if sealing.names(row, number, keys)}


def _months(copy: Path) -> Path:
    return copy / key_files.MONTHS


def _log(deed: Deed) -> None:
    with transaction.atomic(durable=True):
        log.record(deed)
