"""What people type about special queries: forms read it, functions decide (特殊查询表单)."""

from django import forms
from django.http import QueryDict
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from gongxin.accounts.actions import Term
from gongxin.accounts.special import Wanted
from gongxin.core import uscc
from gongxin.core.citation import Label
from gongxin.core.subject import Form
from gongxin.desk import clock
from gongxin.desk.forms import ISO, LONGEST, TypedForm, day_input
from gongxin.law import Release

MOST_TYPED = 4_000
KINDS = [
    ("", "—"),
    (Form.COMPANY.value, _("companies")),
    (Form.COOPERATIVE.value, _("cooperatives")),
    (Form.INSTITUTION.value, _("institutions")),
    (Form.SOCIAL.value, _("social organisations")),
]


def _words(label: Label) -> str:
    return label.en if translation.get_language() == "en" else label.zh


class _ForPurpose(TypedForm):
    """Purpose and matter, as the release has them; a person's number is refused, not repeated."""

    purpose = forms.ChoiceField(label=_("Purpose"))
    matter = forms.ChoiceField(label=_("Matter"))

    def __init__(self, data: QueryDict | None, *, release: Release) -> None:
        super().__init__(data)
        content = release.content
        self.choose("purpose", [(one.purpose, _words(one.name)) for one in content.purposes])
        self.choose("matter", [(one.matter, _words(one.name)) for one in content.matters])

    def choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        """Set the choices of a field."""
        found = self.fields[name]
        assert isinstance(found, forms.ChoiceField)  # noqa: S101 - for the type checker
        found.choices = choices


class LookForm(_ForPurpose):
    """Which organisation is looked at, what for, in which case."""

    code = forms.CharField(label=_("Unified social credit code"), max_length=40)
    case_no = forms.CharField(label=_("Case"), max_length=100)
    field_order = ("code", "purpose", "matter", "case_no")

    def clean_code(self) -> str:
        """Return the code as it is written."""
        return uscc.compact(self.cleaned_data["code"])


class ApplyForm(_ForPurpose):
    """What a unit applies for."""

    items = forms.MultipleChoiceField(label=_("Record types"))
    subjects = forms.CharField(
        label=_("Codes of the organisations, or leave it empty and name the kind"),
        max_length=MOST_TYPED,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    form = forms.ChoiceField(label=_("Kind of organisations"), choices=KINDS, required=False)
    basis = forms.CharField(label=_("Law and article that it rests on"), max_length=LONGEST)
    from_on = forms.DateField(
        input_formats=ISO, label=_("From"), widget=day_input(), initial=clock.today
    )
    until_on = forms.DateField(input_formats=ISO, label=_("Last day"), widget=day_input())

    def __init__(self, data: QueryDict | None, *, release: Release) -> None:
        super().__init__(data, release=release)
        items = release.content.items
        self.choose("items", [(one.item, _words(one.name)) for one in items])

    def wanted(self, unit: str) -> Wanted:
        """Return what was typed."""
        given = self.cleaned_data
        return Wanted(
            unit=unit,
            items=tuple(given["items"]),
            subjects=tuple(dict.fromkeys(map(uscc.compact, given["subjects"].split()))),
            form=given["form"],
            purpose=given["purpose"],
            matter=given["matter"],
            basis=given["basis"],
            term=Term(given["from_on"], given["until_on"]),
        )


class RevokeForm(forms.Form):
    """Which grant ends, and why."""

    number = forms.IntegerField(min_value=1, max_value=2**62)
    reason = forms.CharField(max_length=LONGEST, required=False)


class DecideForm(RevokeForm):
    """How an application is decided, and why."""

    GRANT = "grant"
    decision = forms.ChoiceField(choices=[(GRANT, GRANT), ("refuse", "refuse")])
