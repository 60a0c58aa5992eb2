from __future__ import annotations

import subprocess
import sys

from headway.training.fewshot import FewShot
from headway.training.recipe import recipe_class


def test_it_is_found_by_its_name() -> None:
    assert recipe_class("fewshot") is FewShot


def test_the_recipe_is_looked_at_without_torch() -> None:
    code = "import headway.training.fewshot, sys; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
