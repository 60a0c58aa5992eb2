"""A base model to be trained: token ids in, one unit vector for each text out, on torch."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional

from headway.models import packed as packing
from headway.models.bases import BaseModel, describe
from headway.models.checkpoint import is_direct
from headway.models.dense import is_narrow, round_up
from headway.models.packed import Packed
from headway.models.transformer import load_transformer
from headway.store.files import machine_errors, sync_folder

_LAYER = re.compile(r"(?:^|\.)layers?\.(\d+)\.")
# What goes with a model besides its weights; model.safetensors and config.json are written anew.
_COMPANIONS = ("*.json", "*.md", "[Ll][Ii][Cc][Ee][NnSs]*", "vocab.txt", "*.model", "1_Pooling/config.json")


class Encoder(nn.Module):  # type: ignore[misc]  # torch is not typed here
    """Runs the BERT family without padding (`packed.py`), any other architecture as transformers does."""

    def __init__(self, base: BaseModel, transformer: Any) -> None:
        super().__init__()
        self.base = base
        self.transformer = transformer
        self.is_packed = is_direct(transformer.config.to_dict()) and transformer.config.hidden_act == "gelu"
        self.recompute = False

    @classmethod
    def load(cls, base: BaseModel, dropout: float | None = None) -> Encoder:
        """Open a base model for training; `dropout` replaces the rate of every dropout it has.

        Raises `MissingExtraError` without torch, `ModelError` for an unknown architecture.
        """
        transformer = load_transformer(base.folder)
        # Made for the next-sentence task; nothing here goes through it.
        if getattr(transformer, "pooler", None) is not None:
            transformer.pooler = None
        if dropout is not None:
            for module in transformer.modules():
                if isinstance(module, nn.Dropout):
                    module.p = dropout
        return cls(base, transformer)

    @property
    def width(self) -> int:
        """Length of a vector."""
        return int(self.transformer.config.hidden_size)

    @property
    def n_layers(self) -> int:
        """Layers above the embeddings."""
        return int(self.transformer.config.num_hidden_layers)

    @property
    def word_table(self) -> nn.Parameter:
        """The table of word vectors, [pieces, width]."""
        table: nn.Parameter = self.transformer.get_input_embeddings().weight
        return table

    def depth_of(self, name: str) -> int:
        """How deep a parameter lies: 0 = the embeddings, 1 = the first layer, and so on."""
        found = _LAYER.search(name)
        return int(found[1]) + 1 if found else 0

    def forward(self, texts: Sequence[Sequence[int]] | Packed, words: Tensor | None = None) -> Tensor:
        """Unit vectors [texts, width] of token ids, in the given order.

        `words` are word vectors of the tokens in packed order, where the caller looked them up.
        """
        if not self.is_packed:
            return self._padded(texts)  # type: ignore[arg-type]
        batch = texts if isinstance(texts, Packed) else packing.pack(texts)
        hidden = packing.embed(self.transformer.embeddings, batch, words)
        return self.above(hidden, batch)

    def below(self, batch: Packed, n_layers: int) -> Tensor:
        """Token vectors [tokens, width] after the first `n_layers` layers."""
        hidden = packing.embed(self.transformer.embeddings, batch)
        for layer in self.transformer.encoder.layer[:n_layers]:
            hidden = packing.run_layer(layer, hidden, batch)
        return hidden

    def above(self, hidden: Tensor, batch: Packed, n_layers: int = 0) -> Tensor:
        """Unit vectors [texts, width] from token vectors after the first `n_layers` layers."""
        if is_narrow():
            hidden = round_up(hidden)
        for layer in self.transformer.encoder.layer[n_layers:]:
            if self.recompute and self.training:
                hidden = packing.checkpointed(packing.run_layer, layer, hidden, batch)
            else:
                hidden = packing.run_layer(layer, hidden, batch)
        return packing.pool(hidden, batch, self.base.pooling)

    def save(self, folder: Path) -> BaseModel:
        """Write the encoder as a folder for transformers, with what came with its base, and describe it.

        Raises `MachineError` where the disk is full.
        """
        with machine_errors(f"writing the trained encoder to {folder}"):
            (folder / "1_Pooling").mkdir(parents=True, exist_ok=True)
            for pattern in _COMPANIONS:
                for path in self.base.folder.glob(pattern):
                    if path.is_file():
                        shutil.copyfile(path, folder / path.relative_to(self.base.folder))
            weights = {
                name: tensor.detach().contiguous() for name, tensor in self.transformer.state_dict().items()
            }
            save_file(weights, folder / "model.safetensors", {"format": "pt"})
            config = json.loads((self.base.folder / "config.json").read_text("utf-8"))
            (folder / "config.json").write_text(json.dumps(_encoder_only(config), indent=1), "utf-8")
            sync_folder(folder)
        return _described(folder, self.base)

    def _padded(self, texts: Sequence[Sequence[int]]) -> Tensor:
        longest = max(map(len, texts))
        ids = torch.zeros((len(texts), longest), dtype=torch.int64)
        mask = torch.zeros_like(ids)
        for row, text in enumerate(texts):
            ids[row, : len(text)] = torch.tensor(text)
            mask[row, : len(text)] = 1
        hidden = self.transformer(input_ids=ids, attention_mask=mask).last_hidden_state
        if self.base.pooling == "cls":
            return functional.normalize(hidden[:, 0], dim=1)
        column = mask.unsqueeze(-1).to(hidden.dtype)
        return functional.normalize((hidden * column).sum(1) / column.sum(1), dim=1)


def _encoder_only(config: dict[str, Any]) -> dict[str, Any]:
    """A configuration without what the checkpoint no longer holds, and in the type it is written in."""
    return {**config, "dtype": "float32", "torch_dtype": "float32"}


def _described(folder: Path, base: BaseModel) -> BaseModel:
    described = describe(folder, base.name)
    # How texts become vectors is the base's, whatever the copied files say to who reads them alone.
    return BaseModel(
        name=base.name,
        folder=folder,
        licence=base.licence,
        licence_source=base.licence_source,
        languages=base.languages,
        pooling=base.pooling,
        prefix=base.prefix,
        max_length=base.max_length,
        architecture=base.architecture,
        sha256=described.sha256,
    )
