"""Grants: nobody changes their own, and what gives power over the province waits for a second administrator."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models

from portfolio.models import User
from projects.access import CONFIRMED_ROLES, get_access
from projects.changes.undo import UndoRefusedError, undo
from projects.choices import Channel, Role
from projects.history.revisions import create_revision
from projects.models import Grant, Prefecture, Revision
from tests.people import CHANGSHA, person

pytestmark = pytest.mark.permission


@pytest.fixture
def second(register):
    return person("second-administrator", Role.ADMINISTRATOR)


@pytest.fixture
def root(register):
    return User.objects.create_superuser("root", password="a password only for tests")


def assign(by, user, role, adcode=None):
    """The grant as a person assigns it, in a revision of its own."""
    prefecture = Prefecture.objects.get(adcode=adcode) if adcode else None
    with create_revision(door=Channel.ADMIN, user=by):
        grant = Grant(user=user, role=role, prefecture=prefecture)
        grant.save()
    return grant


def confirm(by, grant):
    with create_revision(door=Channel.ADMIN, user=by):
        again = Grant.objects.get(pk=grant.pk)
        again.confirm(by=by)
    grant.refresh_from_db()


def change(by, grant, **values):
    with create_revision(door=Channel.ADMIN, user=by):
        again = Grant.objects.get(pk=grant.pk)
        for name, value in values.items():
            setattr(again, name, value)
        again.save()
    grant.refresh_from_db()


def roles_of(user):
    return set(get_access(User.objects.get(pk=user.pk)).roles)


def newest():
    return Revision.objects.order_by("-number").first()


def test_the_province_and_administrators_are_the_roles_that_wait():
    assert {Role.PROVINCE, Role.ADMINISTRATOR} == CONFIRMED_ROLES


@pytest.mark.parametrize("door", [Channel.ADMIN, Channel.PAGE, Channel.API, Channel.COMMAND])
@pytest.mark.parametrize("who", ["administrator", "root"])
def test_nobody_gives_themselves_a_role_by_any_door(who, door, request, register):
    user = request.getfixturevalue(who)
    before = list(user.grants.all())
    with pytest.raises(ValidationError, match="自己的角色"), create_revision(door=door, user=user):
        Grant(user=user, role=Role.ANALYST).save()
    assert list(user.grants.all()) == before


def test_nobody_changes_or_removes_a_role_of_their_own(administrator):
    grant = administrator.grants.get()
    with pytest.raises(ValidationError):
        change(administrator, grant, role=Role.PROVINCE)
    with pytest.raises(ValidationError), create_revision(door=Channel.ADMIN, user=administrator):
        grant.delete()
    with pytest.raises(ValidationError), create_revision(door=Channel.ADMIN, user=administrator):
        Grant.objects.filter(pk=grant.pk).delete()
    assert roles_of(administrator) == {Role.ADMINISTRATOR}


def test_nobody_turns_a_role_of_another_into_their_own_or_gives_their_own_away(administrator, analyst):
    theirs, own = analyst.grants.get(), administrator.grants.get()
    with pytest.raises(ValidationError):
        change(administrator, theirs, user=administrator)
    with pytest.raises(ValidationError):
        change(administrator, own, user=analyst)
    assert (roles_of(administrator), roles_of(analyst)) == ({Role.ADMINISTRATOR}, {Role.ANALYST})


@pytest.mark.parametrize("role", sorted(CONFIRMED_ROLES))
def test_a_role_of_power_gives_nothing_until_another_administrator_confirms_it(
    role, administrator, second, stranger, settings
):
    settings.PUBLIC_READ = False
    grant = assign(administrator, stranger, role)
    assert (grant.is_waiting, grant.assigned_by) == (True, administrator)
    assert roles_of(stranger) == set()
    assert not get_access(User.objects.get(pk=stranger.pk)).can_read
    confirm(second, grant)
    assert roles_of(stranger) == {role}
    assert (grant.is_waiting, grant.confirmed_by) == (False, second)


@pytest.mark.parametrize(
    ("role", "adcode"),
    [(Role.ANALYST, None), (Role.PREFECTURE_READER, CHANGSHA), (Role.PREFECTURE_WRITER, CHANGSHA)],
)
def test_other_roles_hold_at_once(role, adcode, administrator, stranger):
    assert not assign(administrator, stranger, role, adcode).is_waiting
    assert roles_of(stranger) == {role}


def test_who_assigned_it_and_who_receives_it_do_not_confirm_it(administrator, second):
    grant = assign(administrator, second, Role.PROVINCE)
    for user in (administrator, second):
        with pytest.raises(ValidationError):
            confirm(user, grant)
    assert roles_of(second) == {Role.ADMINISTRATOR}


def test_it_is_confirmed_once(administrator, second, stranger):
    third = person("third-administrator", Role.ADMINISTRATOR)
    grant = assign(administrator, stranger, Role.PROVINCE)
    confirm(second, grant)
    before = newest().number
    with pytest.raises(ValidationError, match="second-administrator"):
        confirm(third, grant)
    assert (Grant.objects.get(pk=grant.pk).confirmed_by, newest().number) == (second, before)


def test_it_cannot_be_said_to_be_confirmed_by_somebody_else(administrator, second, stranger):
    grant = assign(administrator, stranger, Role.PROVINCE)
    for values in ({"is_waiting": False}, {"is_waiting": False, "confirmed_by": second}):
        with pytest.raises(ValidationError):
            change(administrator, grant, **values)
    with pytest.raises(ValidationError):
        change(second, grant, is_waiting=False, confirmed_by=second, assigned_by=None)
    assert roles_of(stranger) == set()


@pytest.mark.parametrize("who", ["assigned_by", "user"])
def test_nor_does_the_database_take_that(who, administrator, second, stranger):
    grant = assign(administrator, stranger, Role.PROVINCE)
    with pytest.raises(IntegrityError):
        models.QuerySet(Grant).filter(pk=grant.pk).update(confirmed_by=getattr(grant, who), is_waiting=False)


def test_a_wider_role_in_the_place_of_a_narrow_one_waits_and_the_narrow_one_is_gone(administrator, second, analyst):
    grant = analyst.grants.get()
    change(administrator, grant, role=Role.PROVINCE)
    assert (grant.is_waiting, roles_of(analyst)) == (True, set())
    confirm(second, grant)
    assert roles_of(analyst) == {Role.PROVINCE}


def test_a_confirmed_role_that_is_given_to_another_waits_again(administrator, second, province, stranger):
    grant = province.grants.get()
    change(administrator, grant, user=stranger)
    assert (grant.is_waiting, roles_of(stranger), roles_of(province)) == (True, set(), set())


def test_what_a_command_on_the_server_gives_holds_at_once(stranger):
    with create_revision(door=Channel.COMMAND):
        Grant(user=stranger, role=Role.PROVINCE).save()
    assert roles_of(stranger) == {Role.PROVINCE}


def test_undoing_its_removal_is_an_assignment(administrator, second, province):
    grant = province.grants.get()
    with create_revision(door=Channel.ADMIN, user=second):
        grant.delete()
    undo(newest(), user=administrator, reason="it was needed")
    restored = province.grants.get()
    assert (restored.is_waiting, restored.assigned_by, roles_of(province)) == (True, administrator, set())


def test_undoing_never_confirms(administrator, second, province):
    with create_revision(door=Channel.ADMIN, user=second):
        Grant.objects.wait_again(province)
    assert roles_of(province) == set()
    with pytest.raises(UndoRefusedError):
        undo(newest(), user=administrator, reason="it was good before")
    assert roles_of(province) == set()


def test_nobody_undoes_what_was_done_to_their_own_roles(administrator, second):
    grant = administrator.grants.get()
    change(second, grant, role=Role.ANALYST)
    with pytest.raises(PermissionDenied):
        undo(newest(), user=administrator, reason="mine")
    assert roles_of(administrator) == {Role.ANALYST}


def test_a_confirmation_can_be_taken_back_by_undoing_it(administrator, second, stranger):
    grant = assign(administrator, stranger, Role.PROVINCE)
    confirm(second, grant)
    undo(newest(), user=administrator, reason="too early")
    assert roles_of(stranger) == set()


def test_who_set_the_password_of_an_account_does_not_confirm_its_role(administrator, second, stranger):
    """Else one administrator assigns a role, the other sets a password when asked to, and the first confirms alone."""
    third = person("third-administrator", Role.ADMINISTRATOR)
    grant = assign(administrator, stranger, Role.PROVINCE)
    with create_revision(door=Channel.ADMIN, user=second):
        stranger.set_password("a password that the second knows")
        stranger.save()
    with create_revision(door=Channel.ADMIN, user=stranger):  # as who signed in with it would do
        stranger.set_password("a password that nobody seems to know")
        stranger.save()
    with pytest.raises(ValidationError):
        confirm(second, grant)
    confirm(third, grant)
    assert roles_of(stranger) == {Role.PROVINCE}


def test_roles_that_wait_again_wait_for_somebody_else_than_who_had_them_wait(administrator, second, province):
    with create_revision(door=Channel.ADMIN, user=administrator):
        assert Grant.objects.wait_again(province) == 1
    grant = province.grants.get()
    assert grant.assigned_by == administrator
    with pytest.raises(ValidationError):
        confirm(administrator, grant)
    confirm(second, grant)
    assert roles_of(province) == {Role.PROVINCE}
