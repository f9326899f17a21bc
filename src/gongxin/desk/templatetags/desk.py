"""Ways of writing that only the desk's templates need (模板标签)."""

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def known(code: str, names: Mapping[str, str]) -> str:
    """Return the name that belongs to a code, or the code."""
    return names.get(code, code)
