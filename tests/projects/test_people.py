"""The tests' own ground: what `register` gives must not depend on which test came before."""

import pytest

from projects.models import MonthlyReport, Project, Revision


@pytest.mark.parametrize("turn", [1, 2])
def test_every_test_starts_from_the_same_register_and_can_go_on_writing(register, turn):
    assert (Project.objects.count(), MonthlyReport.objects.count()) == (42, 180)
    assert Revision.objects.newest_number() == 1
    project = Project.objects.get(code="HN-EI-2023-13")
    project.name_en = f"Turn {turn}"
    project.save()
    assert list(Revision.objects.values_list("number", flat=True)) == [2, 1]


def test_a_test_that_does_not_ask_for_the_register_starts_empty(db):
    assert not Project.objects.exists()


@pytest.mark.parametrize("turn", [1, 2])
def test_a_test_with_a_live_server_finds_the_register_too(live_register, live_server, turn):
    assert Project.objects.count() == 42
    assert Revision.objects.newest_number() == 1


def test_each_person_is_given_what_the_name_says(
    province, changsha_writer, changsha_reader, zhuzhou_writer, analyst, administrator, stranger, client_of
):
    seen = {
        user.username: Project.objects.visible_to(user).count()
        for user in (province, changsha_writer, changsha_reader, zhuzhou_writer, analyst, administrator, stranger)
    }
    assert seen == {
        "province": 42,
        "changsha": 13,
        "changsha-reader": 13,
        "zhuzhou": 2,
        "analyst": 42,
        "administrator": 42,
        "stranger": 0,
    }
    assert client_of(province).session["_auth_user_id"] == str(province.pk)
