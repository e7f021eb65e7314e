"""Trains the injection model on corpus/train and writes it beside the detector; the same on every run.

Run `uv run --with scikit-learn python plugins/llm_shield/tools/train.py` from the root of the repository.
The templates are split into folds whole, so that the printed figures are about wordings not seen before.
The held-out prompts are only measured, never used to choose anything.
"""

import base64
import json
import sys
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold

PACKAGE = Path(__file__).parents[1] / "src"
sys.path[:0] = [str(PACKAGE), str(Path(__file__).parent)]

from corpus import Example, heldout, training  # noqa: E402
from incident_hub_llm_shield.detect.features import DIMENSION, features  # noqa: E402
from incident_hub_llm_shield.detect.injection import THRESHOLD, judge  # noqa: E402
from incident_hub_llm_shield.detect.model import MODEL_FILE, Model  # noqa: E402
from incident_hub_llm_shield.detect.plain import plain  # noqa: E402

NAME = "hashed-ngrams-1"
SEED = 20_260_101
VARIANTS = 16
STRENGTH = 100.0
FALSE_POSITIVES = 0.035


def matrix(texts: list[str]) -> csr_matrix:
    """One row a text, as long as 1."""
    rows = [sorted(features(plain(text))) for text in texts]
    ends = np.cumsum([0] + [len(row) for row in rows])
    places = np.concatenate([np.asarray(row) for row in rows])
    values = np.concatenate([np.full(len(row), 1 / max(len(row), 1) ** 0.5) for row in rows])
    return csr_matrix((values, places, ends), shape=(len(rows), DIMENSION))


def fitted(examples: list[Example], rows: csr_matrix) -> LogisticRegression:
    """Every template counts alike, however many prompts it made, and both sides count alike."""
    labels = np.array([label for _, label, _ in examples])
    groups, inverse, sizes = np.unique(
        [group for _, _, group in examples], return_inverse=True, return_counts=True
    )
    weights = 1.0 / sizes[inverse]
    for side in (0, 1):
        weights[labels == side] *= len(groups) / 2 / weights[labels == side].sum()
    model = LogisticRegression(C=STRENGTH, max_iter=2000, random_state=SEED)
    return model.fit(rows, labels, sample_weight=weights)


def folds(examples: list[Example]) -> float:
    """Where the line must lie so that few harmless prompts of templates not seen are over it."""
    groups = [group for _, _, group in examples]
    truth, scores = np.array([label for _, label, _ in examples]), np.zeros(len(examples))
    rows = matrix([text for text, _, _ in examples])
    for seen, unseen in GroupKFold(5, shuffle=True, random_state=SEED).split(rows, truth, groups):
        model = fitted([examples[i] for i in seen], rows[seen])
        scores[unseen] = model.decision_function(rows[unseen])
    line = float(np.quantile(scores[truth == 0], 1 - FALSE_POSITIVES))
    told("templates not seen", truth, scores, line)
    return line


def told(name: str, truth: np.ndarray, scores: np.ndarray, line: float) -> None:
    """Print one line of figures."""
    flagged = scores >= line
    print(
        f"{name}: AUC {roc_auc_score(truth, scores):.4f}, false positives {flagged[truth == 0].mean():.2%}, "
        f"attacks found {flagged[truth == 1].mean():.2%}, of {len(truth)}"
    )


def packed(model: LogisticRegression, line: float) -> str:
    """The weights as signed bytes; the line becomes a probability of one half."""
    weights = model.coef_[0]
    scale = float(np.abs(weights).max() / 127)
    small = np.round(weights / scale).astype(np.int8)
    shape = {"name": NAME, "scale": scale, "bias": float(model.intercept_[0]) - line}
    return json.dumps({**shape, "weights": base64.b64encode(small.tobytes()).decode("ascii")}) + "\n"


def main() -> None:
    """Train, write, measure."""
    examples = training(VARIANTS, SEED)
    line = folds(examples)
    text = packed(fitted(examples, matrix([text for text, _, _ in examples])), line)
    (PACKAGE / "incident_hub_llm_shield" / "detect" / MODEL_FILE).write_text(text, encoding="utf-8")
    model, unseen = Model.from_json(text), heldout()
    scores = np.array([judge(prompt, model).probability for prompt, _, _ in unseen])
    told("held out", np.array([label for _, label, _ in unseen]), scores, THRESHOLD)


if __name__ == "__main__":
    main()
