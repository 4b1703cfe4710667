"""Settings from the environment, read strictly.

Every setting is a field of `Environment`. A wrong value never stops the import: it is remembered in
`problems`, the default is used, and `lessalone.config.checks` turns it into a system check with a hint,
so that the operator sees all mistakes at once. A secret `X` may be given as `X_FILE`, a path to read.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parents[2]


def _bind(value: str) -> str:
    host, separator, port = value.rpartition(":")
    if not separator or not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise ValueError("give an address and a port, such as 127.0.0.1:8000")
    return value


def _public_url(value: str) -> str:
    if not value.startswith(("http://", "https://")) or value.count("/") != 2:
        raise ValueError(
            "give the address people type, without a path, such as https://community.example.org"
        )
    return value


def _postgresql(value: str) -> str:
    if urlsplit(value).scheme not in ("postgres", "postgresql"):
        raise ValueError("give a PostgreSQL address, such as postgres://user:secret@host/lessalone")
    return value


class Environment(BaseSettings):
    """All that an operator can set. Names in the environment are `LESSALONE_` and the field, in capitals."""

    model_config = SettingsConfigDict(env_prefix="LESSALONE_", extra="ignore")

    data: Path = Field(default=ROOT / "data", description="The folder that holds everything.")
    bind: Annotated[str, AfterValidator(_bind)] = Field(
        default="127.0.0.1:8000", description="Address and port to listen on."
    )
    public_url: Annotated[str, AfterValidator(_public_url)] | None = Field(
        default=None, description="The address people type. With https, cookies are secure and HSTS is sent."
    )
    key_file: Path | None = Field(
        default=None, description="The master key, kept outside the data folder (a systemd credential)."
    )
    database_url: Annotated[str, AfterValidator(_postgresql)] | None = Field(
        default=None,
        validation_alias="DATABASE_URL",
        description="PostgreSQL instead of SQLite, such as postgres://user:secret@host/lessalone.",
    )
    keys_database_url: Annotated[str, AfterValidator(_postgresql)] | None = Field(
        default=None,
        description="Where keys live; must not be in the backups of DATABASE_URL. Default: a SQLite file.",
    )
    derived_database_url: Annotated[str, AfterValidator(_postgresql)] | None = Field(
        default=None,
        description="Where rebuildable plain text lives; never backed up. Default: a SQLite file.",
    )
    name: str = Field(default="Less Alone", description="What this community is called.")
    neutral_name: str = Field(
        default="Notices", description="The name used where others may look: mail, bookmarks, page titles."
    )
    joining: Literal["open", "invitation", "approval"] = Field(default="open", description="Who may join.")
    minimum_age: int = Field(default=18, ge=13, le=99, description="The age a member confirms.")
    admitted_after_days: int = Field(
        default=3,
        ge=0,
        le=365,
        description="Days, with a first exchange, until a bereaved member is admitted.",
    )
    companion_after_hours: int = Field(
        default=4,
        ge=1,
        le=168,
        description="Hours without an answer, until a first story is brought to a companion, then to the next.",
    )
    compare_meaning: bool = Field(
        default=False,
        description="Compare also what stories mean, for “Like yours”. In English; needs bin/setup --meaning.",
    )
    smallest_count: int = Field(
        default=11,
        ge=11,
        le=1000,
        description="The smallest group of people of whom a number is said.",
    )
    max_photo_megapixels: int = Field(default=200, ge=1, le=1000, description="Largest photo, in megapixels.")
    max_photo_megabytes: int = Field(
        default=100, ge=1, le=2000, description="Largest photo file, in megabytes."
    )
    workers: int = Field(default=1, ge=1, le=64, description="Web worker processes.")
    proxies: int = Field(
        default=0, ge=0, le=9, description="How many web servers stand in front and add to X-Forwarded-For."
    )
    email_url: str | None = Field(
        default=None,
        description="SMTP server, such as smtp+tls://user:secret@host:587. Without it no mail is sent.",
    )
    email_from: str = Field(default="notices@localhost", description="The sender of mail.")
    oidc_issuer: str | None = Field(default=None, description="OpenID Connect provider for signing in.")
    oidc_client_id: str | None = Field(default=None, description="How that provider knows this service.")
    oidc_client_secret: str | None = Field(default=None, description="The secret shared with that provider.")
    oidc_name: str = Field(default="your organisation", description="What that provider is called on pages.")
    log_format: Literal["json", "console"] = Field(
        default="json", description="The form of log lines: for machines or for people."
    )
    dev: bool = Field(default=False, description="Development: debug pages, the component gallery at /ui/.")


SECRET_NAMES = (
    "DATABASE_URL",
    "LESSALONE_KEYS_DATABASE_URL",
    "LESSALONE_DERIVED_DATABASE_URL",
    "LESSALONE_EMAIL_URL",
    "LESSALONE_OIDC_CLIENT_SECRET",
)
"""Never shown, and each may also be given as a file."""
_OUR_OWN = (
    "LESSALONE_FAULT",
    "LESSALONE_PYTHON",
    "LESSALONE_SUPERVISOR",
    "LESSALONE_TEST_FOLDER",
    "LESSALONE_TEST_PROCESSES",
)
"""Set by our tests and processes, not by operators."""


def name_of(field: str) -> str:
    """The variable that sets a field."""
    alias = Environment.model_fields[field].validation_alias
    return str(alias) if alias else f"LESSALONE_{field.upper()}"


def known_names() -> set[str]:
    """Every variable that means something."""
    settable = {name_of(field) for field in Environment.model_fields}
    return settable | {f"{name}_FILE" for name in SECRET_NAMES} | set(_OUR_OWN)


def _secrets_from_files() -> list[tuple[str, str]]:
    """Read `X_FILE` into `X` for the settings that are secrets."""
    problems = []
    for name in SECRET_NAMES:
        path = os.environ.get(f"{name}_FILE")
        if not path:
            continue
        try:
            os.environ[name] = Path(path).read_text().strip()
        except OSError as error:
            problems.append((f"{name}_FILE", f"could not be read: {error.strerror}"))
    return problems


def read() -> tuple[Environment, list[tuple[str, str]]]:
    """The settings, and what was wrong with them as (name, what to do)."""
    problems = _secrets_from_files()
    try:
        return Environment(), problems
    except ValidationError as error:
        wrong = {}
        for entry in error.errors():
            field = str(entry["loc"][0])
            name = field if field.isupper() else f"LESSALONE_{field.upper()}"
            wrong[name] = entry["msg"]
        kept = {name: os.environ.pop(name) for name in wrong if name in os.environ}
        try:
            return Environment(), problems + list(wrong.items())
        finally:
            os.environ.update(kept)
