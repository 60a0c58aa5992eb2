from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from transformers import AutoModel, DistilBertConfig, DistilBertModel

from headway.compression import make_encoder
from headway.errors import MachineError
from headway.inference import Embedder
from headway.models import BaseModel, resolve_base
from headway.models.bases import describe
from headway.models.encoder import Encoder
from headway.training.token_batches import tokenise
from tests.projects import mixed, tiny_base

TEXTS = [text for text, _ in mixed(24)]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> BaseModel:
    return resolve_base(str(tiny_base(tmp_path_factory.getbasetemp())), "zh", Path())


def test_its_vectors_are_those_of_the_artefact(base: BaseModel, tmp_path: Path) -> None:
    encoder = Encoder.load(base)
    ids = tokenise(base, (), TEXTS)
    artefact = Embedder.load(make_encoder(base, "fp32", tmp_path / "encoder"), preparation=("unicode-nfc@1",))
    with torch.no_grad():
        vectors = encoder.eval()(tokenise(base, ("unicode-nfc@1",), TEXTS))
    torch.testing.assert_close(vectors, torch.from_numpy(artefact.embed(TEXTS)), atol=1e-5, rtol=1e-4)
    assert encoder.is_packed
    assert len(ids) == len(TEXTS)


def test_what_is_saved_is_a_folder_for_transformers(base: BaseModel, tmp_path: Path) -> None:
    encoder = Encoder.load(base)
    with torch.no_grad():
        encoder.transformer.encoder.layer[0].output.dense.weight.mul_(1.5)
    saved = encoder.save(tmp_path / "tuned")
    assert saved.sha256 != base.sha256
    assert (saved.name, saved.licence, saved.pooling) == (base.name, base.licence, base.pooling)
    again = AutoModel.from_pretrained(saved.folder, dtype=torch.float32)
    expected = encoder.transformer.state_dict()
    for name, tensor in again.state_dict().items():
        if not name.startswith("pooler"):
            torch.testing.assert_close(tensor, expected[name])
    assert json.loads((saved.folder / "config.json").read_text())["dtype"] == "float32"


def test_depth_is_counted_from_the_embeddings(base: BaseModel) -> None:
    encoder = Encoder.load(base)
    depths = {encoder.depth_of(name) for name, _ in encoder.named_parameters()}
    assert depths == {0, 1}
    assert encoder.depth_of("transformer.embeddings.word_embeddings.weight") == 0


def test_below_and_above_make_the_whole(base: BaseModel) -> None:
    from headway.models.packed import pack

    encoder = Encoder.load(base).eval()
    ids = tokenise(base, (), TEXTS)
    batch = pack(ids)
    with torch.no_grad():
        for n_layers in (0, 1):
            joined = encoder.above(encoder.below(batch, n_layers), batch, n_layers)
            torch.testing.assert_close(joined, encoder(ids))


def test_dropout_is_set_everywhere(base: BaseModel) -> None:
    encoder = Encoder.load(base, dropout=0.25)
    rates = {module.p for module in encoder.modules() if isinstance(module, torch.nn.Dropout)}
    assert rates == {0.25}


def test_another_architecture_runs_as_transformers_does(base: BaseModel, tmp_path: Path) -> None:
    torch.manual_seed(0)
    size = json.loads((base.folder / "config.json").read_text())["vocab_size"]
    config = DistilBertConfig(vocab_size=size, dim=32, n_layers=2, n_heads=2, hidden_dim=64)
    DistilBertModel(config).save_pretrained(tmp_path)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (tmp_path / name).write_bytes((base.folder / name).read_bytes())
    encoder = Encoder.load(describe(tmp_path, "distil")).eval()
    assert not encoder.is_packed
    ids = tokenise(encoder.base, (), TEXTS[:5])
    with torch.no_grad():
        alone = torch.cat([encoder([text]) for text in ids])
        torch.testing.assert_close(encoder(ids), alone, atol=1e-5, rtol=1e-4)
    assert {encoder.depth_of(name) for name, _ in encoder.named_parameters()} == {0, 1, 2}


def test_a_folder_that_cannot_be_written_is_named(base: BaseModel, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(MachineError, match="writing the trained encoder"):
        Encoder.load(base).save(tmp_path / "file" / "tuned")
