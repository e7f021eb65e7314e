"""Why the model says what it says, for people: the concepts that it read."""

from incident_hub_classifier_model.concepts import CONCEPTS
from incident_hub_classifier_model.reading import Reading

__all__ = ["reason"]

NAMES = (*CONCEPTS, *(f"{name} (text)" for name in CONCEPTS))
MOST = 6


def reason(reading: Reading) -> str:
    """What the title speaks of first, then the text."""
    if not reading.concepts:
        return "judged by words and parts alone"
    return "speaks of " + ", ".join(NAMES[place] for place in reading.concepts[:MOST])
