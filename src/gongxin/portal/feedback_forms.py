"""What anybody types in a letter, or to read its answer: forms read it (投诉建议表单)."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gongxin.core import privacy
from gongxin.feedback.actions import LONGEST, holds_person
from gongxin.feedback.queries import Category

DATA_ERROR = "data-error"  # an objection: it has its own way and its own term
CATEGORIES = {
    "": "—",
    DATA_ERROR: _("a record is wrong, out of date or about somebody else"),
    Category.LEAK.value: _("information was leaked or misused"),
    Category.CONDUCT.value: _("how staff behaved"),
    Category.SUGGESTION.value: _("a suggestion"),
}


class LetterForm(forms.Form):
    """A letter: what it is about, and its words. ``website`` stays empty: programs fill it."""

    category = forms.ChoiceField(label=_("What it is about"), choices=CATEGORIES.items)
    text = forms.CharField(
        label=_("Your words"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 8, "maxlength": LONGEST}),
        help_text=_("No name, telephone or identity number: neither yours nor anybody's."),
    )
    website = forms.CharField(required=False, max_length=0)

    def __init__(self, data: QueryDict | None = None) -> None:
        typed = data.get("text", "") if data else ""
        self.masked = holds_person(typed)
        if data and self.masked:
            data = data.copy()
            hidden = privacy.mask(typed)
            data["text"] = "" if holds_person(hidden) else hidden
        super().__init__(data)

    def clean(self) -> None:
        """Refuse a text that held a person's number: it is shown again without it."""
        super().clean()
        if self.masked:
            self.errors.pop("text", None)
            message = gettext(
                "Numbers of persons were taken out of your text. Read it again and send it."
            )
            self.add_error("text", message)


class AnswerForm(forms.Form):
    """The number and the secret of a letter."""

    number = forms.CharField(max_length=40)
    secret = forms.CharField(max_length=60)
