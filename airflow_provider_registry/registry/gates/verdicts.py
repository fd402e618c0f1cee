"""What a gate can say, and why it could not say more."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """The outcome of one gate.

    `failed` is a check that was made and did not hold; `errored` one that could not be made, which holds a version
    back just the same. Of severity warning both become `warned`. `skipped` is a check for which there is nothing to
    check yet: a change while the alias has no baseline, or a required alias that only the promotion looks at.
    """

    PASSED = "passed"
    WARNED = "warned"
    FAILED = "failed"
    ERRORED = "errored"
    SKIPPED = "skipped"


class Cause(StrEnum):
    """Why a gate errored or was skipped, for programs; the reason says it in words, with the numbers."""

    MISSING_METRIC = "missing_metric"
    MISSING_SLICE = "missing_slice"
    MISSING_DATASET = "missing_dataset"
    AMBIGUOUS_DATASET = "ambiguous_dataset"
    NOT_FINITE = "not_finite"
    NO_BASELINE = "no_baseline"
    MISSING_BASELINE_METRIC = "missing_baseline_metric"
    ZERO_BASELINE = "zero_baseline"
    DIFFERENT_DATASETS = "different_datasets"
    NO_SCHEMA = "no_schema"
    INVALID_SCHEMA = "invalid_schema"
    BYTES_NOT_CHECKED = "bytes_not_checked"
    BYTES_CHECKED_TOO_LONG_AGO = "bytes_checked_too_long_ago"
    BYTES_MISMATCH = "bytes_mismatch"
    MISSING_CHECK = "missing_check"
    TOO_FEW_WINDOWS = "too_few_windows"
    WINDOW_GAP = "window_gap"
    MISSING_CARD = "missing_card"
    MISSING_SCAN = "missing_scan"
    NOT_SCANNABLE = "not_scannable"
    SCANNED_TOO_LONG_AGO = "scanned_too_long_ago"
    MISSING_SIGNATURE = "missing_signature"
    MISSING_EXTRA = "missing_extra"
    EMPTY_POLICY = "empty_policy"
