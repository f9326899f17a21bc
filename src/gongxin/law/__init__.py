"""Law as data: packs are read strictly, linted, compiled to one hashed release, and tested.

``load`` reads a pack chain; ``lint`` finds what must not act; ``compile_place`` does both and
refuses what has a fault; ``Release`` is the compiled form that every later step reads and whose
hash every stored result carries.
"""

from gongxin.law.active import active, is_active, kept, store
from gongxin.law.cases import CaseCount, run_cases
from gongxin.law.linting import compile_place, lint
from gongxin.law.lists import Lists, lists_of
from gongxin.law.packs import Loaded, load
from gongxin.law.release import Content, Release, read_release
from gongxin.law.source import Fault, LawError, Place

__all__ = [
    "CaseCount",
    "Content",
    "Fault",
    "LawError",
    "Lists",
    "Loaded",
    "Place",
    "Release",
    "active",
    "compile_place",
    "is_active",
    "kept",
    "lint",
    "lists_of",
    "load",
    "read_release",
    "run_cases",
    "store",
]
