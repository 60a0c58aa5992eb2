from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from headway.inference import LinearFeatures, Predictor
from headway.inference.linear import softmax
from headway.text import character_ngrams, prepare
from tests.compression.tiny import TEXTS

PREPARED = [prepare(text) for text in TEXTS]


def fitted() -> tuple[LinearFeatures, TfidfVectorizer]:
    vectorizer = TfidfVectorizer(analyzer=lambda text: character_ngrams(text, 1, 3), sublinear_tf=True)
    vectorizer.fit(PREPARED)
    vocabulary = {gram: int(column) for gram, column in vectorizer.vocabulary_.items()}
    return LinearFeatures(vocabulary, vectorizer.idf_.astype(np.float32), (1, 3)), vectorizer


def test_rows_are_those_of_the_textbook() -> None:
    features, vectorizer = fitted()
    texts = [*PREPARED, "never seen ☃", ""]
    indptr, indices, values = features.rows(texts)
    matrix = csr_matrix((values, indices, indptr), shape=(len(texts), len(features.vocabulary)))
    np.testing.assert_allclose(matrix.toarray(), vectorizer.transform(texts).toarray(), atol=1e-6)
    assert matrix.has_sorted_indices


def test_no_texts_and_unknown_texts_have_no_features() -> None:
    features = LinearFeatures({"退款": 0}, np.ones(1, np.float32), (2, 2))
    assert [len(piece) for piece in features.rows([])] == [1, 0, 0]
    assert features.rows(["parcel", ""])[0].tolist() == [0, 0, 0]


@settings(max_examples=50)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=5))
def test_each_row_has_length_one_or_nothing(texts: list[str]) -> None:
    features, _ = fitted()
    indptr, indices, values = features.rows([prepare(text) for text in texts])
    assert len(indptr) == len(texts) + 1
    assert len(indices) == len(values) == indptr[-1]
    for start, end in itertools.pairwise(indptr.tolist()):
        assert start == end or abs(float(np.square(values[start:end]).sum()) - 1) < 1e-5


def test_scores_are_the_same_alone_and_together(linear: Path) -> None:
    predictor = Predictor.load(linear)
    together = predictor.predict_scores([*TEXTS, "☃" * 5000])
    alone = np.concatenate([predictor.predict_scores([text]) for text in TEXTS])
    np.testing.assert_array_equal(together[:-1], alone)
    np.testing.assert_allclose(together.sum(1), 1, atol=1e-5)


def test_softmax_stands_large_numbers() -> None:
    np.testing.assert_allclose(softmax(np.array([1e4, 0.0], np.float32)), [1, 0])
