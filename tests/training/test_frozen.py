from __future__ import annotations

import pytest
import torch

from headway.errors import MachineError
from headway.models import BaseModel
from headway.models.encoder import Encoder
from headway.models.packed import pack
from headway.training import frozen
from headway.training.frozen import FrozenLayers
from headway.training.token_batches import tokenise
from tests.training.tuning import TEXTS


@pytest.mark.parametrize("n_layers", [0, 1])
def test_what_is_kept_is_what_the_layers_give(base: BaseModel, n_layers: int) -> None:
    ids = tokenise(base, (), TEXTS[:30])
    encoder = Encoder.load(base, dropout=0.3).train()
    kept = FrozenLayers(encoder, ids, n_layers)
    assert encoder.training
    rows = [7, 2, 29, 11]
    batch = pack([ids[row] for row in rows])
    with torch.no_grad():
        expected = encoder.eval().below(batch, n_layers)
    torch.testing.assert_close(kept.hidden(rows, batch), expected, atol=1e-6, rtol=1e-4)


def test_too_many_outputs_are_not_kept(base: BaseModel, monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = Encoder.load(base)
    assert FrozenLayers.fit(encoder, [[1] * 10])
    monkeypatch.setattr(frozen, "MOST_BYTES", 4 * encoder.width * 10 - 1)
    assert not FrozenLayers.fit(encoder, [[1] * 10])


def test_outputs_for_which_there_is_no_room_are_refused(
    base: BaseModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder, ids = Encoder.load(base, 0.0), tokenise(base, (), TEXTS, 16)
    needed = 4 * encoder.width * sum(map(len, ids))
    monkeypatch.setattr(frozen, "free_bytes", lambda: needed - 1)
    with pytest.raises(MachineError, match="2 frozen layers"):
        FrozenLayers.kept(encoder, ids, 2)
    monkeypatch.setattr(frozen, "free_bytes", lambda: needed)
    assert FrozenLayers.kept(encoder, ids, 2) is not None
    assert FrozenLayers.kept(encoder, ids, 0) is None
