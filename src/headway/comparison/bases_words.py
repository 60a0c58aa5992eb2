"""Which base model to take, and what to know of each, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from headway.comparison.pareto import ABOUT_EQUAL
from headway.comparison.strings import text
from headway.evaluation.bootstrap import PairedDifference, paired_difference
from headway.evaluation.strings import points
from headway.models import BaseModel
from headway.models.bases import warnings_for
from headway.pages.words import LANGUAGES, Language
from headway.terminal import percent

#: from this share of unknown tokens, or of texts cut off, on it is worth a sentence
WORTH_SAYING = 0.1

_CHINESE_WARNINGS = {
    "unknown": "{name} 没有说明许可证；发布之前请先弄清楚是否可以使用。",
    "other": "{name} 使用自己的许可证（{source}）；商用之前请先阅读。",
    "non-commercial": "{name} 的许可证是 {licence}，不允许商用。",
    "zh": "{name} 没有用中文训练过，大多数汉字对它来说是未知的；请改用 e5-small 或其他懂中文的基础模型。",
    "en": "{name} 是用 {languages} 训练的，没有学过这些文本的语言；请改用懂这种语言的基础模型。",
}


@dataclass
class Judged:
    """A base model, or the baseline, with what it got right on the same held-out texts (bool [n])."""

    name: str
    correct: NDArray[np.bool_]
    row: dict[str, Any]

    @property
    def accuracy(self) -> float:
        """The share that is right."""
        return float(self.correct.mean())

    @property
    def speed(self) -> float:
        """Texts per second."""
        return float(self.row["texts_per_second"])

    def clearly_better(self, other: Judged) -> bool:
        """Whether the whole interval of the difference lies above zero."""
        difference = self.difference(other)
        return difference is not None and difference.low > 0

    def difference(self, other: Judged) -> PairedDifference | None:
        """How much more often it is right than the other, with the 95 % interval; None for itself."""
        if other is self:
            return None
        return paired_difference(self.correct, other.correct)


def choose_base(bases: Sequence[Judged], baseline: Judged) -> tuple[Judged, Judged]:
    """The base to take of those compared, and what is recommended: this base or the baseline.

    Of the bases that no other is clearly better than, the fastest; one that is hardly slower but more
    accurate is preferred. The baseline stays unless that base is clearly better, or some other one is.
    """
    unbeaten = [one for one in bases if not any(other.clearly_better(one) for other in bases)]
    # Else the fastest of the unbeaten might be one that the baseline keeps up with.
    unbeaten = [one for one in unbeaten if one.clearly_better(baseline)] or unbeaten
    fastest = max(one.speed for one in unbeaten)
    taken = max((one for one in unbeaten if one.speed * ABOUT_EQUAL >= fastest), key=lambda one: one.accuracy)
    return taken, taken if taken.clearly_better(baseline) else baseline


def recommendation(
    bases: Sequence[Judged], baseline: Judged, taken: Judged, recommended: Judged
) -> dict[Language, list[str]]:
    """The recommendation as sentences by language, the verdict first."""
    return {
        language: [
            _verdict(taken, baseline, recommended, language),
            *(_beside(taken, other, language) for other in bases if other is not taken),
            *([text(language, "bases.only", name=taken.name)] if len(bases) == 1 else []),
        ]
        for language in LANGUAGES
    }


def _verdict(taken: Judged, baseline: Judged, recommended: Judged, language: Language) -> str:
    first, second = (baseline, taken) if baseline.clearly_better(taken) else (taken, baseline)
    if recommended is taken:
        key = "bases.take"
    else:
        key = "bases.baseline_best" if first is baseline else "bases.baseline_equal"
    return text(
        language,
        key,
        name=taken.name,
        accuracy=percent(taken.accuracy),
        baseline=percent(baseline.accuracy),
        **_points(first, second, signed=key == "bases.baseline_equal"),
    )


def _beside(taken: Judged, other: Judged, language: Language) -> str:
    clearly = taken.clearly_better(other)
    return text(
        language,
        "bases.clearly" if clearly else "bases.unclear",
        name=taken.name,
        other=other.name,
        speed=_speed(taken, other, language),
        **_points(taken, other, signed=not clearly),
    )


def _points(one: Judged, other: Judged, *, signed: bool) -> dict[str, str]:
    found = one.difference(other)
    values = (found.difference, found.low, found.high) if found else (0.0, 0.0, 0.0)
    return {
        name: points(value, sign=signed)
        for name, value in zip(("points", "low", "high"), values, strict=True)
    }


def _speed(one: Judged, other: Judged, language: Language) -> str:
    factor = one.speed / other.speed
    key = "faster" if factor > ABOUT_EQUAL else "slower" if factor < 1 / ABOUT_EQUAL else "equal"
    return text(
        language,
        f"speed.{key}",
        factor=f"{max(factor, 1 / factor):.1f}",
        one=f"{one.speed:,.0f}",
        other=f"{other.speed:,.0f}",
    )


def warnings_in_both(base: BaseModel, language: str) -> list[dict[Language, str]]:
    """What `warnings_for` says of a base for texts of a language, in both languages."""
    # Asked about a language that the base knows, it warns of the licence only.
    of_licence = set(warnings_for(base, base.languages[0] if base.languages else language))
    kind = base.licence if base.licence in {"unknown", "other"} else "non-commercial"
    values = {
        "name": base.name,
        "licence": base.licence,
        "source": base.licence_source,
        "languages": "、".join(base.languages),
    }
    return [
        {
            "en": sentence,
            "zh": _CHINESE_WARNINGS[
                kind if sentence in of_licence else "zh" if language == "zh" else "en"
            ].format(**values),
        }
        for sentence in warnings_for(base, language)
    ]


def fit_warnings(name: str, row: Mapping[str, Any]) -> list[dict[Language, str]]:
    """Sentences about many unknown tokens and many texts whose ends are not read."""
    keys = {"unknown_rate": "bases.unknown_tokens", "truncation_rate": "bases.truncated"}
    return [
        {language: text(language, key, name=name, share=percent(row[rate])) for language in LANGUAGES}
        for rate, key in keys.items()
        if row[rate] >= WORTH_SAYING
    ]
