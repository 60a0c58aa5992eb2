"""What is probably true of each item, and how each annotator errs, from their answers alone.

Dawid and Skene 1979, "Maximum likelihood estimation of observer error-rates using the EM algorithm", Applied
Statistics 28: the true label of an item is hidden; each annotator turns it into an answer by a confusion of
their own. Answers are taken as independent of one another, given the truth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headway.datasets.answers import Answers

_ITERATIONS = 200
# Of the log likelihood, for each answer.
_TOLERANCE = 1e-7
_FLOOR = 1e-12
# Right answers that are taken for given of each label, so that a few disagreements are no confusion.
_TRUST = 10
# A row of a confusion with less than this many answers is as good as empty.
_NOTHING = 1e-9

Shares = NDArray[np.float64]


@dataclass(frozen=True)
class Consensus:
    """What came of the answers, in the order of their names."""

    #: how probable each label is for each item, [items, labels]
    posterior: Shares
    #: how frequent each label is, [labels]
    prior: Shares
    #: what each annotator says of an item whose label is this, [annotators, true labels, given labels];
    #: where silence counts, that it says nothing is the last of the given
    confusion: Shares
    #: of the answers to the items that confusions were estimated from
    log_likelihood: float
    n_iterations: int

    @property
    def labels(self) -> NDArray[np.int64]:
        """The most probable label of each item, [items]; of equals the first."""
        labels: NDArray[np.int64] = self.posterior.argmax(axis=1)
        return labels


def majority(answers: Answers) -> Shares:
    """The share of each label among the answers to each item, [items, labels]."""
    counts = answers.counts().astype(np.float64)
    shares: Shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    return shares


def dawid_skene(answers: Answers, *, pooling: float = 1.0, silence: bool = False) -> Consensus:
    """Estimate truth and confusions by expectation maximisation, starting from the share of the answers.

    An annotator with few answers has no confusion to speak of: each row of theirs is drawn towards that of
    all annotators together, which counts as `pooling` answers, and that of all together towards being right.
    0 is the method as published.

    With `silence`, saying nothing is an answer, too. It has to be where annotators speak of some labels only,
    as rules do: one that knows a single label gives it whatever is true, and only where it does tells
    anything. Each annotator then answers an item once at most.

    An item with a single answer says nothing of who errs: it is explained as well by any confusion. Unless
    silence counts or nothing is pooled, it is left out of the estimate and judged by it afterwards.
    """
    compared = answers.compared()
    if silence or not pooling:
        compared[:] = True
    posterior, alone = majority(answers), ~compared
    likelihood, iteration = -np.inf, 0
    while True:
        iteration += 1
        prior = _mean(posterior[compared])
        confusion = _confusion(answers, posterior, pooling, silence, compared)
        found, likelihoods = _posterior(answers, prior, confusion)
        posterior[compared] = found[compared]
        now = float(likelihoods[compared].sum())
        if now - likelihood < _TOLERANCE * len(answers) or iteration == _ITERATIONS:
            break
        likelihood = now
    if alone.any():
        posterior[alone] = _posterior(answers, _mean(posterior[alone]), confusion)[0][alone]
        prior = _mean(posterior)
    return Consensus(posterior, prior, confusion, now, iteration)


def _mean(posterior: Shares) -> Shares:
    mean: Shares = posterior.sum(axis=0) / max(len(posterior), 1)
    return mean


def _confusion(
    answers: Answers, posterior: Shares, pooling: float, silence: bool, compared: NDArray[np.bool_]
) -> Shares:
    """Each annotator's answers to the items that are compared, by what is held to be true of them.

    [annotators, true, given]; rows sum to 1.
    """
    n_annotators, n_labels = len(answers.annotator_names), len(answers.label_names)
    table = np.zeros((n_annotators * n_labels, n_labels))
    of_these = compared[answers.items]
    np.add.at(table, _cells(answers)[of_these], posterior[answers.items[of_these]])
    given = table.reshape(n_annotators, n_labels, n_labels).transpose(0, 2, 1)
    if silence:
        silent = np.maximum(posterior.sum(axis=0) - given.sum(axis=2), 0)
        given = np.concatenate([given, silent[:, :, None]], axis=2)
    together = _rows(given.sum(axis=0) + pooling * _TRUST * np.eye(*given.shape[1:]))
    return _rows(given + pooling * together)


def _cells(answers: Answers) -> NDArray[np.int64]:
    """Annotator and given label of each answer as one number."""
    return answers.annotators * len(answers.label_names) + answers.labels


def _rows(table: Shares) -> Shares:
    """Rows that sum to 1; one without an answer to speak of says that each label is as likely."""
    sums = table.sum(axis=-1, keepdims=True)
    even = np.full(table.shape, 1 / max(table.shape[-1], 1))
    shares: Shares = np.divide(table, sums, out=even, where=sums > _NOTHING)
    return shares


def _posterior(answers: Answers, prior: Shares, confusion: Shares) -> tuple[Shares, Shares]:
    """How probable each label is for each item, and the log likelihood of the answers to each."""
    logits = np.tile(np.log(np.maximum(prior, _FLOOR)), (len(answers.item_names), 1))
    n_annotators, n_labels = len(answers.annotator_names), len(answers.label_names)
    said = np.log(np.maximum(confusion, _FLOOR))
    if said.shape[2] > n_labels:
        # All silent at first; whoever speaks of an item is not silent there.
        silent = said[:, :, n_labels:]
        logits += silent.sum(axis=0).T
        said = said[:, :, :n_labels] - silent
    by_cell = said.transpose(0, 2, 1).reshape(n_annotators * n_labels, n_labels)
    np.add.at(logits, answers.items, by_cell[_cells(answers)])
    highest = logits.max(axis=1, keepdims=True, initial=-np.inf)
    shares = np.exp(logits - highest)
    sums = shares.sum(axis=1, keepdims=True)
    return shares / sums, (np.log(sums) + highest)[:, 0]
