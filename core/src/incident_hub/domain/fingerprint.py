"""What makes two alerts the same problem."""

from hashlib import blake2b

from incident_hub_hookspecs import Alert

__all__ = ["fingerprint"]


def fingerprint(alert: Alert) -> str:
    """A 128-bit BLAKE2b over the source and either its own key or type, title and sorted resources.

    Every part ends with a NUL, which no accepted text contains, so that "ab"+"c" and "a"+"bc" differ;
    case, severity, description and labels do not count.
    """
    if alert.dedup_key:
        text = f"k\0{alert.source}\0{alert.dedup_key}\0"
    else:
        resources = "\0".join(sorted(alert.resources)) if alert.resources else ""
        text = f"t\0{alert.source}\0{alert.type}\0{alert.title}\0{resources}\0".lower()
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
