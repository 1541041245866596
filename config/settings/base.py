"""Settings that hold everywhere; dev, test and prod differ only where they say so."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from niangjia.kit import env

ROOT = Path(__file__).resolve().parents[2]
VAR = Path(env.text("NIANGJIA_VAR", str(ROOT / "var")))

SECRET_KEY = env.text("NIANGJIA_SECRET_KEY")
# Field encryption keys, newest first: `id:base64,id:base64`. Old keys still open old rows.
FIELD_KEYS = env.words("NIANGJIA_FIELD_KEYS")
DEBUG = False
# The demo lets its visitors sign in as somebody of its cast; nothing else may.
DEMO = env.flag("NIANGJIA_DEMO")
ALLOWED_HOSTS = env.words("NIANGJIA_HOSTS", ("127.0.0.1", "localhost"))

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.weixin",
    "django_htmx",
    "pgtrigger",
    "procrastinate.contrib.django",
    "niangjia.kit",
    "niangjia.trail",
    "niangjia.people",
    "niangjia.orgs",
    "niangjia.demand",
    "niangjia.ledger",
    "niangjia.credentials",
    "niangjia.places",
    "niangjia.matching",
    "niangjia.events",
    "niangjia.programmes",
    "niangjia.notify",
    "niangjia.web",
    "niangjia.stories",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "niangjia.kit.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "niangjia.web.middleware.ActorMiddleware",
    "niangjia.kit.middleware.RefusalMiddleware",
    "niangjia.kit.routes.DoorMiddleware",
    "niangjia.people.middleware.SecondFactorMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "niangjia.web.context.shell",
            ],
        },
    }
]

DATABASES = {"default": {**env.database(), "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "niangjia.people.login.PhoneAdapter"
ACCOUNT_LOGIN_METHODS = {"phone"}
ACCOUNT_SIGNUP_FIELDS = ["phone"]
SILENCED_SYSTEM_CHECKS = ["account.W001"]  # an account may begin with WeChat and have no phone yet
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_REQUIRED = False
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"length": 6, "numeric": True, "dashed": False}
ACCOUNT_PHONE_VERIFICATION_CODE_FORMAT = {"length": 6, "numeric": True, "dashed": False}
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 300
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
# Second factor by an authenticator app; with the flag on, officers cannot work without one.
MFA_ADAPTER = "niangjia.people.login.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp"]
MFA_TOTP_ISSUER = "Niangjia"
STAFF_TWO_FACTOR = env.flag("NIANGJIA_STAFF_TWO_FACTOR")
# Other ways in: a button appears for each that is configured.
SOCIALACCOUNT_ADAPTER = "niangjia.people.login.OtherWayAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = True  # a form could not: our policy lets forms go nowhere but here
SOCIALACCOUNT_PROVIDERS: dict[str, object] = {}
if env.text("NIANGJIA_WEIXIN_APP_ID"):
    SOCIALACCOUNT_PROVIDERS["weixin"] = {
        "APPS": [{"client_id": env.text("NIANGJIA_WEIXIN_APP_ID"), "secret": env.text("NIANGJIA_WEIXIN_SECRET")}],
        # in a desktop browser the QR page; for a public account, inside WeChat, its /connect/oauth2/authorize
        "AUTHORIZE_URL": env.text("NIANGJIA_WEIXIN_AUTHORIZE_URL", "https://open.weixin.qq.com/connect/qrconnect"),
    }
if env.text("NIANGJIA_OIDC_SERVER"):
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "APPS": [
            {
                "provider_id": "oidc",
                "name": env.text("NIANGJIA_OIDC_NAME", "OIDC"),
                "client_id": env.text("NIANGJIA_OIDC_CLIENT_ID"),
                "secret": env.text("NIANGJIA_OIDC_SECRET"),
                "settings": {"server_url": env.text("NIANGJIA_OIDC_SERVER")},
            }
        ]
    }

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
MEDIA_ROOT = VAR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"

# Where the house is reached from outside; certificates and their QR codes point there.
SITE_URL = env.text("NIANGJIA_SITE_URL", "http://127.0.0.1:8000").rstrip("/")
# Ed25519 seeds in base64 that sign certificates, newest first; older ones still verify what they signed.
SIGNING_KEYS = env.words("NIANGJIA_SIGNING_KEY")

# Forms drawn as the house draws them (docs/look.md).
FORM_RENDERER = "niangjia.kit.forms.Renderer"

# Gateways: where codes and messages leave the house. `console` prints; anything else is configured by its owner.
SMS_GATEWAY = env.text("NIANGJIA_SMS_GATEWAY", "niangjia.people.gateways.sms.console")
CLAMD_SOCKET = env.text("NIANGJIA_CLAMD_SOCKET")

# What goes wrong is told on the error stream, where systemd or a container keeps it; Django alone would tell nobody.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"errors": {"class": "logging.StreamHandler", "level": "WARNING"}},
    "root": {"handlers": ["errors"]},
    "loggers": {
        "django.request": {"level": "ERROR"},  # a page not found is no fault of ours
        "django.security": {"level": "CRITICAL"},  # nor is a stranger's Host header
    },
}

# Jobs stand in each package's `jobs.py`, found by procrastinate when Django starts.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
