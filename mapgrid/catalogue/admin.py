"""The office's pages for catalogue versions, categories and working calendars; services write."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Count, ForeignKey, Model, QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mapgrid.catalogue.calendars import calendar_save, refuse_bad_sessions
from mapgrid.catalogue.choices import WEEKDAYS
from mapgrid.catalogue.models import (
    CalendarDay,
    CatalogueVersion,
    Category,
    Condition,
    Major,
    WorkCalendar,
    WorkSession,
)
from mapgrid.catalogue.selectors import calendar_warning
from mapgrid.catalogue.services import (
    catalogue_copy_as_draft,
    catalogue_publish,
    catalogue_save,
    category_save,
    condition_save,
    major_save,
    row_delete,
)
from mapgrid.core.errors import AppError
from mapgrid.core.office import ServiceAdmin

NAMES = ("name", "name_en")


class LockedWhenPublished:
    """Rows of a published version show everything and let only their names be corrected."""

    locked_fields: tuple[str, ...] = ()

    def version_of(self, obj: Any) -> CatalogueVersion:
        return obj.catalogue

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        always = super().get_readonly_fields(request, obj)
        if obj is None or self.version_of(obj).is_draft:
            return always
        return (*always, *self.locked_fields)

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name == "catalogue":
            kwargs["queryset"] = CatalogueVersion.objects.filter(state=CatalogueVersion.State.DRAFT)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(CatalogueVersion)
class CatalogueVersionAdmin(LockedWhenPublished, ServiceAdmin):
    list_display = ("name", "name_en", "state", "effective_from", "categories_count")
    list_filter = ("state",)
    search_fields = NAMES
    fields = (*NAMES, "standard", "effective_from", "state")
    readonly_fields = ("state",)
    locked_fields = ("standard", "effective_from")
    actions = ("publish", "copy_as_draft")

    def version_of(self, obj: CatalogueVersion) -> CatalogueVersion:
        return obj

    def write(self, obj: CatalogueVersion) -> None:
        catalogue_save(catalogue=obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[CatalogueVersion]:
        return super().get_queryset(request).annotate(categories_total=Count("categories"))

    @admin.display(description=gettext_lazy("categories"), ordering="categories_total")
    def categories_count(self, obj: Any) -> int:
        return obj.categories_total

    @admin.action(description=gettext_lazy("Publish the chosen draft"))
    def publish(self, request: HttpRequest, chosen: QuerySet[CatalogueVersion]) -> None:
        for catalogue in chosen:
            try:
                done = catalogue_publish(catalogue=catalogue)
            except AppError as error:
                self.message_user(request, error.message, messages.ERROR)
            else:
                words = {"name": done.title, "day": done.effective_from}
                self.message_user(
                    request, _("%(name)s is published, in force from %(day)s.") % words
                )

    @admin.action(description=gettext_lazy("Copy as a new draft"))
    def copy_as_draft(self, request: HttpRequest, chosen: QuerySet[CatalogueVersion]) -> None:
        for catalogue in chosen:
            try:
                draft = catalogue_copy_as_draft(
                    catalogue=catalogue,
                    name=f"{catalogue.name}（草案）",
                    name_en=f"{catalogue.name_en} (draft)",
                )
            except AppError as error:
                self.message_user(request, error.message, messages.ERROR)
            else:
                self.message_user(request, _("%(name)s was made.") % {"name": draft.title})


@admin.register(Major)
class MajorAdmin(LockedWhenPublished, ServiceAdmin):
    list_display = ("code", "name", "name_en", "kind", "catalogue")
    list_filter = ("catalogue", "kind")
    search_fields = ("code", *NAMES)
    list_select_related = ("catalogue",)
    fields = ("catalogue", "kind", "code", *NAMES)
    locked_fields = ("catalogue", "kind", "code")

    def write(self, obj: Major) -> None:
        major_save(major=obj)


class ConditionInline(LockedWhenPublished, admin.StackedInline):
    model = Condition
    extra = 0
    fields = (
        ("code", "order", "active"),
        NAMES,
        ("measure", "measure_en"),
        ("unit", "threshold", "threshold_en"),
        ("limit_value", "limit_unit"),
    )
    locked_fields = (
        "code", "order", "active", "measure", "measure_en", "unit", "threshold", "threshold_en",
        "limit_value", "limit_unit",
    )  # fmt: skip

    def has_add_permission(self, request: HttpRequest, obj: Category | None = None) -> bool:
        return super().has_add_permission(request, obj) and _is_open(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Category | None = None) -> bool:
        return super().has_delete_permission(request, obj) and _is_open(obj)


def _is_open(category: Category | None) -> bool:
    return category is None or category.catalogue.is_draft


@admin.register(Category)
class CategoryAdmin(LockedWhenPublished, ServiceAdmin):
    list_display = (
        "code", "name", "name_en", "kind", "major", "owner_kind", "conditions_count", "active",
        "catalogue",
    )  # fmt: skip
    list_filter = ("catalogue", "kind", "owner_kind", "active")
    search_fields = ("code", *NAMES, "conditions__name", "conditions__name_en")
    list_select_related = ("catalogue", "major")
    fields = ("catalogue", "kind", "code", "major", *NAMES, "glyph", "owner_kind", "active")
    readonly_fields = ("major",)
    locked_fields = ("catalogue", "kind", "code", "glyph", "owner_kind", "active")
    inlines = (ConditionInline,)

    def write(self, obj: Category) -> None:
        category_save(category=obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Category]:
        counted = Count("conditions", distinct=True)
        return super().get_queryset(request).annotate(conditions_total=counted)

    @admin.display(description=gettext_lazy("conditions"), ordering="conditions_total")
    def conditions_count(self, obj: Any) -> int:
        return obj.conditions_total

    def save_formset(
        self, request: HttpRequest, form: Any, formset: BaseInlineFormSet, change: bool
    ) -> None:
        for condition in formset.save(commit=False):
            condition_save(condition=condition)
        for condition in formset.deleted_objects:
            row_delete(row=condition)


class SessionFormSet(BaseInlineFormSet):
    """Sessions are checked together: at least one, none overlapping."""

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        try:
            refuse_bad_sessions([(row["opens_at"], row["closes_at"]) for row in kept_rows(self)])
        except AppError as error:
            raise ValidationError(error.message, code=error.code) from error


def kept_rows(formset: BaseInlineFormSet) -> list[dict[str, Any]]:
    """Rows of a checked formset that are filled in and not marked for deletion."""
    return [
        row
        for form in formset.forms
        if (row := getattr(form, "cleaned_data", None)) and not row.get("DELETE")
    ]


class SessionInline(admin.TabularInline):
    model = WorkSession
    formset = SessionFormSet
    fields = ("opens_at", "closes_at")
    extra = 0
    min_num = 1


class DayInline(admin.TabularInline):
    model = CalendarDay
    fields = ("date", "is_working", "note")
    extra = 0


class CalendarForm(forms.ModelForm):
    class Meta:
        model = WorkCalendar
        fields = (*NAMES, "source", "is_default", "known_until", *WEEKDAYS)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not any(cleaned.get(day) for day in WEEKDAYS):
            raise ValidationError(_("Choose at least one working weekday."))
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        # Saving puts this calendar into use and the other one out of it: both may be ticked here.
        return {*super()._get_validation_exclusions(), "is_default"}


@admin.register(WorkCalendar)
class WorkCalendarAdmin(admin.ModelAdmin):
    form = CalendarForm
    list_display = ("name", "name_en", "source", "sessions_text", "known_until", "is_default")
    search_fields = NAMES
    fieldsets = (
        (None, {"fields": (*NAMES, "source", "is_default", "known_until")}),
        (gettext_lazy("Working weekdays"), {"fields": (WEEKDAYS,)}),
    )
    inlines = (SessionInline, DayInline)

    @admin.display(description=gettext_lazy("working sessions"))
    def sessions_text(self, obj: WorkCalendar) -> str:
        return " ".join(str(session) for session in obj.sessions.all())

    def get_queryset(self, request: HttpRequest) -> QuerySet[WorkCalendar]:
        return super().get_queryset(request).prefetch_related("sessions")

    def has_delete_permission(self, request: HttpRequest, obj: WorkCalendar | None = None) -> bool:
        return obj is not None and not obj.is_default

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        if warning := calendar_warning():
            self.message_user(request, warning, messages.WARNING)
        return super().changelist_view(request, extra_context)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Nothing yet: the calendar is saved with its sessions and days, in one service call."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        rows = {formset.model: kept_rows(formset) for formset in formsets}
        calendar_save(
            calendar=form.instance,
            sessions=[(row["opens_at"], row["closes_at"]) for row in rows[WorkSession]],
            days={row["date"]: (row["is_working"], row["note"]) for row in rows[CalendarDay]},
        )
        for formset in formsets:  # the page's log of changes asks for these
            formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []
