"""Settings of the site, each read once from the environment. A wrong value stops the start with one sentence."""

from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

from csp.constants import NONE, SELF
from environs import Env, EnvError, EnvValidationError, validate

from portfolio.settings import databases, logs
from portfolio.settings.values import (
    BASE_DIR,
    EMAIL_SECURITIES,
    LOG_LEVELS,
    PROPOSABLE,
    TRUE_OR_FALSE,
    a_share,
    an_address,
    an_origin,
    at_least_fifty_characters,
    at_least_one,
    existing_file,
    former_keys,
    minutes_of_a_session,
    origins,
    proposable_fields,
    proxy_address,
    replica_address,
    requests_a_minute,
    some_days,
    some_hosts,
    some_megabytes,
    some_networks,
    some_ports,
    some_processes,
)

VAR_DIR = BASE_DIR / "var"
env = Env()
try:
    DEBUG = env.bool("DEBUG", False, error_messages=TRUE_OR_FALSE)
    if DEBUG:
        SECRET_KEY = env.str("SECRET_KEY", "for-development-only-" * 3, validate=at_least_fifty_characters)
    else:
        SECRET_KEY = env.str("SECRET_KEY", validate=at_least_fifty_characters)
    SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", [], validate=former_keys)
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"], validate=some_hosts)
    CORS_ALLOWED_ORIGINS = env.list("CORS_ORIGINS", [], validate=origins)
    CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", [], validate=origins)
    HTTPS = env.bool("HTTPS", True, error_messages=TRUE_OR_FALSE)
    TRUSTED_PROXY = env.str("TRUSTED_PROXY", "", validate=proxy_address)
    PROCESSES = env.int("PROCESSES", 2, validate=some_processes)
    THREADS = env.int("THREADS", 8, validate=some_processes)
    DATABASE_URL = env.str(
        "DATABASE_URL",
        f"sqlite:///{VAR_DIR / 'portfolio.sqlite3'}",
        validate=validate.Regexp(
            databases.URL, error="must begin with sqlite:///, postgres:// or postgresql:// and name a database."
        ),
    )
    replica_url = env.str("DATABASE_REPLICA_URL", "", validate=replica_address)
    UNSAFE_DATABASE = env.bool("UNSAFE_DATABASE", False, error_messages=TRUE_OR_FALSE)
    KEPT_ANSWERS_MB = env.int("KEPT_ANSWERS_MB", 64, validate=some_megabytes)
    THROTTLE_TOKEN = env.int("THROTTLE_TOKEN", 6000, validate=requests_a_minute)
    THROTTLE_ADDRESS = env.int("THROTTLE_ADDRESS", 12000, validate=requests_a_minute)
    SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", 30, validate=minutes_of_a_session)
    IMPORTS_WAITING = env.int("IMPORTS_WAITING", 10, validate=at_least_one)
    IMPORTS_MB_A_DAY = env.int("IMPORTS_MB_A_DAY", 200, validate=at_least_one)
    PUBLIC_READ = env.bool("PUBLIC_READ", False, error_messages=TRUE_OR_FALSE)
    MAP_FILE = BASE_DIR / env.path("MAP_FILE", Path("fixtures/hunan_prefectures.geojson"), validate=existing_file)
    MAP_NOTE_ZH = env.str("MAP_NOTE_ZH", "由 ECharts 4.9.0（Apache-2.0 许可）的地图数据简化而成")
    MAP_NOTE_EN = env.str("MAP_NOTE_EN", "Simplified from the map data of ECharts 4.9.0 (Apache-2.0 licence)")
    MAP_APPROVAL_NUMBER = env.str("MAP_APPROVAL_NUMBER", "")
    SITE_URL, HELP_CONTACT = env.str("SITE_URL", "", validate=an_origin), env.str("HELP_CONTACT", "")
    CLOSED_MONTH_PERCENT = env.int("CLOSED_MONTH_PERCENT", 90, validate=a_share)
    LEAST_COMPARED_PERCENT = env.int("LEAST_COMPARED_PERCENT", 50, validate=a_share)
    days_before = env.list("REMINDER_DAYS_BEFORE", ["3", "1", "0"], validate=some_days)
    days_after = env.list("REMINDER_DAYS_AFTER", ["1", "3", "7"], validate=some_days)
    proposable = env.list("PROPOSAL_FIELDS", list(PROPOSABLE), validate=proposable_fields)
    EMAIL_HOST = env.str("EMAIL_HOST", "")
    EMAIL_PORT = env.int("EMAIL_PORT", 25, validate=validate.Range(1, 65535, error="must be from 1 to 65535."))
    EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", "")
    EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", "")
    EMAIL_SECURITY = env.str(
        "EMAIL_SECURITY", "none", validate=validate.OneOf(EMAIL_SECURITIES, error="must be one of {choices}.")
    )
    EMAIL_FROM = env.str("EMAIL_FROM", "monitor@localhost", validate=an_address)
    OFFICE_NAMES = {  # of whoever runs the site; it signs the e-mails
        "zh-hans": env.str("OFFICE_NAME_ZH", "湖南省工业和信息化厅"),
        "en": env.str("OFFICE_NAME_EN", "Department of Industry and Information Technology of Hunan Province"),
    }
    WEBHOOK_PRIVATE_ADDRESSES = env.list("WEBHOOK_PRIVATE_ADDRESSES", [], validate=some_networks)
    WEBHOOK_PORTS = env.list("WEBHOOK_PORTS", ["80", "443"], validate=some_ports)
    LOG_LEVEL = env.str("LOG_LEVEL", "INFO", validate=validate.OneOf(LOG_LEVELS, error="must be one of {choices}."))
    DATABASES = {"default": databases.configuration(env.dj_db_url("DATABASE_URL", DATABASE_URL))}
    DATABASES |= databases.get_replica(DATABASES["default"], replica_url)
except EnvValidationError as error:
    name, reason = str(error).split('"')[1], " ".join(error.error_messages).replace("Not a valid", "is not a valid")
    raise SystemExit(f"{name} {reason}") from None
except EnvError as error:
    name = str(error).split('"')[1]
    raise SystemExit(f"{name} is not set; it must be a random text of at least 50 characters.") from None

# Applications and the way of a request

INSTALLED_APPS = [
    "portfolio",  # before the admin, whose templates it overrides
    "projects",
    "sectors",
    "portfolio.administration.apps.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",  # whose templates of widgets are found beside ours
    "simple_history",
    "rest_framework",
    "knox",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "axes",
    "csp",
    "corsheaders",
]

MIDDLEWARE = [
    "portfolio.security_headers.security_headers_middleware",
    "portfolio.request_log.LogMiddleware",
    "portfolio.middleware.ThrottleMiddleware",
    "portfolio.cache.PublicCacheMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "portfolio.middleware.CompressionMiddleware",
    "portfolio.middleware.DatabaseAwayMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portfolio.accounts.sessions.SessionMiddleware",
    "portfolio.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "portfolio.forms.repeated_fields.FieldsOnceMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portfolio.forms.unsent_forms.UnsentFormMiddleware",
    "portfolio.request_log.bind_user",
    "projects.history.revisions.ActorMiddleware",
    "portfolio.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",  # says it again, as `check --deploy` asks for it
    "axes.middleware.AxesMiddleware",
    "projects.plausibility.checks.PlausibilityMiddleware",
]

ROOT_URLCONF, WSGI_APPLICATION = "portfolio.urls", "portfolio.wsgi.application"
FORM_RENDERER = "portfolio.forms.escaping.Renderer"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            # what most templates need, so that they need not load it
            "builtins": [
                "django.templatetags.i18n",
                "portfolio.templatetags.figures",
                "portfolio.templatetags.navigation",
                "portfolio.templatetags.unbroken",
                "portfolio.templatetags.joined",
                "portfolio.forms.opened_by",
            ],
        },
    }
]

# Web server: options of waitress, see portfolio/server.py
#
# Here alone is decided who asks and by which scheme: of what the trusted proxy says, waitress makes REMOTE_ADDR and
# wsgi.url_scheme, and from anybody else it takes these headers away.

WAITRESS = {
    "threads": THREADS,
    "connection_limit": 1_000,  # of each process
    "asyncore_use_poll": True,  # select() cannot watch more than 1,024 files
    "channel_timeout": 30,  # seconds in which nothing was sent or received
    "max_request_header_size": 16 * 2**10,
    "max_request_body_size": 16 * 2**20 + 1,  # a workbook may have 10 MiB; of a larger one its form says so in words
    "inbuf_overflow": 2**16,  # bytes of a body that wait in memory, the rest in a file: many may be sent slowly
    "outbuf_overflow": 2**18,  # the same of an answer
    "outbuf_high_watermark": 2**28,  # bytes of an answer that nobody reads until its thread waits
    "ident": None,
    "trusted_proxy": TRUSTED_PROXY or None,
    "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"} if TRUSTED_PROXY else set(),
}

# Data

CACHES = {  # of this process: counts of requests
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 50_000}}
}
DATABASE_ROUTERS = ["portfolio.router.PublicReplicaRouter"] if len(DATABASES) > 1 else []
CHOSEN = env.dump()  # what this start was told, for whoever must know whether another was told the same

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FIXTURE_DIRS = [BASE_DIR / "fixtures"]
SIMPLE_HISTORY_DATE_INDEX = False  # the past is found by revision, see projects/history/as_of.py
# Its migrations would make the table of a token model that ours replaces, with a key to our users.
MIGRATION_MODULES = {"knox": None}

# E-mail: to the terminal unless there is a server

EMAIL_BACKEND = (
    f"{'projects.reminders.mail_server' if EMAIL_HOST else 'django.core.mail.backends.console'}.EmailBackend"
)
EMAIL_USE_TLS, EMAIL_USE_SSL = EMAIL_SECURITY == "starttls", EMAIL_SECURITY == "tls"
EMAIL_TIMEOUT = 20  # seconds of one wait
DEFAULT_FROM_EMAIL = SERVER_EMAIL = EMAIL_FROM
WEBHOOK_PRIVATE_ADDRESSES = [ip_network(network.strip()) for network in WEBHOOK_PRIVATE_ADDRESSES]
WEBHOOK_PORTS = [int(port) for port in WEBHOOK_PORTS]
SITE_URL = SITE_URL or f"{'https' if HTTPS else 'http'}://{ALLOWED_HOSTS[0].lstrip('.').replace('*', 'localhost')}"
REMINDER_DAYS_BEFORE, REMINDER_DAYS_AFTER = [int(days) for days in days_before], [int(days) for days in days_after]

# What a prefecture can only propose, as model.field; see projects.access.needs_proposal

PROPOSAL_FIELDS = frozenset(name.strip() for name in proposable) - {""}

# Languages

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["portfolio.formats"]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# Static files

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [directory for directory in [BASE_DIR / "static"] if directory.is_dir()]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "portfolio.static_files.finder.JoinedFinder",
]
# browsers may keep for ever what is named by its content
named_by_content = "whitenoise.storage.CompressedManifestStaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage" if DEBUG else named_by_content,
    },
}

# Accounts

AUTH_USER_MODEL = "portfolio.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"max_similarity": 0.66},  # by Django's own 0.7 a name that is written twice passes
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL, LOGIN_REDIRECT_URL, LOGOUT_REDIRECT_URL = "login", "/", "/"

AXES_HANDLER = "portfolio.accounts.lockout.Attempts"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"], "username", "ip_address"]
SIGN_IN_FAILURE_LIMITS = [5, 20, 50]  # of an account from one address, of an account, of an address
AXES_FAILURE_LIMIT = SIGN_IN_FAILURE_LIMITS[0]
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_USERNAME_CALLABLE = "portfolio.accounts.names.get_attempted_name"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_CALLABLE = "portfolio.accounts.lockout.build_lockout_response"
AXES_VERBOSE = False

KNOX_TOKEN_MODEL = "portfolio.ApiToken"  # noqa: S105  the name of a model, no secret
REST_KNOX = {"TOKEN_TTL": timedelta(days=365)}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "projects.api.authentication.TokenAuthentication",
        "projects.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["projects.api.permissions.MayAsk"],
    "DEFAULT_THROTTLE_CLASSES": ["projects.api.throttles.TokenThrottle"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "projects.api.parsers.Negotiation",
    "DEFAULT_PARSER_CLASSES": ["projects.api.parsers.StrictJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "projects.api.pagination.Pages",
    "DEFAULT_SCHEMA_CLASS": "projects.api.schema.RegisterSchema",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "projects.api.errors.problem",
    "URL_FORMAT_OVERRIDE": None,  # `format` is a parameter like any other
    "NUM_PROXIES": 0,  # REMOTE_ADDR is the client's address, see WAITRESS
}
ENUMERATIONS = [
    *("ClaimFigure", "Difference", "LimitUnit", "Measure", "Relation", "Unit"),
    *(f"{name}Kind" for name in ("Plan", "Plausibility", "Problem", "Project", "Target", "Task")),
    *(f"{name}State" for name in ("Import", "Problem", "Proposal", "Report")),
]
SPECTACULAR_SETTINGS = {
    "VERSION": "1.1.0",  # as the newest entry of docs/api-changelog.md says
    "SERVERS": [{"url": SITE_URL}],
    "CONTACT": {"name": HELP_CONTACT or SITE_URL, "url": SITE_URL},
    "LICENSE": {"name": "使用条款 / Terms of use", "url": f"{SITE_URL}/about/"},
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "SORT_OPERATION_PARAMETERS": False,  # in the order of their definition: what belongs together stays together
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "DISABLE_DOCSTRING_DESCRIPTIONS": True,  # they are for readers of the code
    # enumerations that are members of several names; the others are called by the name of their member
    "ENUM_NAME_OVERRIDES": {"Figure": "projects.totals.filters.FIGURE_CHOICES"}
    | {name: f"projects.choices.{name}" for name in ENUMERATIONS},
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "projects.api.schema.finish_description",
    ],
}

# What browsers are told

CORS_URLS_REGEX, CORS_ALLOW_METHODS = r"^/api/", ["GET", "HEAD", "OPTIONS"]
CORS_ALLOW_HEADERS = ["accept", "accept-language", "if-none-match"]  # no token: what pages of others read is public
CORS_EXPOSE_HEADERS = ["ETag", "Link", "X-Data-Revision", "X-Clock", "X-Request-ID", "Retry-After", "RateLimit"]

SESSION_ENGINE, SESSION_COOKIE_AGE = "portfolio.accounts.sessions", 12 * 3600
CSRF_FAILURE_VIEW = "portfolio.forms.unsent_forms.handle_csrf_failure"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True

SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^healthz$", r"^readyz$"]  # asked by the machine itself, inside any proxy
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    },
}

# Logs: one JSON object a line on standard output; readable text when developing

LOGGING = logs.configuration(readable=DEBUG, level=LOG_LEVEL)
