"""Checks by the beginning of a hash over the API: audited with the prefix alone (隐私核查接口)."""

from dataclasses import dataclass, fields, replace

from django.conf import settings
from django.http import HttpResponse
from pydantic import TypeAdapter

from gongxin.api import problems
from gongxin.api.asking import JSON, REFUSALS, Asking, Effect, once
from gongxin.api.problems import Problem
from gongxin.check import ranges
from gongxin.check.answer import CheckRefused
from gongxin.check.documents import content_of, signature, signer
from gongxin.check.ranges import RangeAnswer, RangeRefused
from gongxin.law import Release


@dataclass(frozen=True, slots=True)
class SignedRange(RangeAnswer):
    """A bucket and its signature over the rest as canonical JSON: sorted keys, no blanks."""

    signature: str = ""


_RANGE: TypeAdapter[SignedRange] = TypeAdapter(SignedRange)


def find(asking: Asking, prefix: str, *, release: Release) -> HttpResponse:
    """Answer for a bucket; it counts as one organisation of the day's quota.

    Raises:
        Problem: an unknown matter or purpose, another length than the day's, or the day's quota
            is used up.
    """

    def effect() -> HttpResponse:
        try:
            found = ranges.find(asking.question(""), prefix, release)
        except RangeRefused as error:
            raise Problem(problems.RANGE_PREFIX) from error
        except CheckRefused as error:
            raise Problem(REFUSALS[str(error.facts["reason"])]) from error
        body = _RANGE.dump_json(_signed(found))
        return HttpResponse(body, content_type=JSON, headers={"Cache-Control": "no-store"})

    # Kept under no key: it is large, and asked again it is the same.
    return once(asking, [prefix], None, Effect(effect, 1))


def _signed(found: RangeAnswer) -> SignedRange:
    bare = len(content_of(found).encode())
    padded = replace(found, padding=ranges.padding(bare))
    parts = {field.name: getattr(padded, field.name) for field in fields(padded)}
    line = signature(content_of(padded), signer(settings.GONGXIN.home))
    return SignedRange(**parts, signature=line)
