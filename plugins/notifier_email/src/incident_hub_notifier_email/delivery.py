"""One mail over one connection, which ends with it: nothing is kept for another event loop."""

import asyncio
import ssl
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from typing import Protocol, cast

import aiosmtplib
from incident_hub_hookspecs import DeliveryCode, DeliveryError, Receipt
from incident_hub_hookspecs.outgoing_text import one_line

from incident_hub_notifier_email.settings import Settings, address

__all__ = ["deliver"]


class _Refusal(Protocol):
    """What a server says no with."""

    @property
    def code(self) -> int: ...

    @property
    def message(self) -> str: ...


async def deliver(
    mail: EmailMessage, recipients: Sequence[str], settings: Settings, deadline: float
) -> Receipt:
    """Hand the mail to the relay, or raise `DeliveryError`: 4xx may be tried again, 5xx may not."""
    try:
        async with asyncio.timeout(deadline):
            refused = await _handed_over(mail, recipients, settings)
    except aiosmtplib.SMTPRecipientsRefused as error:
        raise _nobody(settings, {one.recipient: one for one in error.recipients}) from None
    except aiosmtplib.SMTPResponseException as error:
        raise _refused(settings, error) from None
    except (TimeoutError, aiosmtplib.SMTPTimeoutError):
        told = f"{settings.host}: no answer within {deadline:g} s"
        raise DeliveryError(told, code=DeliveryCode.TIMEOUT) from None
    except (aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPConnectError, OSError) as error:
        told = f"{settings.host}: {one_line(str(error), 200)}"
        raise DeliveryError(told, code=DeliveryCode.NETWORK_ERROR) from None
    except aiosmtplib.SMTPException as error:  # the server lacks STARTTLS or the login that is asked for
        told = f"{settings.host}: {one_line(str(error), 200)}"
        raise DeliveryError(told, retry=False, code=DeliveryCode.INVALID_REQUEST) from None
    return _receipt(mail, recipients, refused, settings)


async def _handed_over(
    mail: EmailMessage, recipients: Sequence[str], settings: Settings
) -> Mapping[str, _Refusal]:
    """Those whom the relay refused, when it took the mail for others."""
    client = aiosmtplib.SMTP(
        hostname=settings.host,
        port=settings.usual_port,
        username=settings.user or None,
        password=settings.password if settings.user else None,
        local_hostname=settings.hello or None,
        timeout=None,  # the deadline is for all of it
        use_tls=settings.security == "tls",
        start_tls=settings.security == "starttls",
        tls_context=await _trust(settings),
    )
    try:
        await client.connect()
        sender = address(settings.sender, "sender")
        refused, _ = await client.sendmail(sender, list(recipients), mail.as_bytes())
        await _goodbye(client)
    finally:
        _hang_up(client)
    return refused


async def _trust(settings: Settings) -> ssl.SSLContext | None:
    """Read each time, off the loop: the file of authorities may have been renewed."""
    if settings.security == "plain":
        return None
    return await asyncio.to_thread(ssl.create_default_context, cafile=settings.ca_file or None)


async def _goodbye(client: aiosmtplib.SMTP) -> None:
    """The mail is taken; how the connection ends changes nothing."""
    try:
        await client.execute_command(b"QUIT", timeout=1.0)
    except (aiosmtplib.SMTPException, OSError):
        return


def _hang_up(client: aiosmtplib.SMTP) -> None:
    """At once: an orderly end of TLS would wait for the other side, perhaps longer than this loop runs."""
    if client.transport is not None:
        cast("asyncio.WriteTransport", client.transport).abort()
    client.close()


def _refused(settings: Settings, error: aiosmtplib.SMTPResponseException) -> DeliveryError:
    login = isinstance(error, aiosmtplib.SMTPAuthenticationError)
    code = DeliveryCode.AUTHENTICATION_ERROR if login else _code(error.code)
    # What answers a login may quote it.
    said = "refused the login" if login else one_line(str(error.message), 200)
    told = f"{settings.host} answered {error.code}: {said}"
    return DeliveryError(told, retry=not 500 <= error.code < 600, code=code)


def _nobody(settings: Settings, refused: Mapping[str, _Refusal]) -> DeliveryError:
    passing = [one.code for one in refused.values() if not 500 <= one.code < 600]
    told = f"{settings.host} takes nothing for {_listed(refused)}"
    return DeliveryError(one_line(told, 400), retry=bool(passing), code=_code(passing[0] if passing else 550))


def _code(status: int) -> DeliveryCode:
    passes = status < 500
    return DeliveryCode.SERVICE_UNAVAILABLE if passes else DeliveryCode.INVALID_REQUEST


def _listed(refused: Mapping[str, _Refusal]) -> str:
    return "; ".join(f"{who} ({one.code} {one_line(one.message, 80)})" for who, one in refused.items())


def _receipt(
    mail: EmailMessage, recipients: Sequence[str], refused: Mapping[str, _Refusal], settings: Settings
) -> Receipt:
    taken = len(recipients) - len(refused)
    detail = f"{settings.host} took it for {taken} of {len(recipients)}"
    if refused:
        detail = one_line(f"{detail}, not for {_listed(refused)}", 450)
    return Receipt(str(mail["Message-ID"]), detail)
