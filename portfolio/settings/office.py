"""Office: the name of whoever runs the site, by language; it signs the e-mails."""

from __future__ import annotations

from environs import Env


def names(env: Env) -> dict[str, str]:
    return {
        "zh-hans": env.str("OFFICE_NAME_ZH", "湖南省工业和信息化厅"),
        "en": env.str("OFFICE_NAME_EN", "Department of Industry and Information Technology of Hunan Province"),
    }
