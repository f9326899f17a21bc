"""What a lint yields: the clause at fault, as part and id, and what is wrong with it."""

from collections.abc import Iterable, Iterator

from gongxin.core import rules
from gongxin.core.catalog import Item
from gongxin.core.rules import BadExpression

Key = tuple[str, str]
Found = Iterator[tuple[Key, str]]


def under(key: Key, messages: Iterable[str]) -> Found:
    """Put messages under one clause."""
    yield from ((key, message) for message in messages)


def condition_faults(texts: Iterable[str], item: Item) -> Iterator[str]:
    """Yield what is wrong with conditions over one record of the item."""
    for text in texts:
        try:
            rules.parse_over(text, item.columns)
        except BadExpression as error:
            yield error.message
