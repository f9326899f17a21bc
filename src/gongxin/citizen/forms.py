"""The form of a consent: each item and each notice is ticked by itself (授权表单)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gongxin.personal import consent
from gongxin.personal.consent import Agreed, Terms

NOTICES = {
    "who_reads": _("I know which system of which unit will read the records I name."),
    "for_what": _("I know for what it will read them, and that it may not for anything else."),
    "which_items": _("I know which kinds of records it will read, and that it reads no other."),
    "until_when": _("I know until when and how often it may read them."),
    "withdrawal": _(
        "I know that I may withdraw at any moment, and that refusing costs me nothing."
    ),
}


class ConsentForm(forms.Form):
    """One client, one purpose, its items, an end and how often."""

    client = forms.ChoiceField(label=_("Who may read"), widget=forms.Select)
    purpose = forms.ChoiceField(label=_("For what"), widget=forms.Select)
    items = forms.MultipleChoiceField(label=_("Which records"), widget=forms.CheckboxSelectMultiple)
    days = forms.IntegerField(
        label=_("For how many days"), min_value=1, max_value=consent.LONGEST.days, initial=7
    )
    uses = forms.IntegerField(
        label=_("How often"), min_value=1, max_value=consent.MOST_USES, initial=1
    )
    notices = forms.MultipleChoiceField(
        label=_("What I agree to"), widget=forms.CheckboxSelectMultiple, choices=NOTICES.items()
    )
    text_version = forms.CharField(widget=forms.HiddenInput, initial=consent.TEXT_VERSION)

    def __init__(
        self,
        data: Any,
        *,
        clients: Iterable[tuple[str, str]],
        purposes: Iterable[tuple[str, str]],
        items: Iterable[tuple[str, str]],
    ) -> None:
        super().__init__(data)
        for name, choices in (("client", clients), ("purpose", purposes), ("items", items)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
            field.choices = list(choices)

    def terms(self, at: datetime) -> Terms:
        """Return what was agreed to, from an instant on."""
        said = self.cleaned_data
        until = at + timedelta(days=said["days"])
        return Terms(said["client"], said["purpose"], frozenset(said["items"]), until, said["uses"])

    def agreed(self) -> Agreed:
        """Return how it was agreed to."""
        said = self.cleaned_data
        return Agreed(said["text_version"], frozenset(said["notices"]), frozenset(said["items"]))
