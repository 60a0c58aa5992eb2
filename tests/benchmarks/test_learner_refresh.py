from __future__ import annotations

import json

from benchmarks.learner_refresh import read_rounds


def test_rounds_are_read_from_the_log_of_a_console() -> None:
    rounds = [{"task": "意图", "n_labels": n, "n_pool": 5, "seconds": 0.25} for n in (1, 2)]
    access = '{"time": "2026", "method": "GET", "route": "/", "status": 200, "milliseconds": 1.0}'
    log = "\n".join([access, json.dumps(rounds[0]), "Traceback: no", access, json.dumps(rounds[1]), ""])
    assert read_rounds(log) == rounds
    assert read_rounds("") == []
