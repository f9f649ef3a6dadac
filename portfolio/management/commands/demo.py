"""manage.py demo: what `make run` does before the server starts, a database with the demonstration's data and people."""

import ipaddress
import os
import secrets
import unicodedata

from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import translation

from portfolio.models import ApiToken, TokenScope
from portfolio.server import open_socket
from portfolio.settings import databases
from projects.choices import Channel, Role
from projects.history.revisions import create_revision
from projects.models import Grant, Prefecture, Project

User = get_user_model()

FIXTURES = [
    "reference",
    "sources",
    "light_rules",
    "plausibility_rules",
    "programmes_2019_2025",
    "projects_2023",
    "claims_2023",
    "rounds_2023",
    "reports_2023",
    "monitoring_2023",
]

CHANGSHA, ZHUZHOU = "430100", "430200"
DEMONSTRATION = "demonstration"
OTHERS = "others"  # all prefectures whose reports no other account hands in

# account, family and given name, role, prefecture, what it is for in Chinese and in English
PEOPLE = [
    ("province", "周敏", Role.PROVINCE, None, "全省：维护、审核、发布", "the province: keeps, reviews, publishes"),
    ("reviewer", "刘建国", Role.PROVINCE, None, "全省：第二审核人", "the province: a second reviewer"),
    ("changsha", "李湘", Role.PREFECTURE_WRITER, CHANGSHA, "长沙：报送本市项目", "Changsha: reports its own projects"),
    ("changsha-reader", "陈静", Role.PREFECTURE_READER, CHANGSHA, "长沙：只读", "Changsha: reads only"),
    ("zhuzhou", "王磊", Role.PREFECTURE_WRITER, ZHUZHOU, "株洲：报送本市项目", "Zhuzhou: reports its own projects"),
    ("bureaus", "张涛", Role.PREFECTURE_WRITER, OTHERS, "其余市州：报送项目", "the other prefectures: reports theirs"),
    ("analyst", "赵明", Role.ANALYST, None, "分析：阅读全省", "an analyst: reads everything"),
    ("admin", "孙丽", Role.ADMINISTRATOR, None, "管理：账号、令牌、基础数据", "accounts, tokens, reference data"),
]


class Command(BaseCommand):
    help = "Prepare the demonstration: database, static files, data and accounts. Safe to run again."

    def add_arguments(self, parser):
        parser.add_argument("--host", default="127.0.0.1", help="where the server will listen")
        parser.add_argument("--port", default="8000", help="the port it will listen on; 0 does not ask")

    def handle(self, *, host, port, **options):
        if port != "0":
            try:
                open_socket(host, port).close()
            except SystemExit as refusal:
                raise CommandError(str(refusal)) from None
        databases.refuse_away(connection)
        databases.refuse_unsafe(connection)  # which the server would say once for each of its processes
        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        if not Project.objects.exists():
            call_command("loaddata", *FIXTURES, verbosity=0)
        password = os.environ.get("DEMO_PASSWORD") or secrets.token_urlsafe(9)
        make_accounts(password)
        self.stdout.write(welcome(host, port, password, make_token()))


@create_revision(door=Channel.COMMAND, reason="demonstration accounts")
def make_accounts(password):
    """The demonstration's accounts, each with its one role, and all with this password."""
    for username, name, role, place, _, _ in PEOPLE:
        user, _ = User.objects.get_or_create(username=username)
        user.last_name, user.first_name = name[0], name[1:]
        user.is_staff, user.is_superuser, user.is_active = True, False, True
        user.email = user.email or f"{username}@example.org"  # so that send_reminders has somebody to write to
        user.set_password(password)
        user.save()
        prefectures = [None]
        if place == OTHERS:
            prefectures = list(Prefecture.objects.exclude(adcode__in=(CHANGSHA, ZHUZHOU)))
        elif place:
            prefectures = [Prefecture.objects.get(adcode=place)]
        grants = [
            Grant.objects.get_or_create(user=user, role=role, prefecture=prefecture)[0] for prefecture in prefectures
        ]
        user.grants.exclude(pk__in=[grant.pk for grant in grants]).delete()
        for grant in grants:
            if grant.is_waiting:  # of a demonstration before, in which an administrator set a password
                grant.confirm(by=None)


def make_token():
    """A token of the analyst that reads, in the place of that of a demonstration before."""
    analyst = User.objects.get(username="analyst")
    ApiToken.objects.filter(user=analyst, label=DEMONSTRATION).delete()
    return ApiToken.objects.create(user=analyst, scope=TokenScope.READ, label=DEMONSTRATION)[1]


def welcome(host, port, password, token):
    shown = f"[{host}]" if ":" in host else host
    rows = [(username, f"{name} {zh}", en) for username, name, _, _, zh, en in PEOPLE]
    width = max(columns(zh) for _, zh, _ in rows)
    table = "\n".join(f"  {username:<16} {zh}{' ' * (width - columns(zh))}  {en}" for username, zh, en in rows)
    return f"""
  地址 Address   http://{shown}:{port}/          后台 Administration  http://{shown}:{port}/admin/
  密码 Password  {password}          （以下账号相同 the same for every account below）{warning(host, password)}

{table}

  接口 API       curl -H 'Authorization: Token {token}' 'http://{shown}:{port}/api/v1/notes/?page_size=1'

  可不登录直接阅读；按 Ctrl+C 停止。Reading needs no sign-in; Ctrl+C stops.
"""


def warning(host, password):
    """Lines that say why the site would refuse this password, where other machines can sign in with it."""
    if is_of_this_machine(host):
        return ""
    zh, en = weakness(password, "zh-hans"), weakness(password, "en")
    if not en:
        return ""
    return f"""
  注意 Beware    其他机器也能用这些账号登录，而本系统本来会拒绝这样的密码：{zh}
                 Other machines can sign in with these accounts, by a password that the site would refuse: {en}"""


def is_of_this_machine(host):
    """Whether nobody else can reach what listens there."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:  # a name
        return host == "localhost"


def weakness(password, language):
    """Why the site would refuse it from whoever chose it; nothing where it would not."""
    with translation.override(language):
        for username, *_ in PEOPLE:
            try:
                validate_password(password, User(username=username))
            except ValidationError as error:
                return " ".join(error.messages)
    return ""


def columns(text):
    """How many columns of a terminal the text takes: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
