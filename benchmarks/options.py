"""Values of options that more than one benchmark checks."""

from __future__ import annotations

import argparse


def positive(text: str) -> int:
    """A whole number from 1; raises `ArgumentTypeError`, which argparse shows, for anything else."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return int(text)
