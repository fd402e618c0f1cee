"""Files are looked into without being loaded: nothing that runs code is clean, and models of scikit-learn are."""

from __future__ import annotations

import io
import pickle  # noqa: TID251  # harmless pickles are written here, and none is loaded
import warnings
from pathlib import Path

import joblib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_registry.scanning.file import scan_file
from airflow_provider_registry.scanning.report import ScanOutcome, outcome_of
from tests.support.pickles import call, harmful, pickled, text, zipped

HARMFUL = sorted(harmful("marker"))
# What is looked into enough to say more than that it cannot be.
NOT_OPENED = {"7z", "tar", "EXT1", "EXT4", "zip said to be encrypted", "names in another script"}


def scanned(folder: Path, name: str, data: bytes) -> tuple[ScanOutcome, list[str]]:
    """What a scan of these bytes comes to, and what it names."""
    path = folder / name
    path.write_bytes(data)
    found = scan_file(str(path), name)
    return outcome_of(found), [finding.what for finding in found]


@pytest.mark.parametrize("which", HARMFUL)
def test_nothing_that_would_run_code_is_clean_and_nothing_of_it_runs(tmp_path: Path, which: str) -> None:
    marker = tmp_path / "marker"
    outcome, _ = scanned(tmp_path, *harmful(str(marker))[which])
    assert outcome is not ScanOutcome.CLEAN
    if which in NOT_OPENED:
        assert outcome is ScanOutcome.UNKNOWN
    assert not marker.exists()


def models() -> dict[str, object]:
    """Fitted models and data, by name."""
    # Here, since every worker that collects the tests would take seconds for it.
    from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier, RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    rows, wanted = np.arange(40.0).reshape(20, 2), np.arange(20) % 2
    made = [
        LogisticRegression(),
        RandomForestClassifier(n_estimators=2),
        GradientBoostingClassifier(n_estimators=2),
        HistGradientBoostingClassifier(max_iter=2),
        KNeighborsClassifier(),
        make_pipeline(StandardScaler(), LogisticRegression()),
        make_pipeline(OneHotEncoder(handle_unknown="ignore"), LogisticRegression()),
    ]
    data = {"names": ["age"], "weights": np.arange(3), "mixed": np.array(["a", {"b": 1}], dtype=object)}
    records = np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = {f"{number} {type(model).__name__}": model.fit(rows, wanted) for number, model in enumerate(made)}
    return {**fitted, "data": data, "records": records}


def test_models_and_data_are_clean_however_they_are_written(tmp_path: Path) -> None:
    for name, model in models().items():
        for protocol in range(2, 6):
            assert (name, ScanOutcome.CLEAN, []) == (name, *scanned(tmp_path, "a.pkl", pickle.dumps(model, protocol)))
        for compress in (0, ("zlib", 3), ("gzip", 3), ("bz2", 3), ("xz", 3), ("lzma", 3)):
            stream = io.BytesIO()
            joblib.dump(model, stream, compress=compress)
            assert (name, ScanOutcome.CLEAN, []) == (name, *scanned(tmp_path, "a.joblib", stream.getvalue()))


def test_arrays_texts_and_formats_that_hold_no_pickles_are_clean(tmp_path: Path) -> None:
    plain, several, objects = io.BytesIO(), io.BytesIO(), io.BytesIO()
    np.save(plain, np.arange(3))
    np.savez(several, a=np.arange(3), O=np.array([(1, 2.0)], dtype=[("O", "i4"), ("b", "f8")]))
    np.save(objects, np.array(["a", {"b": 1}], dtype=object))
    for name, data in [
        ("a.npy", plain.getvalue()),
        ("a.npz", several.getvalue()),
        ("a.npy", objects.getvalue()),
        ("a.json", b'{"a": 1}'),
        ("a.csv", b"churn\nage\nimport os\ncos\n"),
        ("empty", b""),
        ("a.onnx", b"\x08\x07\x12\x00\xff"),
        ("a.safetensors", b"\x08\x00\x00\x00\x00\x00\x00\x00{}      \xff\xfe"),
        ("a.pt", zipped({"a/data.pkl": pickled(b"}"), "a/data/0": b"\x00\xff" * 9, "a/version": b"3\n"})),
    ]:
        assert (ScanOutcome.CLEAN, []) == scanned(tmp_path, name, data)


def test_what_nobody_can_look_into_is_unknown_and_the_reason_says_why(tmp_path: Path) -> None:
    for name, data, why in [
        ("a.bin", b"\xfe\xff\x00" * 40, "of a format that is not known"),
        ("a.pkl", b"weights", "is no pickle"),
        ("a.zst", b"\x28\xb5\x2f\xfd....", "compressed by zstandard"),
        ("a.h5", b"\x89HDF\r\n\x1a\n", "HDF5"),
        ("a.gz", b"\x1f\x8b\x08broken", "cannot be decompressed"),
        ("a.pt", zipped({"a.txt": b"a"})[:-30], "format"),
        ("a.pkl", pickled(b"N") + b"\xff", "what follows its pickle is none"),
        ("a.pkl", b"\x80\x04" + b"N" * 9, "breaks off"),
        ("a.pkl", pickled(b"R"), "empty stack"),
        ("a.pkl", pickled(b"h\x07"), "memo"),
    ]:
        outcome, whats = scanned(tmp_path, name, data)
        assert outcome is ScanOutcome.UNKNOWN
        assert why in " ".join(whats)


def test_archives_within_archives_end_somewhere(tmp_path: Path) -> None:
    data = pickled(b"N")
    for _ in range(8):
        data = zipped({"a": data})
    assert (ScanOutcome.UNKNOWN, ["more than 5 archives lie in each other"]) == scanned(tmp_path, "a.zip", data)


WRAPPER = text("joblib.numpy_pickle") + text("NumpyArrayWrapper") + b"\x93"


@pytest.mark.parametrize(
    "body",
    [
        # Each hides the call from who takes the bytes after the wrapper for an array.
        WRAPPER + b")\x81}" + text("dtype") + b"Nsb",
        WRAPPER + b")R}b",
        b"ccopyreg\n_reconstructor\n(" + WRAPPER + b"cbuiltins\nobject\nNtR}b",
    ],
)
def test_an_array_that_joblib_did_not_write_hides_nothing(tmp_path: Path, body: bytes) -> None:
    outcome, whats = scanned(tmp_path, "a.joblib", pickled(body + call("os", "system", "true"), 4))
    assert outcome in (ScanOutcome.UNKNOWN, ScanOutcome.DANGEROUS), whats


@given(
    data=st.binary(max_size=200), name=st.sampled_from(["a.pkl", "a", "a.npy", "a.pt", "a.txt"]), cut=st.integers(0, 99)
)
def test_no_bytes_make_a_scan_fail_and_a_harmful_pickle_is_never_clean(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, name: str, cut: int
) -> None:
    folder = tmp_path_factory.mktemp("bytes")
    scanned(folder, name, data)
    whole = b"\x80\x04" + call("os", "system", "true") + data + b"."
    assert scanned(folder, name, whole)[0] is not ScanOutcome.CLEAN
    scanned(folder, name, whole[: cut % len(whole)])
