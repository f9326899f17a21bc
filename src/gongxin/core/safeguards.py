"""Texts that keep belief, speech, petition and health out of the records (legal.md L8, P18)."""

from collections.abc import Iterable

_SPECIAL = frozenset("\\.()[]{}+*?|^$-/")


def names_any(text: str, words: Iterable[str]) -> bool:
    """Tell whether the text holds one of the literal words."""
    return any(word in text for word in words)


def pattern_of(words: Iterable[str]) -> str:
    """Return one RE2 pattern that finds any of the words, for engines that search by pattern."""
    return "|".join(
        "".join(f"\\{character}" if character in _SPECIAL else character for character in word)
        for word in words
    )
