"""Who sees an enterprise: whoever sees one of its projects, and all if it has none."""

from __future__ import annotations

from projects.models import Enterprise, Project


def test_an_enterprise_is_seen_with_a_project_of_ones_own_or_with_none(changsha_reader, zhuzhou_writer):
    Enterprise(name_zh="尚无项目的企业").save()
    of_zhuzhou = Enterprise.objects.visible_to(zhuzhou_writer)
    assert set(of_zhuzhou.values_list("name_zh", flat=True)) == {"株洲中车时代半导体有限公司", "尚无项目的企业"}
    assert not Enterprise.objects.visible_to(changsha_reader).filter(name_zh="株洲中车时代半导体有限公司").exists()


def test_an_enterprise_with_several_projects_comes_once(changsha_reader):
    enterprise = Enterprise(name_zh="两个项目的企业")
    enterprise.save()
    for project in Project.objects.visible_to(changsha_reader)[:2]:
        project.enterprise = enterprise
        project.save()
    seen = Enterprise.objects.visible_to(changsha_reader)
    assert seen.filter(pk=enterprise.pk).count() == 1
