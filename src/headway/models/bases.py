"""Base models: from what the user wrote to a checked folder and what to know about it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from headway.errors import ModelError
from headway.models.details import languages_of, licence_of, max_length_of, pooling_of, prefix_of
from headway.models.hub import download
from headway.models.integrity import check_tokenizer, check_weights, read_config, require_files
from headway.models.offline import E5_NAME, MINILM_NAME, e5_folder, minilm_folder
from headway.store.files import sha256_of

DEFAULTS = {"en": "minilm", "zh": "e5-small"}

_EXPECTED = (
    "Expected 'minilm' or 'e5-small' (the encoders of headway[offline]), the folder of a model, "
    "or a model of the hub such as 'BAAI/bge-small-zh-v1.5'."
)
_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}", re.ASCII)
# The oldest models of the hub have no owner in their name; all of them hold a hyphen.
_OLD_HUB_ID = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9.]+)+", re.ASCII)
_NON_COMMERCIAL = re.compile(r"\bnc\b|non-?commercial|research", re.IGNORECASE)


@dataclass(frozen=True)
class BaseModel:
    """A pretrained encoder in a folder whose files were found and checked.

    `languages` is empty and `licence` is "unknown" where the model does not say; `max_length`
    counts tokens, the special ones included; `sha256` is that of model.safetensors.
    """

    name: str
    folder: Path
    licence: str
    licence_source: str
    languages: tuple[str, ...]
    pooling: str
    prefix: str
    max_length: int
    architecture: str
    sha256: str


def resolve_base(base: str | None, language: str, cache: Path) -> BaseModel:
    """Find a base model, fetch or unpack it where needed, and check its files.

    `base` is a short name, a folder or the name of a model on the hub; None takes the default for
    `language` ("zh" or "en"). `cache` is the folder unpacked encoders go to; downloads go to the
    hub's own cache.

    Raises `ModelError` where the model is not found, not reachable, incomplete or damaged, and
    `MissingExtraError` where an encoder of headway[offline] is not installed.
    """
    if base is None:
        if language not in DEFAULTS:
            raise ModelError(
                f"There is no default base model for the language {language!r}; expected 'zh' or 'en'.",
                next_step="Name a base model with --base.",
            )
        base = DEFAULTS[language]
    if base == "minilm":
        return describe(minilm_folder(), MINILM_NAME)
    if base == "e5-small":
        return describe(e5_folder(cache), E5_NAME)
    if base.strip() and Path(base).expanduser().exists():
        folder = Path(base).expanduser().resolve()
        return describe(folder, folder.name)
    if _HUB_ID.fullmatch(base) or _OLD_HUB_ID.fullmatch(base):
        return describe(download(base), base)
    if re.search(r"[/\\]|^~", base):
        raise ModelError(f"There is no folder {base!r}, and it cannot be a model of the hub. {_EXPECTED}")
    raise ModelError(f"{base!r} is not a base model. {_EXPECTED}")


def describe(folder: Path, name: str) -> BaseModel:
    """Check the files of a model's folder and read what training and serving must know.

    Raises `ModelError` naming every missing file, or the file that cannot be used.
    """
    require_files(folder, name)
    config = read_config(folder)
    check_weights(folder, config)
    check_tokenizer(folder, config)
    licence, licence_source = licence_of(folder)
    return BaseModel(
        name=name,
        folder=folder,
        licence=licence,
        licence_source=licence_source,
        languages=languages_of(folder, name),
        pooling=pooling_of(folder),
        prefix=prefix_of(folder, name, config),
        max_length=max_length_of(folder, config),
        architecture=str(config["model_type"]),
        sha256=sha256_of(folder / "model.safetensors"),
    )


def warnings_for(base: BaseModel, language: str) -> list[str]:
    """What a user should know before relying on a base model: one plain sentence each."""
    return [sentence for sentence in (_language_warning(base, language), _licence_warning(base)) if sentence]


def _language_warning(base: BaseModel, language: str) -> str | None:
    if not base.languages or language in base.languages or "multilingual" in base.languages:
        return None
    if language == "zh":
        return (
            f"{base.name} was not trained on Chinese and reads most Chinese characters as unknown; "
            "use 'e5-small' or another base model that knows Chinese."
        )
    return (
        f"{base.name} was trained on {', '.join(base.languages)}, not on {language!r}; "
        "use a base model that knows the language of the texts."
    )


def _licence_warning(base: BaseModel) -> str | None:
    if base.licence == "unknown":
        return f"{base.name} does not say its licence; find out whether you may use it before you publish."
    if _NON_COMMERCIAL.search(base.licence):
        return f"{base.name} has the licence {base.licence}, which does not allow commercial use."
    if base.licence == "other":
        return f"{base.name} has a licence of its own ({base.licence_source}); read it before commercial use."
    return None
