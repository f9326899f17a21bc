"""Whether a pattern can read some text in two ways, by the places of its characters.

Every character class of a pattern, repeats written out, is a place. A reading of a text is a row
of places: it begins in ``first``, goes on by ``after`` and ends in ``last`` (Glushkov). If no text
has two readings, then for each prefix of a text at most one row of places leads to each place: a
text of n characters costs any engine at most n times the number of places.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

MAX_PLACES = 1000
MAX_PAIRS = 200_000
LAST_CHARACTER = 0x10FFFF

Charset = tuple[tuple[int, int], ...]  # code points from-to, rising, apart


@dataclass(frozen=True, slots=True)
class Chars:
    """One character of a set."""

    charset: Charset


@dataclass(frozen=True, slots=True)
class Row:
    """Parts one after the other."""

    parts: tuple["Pattern", ...]


@dataclass(frozen=True, slots=True)
class Branches:
    """One of the branches."""

    branches: tuple["Pattern", ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """The part ``least`` to ``most`` times; None is without end."""

    part: "Pattern"
    least: int
    most: int | None


Pattern = Chars | Row | Branches | Repeat


def union(charsets: Iterable[Charset]) -> Charset:
    """Return the set of all characters of the sets."""
    merged: list[tuple[int, int]] = []
    for low, high in sorted(span for charset in charsets for span in charset):
        if len(merged) > 0 and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], high))
        else:
            merged.append((low, high))
    return tuple(merged)


def inverse(charset: Charset) -> Charset:
    """Return the set of all other characters."""
    ends = [-1, *(high for _, high in charset)]
    starts = [*(low for low, _ in charset), LAST_CHARACTER + 1]
    gaps = zip(ends, starts, strict=True)
    return tuple((end + 1, start - 1) for end, start in gaps if end + 1 < start)


def fault_in(pattern: Pattern) -> str | None:
    """Return why the pattern is refused, or None if it reads every text in at most one way."""
    places = _Places()
    try:
        whole = places.lay(pattern)
    except _TwoWays as fault:
        return str(fault)
    return places.fault(whole)


class _TwoWays(ValueError):
    pass


@dataclass(frozen=True, slots=True)
class _Part:
    """A laid part: may it be empty, and the places where it can begin and end."""

    empty: bool
    first: tuple[int, ...]
    last: tuple[int, ...]


_NOTHING = _Part(empty=True, first=(), last=())


@dataclass(slots=True)
class _Places:
    charsets: list[Charset] = field(default_factory=list)
    after: list[set[int]] = field(default_factory=list)

    def lay(self, pattern: Pattern) -> _Part:
        match pattern:
            case Chars():
                return self._place(pattern.charset)
            case Row():
                laid = _NOTHING
                for part in pattern.parts:
                    laid = self._join(laid, self.lay(part))
                return laid
            case Branches():
                return _either([self.lay(branch) for branch in pattern.branches])
            case _:
                return self._repeat(pattern)

    def _place(self, charset: Charset) -> _Part:
        if len(self.charsets) == MAX_PLACES:
            message = f"longer than {MAX_PLACES} characters with its repeats written out"
            raise _TwoWays(message)
        self.charsets.append(charset)
        self.after.append(set())
        place = len(self.charsets) - 1
        return _Part(empty=False, first=(place,), last=(place,))

    def _join(self, left: _Part, right: _Part) -> _Part:
        for place in left.last:
            self.after[place].update(right.first)
        return _Part(
            empty=left.empty and right.empty,
            first=left.first + (right.first if left.empty else ()),
            last=right.last + (left.last if right.empty else ()),
        )

    def _repeat(self, pattern: Repeat) -> _Part:
        needed = max(pattern.least, 1)
        laid = self.lay(pattern.part)
        if laid.empty:
            message = "a repeat stands over what may be empty: a text could be read in two ways"
            raise _TwoWays(message)
        first, ends, copy = laid.first, laid.last if needed == 1 else (), laid
        for count in range(2, (pattern.most or needed) + 1):
            copy_before, copy = copy, self.lay(pattern.part)
            self._join(copy_before, copy)
            ends += copy.last if count >= needed else ()
        if pattern.most is None:
            self._loop(copy)
        return _Part(empty=pattern.least == 0, first=first, last=ends)

    def _loop(self, part: _Part) -> None:
        for place in part.last:
            if not self.after[place].isdisjoint(part.first):
                message = "a repeat stands over a repeat: a text could be read in two ways"
                raise _TwoWays(message)
            self.after[place].update(part.first)

    def fault(self, whole: _Part) -> str | None:
        """Follow two readings of one text from where they part; they may never meet or end."""
        last = set(whole.last)
        seen: set[tuple[int, int]] = set()
        for places in (whole.first, *self.after):
            for start in self._parting(places):
                fault = self._follow(start, seen, last)
                if fault is not None:
                    return fault
        return None

    def _follow(
        self, start: tuple[int, int], seen: set[tuple[int, int]], last: set[int]
    ) -> str | None:
        waiting = [start]
        while len(waiting) > 0:
            pair = waiting.pop()
            if pair in seen:
                continue
            seen.add(pair)
            left, right = (self.after[place] for place in pair)
            if last.issuperset(pair) or not left.isdisjoint(right):
                return "a text could be read in two ways; use contains(), or narrower classes"
            if len(seen) > MAX_PAIRS:
                return "too many ways to begin alike"
            waiting.extend((min(p, q), max(p, q)) for p in left for q in self._alike(p, right))
        return None

    def _parting(self, places: Iterable[int]) -> Iterator[tuple[int, int]]:
        ordered = sorted(places)
        for index, place in enumerate(ordered):
            yield from ((place, other) for other in self._alike(place, ordered[index + 1 :]))

    def _alike(self, place: int, others: Iterable[int]) -> Iterator[int]:
        own = self.charsets[place]
        return (other for other in others if _overlap(own, self.charsets[other]))


def _either(parts: list[_Part]) -> _Part:
    empty = [part.empty for part in parts]
    if sum(empty) > 1:
        message = "two branches may both be empty: a text could be read in two ways"
        raise _TwoWays(message)
    return _Part(
        empty=any(empty),
        first=tuple(place for part in parts for place in part.first),
        last=tuple(place for part in parts for place in part.last),
    )


def _overlap(one: Charset, other: Charset) -> bool:
    return any(low <= top and bottom <= high for low, high in one for bottom, top in other)
