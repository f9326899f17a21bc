"""Writers of platforms that we exchange with: one proposes, another approves (对接管理)."""

from django.db import transaction

from gongxin.audit import actions
from gongxin.core import digest
from gongxin.core.adapter import Adapter, Signing
from gongxin.core.audit import By, Deed
from gongxin.core.errors import CreditError
from gongxin.exchange import holding
from gongxin.exchange.models import APPROVED, NOT_DECIDED, REFUSED, Peer
from gongxin.law import Release
from gongxin.law.release import written
from gongxin.ledger.queries import head


class BadPeer(CreditError):
    """A platform cannot be exchanged with in this way; nothing was changed.

    ``facts["reason"]`` is unknown, changed, decided, own, legacy_md5, not_open or style.
    """

    code = "exchange.bad_peer"


def adapter_of(name: str, release: Release) -> Adapter:
    """Return an adapter of the pack.

    Raises:
        BadPeer: there is none of this name.
    """
    if name not in release.adapters:
        message = "the pack has no adapter of this name; see gongxin exchange list"
        raise BadPeer(message, reason="unknown")
    return release.adapters[name]


def digest_of(adapter: Adapter) -> str:
    """Return the hash of an adapter, which people agree to."""
    return digest.digest(written(adapter).encode())


@transaction.atomic
def propose(name: str, *, by: By, release: Release, legacy_md5: bool = False) -> None:
    """Propose to exchange under an adapter as it stands now; the same again changes nothing.

    Raises:
        BadPeer: no such adapter, or it signs by MD5 and that was not said.
    """
    adapter = adapter_of(name, release)
    if (adapter.signing is Signing.MD5) != legacy_md5:
        message = "this adapter signs by MD5, which proves little: say --legacy-md5, or not at all"
        raise BadPeer(message, reason="legacy_md5")
    wanted = digest_of(adapter)
    found = Peer.objects.select_for_update().filter(adapter=name).first()
    if found is None:
        found = Peer(adapter=name)
    elif found.digest == wanted and found.decision != REFUSED:
        return
    found.digest, found.legacy_md5 = wanted, legacy_md5
    found.proposed_by, found.proposed_at = by.actor, by.at
    found.decision, found.decided_by, found.decided_at = NOT_DECIDED, "", None
    found.save()
    _record("propose-exchange", found, by)


@transaction.atomic
def approve(name: str, *, by: By, release: Release) -> None:
    """Agree to the adapter that another person proposed; what changes from now on is sent.

    A platform that was agreed to before keeps its place: it misses nothing.

    Raises:
        BadPeer: not proposed, decided, by the same person, or the pack says another thing by now.
    """
    found = _proposed(name, by)
    adapter = adapter_of(name, release)
    if digest_of(adapter) != found.digest:
        message = "the adapter was changed after it was proposed; propose it anew"
        raise BadPeer(message, reason="changed")
    if found.cursor == 0:
        found.cursor = head()
    found.decision, found.decided_by, found.decided_at = APPROVED, by.actor, by.at
    found.rests_until, found.fault = None, ""
    found.save()
    if adapter.sends is not None:
        holding.compare_all(found, items={one.item for one in adapter.sends.items})
    _record("approve-exchange", found, by)


@transaction.atomic
def end(name: str, *, by: By, reason: str) -> None:
    """Refuse a proposal or end an exchange: nothing is sent or taken any more; one person may.

    Raises:
        BadPeer: nothing was proposed or approved under the name.
    """
    found = Peer.objects.select_for_update().filter(adapter=name).first()
    if found is None or found.decision == REFUSED:
        message = "there is nothing to end; see gongxin exchange list"
        raise BadPeer(message, reason="not_open")
    found.decision, found.decided_by, found.decided_at = REFUSED, by.actor, by.at
    found.save()
    _record("end-exchange", found, by, reason=reason)


def _proposed(name: str, by: By) -> Peer:
    found = Peer.objects.select_for_update().filter(adapter=name).first()
    if found is None:
        message = "nobody proposed it; gongxin exchange propose NAME"
        raise BadPeer(message, reason="unknown")
    if found.decision != NOT_DECIDED:
        message = "the proposal was decided already"
        raise BadPeer(message, reason="decided")
    if found.proposed_by == by.actor:
        message = "who proposed it does not decide on it; let another one do so"
        raise BadPeer(message, reason="own")
    return found


def _record(action: str, found: Peer, by: By, *, reason: str = "") -> None:
    actions.record(
        Deed(
            at=by.at,
            actor=by.actor,
            action=action,
            object=f"exchange:{found.adapter}",
            reason=reason,
            details={"digest": found.digest, "legacy_md5": "yes" if found.legacy_md5 else "no"},
        )
    )
