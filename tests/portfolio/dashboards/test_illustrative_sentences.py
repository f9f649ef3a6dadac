"""A sentence about figures of illustrative records begins by saying so, wherever it is found."""

import pytest

from tests.pages import opened

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("/", "按示例数据：半年完成投资 158.9 亿元，按公布计划滞后"),
        ("/", "按示例占 54.7% 的数据：42 个项目，总投资"),
        ("/", "按示例数据：亮灯 红灯 2"),
        ("/", "按示例占 54.7% 的数据：能源电子最多"),
        ("/sectors/", "按示例数据：计划完成率最高的是先进计算"),
        ("/attention/", "按示例数据：截至2023年6月底：红灯 2 项"),
        ("/problems/", "按示例数据：共 12 个问题"),
        ("/milestones/", "按示例数据：45 个关键节点"),
        ("/rounds/", "按示例数据：2023年7月：应报 30 项"),
        ("/forecast/", "按示例数据：若保持至今的进度"),
        ("/league/", "按示例数据：与序时进度相比，邵阳市居首"),
        ("/projects/HN-EI-2023-13/", "按示例数据：2023年1–6月完成投资 2.56 亿元"),
    ],
)
def test_the_mark_comes_first(public_read, register, client, address, sentence):
    assert sentence in opened(client, address, lang="zh-hans").text


def test_the_forecast_of_an_illustrative_project_cannot_be_tested(public_read, register, client):
    text = opened(client, "/projects/HN-EI-2023-13/", lang="en").text
    assert "cannot be tested" in text
    assert "by illustrative data: progress yellow" in text
    assert "would fall short" not in text


def test_what_is_real_carries_no_mark(public_read, register, client):
    text = opened(client, "/sectors/", basis="published", lang="zh-hans").text
    assert "最多，占已知总投资的" in text
    assert "按示例" not in text
