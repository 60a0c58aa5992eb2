"""Loading a base model's folder with transformers and torch, quietly, and never running code from it."""

from __future__ import annotations

import logging
import warnings
from pathlib import Path
from typing import Any

from headway.errors import MissingExtraError, ModelError


def require_torch() -> Any:
    """The torch package. Raises `MissingExtraError` where it or transformers is not installed."""
    try:
        import torch  # noqa: PLC0415 - only what trains or traces a model needs it
        import transformers  # noqa: F401, PLC0415
    except ImportError as error:
        raise MissingExtraError(
            f"Fine-tuning needs torch and transformers; {error.name} is not installed.",
            next_step="pip install 'headway[train]'",
        ) from error
    return torch


def load_transformer(folder: Path) -> Any:
    """The encoder of a transformers folder as a torch module, in float32 and evaluation mode.

    Raises `MissingExtraError` without torch, `ModelError` for an architecture transformers does not know.
    """
    torch = require_torch()
    from safetensors import SafetensorError  # noqa: PLC0415
    from transformers import AutoModel  # noqa: PLC0415
    from transformers.utils import logging as notices  # noqa: PLC0415

    level, bars = notices.get_verbosity(), notices.is_progress_bar_enabled()
    notices.set_verbosity(logging.ERROR)
    notices.disable_progress_bar()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # An fp16 checkpoint would else be loaded, and trained, in fp16.
            return AutoModel.from_pretrained(
                folder, attn_implementation="eager", dtype=torch.float32, trust_remote_code=False
            ).eval()
    except (OSError, ValueError, KeyError, ImportError, RuntimeError, SafetensorError) as error:
        raise ModelError(
            f"transformers cannot load the model in {folder}: {str(error).splitlines()[0]}",
            next_step="Choose a base model of an architecture that transformers knows.",
        ) from error
    finally:
        notices.set_verbosity(level)
        if bars:
            notices.enable_progress_bar()
