"""Settings of the installation. What differs between machines comes from the environment or the data folder."""

import os
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import structlog

from lapak.config.home import Home

HOME = Home.from_env()
BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = False
SECRET_KEY = HOME.secret("LAPAK_SECRET_KEY")
LAPAK_KEYS = HOME.secret("LAPAK_KEYS")
LAPAK_INDEX_KEY = HOME.secret("LAPAK_INDEX_KEY")

LAPAK_PUBLIC_URL = os.environ.get("LAPAK_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
LAPAK_SANDBOX_URL = os.environ.get("LAPAK_SANDBOX_URL", "http://127.0.0.1:8100").rstrip("/")
LAPAK_DEMO = os.environ.get("LAPAK_DEMO", "") == "1"
_public = urlsplit(LAPAK_PUBLIC_URL)
ALLOWED_HOSTS = [name for name in (_public.hostname, "127.0.0.1", "localhost", "[::1]") if name]
ALLOWED_HOSTS += [name for name in os.environ.get("LAPAK_ALLOWED_HOSTS", "").split(",") if name]
CSRF_TRUSTED_ORIGINS = [LAPAK_PUBLIC_URL]
_https = _public.scheme == "https"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    "pgtrigger",
    "pghistory",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "lapak.core",
    "lapak.reference",
    "lapak.registry",
    "lapak.accounts",
    "lapak.messaging",
    "lapak.catalog",
    "lapak.shops",
    "lapak.orders",
    "lapak.workflows",
    "lapak.api",
    "lapak.web",
]

MIDDLEWARE = [
    "lapak.api.hooks.PushesFirst",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "lapak.web.faults.FaultPages",
    "django.middleware.gzip.GZipMiddleware",  # pads its answers against BREACH; half of a page's weight goes
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

CSRF_FAILURE_VIEW = "lapak.web.faults.form_expired"
ROOT_URLCONF = "lapak.config.urls"
WSGI_APPLICATION = "lapak.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]


def _database(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    options = {name: value for name, value in query.items() if name != "host"}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host") or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,  # a new connection per request costs four fifths of the throughput
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


# `lapak migrate` runs as the owner of the tables; web and worker as a role that owns nothing.
DATABASES = {"default": _database(HOME.database_url(os.environ.get("LAPAK_DATABASE_ROLE") or "lapak_app"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "/masuk"
LOGIN_REDIRECT_URL = "/"

# Staff sign in with a password and a second factor (django-allauth); owners by a code on the phone (lapak.accounts).
ACCOUNT_ADAPTER = "lapak.accounts.staff.StaffAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False  # staff are signed out with their browser
ACCOUNT_RATE_LIMITS = {"login_failed": "30/m/ip,5/5m/key", "reauthenticate": "10/m/user"}
MFA_ADAPTER = "lapak.accounts.staff.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # half a minute either way, for phones whose clock is off
# The counters of those limits hold for all processes together, so they lie in the database (see accounts' migration).
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "accounts_counter"}}
LAPAK_CODES_PER_DAY = int(os.environ.get("LAPAK_CODES_PER_DAY", "20000"))  # each code costs a paid message

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_AGE = 60 * 60 * 24 * 90  # an owner signs in once a season, not once a day
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _https else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "style-src": ["'self'", "'unsafe-inline'"],  # widths of progress bars are set in the markup
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        # A form may lead to a platform's consent page, and the practice platforms live on another port.
        "form-action": ["'self'", "https:", LAPAK_SANDBOX_URL],
    }
}

LANGUAGE_CODE = "id"
LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English")]
TIME_ZONE = "Asia/Jakarta"
USE_TZ = True
USE_I18N = True
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
STATIC_ROOT = HOME.data / "static"
STATICFILES_DIRS = [BASE_DIR / "web" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = HOME.media
LAPAK_OPEN_PHOTO = "lapak.catalog.media.open_photo"  # shops and catalog are strangers; this introduces them

# A whole sheet may be uploaded; everything larger is refused before it is read into memory.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
LAPAK_UPLOAD_MAX_BYTES = 20 * 1024 * 1024

# A worker whose heart has not beaten for so long counts as dead, and its jobs are given to another.
LAPAK_WORKER_THREADS = int(os.environ.get("LAPAK_WORKER_THREADS", "8"))
LAPAK_WORKER_HEARTBEAT_S = float(os.environ.get("LAPAK_WORKER_HEARTBEAT_S", "5"))
LAPAK_WORKER_STALLED_S = float(os.environ.get("LAPAK_WORKER_STALLED_S", "30"))

# Who may read /metrics from another machine; empty: only this machine itself.
LAPAK_METRICS_TOKEN = os.environ.get("LAPAK_METRICS_TOKEN", "")

# Hosts, keys and windows of the channels. Defaults speak to the practice platforms of this machine.
LAPAK_CHANNELS: dict[str, dict[str, str]] = {
    "shopee": {
        "host": os.environ.get("SHOPEE_HOST", f"{LAPAK_SANDBOX_URL}/shopee"),
        "auth_url": os.environ.get("SHOPEE_AUTH_URL", ""),
        "partner_id": os.environ.get("SHOPEE_PARTNER_ID", "2001887"),
        "partner_key": os.environ.get("SHOPEE_PARTNER_KEY", "latihan-partner-key-shopee"),
        "push_key": os.environ.get("SHOPEE_PUSH_KEY", "latihan-push-key-shopee"),
        "push_url": os.environ.get("SHOPEE_PUSH_URL", f"{LAPAK_PUBLIC_URL}/hooks/shopee"),
        "calls_per_second": os.environ.get("SHOPEE_CALLS_PER_SECOND", "" if "SHOPEE_HOST" in os.environ else "200"),
        # Shopee asks for five seconds between a new item and its variants (the connector's default); practice does not.
        "variant_wait_s": os.environ.get("SHOPEE_VARIANT_WAIT_S", "" if "SHOPEE_HOST" in os.environ else "0"),
    },
    "tokopedia": {
        "host": os.environ.get("TOKOPEDIA_HOST", f"{LAPAK_SANDBOX_URL}/tokopedia"),
        "auth_host": os.environ.get("TOKOPEDIA_AUTH_HOST", f"{LAPAK_SANDBOX_URL}/tokopedia"),
        "consent_url": os.environ.get("TOKOPEDIA_CONSENT_URL", f"{LAPAK_SANDBOX_URL}/tokopedia/open/authorize"),
        "service_id": os.environ.get("TOKOPEDIA_SERVICE_ID", "latihan-service-tokopedia"),
        "app_key": os.environ.get("TOKOPEDIA_APP_KEY", "latihan-app-key-tokopedia"),
        "app_secret": os.environ.get("TOKOPEDIA_APP_SECRET", "latihan-app-secret-tokopedia"),
    },
    "blibli": {
        "host": os.environ.get("BLIBLI_HOST", f"{LAPAK_SANDBOX_URL}/blibli/v2/proxy"),
        "client_id": os.environ.get("BLIBLI_CLIENT_ID", "latihan-client-blibli"),
        "client_key": os.environ.get("BLIBLI_CLIENT_KEY", "latihan-client-key-blibli"),
        "quota_share": os.environ.get("BLIBLI_QUOTA_SHARE", ""),
        # A submission waits in Blibli's queue for seconds to minutes; in the practice one's for a second.
        "queue_wait_s": os.environ.get("BLIBLI_QUEUE_WAIT_S", "" if "BLIBLI_HOST" in os.environ else "1"),
    },
    "grab": {
        "host": os.environ.get("GRAB_HOST", f"{LAPAK_SANDBOX_URL}/grab/grabfood"),
        "token_host": os.environ.get("GRAB_TOKEN_HOST", f"{LAPAK_SANDBOX_URL}/grab"),
        "client_id": os.environ.get("GRAB_CLIENT_ID", "latihan-grab"),
        "client_secret": os.environ.get("GRAB_CLIENT_SECRET", "latihan-rahasia-grab"),
        "partner_client_id": os.environ.get("GRAB_PARTNER_CLIENT_ID", "latihan-mitra-grab"),
        "partner_client_secret": os.environ.get("GRAB_PARTNER_CLIENT_SECRET", "latihan-rahasia-mitra-grab"),
    },
    "whatsapp": {
        "host": os.environ.get("WHATSAPP_HOST", f"{LAPAK_SANDBOX_URL}/whatsapp"),
        "version": os.environ.get("WHATSAPP_API_VERSION", "v23.0"),
        "phone_number_id": os.environ.get("WHATSAPP_PHONE_NUMBER_ID", "620001887"),
        "token": os.environ.get("WHATSAPP_TOKEN", "latihan-token-whatsapp"),
        "app_secret": os.environ.get("WHATSAPP_APP_SECRET", "latihan-app-secret"),
        "verify_token": os.environ.get("WHATSAPP_VERIFY_TOKEN", "latihan-kata-whatsapp"),
    },
}

structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(),
    ],
    logger_factory=structlog.PrintLoggerFactory(file=__import__("sys").stderr),
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
