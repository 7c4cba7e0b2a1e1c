"""The office's pages for people and departments; every save goes through a service."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _

from mapgrid.core.office import ServiceAdmin
from mapgrid.people.models import Department, User
from mapgrid.people.services import department_save, user_save

admin.site.unregister(Group)


@admin.register(User)
class PeopleAdmin(ServiceAdmin, UserAdmin):
    list_display = ("username", "display_name", "role", "department", "is_active", "last_login")
    list_filter = ("role", "department", "is_active")
    search_fields = ("username", "display_name")
    autocomplete_fields = ("department",)
    ordering = ("username",)
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("display_name", "phone", "email")}),
        (_("Duty"), {"fields": ("role", "department", "is_active")}),
        (_("Record"), {"fields": ("last_login", "date_joined")}),
    )
    readonly_fields = ("last_login", "date_joined")
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": (
                    "username",
                    "display_name",
                    "role",
                    "department",
                    "usable_password",
                    "password1",
                    "password2",
                ),
            },
        ),
    )

    def write(self, obj: User) -> None:
        if not obj.password:  # while the form is checked; saving the form sets the one typed
            obj.set_unusable_password()
        user_save(user=obj)


@admin.register(Department)
class DepartmentAdmin(ServiceAdmin, admin.ModelAdmin):
    list_display = ("key", "name", "name_en", "kind", "parent", "active")
    list_filter = ("kind", "active")
    search_fields = ("key", "name", "name_en")
    autocomplete_fields = ("parent",)

    def write(self, obj: Department) -> None:
        department_save(department=obj)
