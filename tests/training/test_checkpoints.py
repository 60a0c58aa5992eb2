from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
import torch

from headway.errors import MachineError, ModelError
from headway.training.checkpoints import KEPT, checkpoints_in, load_newest, save_checkpoint

TENSORS = {
    "weights": {"a.b": torch.arange(6.0).reshape(2, 3), "步": torch.tensor(3)},
    "random": {"bytes": torch.arange(5, dtype=torch.uint8)},
}
STATE = {"identity": {"seed": 1, "recipe": "full"}, "position": {"step": 5, "history": [{"label": "退款"}]}}


def save(folder: Path, step: int) -> Path:
    return save_checkpoint(folder, step, TENSORS, STATE)


def test_what_was_kept_is_read_back_to_the_bit(tmp_path: Path) -> None:
    save(tmp_path / "run", 5)
    found, notes = load_newest(tmp_path / "run", STATE["identity"])
    assert found is not None
    assert (found.step, found.state["position"], notes) == (5, STATE["position"], [])
    for group, tensors in TENSORS.items():
        assert found.tensors[group].keys() == tensors.keys()
        for name, tensor in tensors.items():
            assert torch.equal(found.tensors[group][name], tensor)


def test_the_newest_two_are_kept(tmp_path: Path) -> None:
    for step in (1, 2, 10, 9):
        save(tmp_path, step)
    assert [path.name for path in checkpoints_in(tmp_path)] == ["step-000000009", "step-000000010"]
    assert len(checkpoints_in(tmp_path)) == KEPT


def test_nothing_kept_is_nothing_to_go_on_from(tmp_path: Path) -> None:
    assert load_newest(tmp_path / "none", {}) == (None, [])


def damage_cut(path: Path) -> None:
    file = path / "weights.safetensors"
    file.write_bytes(file.read_bytes()[:-1])


def damage_flip(path: Path) -> None:
    file = path / "weights.safetensors"
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(bytes(data))


def damage_seal(path: Path) -> None:
    (path / "seal.json").write_text("{")


def damage_state(path: Path) -> None:
    (path / "state.json").unlink()


def damage_list(path: Path) -> None:
    (path / "seal.json").write_text("[]")


@pytest.mark.parametrize("damage", [damage_cut, damage_flip, damage_seal, damage_state, damage_list])
def test_a_damaged_one_gives_way_to_the_one_before(tmp_path: Path, damage: Any) -> None:
    save(tmp_path, 1)
    damage(save(tmp_path, 2))
    found, notes = load_newest(tmp_path, STATE["identity"])
    assert found is not None
    assert found.step == 1
    assert len(notes) == 1
    assert "step-000000002 was not used" in notes[0]


def test_a_later_format_is_not_guessed_at(tmp_path: Path) -> None:
    path = save(tmp_path, 1)
    state = json.loads((path / "state.json").read_text())
    (path / "state.json").write_text(json.dumps({**state, "format": 99}))
    shutil.rmtree(path)
    found, _ = load_newest(tmp_path, STATE["identity"])
    assert found is None


def test_one_of_another_training_is_refused_with_what_differs(tmp_path: Path) -> None:
    save(tmp_path, 1)
    with pytest.raises(ModelError, match=r"another training: seed 1 instead of 2; base None instead of 'x'"):
        load_newest(tmp_path, {"seed": 2, "base": "x", "recipe": "full"})


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(tmp_path, 1)

    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("headway.training.checkpoints._sync", full)
    with pytest.raises(MachineError, match="No space left"):
        save(tmp_path, 2)
    assert [path.name for path in tmp_path.iterdir()] == ["step-000000001"]
    found, notes = load_newest(tmp_path, STATE["identity"])
    assert (found is not None, notes) == (True, [])


def test_a_process_killed_while_it_writes_leaves_whole_ones_only(tmp_path: Path) -> None:
    script = textwrap.dedent(
        """
        import sys, torch
        from pathlib import Path
        from headway.training.checkpoints import save_checkpoint
        weights = {"weights": {"a": torch.randn(500, 500)}}
        for step in range(10_000):
            save_checkpoint(Path(sys.argv[1]), step, weights, {"identity": {}})
            print(step, flush=True)
        """
    )
    for kill in range(3):
        folder = tmp_path / str(kill)
        child = subprocess.Popen(
            [sys.executable, "-c", script, str(folder)], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        last = 0
        for _ in range(5 + kill):
            last = int(child.stdout.readline())
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        found, notes = load_newest(folder, {})
        assert found is not None
        assert found.step >= last
        assert notes == []
