"""Erasing persons and free text from an event; the record holds afterwards as before (rule 9)."""

from __future__ import annotations

from sqlalchemy import RowMapping, select, update

from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.errors import InvalidInputError, NotFoundError, RefusedError
from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.names import check_text
from airflow_provider_registry.registry.caller import Asked
from airflow_provider_registry.registry.cards.acts import end_requests
from airflow_provider_registry.registry.cards.queries import asked_newest
from airflow_provider_registry.registry.cards.tables import CardRow
from airflow_provider_registry.registry.cards.written import NOTHING
from airflow_provider_registry.registry.checks.outcome import Outcome
from airflow_provider_registry.registry.checks.tables import CheckRow
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.act import Act
from airflow_provider_registry.registry.deployments.tables import DeploymentRow
from airflow_provider_registry.registry.limits import check_whole
from airflow_provider_registry.registry.models.tables import ModelRow
from airflow_provider_registry.registry.profiles.said import SaidProfile
from airflow_provider_registry.registry.profiles.tables import ProfileRow
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.record.views import ERASED
from airflow_provider_registry.registry.requests.tables import DecisionRow
from airflow_provider_registry.registry.signatures.tables import SignatureRow
from airflow_provider_registry.registry.versions.tables import VersionRow


def erase_event(core: Core, model_name: str, seq: int, reason: str, key: str | None) -> None:
    """Erase the private part of an event; see `Registry.erase_event`."""
    if not check_text("reason", reason).strip():
        raise InvalidInputError("Erasing needs a reason, which stays in the record: name no person in it.")
    check_whole("seq", seq)

    def work(act: Act) -> None:
        mine = (EventRow.model_id == act.model["id"], EventRow.seq == seq)
        event = act.connection.execute(select(EventRow.__table__).where(*mine)).mappings().one_or_none()
        if event is None:
            raise NotFoundError(f"The record of {act.model['name']!r} has no event {seq!r}.")
        if event["private"] is None:
            act.idle = True
            return
        _refuse_pending(act, event)
        act.connection.execute(update(EventRow).where(*mine).values(private=None, private_key=None))
        _erase_creator(act, event)
        _erase_evidence(act, event)
        _erase_profile(act, event)
        _erase_card(act, event)
        _erase_signer(act, event)
        _erase_url(act, event)
        act.record(EventType.EVENT_ERASED, {"erased": seq}, private={"reason": reason})

    asked = Asked("erase", model_name, sha256_of(["erase", seq]), key=key)
    core.acts.run(asked, work, lambda act, event: None)


def _refuse_pending(act: Act, event: RowMapping) -> None:
    """Who asked and who decided is what a pending request is judged by; once it has ended, that may go."""
    for request in act.pending.find():
        decisions = select(DecisionRow.event_id).where(DecisionRow.request_id == request["id"])
        if event["id"] in (request["id"], *act.connection.execute(decisions).scalars()):
            raise RefusedError(
                f"Event {event['seq']} belongs to the promotion request {request['id']}, which is still pending: "
                "withdraw it, or wait until it has ended."
            )


def _erase_creator(act: Act, event: RowMapping) -> None:
    """The name that the event's version or model shows as its creator is the same person's."""
    if event["type"] == EventType.VERSION_REGISTERED:
        mine = (VersionRow.model_id == act.model["id"], VersionRow.version == event["version"])
        act.connection.execute(update(VersionRow).where(*mine).values(created_by=ERASED))
    if event["type"] == EventType.MODEL_CREATED:
        act.connection.execute(update(ModelRow).where(ModelRow.id == act.model["id"]).values(created_by=ERASED))


def _erase_url(act: Act, event: RowMapping) -> None:
    """Where a target answers may say whose it is."""
    if event["type"] == EventType.DEPLOYMENT_RECORDED:
        mine = DeploymentRow.event_id == event["id"]
        act.connection.execute(update(DeploymentRow).where(mine).values(url=None))


def _erase_evidence(act: Act, event: RowMapping) -> None:
    """The evidence of a check is free text too; what it came to stays."""
    if event["type"] == EventType.VERSION_CHECKED:
        mine = CheckRow.event_id == event["id"]
        row = act.connection.execute(select(CheckRow.name, CheckRow.passed).where(mine)).one()
        left = Outcome(row.name, row.passed, {})
        act.connection.execute(update(CheckRow).where(mine).values(evidence=left.evidence, digest=left.digest))


def _erase_profile(act: Act, event: RowMapping) -> None:
    """So are the names of a profile's categories; of which data it was stays."""
    if event["type"] == EventType.VERSION_PROFILED:
        mine = ProfileRow.event_id == event["id"]
        row = act.connection.execute(select(ProfileRow.__table__).where(mine)).mappings().one()
        window = None if row["window_from"] is None else (row["window_from"], row["window_to"])
        left = SaidProfile(row["phase"], row["dataset"], window, {})
        act.connection.execute(update(ProfileRow).where(mine).values(body=left.body, digest=left.digest))


def _erase_card(act: Act, event: RowMapping) -> None:
    """A card is free text from end to end: nothing of the revision stays but that it was set."""
    if event["type"] != EventType.VERSION_CARD_SET:
        return
    mine = CardRow.event_id == event["id"]
    version_id = act.connection.execute(select(CardRow.version_id).where(mine)).scalar_one()
    (newest,) = act.rows_together(asked_newest(version_id))[0]
    if newest["event_id"] == event["id"]:
        end_requests(act, version_id)
    left = {"text": NOTHING.text, "front_matter": {}, "sections": [], "digest": NOTHING.digest}
    act.connection.execute(update(CardRow).where(mine).values(left))


def _erase_signer(act: Act, event: RowMapping) -> None:
    """A certificate may name a person. What is left of the signature verifies no more."""
    if event["type"] == EventType.VERSION_SIGNED:
        mine = SignatureRow.event_id == event["id"]
        act.connection.execute(update(SignatureRow).where(mine).values(subject="", bundle=""))
