"""Which days are counted: the form reads them (统计期间表单)."""

from datetime import date, timedelta

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gongxin.desk import clock
from gongxin.desk.forms import ISO, TypedForm, day_input

LONGEST = timedelta(days=366)  # a longer span would read years of checks for one page


class CountForm(TypedForm):
    """The first and the last day, both counted."""

    first = forms.DateField(input_formats=ISO, label=_("From"), widget=day_input())
    last = forms.DateField(input_formats=ISO, label=_("Last day"), widget=day_input())

    @staticmethod
    def this_month() -> QueryDict:
        """Return what is typed by nobody: the first of the month to today."""
        today = clock.today()
        typed = QueryDict(mutable=True)
        typed["first"], typed["last"] = today.replace(day=1).isoformat(), today.isoformat()
        return typed

    def clean(self) -> dict[str, date]:
        """Refuse days in the wrong order and more than a year."""
        given: dict[str, date] = super().clean() or {}
        first, last = given.get("first"), given.get("last")
        if first and last and not first <= last <= first + LONGEST:
            raise forms.ValidationError(gettext("Name a span of a year at most."))
        return given

    def days(self) -> tuple[date, date]:
        """Return both days."""
        return self.cleaned_data["first"], self.cleaned_data["last"]
