"""A model as bytes, by skops: numbers and scikit-learn's own classes, never code.

A file that names any other class is refused before anything of it is built.
"""

from typing import Any

import sklearn
import skops.io
from incident_hub_hookspecs import PluginError

from incident_hub_classifier_model.ensemble import compiled
from incident_hub_classifier_model.model import Model

__all__ = ["MADE_WITH", "dump", "load"]

MADE_WITH = f"form 1, scikit-learn {'.'.join(sklearn.__version__.split('.')[:2])}"
TRUSTED = frozenset({"sklearn.tree._tree.Tree"})


def dump(model: Model) -> bytes:
    """The model as bytes."""
    ensemble = model.ensemble
    parts = {
        "made_with": MADE_WITH,
        "terms": list(ensemble.places),
        "idf": ensemble.idf,
        "linear": ensemble.linear,
        "forests": list(ensemble.forests),
        "sharpness": model.sharpness,
    }
    told: bytes = skops.io.dumps(parts)
    return told


def load(blob: bytes) -> Model:
    """The model again; `PluginError` when it is broken, of another form, or names what is not trusted."""
    try:
        strange = sorted(set(skops.io.get_untrusted_types(data=blob)) - TRUSTED)
        if strange:
            raise PluginError(f"the stored model names {', '.join(strange)}, which a model has no use for")
        parts: dict[str, Any] = skops.io.loads(blob, trusted=sorted(TRUSTED))
        if parts["made_with"] != MADE_WITH:
            raise PluginError(f"the stored model was made with {parts['made_with']}, here is {MADE_WITH}")
        places = {term: place for place, term in enumerate(parts["terms"])}
        made = compiled(places, parts["idf"], parts["linear"], tuple(parts["forests"]))
        return Model(made, float(parts["sharpness"]))
    except PluginError:
        raise
    except Exception as error:
        raise PluginError(f"the stored model cannot be read: {type(error).__name__}: {error}") from error
