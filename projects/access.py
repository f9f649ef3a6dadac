"""Permission: who may see and change what. Everything that asks goes through here; nothing else decides.

A user's grants make an `Access`. Rows are decided by `Access.rows`, actions by `may`, which pages, the admin and the API
ask through `user.has_perm`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Model, Q, QuerySet

from .choices import Role
from .history import as_of

REGISTER = frozenset({"project", "entry", "claim", "monthlyreport", "milestone", "problem", "enterprise", "source"})
PROGRAMME = frozenset({"programme", "target", "round", "lightrule", "plan", "rating", "plausibilityrule"})
NOTES = frozenset({"note"})  # its author alone changes one, the province takes one away; never for the public
REFERENCE = frozenset({"direction", "sector", "chainlink", "prefecture"})
ACCOUNTS = frozenset({"user", "grant", "apitoken"})
JOBS = frozenset({"job"})  # written by the workers; to change one is to have it tried again or cancelled
IMPORTS = frozenset({"import"})  # what one writes is asked of each of its rows
PROPOSALS = frozenset({"proposal"})  # written by their workflow alone, and followed by their events
READABLE = REGISTER | PROGRAMME | NOTES | REFERENCE | PROPOSALS | {"reportevent", "proposalevent", "overruling"}
WRITTEN = REGISTER | PROGRAMME | NOTES | REFERENCE
CLAIMS = frozenset({"claim"})  # "adopt" is also withdrawing
REPORTS = frozenset({"monthlyreport"})  # "approve" is also returning and reopening, "submit" also withdrawing
_APPS = {"projects", "sectors", "portfolio"}

# action -> models, for each role; rows are limited further by Access.rows
_MAY: dict[str, dict[str, frozenset[str]]] = {
    Role.PROVINCE: {
        "view": READABLE | IMPORTS | {"revision"},
        "add": WRITTEN | PROPOSALS | IMPORTS,
        "change": WRITTEN,
        "delete": WRITTEN,
        "submit": REPORTS | PROPOSALS,
        "approve": REPORTS | PROPOSALS,
        "adopt": CLAIMS,
    },
    Role.PREFECTURE_WRITER: {
        "view": READABLE | IMPORTS,
        "add": REGISTER | NOTES | PROPOSALS | IMPORTS,
        "change": (REGISTER - {"source", "enterprise"}) | NOTES,
        "delete": frozenset({"claim", "note", "milestone", "monthlyreport"}),  # one's own notes, and drafts of reports
        "submit": REPORTS | PROPOSALS,
    },
    Role.PREFECTURE_READER: {"view": READABLE},
    Role.ANALYST: {"view": READABLE},
    Role.ADMINISTRATOR: {
        "view": READABLE | ACCOUNTS | JOBS | {"revision"},
        "add": REFERENCE | ACCOUNTS,
        "change": REFERENCE | ACCOUNTS | JOBS,
        "delete": REFERENCE | ACCOUNTS,
    },
}
PREFECTURE_ROLES = frozenset({Role.PREFECTURE_WRITER, Role.PREFECTURE_READER})
# roles that write for the province, or give roles: a grant of one holds once a second administrator has confirmed it
CONFIRMED_ROLES = frozenset({Role.PROVINCE, Role.ADMINISTRATOR})
_OF_MEMBERSHIP = {"entry.project", "entry.joined", "entry.left"}  # being on a list is one thing: `entry.programme`


@dataclass(frozen=True)
class Access:
    """What one user may see and change, from the grants. `public` readers never see a person's name."""

    roles: frozenset[str] = frozenset()
    reads_all: bool = False
    reads_in: frozenset[int] = frozenset()
    writes_all: bool = False
    writes_in: frozenset[int] = frozenset()
    places: tuple[tuple[str, str, str], ...] = ()  # adcode and names, Chinese and English, of the grants' prefectures
    public: bool = False
    bound: bool = False  # by a token, to some of the prefectures

    @property
    def is_of_the_province(self) -> bool:
        """Whether the province's own rules hold: it changes by itself what others only propose."""
        return Role.PROVINCE in self.roles

    @property
    def reach(self) -> str:
        """Codes of the prefectures of which it reads, with commas; blank: of all."""
        return "" if self.reads_all else ",".join(sorted(code for code, *_names in self.places))

    @property
    def can_read(self) -> bool:
        """Whether anything of the register may be read at all."""
        return self.reads_all or bool(self.reads_in)

    @property
    def of_own(self) -> Access:
        """The same that reads no more than it writes."""
        return replace(self, reads_all=self.writes_all, reads_in=self.writes_in)

    @property
    def can_write(self) -> bool:
        """Whether anything of the register may be written."""
        return self.writes_all or bool(self.writes_in)

    def rows(self, prefecture: str) -> Q:
        """Condition for the readable rows; `prefecture` is the path to the prefecture's id."""
        if self.reads_all:
            return Q()
        return Q(**{f"{prefecture}__in": self.reads_in}) if self.reads_in else Q(pk__in=[])

    def may_write_in(self, prefecture_id: int | None) -> bool:
        """Return whether a record of this prefecture (None: of no prefecture) may be written."""
        return self.writes_all or prefecture_id in self.writes_in


def get_access(user: Any) -> Access:
    """Return the access of a user, anonymous included. Read once for each request: the user object carries it.

    A user who comes with a token that is bound to prefectures has their codes in `bound_to`.
    """
    access = getattr(user, "_access", None)
    if access is None:
        with as_of.override_as_of(None):
            access = _restrict_to(_get_granted_access(user), getattr(user, "bound_to", ()))
        user._access = access
    return access


def visible(queryset: QuerySet, user: Any) -> QuerySet:
    """Return the rows of any model that the user may read; reference data is readable by whoever reads anything."""
    if hasattr(queryset, "visible_to"):
        return queryset.visible_to(user)
    return queryset if get_access(user).can_read else queryset.none()


def needs_proposal(user: Any, model: str, field: str) -> bool:
    """Return whether this user may only propose a change of a field, such as `total_investment` of a `project`.

    The province changes it by itself. Which fields these are is the setting `PROPOSAL_FIELDS`.
    """
    name = f"{model}.{field}"
    gated = "entry.programme" if name in _OF_MEMBERSHIP else name
    return gated in settings.PROPOSAL_FIELDS and not get_access(user).is_of_the_province


def _get_granted_access(user: Any) -> Access:
    if user.is_authenticated and not user.is_active:
        return Access()
    if getattr(user, "is_superuser", False):
        return Access(roles=frozenset({Role.PROVINCE, Role.ADMINISTRATOR}), reads_all=True, writes_all=True)
    grants = apps.get_model("projects.Grant").objects.held_by(user.pk) if user.is_authenticated else []
    if not grants:
        return Access(reads_all=settings.PUBLIC_READ, public=True)
    roles = frozenset(role for role, *_prefecture in grants)
    return Access(
        roles=roles,
        reads_all=bool(roles - PREFECTURE_ROLES),
        reads_in=frozenset(prefecture for role, prefecture, *_named in grants if role in PREFECTURE_ROLES),
        writes_all=Role.PROVINCE in roles,
        writes_in=frozenset(prefecture for role, prefecture, *_named in grants if role == Role.PREFECTURE_WRITER),
        places=tuple(
            dict.fromkeys((code, zh, en or zh) for role, _key, code, zh, en in grants if role in PREFECTURE_ROLES)
        ),
    )


def _restrict_to(access: Access, adcodes: tuple[str, ...]) -> Access:
    """Return what is left of an access within these prefectures; all of it where there are none."""
    if not adcodes:
        return access
    prefectures = apps.get_model("projects.Prefecture").objects.filter(adcode__in=adcodes)
    columns = ("pk", "adcode", "name_zh", "name_en")
    named = {key: (code, zh, en or zh) for key, code, zh, en in prefectures.values_list(*columns)}
    within = frozenset(named)
    reads_in = within if access.reads_all else within & access.reads_in
    return replace(
        access,
        reads_all=False,
        reads_in=reads_in,
        writes_all=False,
        writes_in=within if access.writes_all else within & access.writes_in,
        places=tuple(names for key, names in named.items() if key in reads_in),
        bound=True,
    )


def has_permission(user: Any, permission: str, record: Model | None = None) -> bool:
    """Return whether a user's grants allow what Django's name of a permission says, such as `projects.change_project`.

    With a record: to that one; without: to any.
    """
    if not user.is_active or not user.is_authenticated:
        return False
    app, _dot, codename = permission.partition(".")
    action, _underscore, model = codename.partition("_")
    if app not in _APPS or (as_of.get_as_of() and action != "view"):  # the past is only read
        return False
    access = get_access(user)
    if not any(model in _MAY.get(role, {}).get(action, ()) for role in access.roles):
        return False
    own_rows = model in IMPORTS or hasattr(apps.get_model(app, model), "owning_prefecture_id")
    if access.bound and action != "view" and not own_rows:
        return False  # what belongs to no prefecture
    takes_away = action == "delete" and not access.is_of_the_province
    if (action == "change" or takes_away) and getattr(record, "its_author_id", user.pk) != user.pk:
        return False  # nobody puts words into another's mouth
    if takes_away and not getattr(record, "is_deletable", True):
        return False
    if model == "grant" and action != "view" and getattr(record, "user_id", None) == user.pk:
        return False  # nobody changes their own roles
    return record is None or _row_allowed(access, action, record)


def may_open(user: Any, app: str) -> bool:
    """Return whether a user's grants allow anything in an app."""
    return user.is_active and app in _APPS and bool(get_access(user).roles)


def _row_allowed(access: Access, action: str, record: Model) -> bool:
    """Return whether a record's prefecture allows an action. A record that has none follows the action's rule alone."""
    owner = getattr(record, "owning_prefecture_id", False)
    if owner is False:
        return True
    if action == "view":
        return access.reads_all or owner in access.reads_in
    return access.may_write_in(owner)
