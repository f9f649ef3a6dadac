"""Notes: about one subject, of a period, read by whoever may read the subject, changed by their author."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError

from projects.models import MonthlyReport, Note, Prefecture, Programme, Project
from tests.people import CHANGSHA, ZHUZHOU, person


def project_in(adcode):
    return Project.objects.filter(prefecture__adcode=adcode, entries__reports__isnull=False).first()


def note(author, **about):
    made = Note(author=author, **({"text": "二期设备到货", "programme": Programme.objects.get(year=2023)} | about))
    made.save()
    return Note.objects.get(pk=made.pk)


def place(adcode):
    return Prefecture.objects.get(adcode=adcode)


def test_its_day_is_the_programmes_and_its_period_the_month_or_the_year(province):
    of_month, of_year = (note(province, project=project_in(CHANGSHA), month=month) for month in (6, None))
    assert of_month.day == of_month.programme.today == dt.date(2023, 8, 7)
    assert (of_month.period, of_year.period) == ("2023-06", "2023")


def test_a_note_about_a_report_is_of_the_reports_project_and_month(province):
    report = MonthlyReport.objects.filter(entry__project=project_in(CHANGSHA), month=3).get()
    made = note(province, report=report, programme=Programme.objects.get(year=2022))
    assert (made.project, made.programme.year, made.month) == (report.entry.project, 2023, 3)
    with pytest.raises(ValidationError) as refused:
        note(province, report=report, project=project_in(ZHUZHOU))
    assert set(refused.value.message_dict) == {"report"}


def seen(*users):
    return [set(Note.objects.visible_to(user)) for user in users]


def test_who_may_read_the_subject_reads_the_note(province, analyst, changsha_reader, zhuzhou_writer, public_read):
    report = MonthlyReport.objects.filter(entry__project=project_in(ZHUZHOU)).first()
    own, other = note(province, project=project_in(CHANGSHA)), note(province, report=report)
    whole = note(province, figure="total_investment")
    part = note(province, figure="total_investment", prefecture=place(CHANGSHA))
    everything = {own, other, whole, part}
    assert seen(province, analyst) == [everything, everything]
    assert seen(changsha_reader, zhuzhou_writer) == [{own, part}, {other}]
    assert seen(AnonymousUser(), person("nobody")) == [set(), set()]


def test_its_author_alone_changes_it_and_deletes_it_as_the_province_does(province, changsha_writer, analyst):
    mine, theirs = (note(user, project=project_in(CHANGSHA)) for user in (changsha_writer, province))
    may = {
        (user.username, action): [user.has_perm(f"projects.{action}_note", each) for each in (mine, theirs)]
        for user in (changsha_writer, province, analyst)
        for action in ("change", "delete")
    }
    assert may == {
        ("changsha", "change"): [True, False],
        ("changsha", "delete"): [True, False],
        ("province", "change"): [False, True],
        ("province", "delete"): [True, True],
        ("analyst", "change"): [False, False],
        ("analyst", "delete"): [False, False],
    }


def test_a_prefecture_writes_about_its_own_projects_and_part_only(changsha_writer):
    programme = Programme.objects.get(year=2023)

    def may_add(**about):
        return changsha_writer.has_perm("projects.add_note", Note(programme=programme, **about))

    assert may_add(project=project_in(CHANGSHA))
    assert may_add(figure="disbursed", prefecture=place(CHANGSHA))
    assert not may_add(project=project_in(ZHUZHOU))
    assert not may_add(figure="disbursed", prefecture=place(ZHUZHOU))
    assert not may_add(figure="disbursed")


def test_it_goes_with_its_project_and_leaves_its_history(province):
    made = note(province, project=project_in(CHANGSHA))
    key = made.pk
    made.text = "改期"
    made.save()
    made.delete()
    assert list(Note.history.filter(id=key).values_list("history_type", flat=True)) == ["-", "~", "+"]
