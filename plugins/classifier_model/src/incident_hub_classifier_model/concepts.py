"""What words mean in incidents: each concept is a few words, so that a rare word speaks like a common one.

Words that name a severity ("critical", "sev1", "P0") are no evidence: they are what is to be predicted.
"""

__all__ = ["CONCEPTS", "GIVEAWAYS", "concepts_of_words"]

CONCEPTS: dict[str, str] = {
    "outage": "outage outages down offline unavailable unreachable dead crash crashed crashes crashing blackout "
    "disruption disrupted interruption interrupted unresponsive",
    "failure": "fail fails failed failing failure failures broken cannot can't unable inaccessible "
    "inaccessibility stuck blocked refuse refused reject rejected",
    "error": "error errors errored 500 502 503 504 529 5xx 429 4xx exception exceptions timeout timeouts timing",
    "slow": "slow slower slowness slowdown latency latencies delay delays delayed longer lag lagging degraded "
    "degradation performance sluggish queue queued backlog",
    "rise": "elevated elevation increased increase increasing high higher spike spiking surge rise rising "
    "heightened",
    "in part": "some subset small few partial partially certain intermittent intermittently limited occasional "
    "occasionally sporadic minority individual single specific brief briefly",
    "all of it": "all every everyone entire entirely complete completely full fully total totally widespread "
    "global globally most majority many significant severe severely everywhere",
    "sign-in": "login logins logging signin signup sign auth authentication authorize sso account accounts "
    "session sessions verification oauth password",
    "model": "model models gpt davinci ada curie babbage turbo embedding embeddings whisper dall claude opus "
    "sonnet haiku llama mistral gemini sdxl checkpoint engine engines completion completions tune tuned tunes "
    "tuning finetune finetuning",
    "side feature": "billing payment payments invoice usage dashboard docs documentation playground label labels "
    "labs plugin plugins browse browsing voice upload uploads download file files console settings search share "
    "sharing email emails sms phone history export feedback survey marketplace webpage website blog forum help",
    "api": "api apis endpoint endpoints rest grpc request requests sdk",
    "chat": "chat chatgpt conversation conversations app web site ui mobile ios android",
    "over": "resolved fixed mitigated recovered restored completed over back normal operational",
    "looked into": "investigating investigate looking examining reviewing aware monitoring watching",
    "cause": "identified cause caused root due deployment deploy release rollback rolled configuration migration "
    "database network upstream provider dns certificate capacity",
    "past": "was were had between earlier from until lasted yesterday experienced",
    "attack": "injection jailbreak leak leaked exfiltration breach vulnerability attack malicious abuse secret "
    "credential unauthorized phishing",
    "quality": "hallucination hallucinations hallucinating groundedness drift quality wrong incorrect repetitive "
    "toxic",
    "cost": "cost costs spend budget quota bill tokens rate limit limits throttle throttled throttling",
    "data": "data loss lost corruption corrupted missing inconsistent stale duplicate index vector",
    "harmless": "test testing scheduled maintenance planned informational notice false reminder",
    "people": "customer customers user users client clients tenant tenants subscribers",
}
_GIVEAWAYS = (
    "severity sev priority urgency urgent impact critical major minor crit warn warning info informational "
    "p0 p1 p2 p3 p4 p5 sev0 sev1 sev2 sev3 sev4 sev5 emergency fatal moderate"
)
GIVEAWAYS = frozenset(_GIVEAWAYS.split())


def concepts_of_words() -> dict[str, tuple[int, ...]]:
    """The places of a word's concepts in the order of `CONCEPTS`."""
    places: dict[str, tuple[int, ...]] = {}
    for place, words in enumerate(CONCEPTS.values()):
        for word in words.split():
            if word not in GIVEAWAYS:
                places[word] = (*places.get(word, ()), place)
    return places
