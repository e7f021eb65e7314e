"""Queries that need no configuration: what usual LLM gateways and servers measure under their own names.

Who has none of them pays one quick question each, to which nothing comes back.
"""

from incident_hub_enricher_prometheus.settings import Query

__all__ = ["BUNDLED"]

_OF_MODEL = '"${llm.model}"'


def _p95(metric: str, label: str) -> str:
    return f"histogram_quantile(0.95, sum by (le) (rate({metric}_bucket{{{label}={_OF_MODEL}}}[5m])))"


BUNDLED = (
    Query("up", 'up{job="${labels.job}", instance="${labels.instance}"}'),
    Query(
        "LiteLLM failed requests",
        f"sum(rate(litellm_proxy_failed_requests_metric_total{{requested_model={_OF_MODEL}}}[5m]))",
        "/s",
    ),
    Query("LiteLLM latency p95", _p95("litellm_request_total_latency_metric", "requested_model"), "s"),
    Query("vLLM requests waiting", f"sum(vllm:num_requests_waiting{{model_name={_OF_MODEL}}})"),
    Query("vLLM latency p95", _p95("vllm:e2e_request_latency_seconds", "model_name"), "s"),
    Query(
        "vLLM KV cache in use",
        f"max(vllm:kv_cache_usage_perc{{model_name={_OF_MODEL}}}"
        f" or vllm:gpu_cache_usage_perc{{model_name={_OF_MODEL}}})",
    ),
    Query(
        "GenAI call latency p95",
        _p95("gen_ai_client_operation_duration_seconds", "gen_ai_request_model"),
        "s",
    ),
    Query(
        "GenAI call errors",
        "sum(rate(gen_ai_client_operation_duration_seconds_count"
        f'{{gen_ai_request_model={_OF_MODEL}, error_type!=""}}[5m]))',
        "/s",
    ),
)
