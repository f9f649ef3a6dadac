"""`/webhooks/add/` and the form of `/webhooks/<key>/`: what is accepted, what is refused at its field, who may change it."""

from __future__ import annotations

import socket

import pytest

from projects.changes.feed import EVENTS
from projects.models import Revision, Webhook
from projects.pages.webhooks import ALL_CHOICES, AT_ONCE, FIELDS, OVERTAKEN
from tests.pages import opened, read
from tests.people import CHANGSHA, ZHUZHOU

from .webhooks_made import URL, hidden, made

pytestmark = pytest.mark.no_database

ADD = "/webhooks/add/"
OWN, FOREIGN = "HN-EI-2023-01", "HN-EI-2023-02"
TYPED = {"label": "platform", "url": URL}


def stored(webhook):
    return tuple(getattr(Webhook.objects.get(pk=webhook.pk), name) for name in FIELDS)


def saving(client, webhook, **typed):
    version = hidden(client.get(f"/webhooks/{webhook.pk}/").content, "version")
    return client.post(f"/webhooks/{webhook.pk}/", {**TYPED, "action": "save", "version": version, **typed})


def test_one_is_made_and_its_secret_is_shown_once(changsha_writer, client_of):
    client = client_of(changsha_writer)
    typed = {"kinds": ["claim", "project"], "events": ["created"], "project": OWN.lower(), "prefecture": CHANGSHA}
    done = client.post(ADD, TYPED | typed)
    own = Webhook.objects.get()
    assert (done.status_code, done["Location"]) == (302, f"/webhooks/{own.pk}/")
    assert own.secret not in done.content.decode()
    assert stored(own)[:2] == ("platform", URL)
    assert (set(own.kinds), own.events, own.project, own.prefecture) == (
        {"claim", "project"},
        ["created"],
        OWN,
        CHANGSHA,
    )
    assert (own.user, own.position, own.active) == (changsha_writer, Revision.objects.newest_number(), True)
    first, second = client.get(done["Location"]), client.get(done["Location"])
    assert own.secret in first.content.decode()
    assert first["Cache-Control"] == "no-store"
    assert own.secret not in second.content.decode()


def test_a_second_click_makes_no_second_webhook(province, client_of):
    client = client_of(province)
    first, second = (client.post(ADD, TYPED)["Location"] for _click in range(2))
    own = Webhook.objects.get()
    assert first == second == f"/webhooks/{own.pk}/"
    assert own.secret in client.get(second).content.decode()
    Webhook.objects.update(created_at=own.created_at - AT_ONCE)
    client.post(ADD, TYPED)
    assert Webhook.objects.count() == 2


def test_a_look_ahead_does_not_use_up_the_secret(province, client_of):
    client = client_of(province)
    path = client.post(ADD, TYPED)["Location"]
    client.head(path)
    assert Webhook.objects.get().secret in client.get(path).content.decode()


def test_an_address_without_a_scheme_is_meant_by_https(province, client_of):
    assert client_of(province).post(ADD, TYPED | {"url": "8.8.8.8/hook"}).status_code == 302
    assert Webhook.objects.get().url == URL


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("label", ""),
        ("url", "no address"),
        ("url", "https://[::1/hook"),
        ("kinds", "user"),
        ("events", "read"),
        ("project", FOREIGN),
        ("prefecture", ZHUZHOU),
    ],
)
def test_what_is_refused_is_said_at_its_field_and_all_is_said_again(field, typed, changsha_writer, client_of):
    others = {"label": "typed label", "url": URL, "kinds": "claim", "events": "deleted", "prefecture": CHANGSHA}
    answer = client_of(changsha_writer).post(ADD, others | {field: typed})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert answer["Cache-Control"] == "no-store"
    page = read(answer.content)
    assert f"#webhook-{field}" in {anchor.href for anchor in page.anchors}
    ids = {each.get("id") for _tag, each in page.elements}
    assert {f"webhook-{field}", f"webhook-{field}_error"} <= ids
    checked = {each["value"] for _tag, each in page.elements if "checked" in each}
    assert checked >= {value for name, value in others.items() if name in ("kinds", "events") and name != field}
    assert not Webhook.objects.exists()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("https://8.8.8.8:22/", "在允许的网络之外，只能使用以下端口：80、443。"),
        ("no address", "网址不完整，请照此填写：https://www.example.com/。"),
    ],
)
def test_it_is_said_what_of_an_address_is_wrong_and_what_to_type(typed, said, province, client_of):
    answer = client_of(province).post(ADD, TYPED | {"url": typed})
    assert answer.context["form"].errors["url"] == [said]


def test_a_host_that_is_not_known_now_is_taken_with_a_warning(province, client_of, monkeypatch):
    def unknown(*_asked, **_named):
        raise socket.gaierror("not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    client = client_of(province)
    done = client.post(f"{ADD}?lang=en", TYPED | {"url": "https://platform.example/hook"})
    assert done.status_code == 302
    assert "The name of the host is not known." in opened(client, done["Location"], lang="en").text


def test_only_what_one_may_follow_and_see_is_offered(changsha_writer, province, client_of):
    def offered(user):
        fields = client_of(user).get(ADD).context["form"].fields
        return {value for value, _label in fields["kinds"].choices}, [v for v, _l in fields["prefecture"].choices]

    kinds, places = offered(changsha_writer)
    assert {"project", "claim"} <= kinds
    assert places == ["", CHANGSHA]
    all_kinds, all_places = offered(province)
    assert kinds <= all_kinds
    assert len(all_places) == 15
    assert {name for name, _label in ALL_CHOICES} == set(EVENTS)


def test_its_owner_changes_it_and_what_the_worker_moves_stays(province, client_of):
    own = made(province, kinds=["claim"], events=["created"])
    client = client_of(province)
    page = client.get(f"/webhooks/{own.pk}/")
    Webhook.objects.update(position=7)
    version = hidden(page.content, "version")
    typed = {"label": "renamed", "url": URL, "prefecture": ZHUZHOU, "action": "save", "version": version}
    assert client.post(f"/webhooks/{own.pk}/", typed).status_code == 302
    assert stored(own) == ("renamed", URL, [], [], "", ZHUZHOU)
    kept = Webhook.objects.get()
    assert (kept.position, kept.secret) == (7, own.secret)


def test_a_refused_change_is_said_again_and_nothing_is_stored(province, client_of):
    own = made(province)
    answer = saving(client_of(province), own, label="typed label", url="https://127.0.0.1/")
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["url"])
    assert "typed label" in answer.content.decode()
    assert stored(own)[:2] == ("platform", URL)


def test_a_late_save_says_why_first_and_marks_what_the_other_changed_alone(province, client_of):
    own, client = made(province, label="one", kinds=["claim"]), client_of(province)
    path = f"/webhooks/{own.pk}/?lang=en"
    version = hidden(client.get(path).content, "version")
    Webhook.objects.update(label="meanwhile", kinds=["project"])
    mine = {"label": "mine", "url": "https://8.8.4.4/hook", "kinds": ["project"], "action": "save", "version": version}
    late = client.post(path, mine)
    assert (late.status_code, stored(own)[0]) == (409, "meanwhile")
    assert dict(late.context["form"].errors) == {"__all__": [str(OVERTAKEN)], "label": ["Stored now: meanwhile"]}
    summary = late.content.decode().partition('class="errsum"')[2]
    assert summary.index("Meanwhile this webhook was changed.") < summary.index("Stored now: meanwhile")
    of_no_version = client.post(path, mine | {"version": "none"})
    assert of_no_version.context["form"].errors.keys() == {"__all__", "label", "url"}
    assert client.post(path, mine | {"version": hidden(late.content, "version")}).status_code == 302
    assert stored(own)[0] == "mine"


def test_what_one_sees_no_more_stays_chosen_and_never_becomes_all(changsha_writer, client_of, monkeypatch):
    own, client = (
        made(changsha_writer, kinds=["claim"], project=FOREIGN, prefecture=ZHUZHOU),
        client_of(changsha_writer),
    )
    monkeypatch.setattr("projects.pages.webhooks.get_readable_kinds", lambda _user: [])
    fields = client.get(f"/webhooks/{own.pk}/").context["form"].fields
    assert [value for value, _label in fields["kinds"].choices] == ["claim"]
    assert saving(client, own, label="renamed", kinds="claim", project=FOREIGN, prefecture=ZHUZHOU).status_code == 302
    assert stored(own) == ("renamed", URL, ["claim"], [], FOREIGN, ZHUZHOU)
