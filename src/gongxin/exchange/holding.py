"""What a platform holds beside what is public: which of it is to be removed there (对方留存).

The ledger's new entries are looked at once each, and the last days by their index: what a platform
holds is never read through for a message.
"""

from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Q

from gongxin.core.subject import SubjectKind
from gongxin.derive.archive import public_on
from gongxin.exchange.mapping import Shown
from gongxin.exchange.models import Held, Peer
from gongxin.ledger.models import Changed, Current, Subject
from gongxin.ledger.queries import became_one_person

STEP = 10_000  # revisions looked at by one query


def compare(peer: Peer, *, upto: int, items: Collection[str], on: date) -> None:
    """Mark what the platform holds and the entries up to a revision ended or gave another end.

    In the caller's transaction, which holds the platform's row. A platform that holds nothing is
    compared without a look.
    """
    since = peer.compared
    if upto <= since:
        return
    while since < upto and Held.objects.filter(peer=peer).exists():
        end = min(since + STEP, upto)
        _compare(peer, since, end, items, on)
        since = end
    peer.compared = upto
    peer.save(update_fields=["compared"])


def compare_all(peer: Peer, *, items: Collection[str]) -> None:
    """Mark what a platform holds of record types that are exchanged no more.

    It reads through all that is held: once, where two people agreed to another adapter.
    """
    mapped = Current.objects.filter(
        subject=OuterRef("subject"), record_id=OuterRef("record"), item__in=items
    )
    Held.objects.filter(~Exists(mapped), peer=peer).update(ended=True)


def hold(peer: Peer, shown: Iterable[Shown]) -> None:
    """Write down what a platform will have, before it is sent."""
    Held.objects.bulk_create(
        [Held(peer=peer, subject=one.subject, record=one.record, until=one.until) for one in shown],
        update_conflicts=True,
        unique_fields=["peer", "subject", "record"],
        update_fields=["until", "ended"],
    )


def ended(peer: Peer, *, on: date, most: int) -> list[tuple[str, str]]:
    """Return what a platform may have that is not public on the day, whatever the reason."""
    found = Held.objects.filter(Q(ended=True) | Q(until__lt=on), peer=peer)
    return list(found.order_by("subject", "record").values_list("subject", "record")[:most])


def forget(peer: Peer, removed: Collection[tuple[str, str]]) -> None:
    """Forget what a platform said that it removed."""
    subjects, records = {s for s, _ in removed}, {r for _, r in removed}
    Held.objects.filter(peer=peer, subject__in=subjects, record__in=records).delete()


def _compare(peer: Peer, since: int, upto: int, items: Collection[str], on: date) -> None:
    became = became_one_person(since=since, upto=upto)
    changed = Changed.objects.filter(revision__gt=since, revision__lte=upto).exclude(subject="")
    keys = set(changed.values_list("subject", "record_id"))
    subjects, records = {s for s, _ in keys}, {r for _, r in keys}
    held = {
        (one.subject, one.record): one
        for one in Held.objects.filter(peer=peer, subject__in=subjects, record__in=records)
    }
    organisation = Subject.objects.filter(
        uscc=OuterRef("subject"), kind=SubjectKind.ORGANISATION.value
    )
    alive = Current.objects.filter(
        public_on(on),
        Exists(organisation),
        subject__in=subjects,
        record_id__in=records,
        item__in=items,
    )
    until = {(s, r): day for s, r, day in alive.values_list("subject", "record_id", "public_until")}
    for key in held.keys() & keys:
        one = held[key]
        one.ended, one.until = key not in until, until.get(key, one.until)
        one.save(update_fields=["ended", "until"])
    Held.objects.filter(peer=peer, subject__in=became).update(ended=True)
