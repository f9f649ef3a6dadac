"""Base form of the administration: it knows who asks, and says each error at its field."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Field, Model, QuerySet, UniqueConstraint
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects import money
from projects.access import get_access, visible
from projects.history.revisions import explain
from projects.models import Claim, Prefecture, Project
from projects.models.attribution import Attributed, reporter_of
from projects.models.form_fields import SourceField
from projects.periods import partial_dates
from projects.text import LONGEST_REASON, is_key
from sectors.texts import check_line

from .display import AMOUNT_UNIT


def get_filter_rows(model: type[Model], user: Any) -> QuerySet:
    """Return the rows that a filter may offer: for a prefecture's people their own prefectures, else what they see."""
    if model is Prefecture:
        return Prefecture.objects.filter(get_access(user).rows("pk"))
    return visible(model._default_manager.all(), user)


def get_choosable_rows(field: Field, user: Any) -> QuerySet:
    """Return the rows that a form may put into a foreign key: visible, and writable where writing a row of theirs is meant.

    A project's prefecture decides who may write the project, so only prefectures in which the user writes are offered.
    """
    access = get_access(user)
    rows = visible(field.related_model._default_manager.all(), user)
    if access.writes_all:
        return rows
    if field.model is Project and field.related_model is Prefecture:
        return rows.filter(pk__in=access.writes_in)
    path = getattr(field.related_model, "prefecture_path", None)
    return rows.filter(**{f"{path}__in": access.writes_in}) if path else rows


class RecordSelect(AutocompleteSelect):
    """Django's select that searches while one types. Django looks up whatever was sent, and fails on what is no key."""

    def optgroups(self, name: str, value: list[str], attr: dict[str, Any] | None = None) -> Any:
        return super().optgroups(name, [key for key in value if not key or is_key(str(key))], attr)


class AmountInput(forms.TextInput):
    """An amount with its unit beside it and the whole CNY that it stands for below, kept up to date by a script."""

    template_name = "admin/widgets/amount.html"

    def __init__(self, *, unit: Any = AMOUNT_UNIT) -> None:
        self.unit = unit
        super().__init__({"class": "amount-input", "inputmode": "decimal", "autocomplete": "off"})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"] |= {
            "unit": self.unit,
            "decimals": money.decimals_of(money.unit_of_readers()),
            "cny": _whole_cny(self.format_value(value), signed="data-signed" in self.attrs),
        }
        return context


def _whole_cny(text: str | None, *, signed: bool) -> str:
    """Return what the typed text stands for in whole CNY, empty when it stands for nothing."""
    try:
        return f"{money.cny(text, unit=money.unit_of_readers(), signed=signed):,}".replace("-", "−") if text else ""
    except ValidationError:
        return ""


class ChainLinkSelect(forms.Select):
    """Chain links, each telling its sector, so that a script can offer those of the chosen sector only."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if getattr(value, "instance", None):
            option["attrs"]["data-sector"] = value.instance.sector_id
        return option


class ChainLinkField(forms.ModelChoiceField):
    """Chain links named with their sector, in the order of the chain."""

    widget = ChainLinkSelect

    def label_from_instance(self, link: Any) -> str:
        return f"{link.sector} · {link}"


# where a broken constraint is said, if not at the last of its fields
CONSTRAINT_FIELDS = {
    "entry_is_one_for_each_project_and_programme": "programme",
    "grant_of_a_prefecture_is_given_once": "prefecture",
    "grant_of_the_province_is_given_once": "role",
    "milestone_has_its_name_once_in_a_project": "name_zh",
    "plan_of_a_kind_is_decided_once_a_day": "decided_on",
    "report_is_one_for_each_entry_and_month": "month",
    "round_is_one_for_each_programme_and_month": "month",
    "source_address_and_date_are_unique": "url",
    "source_address_without_date_is_unique": "url",
    "target_is_said_once_by_a_source": "source",
    "user_name_is_unique_whatever_its_case": "username",
}
NOT_YOURS = gettext_lazy("You may keep records of your own prefecture only. Choose one in which you may write.")


def share_choices(request: HttpRequest, field: forms.ModelChoiceField, name: str) -> None:
    """Give a field of a foreign key the choices that the request has asked for already, or ask once for all."""
    shared = request.__dict__.setdefault("_shared_choices", {})
    key = (name, field.queryset.model, str(field.empty_label))
    if key not in shared:
        shared[key] = list(iter(field.choices))  # list() alone would count the rows first
    field.choices = shared[key]


class RegisterForm(forms.ModelForm):
    """A form for one request. Dates are typed as exactly as they are known; the columns of their precision follow."""

    request: HttpRequest  # set on the class that the admin makes for each request
    is_inline = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, attribute in self._get_partial_dates():
            self.initial[name] = str(getattr(self.instance, attribute) or "")
        for name, field in self.fields.items():
            if field.label is None and name in {each.name for each in self._meta.model._meta.fields}:
                field.label = capfirst(self._meta.model._meta.get_field(name).verbose_name)

    def _get_partial_dates(self) -> list[tuple[str, str]]:
        return [(name, date) for name, date in partial_dates(self._meta.model).items() if name in self.fields]

    def clean(self) -> dict[str, Any] | None:
        for name, attribute in self._get_partial_dates():
            if name in self.cleaned_data:
                setattr(self.instance, attribute, self.cleaned_data[name])
                self.cleaned_data[name] = getattr(self.instance, name)
        refusal = getattr(self.request, "refusal", None)
        if refusal is not None and not self.is_inline:
            self.add_error(None, refusal.messages)
            for name, text in getattr(self.request, "notes", {}).items():  # see `ConflictPages`
                self.add_error(name, text)
        return super().clean()

    def _post_clean(self) -> None:
        super()._post_clean()
        self._move_constraint_errors()
        self._check_owner()
        self._repeat_refusal()

    def _repeat_refusal(self) -> None:
        """Say at its row, which is unfolded by it, what saving refused of a record inside another one's form."""
        refusal = getattr(self.request, "refusal", None)
        if self.is_inline and self._is_about(getattr(refusal, "record", None)):
            for name, errors in getattr(refusal, "error_dict", {}).items():
                self.add_error(name if name in self.fields else None, errors)

    def _is_about(self, record: Model | None) -> bool:
        """Return whether a record, of when the form was asked before, is that of now. New ones have no key yet."""
        if type(record) is not type(self.instance) or record.pk != self.instance.pk:
            return False
        columns = [field.attname for field in record._meta.concrete_fields if field.name in self.fields]
        return all(getattr(record, name) == getattr(self.instance, name) for name in columns)

    def _check_owner(self) -> None:
        """The record as it will be must still be one that the user may write: a form could move it elsewhere.

        It is said at the field that leads to its prefecture. A row inside another record's form is where that is.
        """
        path = getattr(self.instance, "prefecture_path", None)
        if not path or self.is_inline or self.errors:
            return
        if not get_access(self.request.user).may_write_in(self.instance.owning_prefecture_id):
            field = path.partition("__")[0].removesuffix("_id")
            self.add_error(field if field in self.fields else None, NOT_YOURS)

    def _move_constraint_errors(self) -> None:
        """Say at a field what Django says of the whole form, where a constraint names its fields."""
        places = {
            str(constraint.violation_error_message): field
            for constraint in self._meta.model._meta.constraints
            if (field := self._field_of(constraint))
        }
        left = []
        for error in self.errors.get(NON_FIELD_ERRORS, forms.utils.ErrorList()).as_data():
            message = str(error.messages[0]) if len(error.messages) == 1 else ""
            if message in places:
                self.add_error(places[message], ValidationError(message, code=error.code))
            else:
                left.append(error)
        if NON_FIELD_ERRORS in self.errors and not left:
            del self.errors[NON_FIELD_ERRORS]
        elif left:
            self.errors[NON_FIELD_ERRORS] = self.error_class(left, error_class="nonfield")

    def _field_of(self, constraint: Any) -> str | None:
        named = CONSTRAINT_FIELDS.get(constraint.name)
        candidates = [named] if named else list(reversed(getattr(constraint, "fields", ())))
        if not named and not isinstance(constraint, UniqueConstraint):
            return None
        return next((name for name in candidates if name in self.fields and not self.fields[name].disabled), None)


class SharedChoicesFormSet(forms.BaseInlineFormSet):
    """Asks for the choices of each foreign key once in a request, not once for every row and every kind of row."""

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        for name, field in form.fields.items():
            if isinstance(field, forms.ModelChoiceField) and name not in (self.fk.name, self._pk_field.name):
                share_choices(form.request, field, getattr(field, "shares", name))


def source_field(figure: str) -> str:
    """Return the form's field that names a figure's source."""
    return f"{figure}_source"


def origin_fields(figure: str) -> tuple[str, str, str]:
    """Return a figure and the two fields that say what it rests on, as they stand side by side."""
    return figure, source_field(figure), reporter_of(figure)


class FigureSourceField(SourceField):
    """The source of a figure; its choices are those of every other source of the page."""

    shares = "source"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Project._meta.get_field("source").related_model.objects.none(), required=False, **kwargs)


class OriginsForm(RegisterForm):
    """The form of a record whose figures rest on something. What is asked is about this change, so it begins blank."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sources = get_choosable_rows(Project._meta.get_field("source"), self.request.user)
        figures = [figure for figure in self._meta.model.attributed if source_field(figure) in self.fields]
        rests_on = self._get_present_origins(figures)
        for figure in figures:
            source, reporter = self.fields[source_field(figure)], self.fields[reporter_of(figure)]
            source.queryset, source.label, reporter.label = sources, _("Source of this figure"), _("Reported by")
            source.help_text = _("Where the figure changes: its source, or who reported it.")
            if rests_on.get(figure):
                source.help_text = _("Now: %(origin)s.") % {"origin": rests_on[figure]}
            self.initial[reporter_of(figure)] = ""
            if not self.is_inline:
                share_choices(self.request, source, "source")

    def _get_present_origins(self, figures: list[str]) -> dict[str, str]:
        """Return what each figure rests on now, in words."""
        record: Attributed = self.instance
        if record.pk is None or not figures:
            return {}
        found = {name: getattr(record, reporter_of(name)) for name in figures}
        if isinstance(record, Project):
            adopted = Claim.objects.filter(project=record, adopted=True).select_related("source")
            found |= {claim.figure: str(claim.source) for claim in adopted}
        return found

    def clean(self) -> dict[str, Any] | None:
        explain(self.cleaned_data.get("reason") or "")
        return super().clean()

    def _post_clean(self) -> None:
        """Hand on what was named; a reporter that was left blank is not taken away."""
        for figure in self._meta.model.attributed:
            if figure in self.errors:  # what it rests on is asked once it can be read
                self.cleaned_data.pop(reporter_of(figure), None)
                continue
            source = self.cleaned_data.get(source_field(figure))
            if source is not None:
                self.instance.name_source(figure, source)
                if not isinstance(self.instance, Project):
                    self.cleaned_data["source"] = source
            if not self.cleaned_data.get(reporter_of(figure)):
                self.cleaned_data.pop(reporter_of(figure), None)
        super()._post_clean()


def reason_field() -> forms.CharField:
    """Return the field of why the record is changed; kept with the revision."""
    return forms.CharField(
        required=False,
        max_length=LONGEST_REASON,
        label=capfirst(gettext_lazy("reason")),
        help_text=gettext_lazy("Why it is changed; kept in the history. Needed where a figure is taken away."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        validators=[check_line],
    )
