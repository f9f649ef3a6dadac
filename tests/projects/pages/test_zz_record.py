# ruff: noqa
import json
import os
import re
from html import unescape
from pathlib import Path

import pytest

from projects.history.revisions import create_revision
from projects.models import Entry, MonthlyReport, Problem, Rating
from tests.pages import more_projects
from tests.projects.july import stage

pytestmark = pytest.mark.django_db

PATHS = [
    "/attention/",
    "/attention/?show=all",
    "/attention/?show=all&sort=-plan",
    "/attention/?show=all&sort=code",
    "/attention/?show=all&sort=-code",
    "/attention/?show=all&sort=light",
    "/attention/?show=all&sort=-gap&page=2",
    "/attention/?month=2023-05",
    "/attention/?show=none",
    "/attention/?show=disagreed",
    "/attention/?programme=2021",
    "/attention/?sector=new-display&show=all",
    "/attention/?through=2023-07",
    "/attention/?through=2023-07&show=all",
    "/league/",
    "/league/?by=prefecture",
    "/league/?by=prefecture&sort=-disbursed",
    "/league/?by=chain_link&sort=both_known",
    "/league/?through=2023-07",
    "/league/?through=2023-07&by=prefecture&sort=-held",
    "/league/?month=2023-05",
    "/league/?programme=2021",
    "/league/?sort=held",
    "/rounds/",
    "/rounds/?sort=-disbursed",
    "/rounds/?sort=state",
    "/rounds/?programme=2021",
    "/rounds/?light=red",
    "/rounds/?sector=new-display",
    "/problems/",
    "/problems/?state=all&sort=-due",
    "/problems/?sort=kind",
    "/problems/?sort=state",
    "/problems/?state=solved",
    "/problems/?problem_kind=land",
    "/problems/?sector=new-display",
    "/problems/?programme=2021",
    "/problems/?mine=true",
    "/problems/?sort=-code",
    "/milestones/",
    "/milestones/?show=moved&sort=-moved",
    "/milestones/?sort=state",
    "/milestones/?sort=-expected",
    "/milestones/?sort=name",
    "/milestones/?sort=-basis",
    "/milestones/?show=overdue",
    "/milestones/?programme=2021",
    "/milestones/?mine=true",
    "/milestones/?sector=new-display",
    "/milestones/?as_of=2023-08-01",
    "/milestones/?sort=-code",
    "/problems/?as_of=2023-08-01",
    "/attention/?as_of=2023-08-01",
    "/projects/HN-EI-2023-36/",
    "/projects/HN-EI-2023-38/",
    "/projects/HN-EI-2023-13/",
    "/forecast/",
]


def fields(html):
    return re.findall(r"<(?:input|select|textarea|button|option)[^>]*>", html)


def main(html):
    return html.partition("<main")[2] or html


def test_record(province, changsha_writer, analyst, client_of, settings):
    settings.PUBLIC_READ = True
    stage(6)
    with create_revision(user=province):
        entry = Entry.objects.get(project__code="HN-EI-2023-36", programme__year=2023)
        Rating(entry=entry, month=6, light="green", words="says it", author=province).save()
        report = MonthlyReport.objects.get(entry=entry, month=6)
        report.reason, report.measure, report.correction_reason = (
            "machines are late",
            "two shifts 2023-06-01",
            "told later",
        )
        report.save()
    with create_revision(user=province):
        more_projects(12)
    out = {}
    for who, user in (("province", province), ("changsha", changsha_writer), ("analyst", analyst), ("public", None)):
        client = client_of(user)
        for path in PATHS:
            for lang in ("en", "zh-hans"):
                url = path + ("&" if "?" in path else "?") + f"lang={lang}"
                answer = client.get(url)
                html = answer.content.decode()
                body = main(html)
                hrefs = sorted(unescape(h) for h in re.findall(r'href="([^"]*)"', body))
                fs = sorted(re.sub(r'value="[0-9A-Za-z]{64}"', "", re.sub(r"\s+", " ", f)) for f in fields(body))
                text = re.sub(
                    r"\s+",
                    "",
                    unescape(re.sub(r"<[^>]*>", " ", re.sub(r"<(script|style).*?</\1>", "", body, flags=re.S))),
                )
                rec = {"status": answer.status_code, "text": text, "hrefs": hrefs, "fields": fs}
                csvs = {}
                for h in hrefs:
                    if "format=csv" in h and h.startswith(path.partition("?")[0]) and "projects/HN" not in h:
                        got = client.get(h)
                        csvs[h] = [got.status_code, b"".join(got.streaming_content).decode() if got.streaming else "?"]
                rec["csv"] = csvs
                out[f"{who} {url}"] = rec
    # posts
    c = client_of(province)
    for label, data, path in (
        ("rate", {"entry": "HN-EI-2023-36", "light": "", "words": "x"}, "/attention/?lang=en"),
        ("new", {"action": "add", "project": "HN-EI-2023-38", "kind": "", "description": "no"}, "/problems/?lang=en"),
        (
            "step",
            {
                "action": "step",
                "problem": Problem.objects.get(project__code="HN-EI-2023-38").pk,
                "version": "x",
                "state": "in-hand",
                "note": "mine",
            },
            "/problems/?lang=en&state=solved",
        ),
        (
            "gone",
            {"action": "step", "problem": 10**6, "version": "x", "state": "in-hand", "note": "mine"},
            "/problems/?lang=en",
        ),
    ):
        answer = c.post(path, data)
        body = main(answer.content.decode())
        out["post " + label] = {
            "status": answer.status_code,
            "text": re.sub(r"\s+", "", unescape(re.sub(r"<[^>]*>", " ", body))),
            "hrefs": sorted(re.findall(r'href="([^"]*)"', body)),
            "fields": sorted(re.sub(r'value="[0-9A-Za-z]{64}"', "", re.sub(r"\s+", " ", f)) for f in fields(body)),
            "csv": {},
        }
    Path(os.environ["REC"]).write_text(json.dumps(out, ensure_ascii=False, indent=0))
