"""Comparison: takes runs, models and base models; gives which is better at what, and at what cost.

`compare.compare` sets trained models against each other, `bases.compare_bases` pretrained ones.
"""

__all__: list[str] = []
