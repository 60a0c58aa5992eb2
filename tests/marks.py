"""The marks of a chart that was drawn: what a reader sees, beside the words."""

from __future__ import annotations

import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Element


def marks(svg: str, layer: str = "") -> list[Element]:
    """The elements of one layer, such as `layer_0`, in the order in which they were drawn."""
    wanted = f"{layer}_marks" if layer else "marks"
    groups = [one for one in ElementTree.fromstring(svg).iter() if wanted in one.get("class", "").split()]
    return [mark for group in groups for mark in group if not mark.tag.endswith("}g")]


def place(mark: Element) -> tuple[float, float]:
    """Where a mark is, in pixels from the upper left corner of its plot."""
    x, y = numbers(mark.get("transform", ""))
    return x, y


def box(mark: Element) -> tuple[float, float, float, float]:
    """Left, upper end, width and height of a bar."""
    left, top, width, height, _ = numbers(mark.get("d", ""))
    return left, top, width, height


def numbers(words: str) -> list[float]:
    """All numbers of an attribute."""
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?(?:e-?\d+)?", words)]
