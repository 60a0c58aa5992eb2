from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers.utils import logging as notices

from headway.errors import MissingExtraError, ModelError
from headway.models.transformer import load_transformer, require_torch


def test_a_folder_is_loaded_in_float32_and_evaluation_mode(tiny_base: Path) -> None:
    halved = {name: one.half() for name, one in load_file(tiny_base / "model.safetensors").items()}
    save_file(halved, tiny_base / "model.safetensors", {"format": "pt"})
    module = load_transformer(tiny_base)
    assert {one.dtype for one in module.parameters()} == {torch.float32}
    assert not module.training
    name = "encoder.layer.1.output.dense.weight"
    torch.testing.assert_close(module.state_dict()[name], halved[name].float())


def test_it_is_quiet_and_leaves_the_noise_as_it_was(
    tiny_base: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    weights = load_file(tiny_base / "model.safetensors")
    # transformers has much to say about tensors that are missing or of no use.
    incomplete = {name: one for name, one in weights.items() if "pooler" not in name}
    save_file({**incomplete, "一个.weight": torch.ones(2)}, tiny_base / "model.safetensors", {"format": "pt"})
    before = (notices.get_verbosity(), notices.is_progress_bar_enabled())
    load_transformer(tiny_base)
    assert (notices.get_verbosity(), notices.is_progress_bar_enabled()) == before
    said = capfd.readouterr()
    assert (said.out, said.err) == ("", "")


def test_an_architecture_nobody_knows_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "not-a-model"}))
    with pytest.raises(ModelError, match="transformers cannot load the model") as caught:
        load_transformer(tmp_path)
    assert "architecture that transformers knows" in str(caught.value.next_step)
    with pytest.raises(ModelError, match="transformers cannot load the model"):
        load_transformer(tmp_path / "nothing here")


def test_code_that_lies_in_a_folder_is_not_run(tiny_base: Path) -> None:
    mark = tiny_base / "was-run"
    (tiny_base / "modeling_mine.py").write_text(f"open({str(mark)!r}, 'w')\nclass Mine: pass\n")
    config = json.loads((tiny_base / "config.json").read_text())
    config |= {"auto_map": {"AutoModel": "modeling_mine.Mine"}}
    (tiny_base / "config.json").write_text(json.dumps(config))
    assert type(load_transformer(tiny_base)).__name__ == "BertModel"
    assert not mark.exists()


@pytest.mark.parametrize("package", ["torch", "transformers"])
def test_without_the_extra_it_is_named(
    tiny_base: Path, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    for call in (require_torch, lambda: load_transformer(tiny_base)):
        with pytest.raises(MissingExtraError, match=f"{package} is not installed") as caught:
            call()
        assert caught.value.next_step == "pip install 'headway[train]'"
