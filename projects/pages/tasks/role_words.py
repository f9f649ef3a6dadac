"""Description of a role without tasks: what its account can do here, what it may read, where it begins."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from projects.access import Access, get_access
from projects.choices import Role
from projects.pages import formatting, links
from sectors.models import in_language


def role_words(user: Any) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """For each role of an account that has no tasks its name, its sentences, and where its work begins: names and addresses;
    nothing for an account without a role.
    """
    access = get_access(user)
    return [
        (formatting.sentence_case(str(Role(role).label)), _SENTENCES[role](access), _places(role))
        for role in _SENTENCES
        if role in access.roles
    ]


def _analyst(_access: Access) -> str:
    return formatting.sentences(
        [
            _("You may read every project of the province with its reports, problems, proposals and changes."),
            _("You enter, review and approve nothing, so no task waits for you."),
            _("Each table has its file at its head, each number opens its records; a token reads the same by the API."),
        ]
    )


def _reader(access: Access) -> str:
    names = formatting.listing([in_language(zh, en) for _adcode, zh, en in access.places])
    return formatting.sentences(
        [
            _("You may read the projects of %(places)s with their reports, problems and proposals.")
            % {"places": names},
            _("Reports are entered by the accounts that report for the prefecture and reviewed by the province."),
            _("You enter and approve nothing, so no task waits for you."),
        ]
    )


def _administrator(_access: Access) -> str:
    return formatting.sentences(
        [
            _("You keep accounts and their roles, and sectors, chain links and prefectures, in the administration."),
            _(
                "You may read every project and change none: what a project says is kept by its prefecture and the province."
            ),
            _("Somebody who waits for an account or a role does not stand here: they ask you directly."),
        ]
    )


_SENTENCES: dict[str, Callable[[Access], str]] = {
    Role.ADMINISTRATOR: _administrator,
    Role.ANALYST: _analyst,
    Role.PREFECTURE_READER: _reader,
}


def _places(role: str) -> list[tuple[str, str]]:
    if role == Role.ADMINISTRATOR:
        return [
            (_("Accounts"), reverse("admin:portfolio_user_changelist")),
            (_("Roles"), reverse("admin:projects_grant_changelist")),
            (_("Sectors"), reverse("admin:sectors_sector_changelist")),
        ]
    return [
        (_("Overview"), links.page("overview")),
        (_("Projects"), links.page("projects")),
        (_("Attention list"), links.page("attention")),
        (_("API tokens"), reverse("tokens")),
    ]
