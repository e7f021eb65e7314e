"""The model: a linear one over words and two forests over concepts and structure, which vote together.

scikit-learn fits them. Serving folds the linear one into a table and asks the trees directly: the same
numbers, an order of magnitude sooner. Import this module only where a model is used; it loads scikit-learn.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from math import log
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression

from incident_hub_classifier_model.lexicon import Lexicon
from incident_hub_classifier_model.reading import WIDTH, Reading, place_of, terms_of

__all__ = ["Ensemble", "Floats", "fit_ensemble"]

Floats = npt.NDArray[np.float64]
TREES = 100
LEAST_LEAF = 3
LEAST_USES = 2  # of a term, to be in the vocabulary
MOST_TERMS = 60_000
DENSE_SCALE = 0.5  # of concepts and structure beside the words, in the linear model


@dataclass(frozen=True, slots=True)
class Ensemble:
    """`table` has a row for each term: its coefficients times its idf. Identities without a place are unseen."""

    classes: tuple[str, ...]
    places: dict[str, int]
    idf: Floats
    table: Floats
    dense: Floats
    intercept: Floats
    linear: Any
    forests: tuple[Any, ...]
    lexicon: Lexicon

    def probabilities(self, readings: Sequence[Reading]) -> Floats:
        """One row for each reading, in the order of `classes`."""
        dense = _dense(readings, self.places)
        votes = [_softmax(self.logits(readings, dense))]
        single = dense.astype(np.float32)
        for forest in self.forests:
            trees = forest.estimators_
            votes.append(
                sum(tree.tree_.predict(single)[:, : len(self.classes)] for tree in trees) / len(trees)
            )
        return np.mean(votes, axis=0)  # type: ignore[no-any-return]

    def logits(self, readings: Sequence[Reading], dense: Floats) -> Floats:
        """What the linear model says before it is made a probability."""
        flat, starts, rows = _flatten([self.lexicon.known(one) for one in readings])
        sums = np.zeros((len(readings), len(self.classes)))
        if flat:
            terms = np.asarray(flat)
            norms = np.sqrt(np.add.reduceat(self.idf[terms] ** 2, starts))
            sums[rows] = np.add.reduceat(self.table[terms], starts) / norms[:, None]
        return sums + dense @ self.dense + self.intercept


def fit_ensemble(
    readings: Sequence[Reading],
    truth: Sequence[str],
    weights: Sequence[float],
    seed: int,
    familiar: frozenset[str] = frozenset(),
) -> Ensemble:
    """Fit all members on the same lessons; the same lessons and seed give the same model.

    Of identities only the `familiar` ones are looked at.
    """
    counts: dict[str, int] = {}
    for one in readings:
        for term in (*terms_of(one), *familiar.intersection(one.identity)):
            counts[term] = counts.get(term, 0) + 1
    kept = sorted((-n, term) for term, n in counts.items() if n >= LEAST_USES)[:MOST_TERMS]
    places = {term: place for place, (_, term) in enumerate(kept)}
    idf = np.array([log((1 + len(readings)) / (1 - n)) + 1 for n, _ in kept])
    return _fit(readings, np.asarray(truth), np.asarray(weights), places, idf, seed)


def _fit(
    readings: Sequence[Reading],
    truth: npt.NDArray[Any],
    weights: Floats,
    places: dict[str, int],
    idf: Floats,
    seed: int,
) -> Ensemble:
    dense = _dense(readings, places)
    linear = LogisticRegression(max_iter=2000)
    linear.fit(_rows(readings, places, idf, dense), truth, sample_weight=weights)
    forests = tuple(
        kind(TREES, min_samples_leaf=LEAST_LEAF, random_state=seed).fit(
            dense.astype(np.float32), truth, sample_weight=weights
        )
        for kind in (RandomForestClassifier, ExtraTreesClassifier)
    )
    return compiled(places, idf, linear, forests)


def compiled(places: dict[str, int], idf: Floats, linear: Any, forests: tuple[Any, ...]) -> Ensemble:  # noqa: ANN401 - scikit-learn has no types
    """The fitted parts as they serve."""
    coefficients, intercept = linear.coef_, linear.intercept_
    if len(coefficients) == 1:  # two classes have one row of coefficients: the second one's
        coefficients = np.vstack([np.zeros_like(coefficients), coefficients])
        intercept = np.array([0.0, intercept[0]])
    words, dense = coefficients[:, : len(idf)], coefficients[:, len(idf) :]
    classes = tuple(str(one) for one in linear.classes_)
    return Ensemble(
        classes, places, idf, words.T * idf[:, None], dense.T * DENSE_SCALE, intercept, linear, forests,
        Lexicon(places),
    )  # fmt: skip


def _rows(readings: Sequence[Reading], places: dict[str, int], idf: Floats, dense: Floats) -> Any:  # noqa: ANN401 - scipy has no types
    from scipy import sparse  # noqa: PLC0415 - only where a model is fitted

    lexicon = Lexicon(places)
    known = [lexicon.known(one) for one in readings]
    ends = np.cumsum([0, *(len(one) for one in known)])
    flat = np.array([place for one in known for place in one], dtype=np.int64)
    values = idf[flat]
    for start, end in pairwise(ends):
        values[start:end] /= np.sqrt((values[start:end] ** 2).sum()) or 1.0
    words = sparse.csr_matrix((values, flat, ends), shape=(len(readings), len(idf)))
    return sparse.hstack([words, sparse.csr_matrix(dense * DENSE_SCALE)]).tocsr()


def _dense(readings: Sequence[Reading], places: Mapping[str, int]) -> Floats:
    pairs = [
        (*one.dense, *((place_of(name), 1.0) for name in one.identity if name in places)) for one in readings
    ]
    flat = np.zeros((len(readings), WIDTH))
    rows = np.repeat(np.arange(len(readings)), [len(one) for one in pairs])
    if len(rows):
        columns, values = zip(*chain.from_iterable(pairs), strict=True)
        flat[rows, columns] = values
    return flat


def _flatten(known: Sequence[list[int]]) -> tuple[list[int], list[int], list[int]]:
    """All places in one list, where each reading's begin, and which readings have any."""
    flat: list[int] = []
    starts: list[int] = []
    rows: list[int] = []
    for row, places in enumerate(known):
        if places:
            starts.append(len(flat))
            rows.append(row)
            flat += places
    return flat, starts, rows


def _softmax(logits: Floats) -> Floats:
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)  # type: ignore[no-any-return]
