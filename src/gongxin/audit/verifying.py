"""Checking a proof without the platform: a deed's place in a log that a key signed (验证)."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass

from gongxin.audit.signing import Verifier
from gongxin.core import audit, merkle
from gongxin.core.audit import BadCheckpoint, Checkpoint
from gongxin.core.errors import CreditError


class BadProof(CreditError):
    """A document does not prove what it says."""

    code = "audit.bad_proof"


@dataclass(frozen=True, slots=True)
class Proved:
    """What a proof shows: the deed, and the head whose log holds it."""

    deed: Mapping[str, object]
    checkpoint: Checkpoint


def verify(document: Mapping[str, object], key: Verifier) -> Proved:
    """Check a proof as JSON holds it against a key that is known from elsewhere.

    Raises:
        BadProof: it is none, it was changed, or another log made it.
    """
    try:
        content, salt = _raw(document["content"]), _raw(document["salt"])
        path = [_raw(step) for step in document["path"]]  # type: ignore[attr-defined]
        index, note = int(str(document["index"])), str(document["note"])
        checkpoint = key.opened(note)
        deed = json.loads(content)
    except (KeyError, TypeError, ValueError, BadCheckpoint) as error:
        message = f"not a proof of the log {key.name}: {error}"
        raise BadProof(message) from error
    hash_ = merkle.hasher(checkpoint.algorithm)
    leaf = audit.leaf(salt, content, hash_)
    if not merkle.includes(checkpoint.head, index, leaf, path, hash_):
        message = "the path does not lead from the deed to the signed head: something was changed"
        raise BadProof(message)
    return Proved(deed, checkpoint)


def _raw(text: object) -> bytes:
    return base64.b64decode(str(text), validate=True)
