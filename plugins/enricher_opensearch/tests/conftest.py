"""A cluster that speaks `_search` as Elasticsearch 8 and OpenSearch 2 do, over documents of a test's own."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pytest
from incident_hub_hookspecs.testing import NOON, Answer, Sent

TOP = {"size", "timeout", "track_total_hits", "_source", "sort", "query"}
PHRASE = re.compile(r'([\w.]+):"((?:[^"\\]|\\.)*)"')


def refusal(status: int, kind: str, reason: str) -> Answer:
    """An error as the cluster writes it."""
    cause = {"type": kind, "reason": reason}
    return Answer(status, {"error": {"root_cause": [cause], **cause}, "status": status})


class Cluster:
    """Knows `range`, `term` and, of query strings, phrases of a field; anything else is a parsing_exception."""

    def __init__(self) -> None:
        self.documents: list[dict[str, Any]] = []
        self.shards: dict[str, object] = {"total": 5, "successful": 5, "skipped": 0, "failed": 0}
        self.timed_out = False
        self.asked: list[dict[str, Any]] = []

    def log(self, message: str, seconds: float, **fields: object) -> None:
        """One line, so many seconds after noon."""
        at = datetime.fromtimestamp(NOON.timestamp() + seconds, NOON.tzinfo).isoformat()
        self.documents.append({"@timestamp": at, "message": message, **fields})

    def __call__(self, sent: Sent) -> Answer:
        """Answer one request."""
        body: Any = sent.json()
        self.asked.append(body)
        unknown = sorted(set(body) - TOP)
        if unknown:
            return refusal(400, "parsing_exception", f"unknown key [{unknown[0]}]")
        try:
            found = [one for one in self.documents if self._fits(one, body["query"]["bool"]["filter"])]
        except LookupError as error:
            return refusal(400, "parsing_exception", f"unknown query [{error.args[0]}]")
        found.sort(key=lambda one: one["@timestamp"], reverse=True)
        return self._answer(found, body)

    def _answer(self, found: Sequence[Mapping[str, Any]], body: Mapping[str, Any]) -> Answer:
        limit = body["track_total_hits"]
        total = {"value": min(len(found), limit), "relation": "gte" if len(found) > limit else "eq"}
        hits = [
            {"_index": "logs-app", "_id": str(n), "_score": None, "_source": one, "sort": [1]}
            for n, one in enumerate(found[: body["size"]])
        ]
        whole = {"total": total, "max_score": None, "hits": hits}
        return Answer(200, {"took": 3, "timed_out": self.timed_out, "_shards": self.shards, "hits": whole})

    def _fits(self, document: Mapping[str, Any], filters: Sequence[Mapping[str, Any]]) -> bool:
        return all(self._one(document, kind, said) for each in filters for kind, said in each.items())

    def _one(self, document: Mapping[str, Any], kind: str, said: Mapping[str, Any]) -> bool:
        if kind == "range":
            ((field, span),) = said.items()
            at = datetime.fromisoformat(document[field])
            return datetime.fromisoformat(span["gte"]) <= at <= datetime.fromisoformat(span["lte"])
        if kind == "term":
            return all(document.get(field) == value["value"] for field, value in said.items())
        if kind == "query_string":
            phrases = PHRASE.findall(said["query"])
            return all(document.get(f) == re.sub(r"\\(.)", r"\1", text) for f, text in phrases)
        raise LookupError(kind)


@pytest.fixture
def cluster() -> Cluster:
    """A cluster without a document."""
    return Cluster()
