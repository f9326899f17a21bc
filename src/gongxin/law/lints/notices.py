"""Notices: their places are ones that can be filled, and a worse outcome says why (告知文本)."""

import string

from gongxin.law.lints.findings import Found
from gongxin.law.release import Content

PLACES = frozenset({"day", "unit", "case_no", "outcome", "measure", "check_no"})
NEEDED = {"outcome": frozenset({"outcome", "measure", "check_no"})}


def lint_notices(content: Content) -> Found:
    """A notice has known places alone; that of a worse outcome names its measure."""
    for notice in content.notices:
        key = ("notices", notice.notice)
        try:
            parts = [name for _, name, _, _ in string.Formatter().parse(notice.text)]
        except ValueError:
            yield key, "braces stand in pairs around the name of a place"
            continue
        places = {name for name in parts if name is not None}
        yield from ((key, f"no place {{{name}}}") for name in sorted(places - PLACES))
        lacking = NEEDED.get(notice.notice, frozenset()) - places
        yield from ((key, f"the place {{{name}}} is lacking") for name in sorted(lacking))
