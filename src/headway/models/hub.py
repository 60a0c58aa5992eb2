"""Fetching a model from the Hugging Face hub: safe files only, and never a silent wait."""

from __future__ import annotations

import os
from pathlib import Path

from headway.errors import ModelError

TIMEOUT = 5.0
"""Seconds the hub may take to answer before it counts as out of reach."""

# Weights as safetensors only: pytorch_model.bin is a pickle and is never fetched.
FILES = (
    "config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "vocab.txt",
    "model.safetensors",
    "modules.json",
    "1_Pooling/config.json",
    "sentence_bert_config.json",
    "config_sentence_transformers.json",
    "README.md",
    "LICENSE*",
)


def download(name: str) -> Path:
    """The local folder of a model of the hub, downloaded unless it is in the hub's cache.

    Honours HF_ENDPOINT, HF_HUB_OFFLINE and HF_HOME. Raises `ModelError` where the model is neither
    in the cache nor to be had.
    """
    from huggingface_hub import HfApi, constants, is_offline_mode, snapshot_download  # noqa: PLC0415
    from huggingface_hub.errors import (  # noqa: PLC0415
        GatedRepoError,
        HFValidationError,
        RepositoryNotFoundError,
    )

    endpoint = os.environ.get("HF_ENDPOINT") or constants.ENDPOINT
    offline = is_offline_mode() or os.environ.get("HF_HUB_OFFLINE", "").upper() in {"1", "ON", "YES", "TRUE"}
    reason = "HF_HUB_OFFLINE is set" if offline else ""
    if not offline:
        try:
            # snapshot_download asks the same, but without a time limit.
            HfApi(endpoint=endpoint).model_info(name, timeout=TIMEOUT)
        except GatedRepoError as error:
            raise ModelError(
                f"The hub model {name!r} is gated: its owner must grant you access.",
                next_step=f"Ask for access on {endpoint}/{name}, then run 'hf auth login'.",
            ) from error
        except (RepositoryNotFoundError, HFValidationError) as error:
            raise ModelError(
                f"The hub {endpoint} has no model {name!r}, or it is private.",
                next_step="Check the spelling, name a local folder, or run 'hf auth login'.",
            ) from error
        except Exception as error:  # noqa: BLE001 - the HTTP library is the hub client's own affair
            reason = _in_one_line(error)
    try:
        folder = snapshot_download(
            name,
            endpoint=endpoint,
            etag_timeout=TIMEOUT,
            local_files_only=bool(reason),
            allow_patterns=list(FILES),
        )
    except Exception as error:
        raise ModelError(
            f"The model {name!r} is not in the local cache and was not fetched from {endpoint} "
            f"({reason or _in_one_line(error)}).",
            next_step=(
                "Name a local folder with --base DIR, set HF_ENDPOINT=https://hf-mirror.com for a mirror, "
                "or use an encoder that needs no hub: pip install 'headway[offline]'."
            ),
        ) from error
    return Path(folder)


def _in_one_line(error: Exception) -> str:
    return ": ".join([type(error).__name__, *str(error).splitlines()[:1]])
