"""Words, icons and days that the templates share (模板标签)."""

from datetime import date, datetime

from django import template
from django.utils import translation
from django.utils.safestring import SafeString
from lucide.templatetags.lucide import lucide

from gongxin.core.citation import Label
from gongxin.core.dates import CHINA

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """Return an icon that only repeats what the words beside it say."""
    return SafeString(lucide(name, size=20, **{"class": "icon", "aria_hidden": "true"}))


@register.filter
def words(label: Label) -> str:
    """Return a label in the page's language; Chinese where there is no English."""
    return (label.en if translation.get_language() == "en" else "") or label.zh


@register.filter
def day(value: date) -> str:
    """Return a day."""
    return value.isoformat()


@register.filter
def minute(value: datetime) -> str:
    """Return an instant to the second, China time."""
    return f"{value.astimezone(CHINA):%Y-%m-%d %H:%M:%S}"
