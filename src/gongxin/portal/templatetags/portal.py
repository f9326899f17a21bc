"""Words, icons and ways of writing that the templates share (模板标签)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from lucide.templatetags.lucide import lucide

from gongxin import law
from gongxin.core.catalog import Phase
from gongxin.core.citation import Label
from gongxin.core.clauses import Site
from gongxin.core.identifiers import CodeKind
from gongxin.core.subject import Form, SubjectKind
from gongxin.derive.archive import Archive
from gongxin.portal import clock, grades
from gongxin.portal.language import is_english, other_address, text_of

DEMO = "demo"
SECTION_NAMES = {
    "basic": _("Basic information"),
    "trustworthy": _("Trustworthiness"),
    "adverse": _("Adverse information"),
    "other": _("Other information"),
}
SECTION_SHORT = {
    "basic": _("Basic"),
    "trustworthy": _("Honours"),
    "adverse": _("Adverse"),
    "other": _("Other"),
}
SECTION_ICONS = {
    "basic": "file-text",
    "trustworthy": "medal",
    "adverse": "triangle-alert",
    "other": "layers",
}
PHASES = {Phase.BEFORE: _("Before"), Phase.DURING: _("During"), Phase.AFTER: _("After")}
FAILING_CLASSES = {"轻微": _("minor"), "一般": _("general"), "严重": _("serious")}
GRAVE = "严重"
FORMS = {
    Form.COMPANY: _("company"),
    Form.COOPERATIVE: _("cooperative"),
    Form.ORGAN: _("government organ"),
    Form.INSTITUTION: _("public institution"),
    Form.MASS: _("mass organisation"),
    Form.SOCIAL: _("social organisation"),
    Form.LAW_OFFICE: _("law office"),
    Form.RELIGIOUS: _("venue of religious activities"),
    Form.UNION: _("trade union"),
    Form.FOREIGN: _("representative of a foreign body"),
    Form.COLLECTIVE: _("rural collective"),
    Form.MILITARY: _("military unit"),
    Form.OTHER: _("other undertaking"),
    Form.UNKNOWN: _("not determined"),
}
ONE_PERSON = _("one-person undertaking")
CODE_KINDS = {
    CodeKind.REGISTRATION: _("Business registration number"),
    CodeKind.ORGANISATION: _("Organisation code"),
    CodeKind.TAX: _("Tax registration number"),
    CodeKind.INSTITUTION: _("Public institution certificate number"),
    CodeKind.SOCIAL: _("Social organisation certificate number"),
}

register = template.Library()


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around every page: whose site it is, and whether it is a rehearsal."""

    site: Site
    demo: bool
    day: date
    home: str
    other_home: str
    model: bool


@register.simple_tag
def frame() -> Frame:
    """Return what stands around the page."""
    content = law.active(settings.GONGXIN.home).content
    home = reverse("portal:home")
    return Frame(
        site=content.site[-1],
        demo=any(pack.pack == DEMO for pack in content.packs),
        day=clock.today(),
        home=home,
        other_home=other_address(home),
        model=any(model.standing in grades.SHOWN for model in content.models),
    )


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """Return an icon that only repeats what the words beside it say."""
    return _drawn(name, css)


@lru_cache(maxsize=256)  # a page has dozens of icons, and the library draws each anew
def _drawn(name: str, css: str) -> SafeString:
    attributes = {"class": f"icon {css}".strip(), "aria_hidden": "true"}
    return SafeString(lucide(name, size=20, **attributes))


@register.filter
def words(label: Label | str) -> str:
    """Return a label in the page's language, a text as it is."""
    return label if isinstance(label, str) else text_of(label)


@register.filter
def zh(text: str) -> SafeString:
    """Return a text of the records, which is Chinese whatever the page's language."""
    if is_english():
        return format_html('<span lang="zh-Hans">{}</span>', text)
    return format_html("{}", text)


@register.filter
def iso(day: date | None) -> str:
    """Return a day as YYYY-MM-DD."""
    return "" if day is None else day.isoformat()


@register.filter
def grouped(number: int) -> str:
    """Return a number with commas."""
    return f"{number:,}"


@register.filter
def points(thousandths: int) -> str:
    """Return thousandths of a point as points."""
    return grades.points_text(thousandths)


@register.filter
def signed(thousandths: int) -> str:
    """Return thousandths of a point as points, a gain with its sign."""
    return ("+" if thousandths > 0 else "") + grades.points_text(thousandths)


@register.filter
def section_name(name: str) -> str:
    """Return the name of a section of the archive."""
    return str(SECTION_NAMES[name])


@register.filter
def section_short(name: str) -> str:
    """Return the name of a section in few characters."""
    return str(SECTION_SHORT[name])


@register.filter
def section_icon(name: str) -> str:
    """Return the icon of a section."""
    return SECTION_ICONS[name]


@register.filter
def phase_name(phase: Phase) -> str:
    """Return the name of a phase of the timeline."""
    return str(PHASES[phase])


@register.filter
def failing(failing_class: str) -> str:
    """Return the failing class in the page's language, as it stands if it is not known."""
    return str(FAILING_CLASSES.get(failing_class, failing_class))


@register.filter
def kind(archive: Archive) -> str:
    """Return what kind of subject the archive is about."""
    if archive.kind is SubjectKind.ONE_PERSON:
        return str(ONE_PERSON)
    return str(FORMS[Form(archive.form)])


@register.filter
def code_kind(kind: CodeKind) -> str:
    """Return the name of another number of an organisation."""
    return str(CODE_KINDS[kind])


@register.filter
def grave(failing_class: str) -> bool:
    """Tell whether the failing class is the gravest."""
    return failing_class == GRAVE


@register.filter
def named(identify: str, names: Mapping[str, Label]) -> str:
    """Return the name that belongs to a code, or the code."""
    return text_of(names[identify]) if identify in names else identify


@register.simple_tag
def page_language() -> str:
    """Return the language of the page as HTML names it."""
    return "en" if translation.get_language() == "en" else "zh-Hans"
