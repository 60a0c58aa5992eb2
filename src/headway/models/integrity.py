"""Is a model's folder whole? Everything is checked before a long training can stumble over it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from tokenizers import Tokenizer

from headway.errors import ModelError

REQUIRED = ("config.json", "tokenizer.json", "model.safetensors")

_NEXT_STEP = "Fetch the model again, or name another base model."
# In these kinds all layers hold the same tensors, so a gap shows.
_UNIFORM_KINDS = frozenset(
    {"bert", "camembert", "distilbert", "electra", "ernie", "mpnet", "roberta", "xlm-roberta"}
)
_COUNTS = ("vocab_size", "num_hidden_layers", "n_layers")
_LAYER = re.compile(r"(?:^|\.)layer\.(\d+)\.(.+)")


def require_files(folder: Path, name: str) -> None:
    """Raise `ModelError` naming every required file that the folder lacks."""
    if not folder.is_dir():
        raise ModelError(f"The base model {name!r} is a file; expected a folder with {', '.join(REQUIRED)}.")
    missing = [file for file in REQUIRED if not (folder / file).is_file()]
    if not missing:
        return
    message = f"The base model {name!r} in {folder} lacks {', '.join(missing)}."
    next_step = "Give the folder that save_pretrained wrote for the model and its fast tokenizer."
    if "model.safetensors" in missing and any(folder.glob("pytorch_model*.bin")):
        message += " Its pytorch_model.bin is a pickle, which can run code when read, and is not opened."
        next_step = (
            "If you trust its origin, load it with transformers and save it again: "
            "save_pretrained writes model.safetensors."
        )
    raise ModelError(message, next_step=next_step)


def read_config(folder: Path) -> dict[str, Any]:
    """The content of config.json; `ModelError` where it is damaged or has no model_type."""
    path = folder / "config.json"
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ModelError(f"{path} is not JSON: {error}.", next_step=_NEXT_STEP) from error
    if not isinstance(config, dict) or not isinstance(config.get("model_type"), str):
        raise ModelError(f"{path} has no 'model_type': it is no model of transformers.", next_step=_NEXT_STEP)
    for key in _COUNTS:
        if not isinstance(config.get(key, 0), int):
            raise ModelError(f"{path} has {key} {config[key]!r}; expected a count.", next_step=_NEXT_STEP)
    return config


def check_weights(folder: Path, config: dict[str, Any]) -> None:
    """Raise `ModelError` where model.safetensors is damaged or lacks tensors that the config promises.

    Only the header is read; safetensors compares it with the length of the file.
    """
    path = folder / "model.safetensors"
    try:
        with safe_open(path, framework="numpy") as file:
            shapes = {name: file.get_slice(name).get_shape() for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError) as error:
        raise ModelError(f"{path} is damaged: {error}.", next_step=_NEXT_STEP) from error
    tables = [shape for name, shape in shapes.items() if _is_word_table(name)]
    if not tables:
        raise ModelError(f"{path} has no word embeddings: it is no text encoder.", next_step=_NEXT_STEP)
    vocabulary = config.get("vocab_size")
    if vocabulary is not None and tables[0][:1] != [vocabulary]:
        raise ModelError(
            f"{path} holds word vectors of shape {tables[0]}, but config.json says vocab_size {vocabulary}.",
            next_step=_NEXT_STEP,
        )
    if config["model_type"] in _UNIFORM_KINDS:
        missing = _missing_in_layers(shapes, config.get("num_hidden_layers", config.get("n_layers", 0)))
        if missing:
            raise ModelError(
                f"{path} lacks {len(missing)} tensors, {missing[0]} first.", next_step=_NEXT_STEP
            )


def check_tokenizer(folder: Path, config: dict[str, Any]) -> None:
    """Raise `ModelError` where tokenizer.json is damaged or knows tokens the model has no vector for."""
    path = folder / "tokenizer.json"
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # tokenizers raises plain Exception
        raise ModelError(f"{path} is damaged: {error}.", next_step=_NEXT_STEP) from error
    highest = max(tokenizer.get_vocab(with_added_tokens=True).values(), default=-1)
    vocabulary = config.get("vocab_size")
    if vocabulary is not None and highest >= vocabulary:
        raise ModelError(
            f"{path} has the token id {highest}, but the model has only {vocabulary} word vectors.",
            next_step=_NEXT_STEP,
        )


def _is_word_table(name: str) -> bool:
    return name.endswith(("word_embeddings.weight", "tok_embeddings.weight", "embed_tokens.weight"))


def _missing_in_layers(names: Iterable[str], layers: int) -> list[str]:
    """The tensors that some layer has and another, of those promised, has not."""
    found = {(int(each[1]), each[2]) for each in map(_LAYER.search, names) if each}
    tensors = sorted({tensor for _, tensor in found}) or ["*"]
    return [f"layer.{n}.{tensor}" for n in range(layers) for tensor in tensors if (n, tensor) not in found]
