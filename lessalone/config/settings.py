"""Django's settings, made from `environment`. Nothing here reads the environment itself."""

from __future__ import annotations

import sys
from typing import Any
from urllib.parse import urlsplit

import dj_database_url

from lessalone.config import environment, mail, secret_files

ENVIRONMENT, ENVIRONMENT_PROBLEMS = environment.read()

DATA = ENVIRONMENT.data.expanduser().resolve()
DEBUG = ENVIRONMENT.dev
TESTING = "pytest" in sys.modules
SECRET_KEY = secret_files.django_secret(DATA)

PUBLIC_URL = ENVIRONMENT.public_url or f"http://{ENVIRONMENT.bind}"
_public = urlsplit(PUBLIC_URL)
IS_TLS = _public.scheme == "https"
ALLOWED_HOSTS = sorted({_public.hostname or "localhost", "127.0.0.1", "localhost", "[::1]"})
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

ROOMS = [
    "web",
    "keepsake",
    "moderation",
    "kindred",
    "responses",
    "stories",
    "sharing",
    "circles",
    "families",
    "vault",
    "care",
    "people",
    "ui",
    "kit",
]
INSTALLED_APPS = [
    "lessalone.config",
    *(f"lessalone.{room}" for room in ROOMS),
    "lessalone.vault.keystore",
    "lessalone.kit.derived",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "django_htmx",
]

MIDDLEWARE = [
    "lessalone.kit.middleware.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "lessalone.kit.middleware.PrivateByDefaultMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "lessalone.kit.csrf.SameOriginCsrfMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "lessalone.people.middleware.SignInFirstMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "lessalone.people.middleware.ViewerMiddleware",
]
ROOT_URLCONF = "lessalone.config.urls"
WSGI_APPLICATION = "lessalone.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Stores: the database, the keys, and what can be rebuilt. Each is apart, so that a backup of one
# never holds another.
_SQLITE_OPTIONS: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    # 8 MB are kept by each connection of each thread; the rest lies in the system's own cache, once for all.
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
    "PRAGMA cache_size=-8000; PRAGMA temp_store=MEMORY;",
}


def _database(url: str | None, folder: str, name: str, *, init: str = "") -> dict[str, Any]:
    if url:
        parsed = dj_database_url.parse(url, conn_max_age=600, conn_health_checks=True)
        # Policy's queries are long and quick: compiling them would cost a hundred times what they do.
        # What is prepared (kit.prepared) is planned once for all values.
        options = {"options": "-c jit=off -c plan_cache_mode=force_generic_plan", **parsed.get("OPTIONS", {})}
        return {**parsed, "OPTIONS": options}
    path = DATA / folder / name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    options = {**_SQLITE_OPTIONS, "init_command": _SQLITE_OPTIONS["init_command"] + init}
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": options,
        "CONN_MAX_AGE": None,
    }


DATABASES = {
    # Its log is carried over in larger parts: many write at once, and each carrying over waits for the disk.
    "default": _database(
        ENVIRONMENT.database_url, "database", "lessalone.sqlite3", init="PRAGMA wal_autocheckpoint=4000;"
    ),
    "keys": _database(ENVIRONMENT.keys_database_url, "keys", "keys.sqlite3", init="PRAGMA secure_delete=ON;"),
    # What can be made again need not be on the disk before it is answered.
    "derived": _database(
        ENVIRONMENT.derived_database_url,
        "derived",
        "derived.sqlite3",
        init="PRAGMA secure_delete=ON; PRAGMA synchronous=NORMAL;",
    ),
}
DATABASE_ROUTERS = ["lessalone.kit.routers.StoreRouter"]
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "kit_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
}
BLOBS = DATA / "blobs"
LEDGER = DATA / "ledger"
KEY_FILE = ENVIRONMENT.key_file or DATA / "keys" / "master.key"

# --- People
AUTH_USER_MODEL = "people.Member"
AUTHENTICATION_BACKENDS = ["lessalone.people.backend.MemberBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_AGE = 90 * 24 * 3600
ACCOUNT_ADAPTER = "lessalone.people.signin.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "handle"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_UNIQUE_EMAIL = False
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _public.scheme
ACCOUNT_FORMS = {
    "login": "lessalone.people.signin_forms.SignInForm",
    "reauthenticate": "lessalone.people.signin_forms.ReauthenticateForm",
    "change_password": "lessalone.people.signin_forms.ChangePasswordForm",
    "set_password": "lessalone.people.signin_forms.SetPasswordForm",
    "reset_password": "lessalone.people.signin_forms.AskForPasswordForm",
    "reset_password_from_key": "lessalone.people.signin_forms.NewPasswordByLinkForm",
    "add_email": "lessalone.people.signin_forms.AddressForm",
}
MFA_ADAPTER = "lessalone.people.signin.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_TLS
MFA_FORMS = {
    "authenticate": "lessalone.people.signin_forms.SecondStepForm",
    "reauthenticate": "lessalone.people.signin_forms.SecondStepAgainForm",
    "activate_totp": "lessalone.people.signin_forms.ActivateTOTPForm",
    "add_webauthn": "lessalone.people.signin_forms.AddPasskeyForm",
    "edit_webauthn": "lessalone.people.signin_forms.RenamePasskeyForm",
    "login_webauthn": "lessalone.people.signin_forms.PasskeySignInForm",
}
SOCIALACCOUNT_ADAPTER = "lessalone.people.signin.SocialAccountAdapter"
SOCIALACCOUNT_FORMS = {"signup": "lessalone.people.forms.ProviderJoinForm"}
SOCIALACCOUNT_QUERY_EMAIL = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = (
    {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "provider",
                    "name": ENVIRONMENT.oidc_name,
                    "client_id": ENVIRONMENT.oidc_client_id,
                    "secret": ENVIRONMENT.oidc_client_secret or "",
                    "settings": {"server_url": ENVIRONMENT.oidc_issuer, "scope": ["openid"]},
                }
            ]
        }
    }
    if ENVIRONMENT.oidc_issuer and ENVIRONMENT.oidc_client_id
    else {}
)
globals().update(mail.settings_from(ENVIRONMENT.email_url, ENVIRONMENT.email_from))

# --- Language and time
LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["lessalone.config.formats"]
TIME_ZONE = "UTC"
LANGUAGES = [("en", "English")]

# --- Files
STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": BLOBS}},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_MAX_AGE = 31536000
WHITENOISE_USE_FINDERS = DEBUG or TESTING
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]

# --- Security
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "no-referrer"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_TLS else None
ALLAUTH_TRUSTED_PROXY_COUNT = ENVIRONMENT.proxies
SECURE_HSTS_SECONDS = 31536000 if IS_TLS else 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_TLS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "s"
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS = [
    "security.W003",  # kit.csrf.SameOriginCsrfMiddleware is a CsrfViewMiddleware
    "security.W004",  # HSTS, where there is no TLS
    "security.W005",  # HSTS for subdomains, which are not ours to decide
    "security.W008",  # the web server in front sends people to https
    "security.W012",  # secure cookies, where there is no TLS
    "security.W016",  # a secure CSRF cookie, where there is no TLS
    "security.W021",  # preloading HSTS is the operator's to ask for
]

LOGGING_CONFIG = None

from lessalone.kit import logs  # noqa: E402

logs.configure(ENVIRONMENT.log_format)

if TESTING:
    from lessalone.config import testing

    testing.adjust(globals())
