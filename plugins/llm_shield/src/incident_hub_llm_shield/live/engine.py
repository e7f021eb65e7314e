"""Shield over HTTP: what the service serves is asked of it; what it does not serve is nobody's guess here."""

import asyncio
import json
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any
from uuid import uuid4

from incident_hub_hookspecs import CallContext, HttpClient, Provenance
from incident_hub_hookspecs.llm import SecurityEvent, TextScan
from incident_hub_hookspecs.outgoing import host_of

from incident_hub_llm_shield.live.answers import batch_of, refusal, result_of, scan_of
from incident_hub_llm_shield.settings import Settings
from incident_hub_llm_shield.texts import LONGEST_TEXT, check_texts

__all__ = ["LiveShield"]

BATCH = 100
AT_ONCE = 5
SHARE_OF_DEADLINE = 0.9  # so that we end first, and say why
NO_PROMPT = "(not known)"  # Shield wants one with each output


class LiveShield:
    """The scans and the ingest of one service."""

    def __init__(self, plugin: str, settings: Settings) -> None:
        self._plugin, self._settings = plugin, settings
        self._endpoint = settings.endpoint()
        self._host = host_of(settings.url)

    async def scan_prompts(self, prompts: Sequence[str], context: CallContext) -> Sequence[TextScan]:
        """One scan a prompt; many go as batches."""
        check_texts("prompt", prompts)
        if len(prompts) == 1:
            return [await self._prompt(prompts[0], context)]
        found: list[TextScan] = []
        for start in range(0, len(prompts), BATCH):
            found += await self._batch(prompts[start : start + BATCH], context)
        return found

    async def scan_outputs(
        self, pairs: Sequence[tuple[str, str]], context: CallContext
    ) -> Sequence[TextScan]:
        """One scan an output; Shield has no batch of these."""
        check_texts("output", [output for _, output in pairs])
        return await self._each([self._output(prompt, output, context) for prompt, output in pairs])

    async def tell(self, event_type: str, events: Sequence[SecurityEvent], context: CallContext) -> None:
        """Report events to Shield's ingest."""
        execution = str(uuid4())
        payload = [
            {"id": one.id, "type": one.type, "source": one.source, "severity": one.severity} for one in events
        ]
        body = {
            "source": "incident-hub",
            "event_type": event_type,
            "execution_id": execution,
            "timestamp": context.plugin.clock.now().isoformat(),
            "payload": {"events": payload},
        }
        await self._ask("POST", "/api/v1/scan", context, body, execution)

    async def healthy(self, http: HttpClient, timeout: float) -> bool:
        """Whether it says that it is ready; raises `DeliveryError` when it says nothing."""
        answer = await http.call(self._endpoint, "GET", "/health/ready", timeout=timeout)
        return answer.status == 200

    async def _prompt(self, text: str, context: CallContext) -> TextScan:
        return await self._scan("/v1/scan/prompt", self._item(text), context)

    async def _output(self, prompt: str, output: str, context: CallContext) -> TextScan:
        body = {**self._item(prompt[:LONGEST_TEXT] or NO_PROMPT), "output": output}
        return await self._scan("/v1/scan/output", body, context)

    async def _batch(self, prompts: Sequence[str], context: CallContext) -> Sequence[TextScan]:
        body = {"items": [self._item(text) for text in prompts], "maxConcurrent": AT_ONCE}
        answer = await self._ask("POST", "/v1/scan/batch", context, body)
        results = batch_of(answer, len(prompts), self._host)
        if results is None:
            return await self._each([self._prompt(text, context) for text in prompts])
        return [self._read(one) for one in results]

    async def _each(self, asked: Sequence[Coroutine[Any, Any, TextScan]]) -> list[TextScan]:
        """All together; the first that fails ends the rest, and is what is raised."""
        tasks = [asyncio.ensure_future(one) for one in asked]
        try:
            return list(await asyncio.gather(*tasks))
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _scan(self, path: str, body: Mapping[str, object], context: CallContext) -> TextScan:
        return self._read(await self._ask("POST", path, context, body))

    def _read(self, result: Mapping[str, Any]) -> TextScan:
        return scan_of(
            result, Provenance(self._plugin, "live", self._host), self._settings.threshold, self._host
        )

    def _item(self, prompt: str) -> dict[str, object]:
        return {"prompt": prompt, "scanners": list(self._settings.scanners), "cacheEnabled": True}

    async def _ask(
        self, method: str, path: str, context: CallContext, body: Mapping[str, object], execution: str = ""
    ) -> Mapping[str, Any]:
        """Scanning twice is scanning once, so each question has a key and may be repeated."""
        execution = execution or str(uuid4())
        answer = await context.http.call(
            self._endpoint,
            method,
            path,
            headers={
                "Content-Type": "application/json",
                "x-execution-id": execution,
                "x-parent-span-id": str(uuid4()),
            },
            body=json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"),
            timeout=min(self._settings.timeout_seconds, SHARE_OF_DEADLINE * context.deadline_seconds),
            idempotency_key=execution,
        )
        if not 200 <= answer.status < 300:
            raise refusal(answer, self._host, context.plugin.clock.now())
        return result_of(answer, self._host) if answer.status != 202 else {}
