"""One notification as a mail: plain text and HTML, in one thread for each incident."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from hashlib import sha256
from html import escape

from incident_hub_hookspecs import Notification, Severity
from incident_hub_hookspecs.outgoing_text import one_line, readable

from incident_hub_notifier_email.facts import facts_of
from incident_hub_notifier_email.recipients import Recipients
from incident_hub_notifier_email.settings import Settings

__all__ = ["COLOURS", "mail_of"]

COLOURS = {
    Severity.P0: "#d00000",
    Severity.P1: "#ff6b35",
    Severity.P2: "#f7b801",
    Severity.P3: "#0077b6",
    Severity.P4: "#00b4d8",
}
_POLICY = SMTP.clone(cte_type="7bit")  # any relay takes seven bits
_TITLE, _BODY = 180, 8000


def mail_of(
    notification: Notification, recipients: Recipients, settings: Settings, url: str, now: datetime
) -> EmailMessage:
    """The mail; the same notification has the same Message-ID each time, by which mailboxes know a repeat."""
    mail = EmailMessage(_POLICY)
    _address(mail, recipients, settings)
    _thread(mail, notification, settings.domain)
    mail["Subject"] = _subject(notification)
    mail["Date"] = format_datetime(now)
    _automatic(mail, notification, settings.domain)
    mail.set_content(_text(notification, url), cte="quoted-printable")
    mail.add_alternative(_html(notification, url), subtype="html", cte="quoted-printable")
    return mail


def _address(mail: EmailMessage, recipients: Recipients, settings: Settings) -> None:
    mail["From"] = _named(settings.sender)
    mail["To"] = [Address(addr_spec=one) for one in recipients.to]
    if recipients.cc:
        mail["Cc"] = [Address(addr_spec=one) for one in recipients.cc]
    if settings.reply_to:
        mail["Reply-To"] = _named(settings.reply_to)


def _named(text: str) -> Address:
    name, bare = parseaddr(text)
    return Address(name, addr_spec=bare)


def _thread(mail: EmailMessage, notification: Notification, domain: str) -> None:
    """All mails about an incident answer one message id, so a thread needs no mail that may never have left."""
    mail["Message-ID"] = f"<{_digest(notification.key)}@{domain}>"
    root = f"<incident.{_digest(notification.incident.id)}@{domain}>"
    mail["In-Reply-To"] = root
    mail["References"] = root
    mail["X-Incident-Hub-Key"] = one_line(notification.key, 255)


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:24]


def _subject(notification: Notification) -> str:
    """The same for all events but for `Re:`, as some programs thread by subject too."""
    again = "" if notification.event == "created" else "Re: "
    incident = notification.incident
    return f"{again}[{incident.severity.value}] {one_line(incident.title, _TITLE) or 'Incident'}"


def _automatic(mail: EmailMessage, notification: Notification, domain: str) -> None:
    """No vacation notice answers, filters can sort, and urgent ones stand out."""
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail["List-Id"] = f"Incidents <incidents.{domain}>"
    mail["Precedence"] = "list"
    if notification.incident.severity in (Severity.P0, Severity.P1) and notification.event != "resolved":
        mail["Importance"] = "high"


def _text(notification: Notification, url: str) -> str:
    incident = notification.incident
    parts = [f"{_happened(notification)}: {one_line(incident.title, _TITLE)}"]
    if url:
        parts.append(url)
    parts.append("\n".join(f"{name}: {value}" for name, value in facts_of(incident)))
    if incident.description:
        parts.append(readable(incident.description, _BODY))
    return "\n\n".join(parts) + "\n"


def _happened(notification: Notification) -> str:
    return one_line(notification.event, 60).replace("_", " ").capitalize() or "Incident"


def _html(notification: Notification, url: str) -> str:
    incident, text = notification.incident, escape(readable(notification.incident.description, _BODY))
    rows = "".join(
        f'<tr><td style="padding:2px 12px 2px 0;color:#666">{escape(name)}</td><td>{escape(value)}</td></tr>\n'
        for name, value in facts_of(incident)
    )
    link = f'<p><a href="{escape(url)}">Open the incident</a></p>\n' if url else ""
    return (
        '<!DOCTYPE html>\n<html><body style="font-family:sans-serif">\n'
        f'<div style="border-left:6px solid {COLOURS[incident.severity]};padding-left:12px">\n'
        f"<p>{escape(_happened(notification))}</p>\n<h2>{escape(one_line(incident.title, _TITLE))}</h2>\n"
        f'{link}<table>\n{rows}</table>\n<p style="white-space:pre-wrap">{text}</p>\n</div>\n</body></html>\n'
    )
