"""Worked examples from the literature, as they were published."""

from __future__ import annotations

from headway.datasets.answers import Answers

# Dawid and Skene 1979, table 1: 45 patients by five anaesthetists, of whom the first judged three times.
ANAESTHETISTS = """
111 1 1 1 1/333 4 3 3 4/112 2 1 2 2/222 3 1 2 1/222 3 2 2 2/222 3 3 2 2/122 2 1 1 1/333 3 4 3 3/222 2 2 2 3
232 2 2 2 3/444 4 4 4 4/222 3 3 4 3/111 1 1 1 1/222 3 2 1 2/121 1 1 1 1/111 2 1 1 1/111 1 1 1 1/111 1 1 1 1
222 2 2 2 1/222 1 3 2 2/222 2 2 2 2/222 2 2 2 1/222 3 2 2 2/221 2 2 2 2/111 1 1 1 1/111 1 1 1 1/232 2 2 2 2
111 1 1 1 1/111 1 1 1 1/112 1 1 2 1/111 1 1 1 1/333 3 2 3 3/111 1 1 1 1/222 2 2 2 2/222 3 2 3 2/433 4 3 4 3
221 2 2 3 2/232 3 2 3 3/333 3 4 3 2/111 1 1 1 1/111 1 1 1 1/121 2 1 1 1/232 2 2 2 2/121 1 1 1 1/222 2 2 2 2
"""

# Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability", section C: four observers, twelve units.
OBSERVERS = {"A": "123321412...", "B": "1233224125.3", "C": ".3332342251.", "D": "12332441251."}

# Fleiss's kappa as it is worked through in many textbooks: ten items, fourteen raters, five categories.
RATERS = (
    (0, 0, 0, 0, 14),
    (0, 2, 6, 4, 2),
    (0, 0, 3, 5, 6),
    (0, 3, 9, 2, 0),
    (2, 2, 8, 1, 1),
    (7, 7, 0, 0, 0),
    (3, 2, 6, 3, 0),
    (2, 5, 3, 2, 2),
    (6, 5, 2, 1, 0),
    (0, 2, 2, 3, 7),
)


def anaesthetists() -> Answers:
    """Dawid and Skene's patients."""
    rows = [row for line in ANAESTHETISTS.split() for row in line.split("/")]
    cells = "".join(rows)
    patients = [cells[at : at + 7] for at in range(0, len(cells), 7)]
    return Answers.of(
        (f"patient {number}", f"observer {max(1, place - 1)}", label)
        for number, said in enumerate(patients, 1)
        for place, label in enumerate(said)
    )


def observers() -> Answers:
    """Krippendorff's units; a dot is a unit that an observer did not see."""
    return Answers.of(
        (f"unit {unit}", name, label)
        for name, said in OBSERVERS.items()
        for unit, label in enumerate(said, 1)
        if label != "."
    )


def raters() -> Answers:
    """The ten items; who of the fourteen said what was never published, and does not matter."""
    return Answers.of(
        (f"item {item}", f"rater {rater}", label)
        for item, counts in enumerate(RATERS)
        for rater, label in enumerate(
            name for name, count in zip("12345", counts, strict=True) for _ in range(count)
        )
    )
