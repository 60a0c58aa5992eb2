from __future__ import annotations

import pytest

from headway.errors import MachineError
from headway.models import BaseModel
from headway.models.encoder import Encoder
from headway.training.memory import predicted_bytes, tokens_that_fit

IDS = [[5] * 20] * 100


def test_more_tokens_layers_and_weights_need_more(base: BaseModel) -> None:
    encoder = Encoder.load(base)
    learned = dict(encoder.named_parameters())
    few = predicted_bytes(encoder, learned, 20, 256, False)
    assert predicted_bytes(encoder, learned, 20, 512, False) > few
    assert predicted_bytes(encoder, {}, 20, 256, False) < few
    assert few > 16 * sum(one.numel() for one in learned.values())


def test_as_many_tokens_are_taken_as_fit(base: BaseModel) -> None:
    encoder = Encoder.load(base)
    learned = dict(encoder.named_parameters())
    assert tokens_that_fit(encoder, learned, IDS, 4096, available=1 << 40) == 4096
    for_512 = predicted_bytes(encoder, learned, 20, 512, False)
    assert tokens_that_fit(encoder, learned, IDS, 4096, available=for_512) == 512
    assert tokens_that_fit(encoder, learned, IDS, 4096) == 4096


def test_where_nothing_fits_it_is_said_before_anything_is_trained(base: BaseModel) -> None:
    encoder = Encoder.load(base)
    with pytest.raises(MachineError, match=r"needs about .* GB of memory and 0.0 GB are free"):
        tokens_that_fit(encoder, dict(encoder.named_parameters()), IDS, 128, available=1000)
