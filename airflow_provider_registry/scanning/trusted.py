"""What a pickle may import and still be called clean: it makes data, or a model that is data.

Everything else is suspicious until a policy allows it. The list is of this release, and is named beside each scan.
"""

from __future__ import annotations

import re

from airflow_provider_registry.scanning.values import Global

RULES = "1"
"""The version of this list and of what else is ours in a scan."""

_EXACT: dict[str, str] = {
    "builtins": "set frozenset bytearray complex slice range list dict tuple int float str bytes bool object",
    "__builtin__": "set frozenset bytearray complex slice xrange list dict tuple int float str bytes bool object "
    "unicode long",
    "_codecs": "encode",
    "copyreg": "_reconstructor",
    "copy_reg": "_reconstructor",
    "collections": "OrderedDict defaultdict deque Counter",
    "datetime": "date datetime time timedelta timezone",
    "decimal": "Decimal",
    "fractions": "Fraction",
    "uuid": "UUID",
    "pathlib": "PurePosixPath PureWindowsPath",
    "numpy": "dtype ndarray bool_ str_ bytes_ int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 "
    "float64",
    "numpy.core.multiarray": "_reconstruct scalar",
    "numpy._core.multiarray": "_reconstruct scalar",
    "numpy.core.numeric": "_frombuffer",
    "numpy._core.numeric": "_frombuffer",
    "numpy.ma": "MaskedArray",
    "numpy.ma.core": "MaskedArray _mareconstruct",
    "numpy.random._pickle": "__randomstate_ctor __generator_ctor __bit_generator_ctor",
    "numpy.random._mt19937": "MT19937",
    "numpy.random._pcg64": "PCG64 PCG64DXSM",
    "numpy.random._philox": "Philox",
    "numpy.random._sfc64": "SFC64",
    "numpy.random.bit_generator": "SeedSequence __pyx_unpickle_SeedSequence",
    "joblib.numpy_pickle": "NumpyArrayWrapper",
    "torch": "FloatStorage DoubleStorage HalfStorage BFloat16Storage LongStorage IntStorage ShortStorage CharStorage "
    "ByteStorage BoolStorage ComplexFloatStorage ComplexDoubleStorage Size",
    "torch._utils": "_rebuild_tensor_v2 _rebuild_parameter",
    "torch.serialization": "_get_layout",
    **{
        f"scipy.sparse._{form}": f"{form}_matrix {form}_array"
        for form in ("bsr", "coo", "csc", "csr", "dia", "dok", "lil")
    },
}
_TRUSTED = frozenset(Global(module, name) for module, names in _EXACT.items() for name in names.split())

# Estimators and their parts are classes. In these packages of scikit-learn nothing else begins with a capital but what
# they take from elsewhere, which a test finds and `_TAKEN` names.
_SKLEARN = re.compile(
    r"sklearn\.(_loss|calibration|cluster|compose|covariance|cross_decomposition|decomposition|discriminant_analysis|"
    r"dummy|ensemble|feature_extraction|feature_selection|gaussian_process|impute|isotonic|kernel_approximation|"
    r"kernel_ridge|linear_model|manifold|metrics|mixture|model_selection|multiclass|multioutput|naive_bayes|neighbors|"
    r"neural_network|pipeline|preprocessing|random_projection|semi_supervised|svm|tree)(\.\w+)*",
    re.ASCII,
)
_CLASS = re.compile(r"_*[A-Z]\w*", re.ASCII)
_TAKEN = frozenset({"Parallel", "MethodType", "Path", "StringIO", "Thread", "Bunch", "ThreadpoolController"})
_COMPILED = re.compile(r"newObj|__pyx_unpickle_\w+", re.ASCII)

_PATTERN = re.compile(r"[A-Za-z_][\w.]*(\.\*)?", re.ASCII)


def is_trusted(found: Global) -> bool:
    """Whether a pickle may import this without anybody having allowed it."""
    if found in _TRUSTED:
        return True
    if not _SKLEARN.fullmatch(found.module) or ".tests" in found.module:
        return False
    is_class = _CLASS.fullmatch(found.name) is not None and found.name not in _TAKEN
    return is_class or _COMPILED.fullmatch(found.name) is not None


def is_pattern(text: str) -> bool:
    """Whether a policy may allow this: `package.module.name`, or `package.module.*`."""
    return _PATTERN.fullmatch(text) is not None and "." in text and ".." not in text


def is_allowed(what: str, allowed: tuple[str, ...]) -> bool:
    """Whether what a scan found is among what a policy allows: exactly, or under a module."""
    return any(what.startswith(pattern[:-1]) if pattern.endswith(".*") else what == pattern for pattern in allowed)
