"""What went wrong, as problem details (RFC 9457)."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from airflow_provider_registry.errors import (
    DatabaseUnavailableError,
    DecisionRefusedError,
    InvalidInputError,
    MissingExtraError,
    NotAllowedError,
    NotFoundError,
    RefusedError,
    RegistryError,
    SchemaError,
    SearchTimeoutError,
    StorageUnavailableError,
)
from airflow_provider_registry.ui.headers import NO_GUESSING

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"

# The first that an error is one of.
_STATUSES: tuple[tuple[type[RegistryError], HTTPStatus], ...] = (
    (NotFoundError, HTTPStatus.NOT_FOUND),
    (InvalidInputError, HTTPStatus.BAD_REQUEST),
    (NotAllowedError, HTTPStatus.FORBIDDEN),
    (DecisionRefusedError, HTTPStatus.FORBIDDEN),
    (RefusedError, HTTPStatus.CONFLICT),
    (SearchTimeoutError, HTTPStatus.GATEWAY_TIMEOUT),
    (DatabaseUnavailableError, HTTPStatus.SERVICE_UNAVAILABLE),
    (StorageUnavailableError, HTTPStatus.SERVICE_UNAVAILABLE),
    (SchemaError, HTTPStatus.SERVICE_UNAVAILABLE),
    (MissingExtraError, HTTPStatus.NOT_IMPLEMENTED),
    # Bytes or a record that are not what they were, a database or a store that denies: no request can help.
    (RegistryError, HTTPStatus.INTERNAL_SERVER_ERROR),
)


class Problem(BaseModel):
    """Problem details, after RFC 9457."""

    type: str = Field(default="about:blank", description="`urn:model-registry:` and the class of the registry's error.")
    title: str
    status: int
    detail: str = Field(default="", description="What was wrong, and what to do.")


def answer_problems(app: FastAPI) -> None:
    """Have an app answer with problem details whatever goes wrong."""
    app.add_exception_handler(RegistryError, _refused)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _unexpected)


def _refused(_: Request, error: Any) -> JSONResponse:
    status = next(status for kind, status in _STATUSES if isinstance(error, kind))
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("The registry failed a request", exc_info=error)
    return _answer(status, str(error), f"urn:model-registry:{type(error).__name__}")


def _http(_: Request, error: Any) -> JSONResponse:
    return _answer(HTTPStatus(error.status_code), str(error.detail), headers=error.headers)


def _invalid(_: Request, error: Any) -> JSONResponse:
    where = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
    return _answer(HTTPStatus.UNPROCESSABLE_ENTITY, where)


def _unexpected(_: Request, error: Exception) -> JSONResponse:
    # Its text may say more than the user may know: the log has it.
    return _answer(
        HTTPStatus.INTERNAL_SERVER_ERROR, "The log of the API server says what happened.", headers=NO_GUESSING
    )


def _answer(status: HTTPStatus, detail: str, type: str = "about:blank", headers: Any = None) -> JSONResponse:
    problem = Problem(type=type, title=status.phrase, status=status.value, detail=detail)
    return JSONResponse(problem.model_dump(), status.value, headers, MEDIA_TYPE)
