"""A record's trail as one signed document for review, court or archive (存证材料; legal.md L10)."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

from django.db import transaction

from gongxin import law
from gongxin.accounts.units import names
from gongxin.audit import actions, protection
from gongxin.audit.proving import NoProof, Proof, prove
from gongxin.audit.signing import Signer
from gongxin.check.documents import signature
from gongxin.core import privacy
from gongxin.core.audit import By, Deed
from gongxin.core.errors import CreditError
from gongxin.evidence import trail
from gongxin.law.basis import sources
from gongxin.ledger.models import Entry, Subject

KIND = "evidence"
NOT_HELD = (
    "the department's file itself: it stays with the department; digest, row and receipt are here",
    "how the decision was served 送达: no form of this platform reports it",
    "answers of batch checks: they stand in the results of those who asked",
)


class NoPurpose(CreditError):
    """Evidence is made for a case: it has a purpose and a number."""

    code = "evidence.no_purpose"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which record, as of the end of which day, for which proceeding and case."""

    record_id: str
    as_of: date
    purpose: str
    case_no: str


def make(wanted: Wanted, *, home: Path, log: Signer, by: By, signer: Signer) -> dict[str, object]:
    """Gather a record's trail, sign it, and record that it was made.

    ``signature`` covers the rest as canonical JSON, as in the answer to a check.

    Raises:
        NoPurpose: it is for no case.
        NoSuchRecord: the ledger had no such record by the end of the day.
        NotProtected: nothing could be sealed for too long; an export waits until it can (R8).
    """
    if not wanted.purpose.strip() or not wanted.case_no.strip():
        message = "say for which proceeding and case the evidence is: --purpose and --case"
        raise NoPurpose(message)
    protection.ensure(now=by.at)
    with transaction.atomic():
        found = trail.entries(wanted.record_id, wanted.as_of)
        document = json.loads(json.dumps(_document(wanted, found, home, log, by), default=_plain))
        content = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        actions.record(_deed(wanted, found[0].subject, by))
    return {**document, "signature": signature(content, signer)}


def _document(
    wanted: Wanted, found: Sequence[Entry], home: Path, log: Signer, by: By
) -> dict[str, object]:
    first = found[0]
    subject = Subject.objects.filter(uscc=first.subject).first()
    named = names()
    units = {entry.unit for entry in found} | {entry.authority for entry in found}
    return {
        "kind": KIND,
        "record_id": wanted.record_id,
        "item": first.item,
        "subject": first.subject,
        "name": subject.name if subject else "",
        "as_of": wanted.as_of,
        "purpose": wanted.purpose,
        "case_no": wanted.case_no,
        "made_at": by.at,
        "units": {code: named[code] for code in sorted(units) if code in named},
        "revisions": [asdict(one) for one in trail.revisions(found)],
        "law": _law(found, home),
        "publications": [asdict(one) for one in trail.publications(found, wanted.as_of)],
        "receivers": [
            asdict(one) for one in trail.receivers(first.subject, wanted.record_id, wanted.as_of)
        ],
        "deeds": [asdict(proof) for proof in _proofs(found, log)],
        "not_held": NOT_HELD,
    }


def _law(found: Sequence[Entry], home: Path) -> dict[str, object]:
    """Return by release what the record's item rested on then; a lost release is said."""
    item = found[0].item
    return {hash_: _basis(item, hash_, home) for hash_ in sorted({e.release for e in found})}


def _basis(item: str, hash_: str, home: Path) -> list[dict[str, object]] | None:
    release = law.kept(home, hash_)
    if release is None or item not in release.items:
        return None
    return [asdict(source) for source in sources(release.items[item].basis, release)]


def _proofs(found: Sequence[Entry], log: Signer) -> list[Proof]:
    """Return the proofs of the deeds that are sealed and stand."""
    proofs = []
    for row in trail.deeds(found):
        try:
            proofs.append(prove(row, log.verifier))
        except NoProof:
            continue
    return proofs


def _deed(wanted: Wanted, subject: str, by: By) -> Deed:
    return Deed(
        at=by.at,
        actor=by.actor,
        action="evidence",
        object=subject,
        purpose=privacy.mask(wanted.purpose),
        case_no=privacy.mask(wanted.case_no),
        details={"record_id": wanted.record_id, "as_of": wanted.as_of.isoformat()},
    )


def _plain(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    message = f"a trail holds no {type(value).__name__}"
    raise TypeError(message)
