"""Settings: typed, from flags, environment and file in that order, and each knows where it comes from."""

from __future__ import annotations

import os
import re
import tomllib
from ipaddress import IPv6Address
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from headway.errors import ConfigurationError

FILE_NAME = "headway.toml"
_PREFIX = "HEADWAY_"
_HOST = re.compile(r"(?:(?P<name>[^:\[\]]+)|\[(?P<six>[0-9a-fA-F:.]+)\])(?P<port>:[1-9][0-9]{0,4})?")
_IN_HEADER = re.compile(r"[a-z0-9._-]+|\[[0-9a-f:.]+\]")


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SplitSettings(_Section):
    """How new texts are divided."""

    validation: float = Field(
        default=0.1, ge=0.0, lt=0.5, description="share of each label's texts for validation"
    )
    test: float = Field(
        default=0.1, ge=0.0, lt=0.5, description="share of each label's texts for the sealed test"
    )
    seed: int = Field(default=0, ge=0, description="seed of the hash that divides them")


class WebSettings(_Section):
    """What the HTTP service and the web console have in common."""

    hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="further host names to answer to, as a proxy in front has them"
    )

    @field_validator("hosts", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        """The environment holds one text: names with commas between them."""
        return [part for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @field_validator("hosts")
    @classmethod
    def _as_in_headers(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        names = [_host_name(text) for text in value]
        if wrong := [text for text, name in zip(value, names, strict=True) if name is None]:
            raise ValueError(
                f"{', '.join(map(repr, wrong))}: a host is a name or an address, with a port or without, "
                "such as label.example.com or label.example.com:8443; no *, no http://, no path"
            )
        return tuple(name for name in names if name is not None)


class ServeSettings(_Section):
    """The HTTP service and its limits."""

    host: str = Field(
        default="127.0.0.1", description="address to listen on; beyond loopback a key is required"
    )
    port: int = Field(default=8000, ge=0, le=65535, description="port to listen on; 0 takes a free one")
    max_rows: int = Field(default=32, ge=1, description="texts a request may hold")
    max_body: int = Field(default=2_000_000, ge=1_000, description="bytes a request may hold")
    max_characters: int = Field(default=100_000, ge=1, description="characters a text may hold")


class ConsoleSettings(_Section):
    """The web console."""

    host: str = Field(
        default="127.0.0.1", description="address to listen on; everybody has to sign in anyway"
    )
    port: int = Field(default=8001, ge=0, le=65535, description="port to listen on; 0 takes a free one")
    max_upload: int = Field(default=50_000_000, ge=1_000, description="bytes a file that is sent may have")


class AnnotationSettings(_Section):
    """Labelling in the console."""

    lease_minutes: float = Field(
        default=15.0, gt=0, le=1440, description="how long a text is kept for who has it before them"
    )
    gold_share: float = Field(
        default=0.05, ge=0, le=0.5, description="share of texts with a known label among those given out"
    )
    hourly_rate: float = Field(default=0.0, ge=0, description="what an hour of labelling costs; 0 = not said")
    currency: str = Field(default="¥", max_length=10, description="what the hourly rate is in")
    least_gain: float = Field(
        default=0.005,
        ge=0,
        le=1,
        description="accuracy that the next 200 labels must promise; below it, stopping is suggested",
    )
    target: float = Field(
        default=0.0, ge=0, le=1, description="accuracy that is enough: stopping is suggested; 0 = none"
    )
    strategy: Literal["diverse", "margin", "entropy", "least_confidence", "random"] = Field(
        default="diverse",
        description="by what the learner asks for texts, but for one in ten, which is left to chance",
    )
    blind: bool = Field(default=False, description="whether annotators never see what the learner suggests")


class Settings(BaseSettings):
    """All settings of a project."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True
    )

    lock_wait_seconds: float = Field(default=30.0, ge=0, description="how long to wait for another command")
    split: SplitSettings = SplitSettings()
    web: WebSettings = WebSettings()
    serve: ServeSettings = ServeSettings()
    console: ConsoleSettings = ConsoleSettings()
    annotation: AnnotationSettings = AnnotationSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment before what `load_settings` read from the file."""
        return env_settings, init_settings


def load_settings(project: Path) -> Settings:
    """The settings of a project: environment (HEADWAY_SECTION__NAME) before headway.toml before defaults.

    Flags of a command come before them all. Raises `ConfigurationError` naming every setting that is
    unknown or has a value that cannot be used, and where it stands.
    """
    in_file = _read_file(project / FILE_NAME)
    try:
        return Settings(**in_file)
    except ValidationError as error:
        problems = [
            f"{'.'.join(map(str, item['loc']))}: {item['msg']} (got {item['input']!r})"
            for item in error.errors()
        ]
        raise ConfigurationError(
            f"Settings that cannot be used: {'; '.join(problems)}.",
            next_step=f"Correct {project / FILE_NAME} or the environment; `headway config show` lists all.",
        ) from error
    except SettingsError as error:
        raise ConfigurationError(
            f"The environment holds a section that is not JSON: {error}.",
            next_step=f"Set its values one by one, such as {_PREFIX}SERVE__PORT=8000.",
        ) from error


def describe_settings(project: Path) -> list[dict[str, Any]]:
    """Each setting with its value, where the value comes from, and what it means."""
    settings = load_settings(project)
    in_file = _read_file(project / FILE_NAME)
    rows = []
    for section, name, field in _fields():
        value = getattr(getattr(settings, section) if section else settings, name)
        variables = _variables(section, name)
        group = in_file.get(section, {}) if section else in_file
        origin = "default"
        if name in group:
            origin = f"file {project / FILE_NAME}"
        origin = next((f"environment {key}" for key in os.environ if key.upper() in variables), origin)
        rows.append(
            {
                "name": f"{section}.{name}" if section else name,
                "value": value,
                "origin": origin,
                "meaning": field.description,
            }
        )
    return rows


def _variables(section: str, name: str) -> set[str]:
    """The environment variables a setting can come from: its own, or its section's as JSON."""
    own = f"{_PREFIX}{section + '__' if section else ''}{name}".upper()
    return {own, f"{_PREFIX}{section}".upper()} if section else {own}


def _fields() -> list[tuple[str, str, Any]]:
    sections: dict[str, type[BaseModel]] = {
        "split": SplitSettings,
        "web": WebSettings,
        "serve": ServeSettings,
        "console": ConsoleSettings,
        "annotation": AnnotationSettings,
    }
    plain = [("", name, field) for name, field in Settings.model_fields.items() if name not in sections]
    nested = [
        (section, name, field)
        for section, model in sections.items()
        for name, field in model.model_fields.items()
    ]
    return plain + nested


def _host_name(text: str) -> str | None:
    """A host as browsers write it in the Host header; None where it is none."""
    parts = _HOST.fullmatch(text.strip())
    if parts is None:
        return None
    try:
        if parts["name"] is None:
            name = f"[{IPv6Address(parts['six'])}]"
        else:
            # Of other scripts than Latin, browsers send the form for DNS.
            name = parts["name"].encode("idna").decode().lower()
    except ValueError:
        return None
    return name + (parts["port"] or "") if _IN_HEADER.fullmatch(name) else None


def _read_file(path: Path) -> dict[str, Any]:
    try:
        # Some editors put a byte order mark first, which TOML does not know.
        return tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ConfigurationError(
            f"{path} cannot be read: {error.strerror}.", next_step="It should be a file you may read."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"{path} is not valid TOML: {error}.", next_step="Correct the line that is named."
        ) from error
