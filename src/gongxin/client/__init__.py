"""What other systems embed to ask the platform: checks, outcomes, the feed, webhooks (开发工具包).

An outage of the platform's is ``unknown``, never bad. Needs httpx, and cryptography for keys.
"""

from gongxin.client.answers import (
    Answer,
    Catalog,
    Change,
    ChangesPage,
    Citation,
    Fact,
    Item,
    Label,
    Measure,
    Outcome,
    Record,
    Subject,
)
from gongxin.client.asking import PrivateReply, Question, Reply
from gongxin.client.asynchronous import AsyncClient
from gongxin.client.evaluations import Ceiling, Evaluation, Factor, Level
from gongxin.client.faults import BadWebhook, ClientFault, Refused, Unavailable
from gongxin.client.settings import Credentials, Manner
from gongxin.client.synchronous import Client
from gongxin.client.webhooks import Webhook, verify_webhook

__all__ = [
    "Answer",
    "AsyncClient",
    "BadWebhook",
    "Catalog",
    "Ceiling",
    "Change",
    "ChangesPage",
    "Citation",
    "Client",
    "ClientFault",
    "Credentials",
    "Evaluation",
    "Fact",
    "Factor",
    "Item",
    "Label",
    "Level",
    "Manner",
    "Measure",
    "Outcome",
    "PrivateReply",
    "Question",
    "Record",
    "Refused",
    "Reply",
    "Subject",
    "Unavailable",
    "Webhook",
    "verify_webhook",
]
