"""Changes of the register in the order of commits: the feed, for systems that keep a copy."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from projects.access import visible
from projects.changes.feed import (
    EVENTS,
    PARTS_OF_EVENTS,
    FeedPage,
    FeedQuery,
    Position,
    can_see_history,
    get_feed_page,
    serialize_changes,
)
from projects.changes.kinds import all_kinds, get_readable_kinds
from projects.choices import Channel
from projects.history.as_of import no_such_revision
from projects.models import Prefecture, Project, Revision
from projects.models.fields import normalised_code
from projects.text import LARGEST_KEY

from .pagination import LARGEST_PAGE, PAGE_SIZE
from .parameters import EVERYWHERE, Parameter, get_fields_parameter, unknown_value
from .serializers import ReadOnlySerializer, Record
from .viewsets import RegisterView

_ALL_EVENTS = ("created", "restored", "changed", "deleted", "entered", "left")


class ChangedField(ReadOnlySerializer):
    """A field before and after, called and written as lists do; null for no value. Other records are named by their key."""

    field = serializers.CharField()
    before = serializers.JSONField()  # any JSON, null as well
    after = serializers.JSONField()


class ChangeRecord(Record):
    """One record that one revision wrote."""

    revision = serializers.IntegerField()
    at = serializers.DateTimeField(help_text=_("When it was recorded here."))
    known_on = serializers.DateField(help_text=_("The day on which it became known: published, approved, decided."))
    door = serializers.ChoiceField(Channel.choices)
    user = serializers.CharField(allow_null=True, help_text=_("Null for the public, and for programs."))
    reason = serializers.CharField(allow_null=True, help_text=_("Null for the public."))
    undoes = serializers.IntegerField(allow_null=True, help_text=_("The revision that this one takes back."))
    event = serializers.ChoiceField(
        _ALL_EVENTS,
        help_text=_("entered: it could not be seen by you before; left: it, and what belongs to it, cannot any more."),
    )
    kind = serializers.ChoiceField([kind.name for kind in all_kinds()])
    id = serializers.IntegerField()
    project = serializers.CharField(allow_null=True, help_text=_("Code of the project that it belongs to."))
    name = serializers.CharField()
    url = serializers.URLField(allow_null=True, help_text=_("Where it can be read; null where it cannot."))
    changes = ChangedField(many=True)


class ChangesPage(ReadOnlySerializer):
    """Changes in the order of commits."""

    results = ChangeRecord(many=True)
    after = serializers.IntegerField(help_text=_("Everything up to this revision has been told: go on from it."))
    newest = serializers.IntegerField(help_text=_("The newest revision when this was read."))
    next = serializers.URLField(allow_null=True, help_text=_("The next page; null: that is all for now."))


_KINDS = [kind.name for kind in all_kinds()]
_PARAMETERS = (
    Parameter(
        "after",
        _("Changes after this revision; without it from the beginning."),
        {"type": "integer", "minimum": 0, "maximum": LARGEST_KEY},
    ),
    Parameter(
        "position",
        _("Where the page before ended within a revision: as `next` says it."),
        {"type": "string", "pattern": r"^[0-9]{1,18}\.[a-z-]{1,60}\.[0-9]{1,18}$", "examples": ["57.claim.1204"]},
    ),
    Parameter(
        "page_size",
        _("Changes on a page: 50 unless told, at most 500."),
        {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE},
    ),
    Parameter("kind", _("Kinds of record, with commas between."), {"type": "string", "enum": _KINDS}, separated=True),
    Parameter(
        "event",
        _("What happened, with commas between. Created includes restored, changed includes entered."),
        {"type": "string", "enum": [*EVENTS, *PARTS_OF_EVENTS]},
        separated=True,
    ),
    Parameter("door", _("By which interface it came in."), {"type": "string", "enum": [*Channel.values]}),
    Parameter(
        "project",
        _("Code of a project: it and what belongs, or once belonged, to it."),
        {"type": "string", "maxLength": 60},
    ),
    Parameter(
        "prefecture",
        _("Code of a prefecture: projects that are or were there, and what belongs to them."),
        {"type": "string", "pattern": "^[0-9]{6}$", "examples": ["430100"]},
    ),
)


class ChangesView(RegisterView):
    """Every change in the order of commits."""

    parameters = (*_PARAMETERS, get_fields_parameter(ChangeRecord().fields), *EVERYWHERE)

    @extend_schema(
        summary=_("Follow the changes"),
        description=_(
            "Every change that you may see, in the order of commits. Go on with `next`; when it is null, ask again later "
            "with `after` as the answer says it. Nothing is skipped; after an interruption something may come twice."
        ),
        responses=ChangesPage,
    )
    def get(self, request: Request) -> Response:
        asked = request.query_params
        _refuse_unknown(request)
        after = int(asked.get("after", 0))
        position = Position.parse(asked["position"]) if "position" in asked else None
        newest = _get_newest_revision({"after": after, "position": position.revision if position else 0})
        page = get_feed_page(
            _build_feed_query(request),
            newest=newest,
            after=after,
            size=int(asked.get("page_size", PAGE_SIZE)),
            position=position,
        )
        return Response(
            {
                "results": _results(request, page),
                "after": page.after,
                "newest": page.newest,
                "next": _next(request, page),
            }
        )


def _refuse_unknown(request: Request) -> None:
    """Raise `ValidationError` by parameter for records that there are not, or that the reader may be told nothing of."""
    asked, user, errors = request.query_params, request.user, {}
    if "project" in asked and not can_see_history(user, Project, "code", normalised_code(asked["project"])):
        errors["project"] = [gettext("There is no project “%(code)s”.") % {"code": asked["project"]}]
    if "prefecture" in asked and not can_see_history(user, Prefecture, "adcode", asked["prefecture"]):
        known = visible(Prefecture.objects.all(), user).order_by("adcode").values_list("adcode", flat=True)
        errors["prefecture"] = [unknown_value(asked["prefecture"], known)]
    if errors:
        raise ValidationError(errors)


def _get_newest_revision(revisions: Mapping[str, int]) -> int:
    """Return the number of the newest revision that can be read.

    Raises `ValidationError` by parameter for a revision above it: the register may have been restored from a backup.
    """
    read = newest = Revision.objects.newest_number()
    if max(revisions.values()) > newest:  # unless it is the replica that lags
        with suppress(DatabaseError, InterfaceError):
            newest = Revision.objects.db_manager(DEFAULT_DB_ALIAS).newest_number()
            ahead = {name: number for name, number in revisions.items() if number > newest}
            if ahead:
                told = {name: [no_such_revision(number, newest=newest)] for name, number in ahead.items()}
                raise ValidationError(told)
    return read


def _build_feed_query(request: Request) -> FeedQuery:
    asked = request.query_params
    kinds = get_readable_kinds(request.user)
    if "kind" in asked:
        kinds = [kind for kind in kinds if kind.name in asked["kind"].split(",")]
    return FeedQuery(
        user=request.user,
        kinds=tuple(kinds),
        events=frozenset(asked["event"].split(",")) if "event" in asked else frozenset(EVENTS),
        door=asked.get("door", ""),
        project=asked.get("project", ""),
        prefecture=asked.get("prefecture", ""),
    )


def _results(request: Request, page: FeedPage) -> list[dict[str, Any]]:
    fields = request.query_params.get("fields")
    rows = []
    for each in serialize_changes(page.changes, request.user):
        address = each.pop("address")
        each["url"] = reverse(f"api:{address[0]}-detail", args=[address[1]], request=request) if address else None
        rows.append(each)
    context = {"request": request, "fields": set(fields.split(",")) if fields else None}
    return ChangeRecord(rows, many=True, context=context).data


def _next(request: Request, page: FeedPage) -> str | None:
    if page.position is None:
        return None
    query = request.query_params.copy()
    query["after"], query["position"] = str(page.after), str(page.position)
    return f"{reverse('api:changes', request=request)}?{query.urlencode()}"
