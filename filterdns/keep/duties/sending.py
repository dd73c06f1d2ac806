"""Messages to a mail server, some in one connection. Nothing that is told of a failure names an address."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from email.message import EmailMessage
from enum import Enum

import aiosmtplib

from filterdns.config.settings import MailSettings

TIMEOUT_SECONDS = 20.0  # for each answer of the server
_REFUSED_FOR_GOOD = 500  # RFC 5321 section 4.2.1: 5yz is a permanent negative completion


class Sent(Enum):
    """What became of a message."""

    SENT = "sent"
    LATER = "later"  # the server is not there, or says that it cannot now
    NEVER = "never"  # it will not take this message


def send_all(messages: Sequence[EmailMessage], mail: MailSettings) -> list[Sent]:
    """What became of each."""
    return asyncio.run(_send_all(messages, mail)) if messages else []


async def _send_all(messages: Sequence[EmailMessage], mail: MailSettings) -> list[Sent]:
    server = aiosmtplib.SMTP(
        hostname=mail.server.host,
        port=mail.server.port,
        use_tls=mail.tls,
        validate_certs=mail.tls,  # or else TLS is better than none, whoever signed for it (RFC 7435)
        timeout=TIMEOUT_SECONDS,
    )
    results: list[Sent] = []
    try:
        async with server:
            for message in messages:
                results.append(await _send(server, message))
                if not server.is_connected:
                    break
    except (aiosmtplib.SMTPException, OSError):
        pass  # those that were not sent wait
    return results + [Sent.LATER] * (len(messages) - len(results))


async def _send(server: aiosmtplib.SMTP, message: EmailMessage) -> Sent:
    try:
        await server.send_message(message)
    except aiosmtplib.SMTPRecipientsRefused as refused:
        return _judge(max((each.code for each in refused.recipients), default=0))
    except aiosmtplib.SMTPResponseException as refused:
        return _judge(refused.code)
    except (aiosmtplib.SMTPException, OSError):
        return Sent.LATER
    except ValueError:  # an address that this server has no way to write
        return Sent.NEVER
    return Sent.SENT


def _judge(code: int) -> Sent:
    return Sent.NEVER if code >= _REFUSED_FOR_GOOD else Sent.LATER
