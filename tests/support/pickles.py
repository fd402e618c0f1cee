"""Pickles made by hand, opcode by opcode, and never loaded: what a scan must not call clean, and what it should.

Every harmful one would create the marker file, and no more.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import zipfile
import zlib


def text(value: str) -> bytes:
    """A text, pushed (BINUNICODE)."""
    data = value.encode()
    return b"X" + struct.pack("<I", len(data)) + data


def call(module: str, name: str, *arguments: str) -> bytes:
    """A call of a global with texts, by GLOBAL and REDUCE: its result stays on the stack."""
    return b"c" + f"{module}\n{name}\n".encode() + b"(" + b"".join(map(text, arguments)) + b"tR"


def pickled(body: bytes, protocol: int = 2) -> bytes:
    """A whole pickle."""
    return b"\x80" + bytes([protocol]) + body + b"."


def zipped(files: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    """A ZIP archive, as PyTorch saves one."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, compression)
    return stream.getvalue()


def object_array(body: bytes) -> bytes:
    """A .npy file of an object array, whose elements are a pickle."""
    header = b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }"
    header += b" " * (-(len(header) + 11) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + body


def harmful(marker: str) -> dict[str, tuple[str, bytes]]:
    """What would create the marker file when loaded, by what it tries: the name of the file, and its bytes."""
    touch = f"touch {marker}"
    code = f"open({marker!r}, 'w')"
    system = call("os", "system", touch)
    plain = pickled(system)
    return {
        **{name: ("model.pkl", data) for name, data in _opcodes(touch, code).items()},
        **{name: ("model.pkl", pickled(body)) for name, body in _callables(marker, touch, code).items()},
        **_containers(plain, marker),
    }


def _opcodes(touch: str, code: str) -> dict[str, bytes]:
    """One call, by every opcode that calls."""
    system, bad_sum = call("os", "system", touch), zlib.crc32(b"no")
    memo = b"\x8c\x02os\x94\x8c\x06system\x94" + b"\x8c\x04safe0h\x000h\x00h\x01\x93"
    hidden = b"\x8c\x0bcollections\x940\x8c\x0bOrderedDict\x940" + memo
    assert bad_sum
    return {
        "REDUCE of os.system": pickled(system),
        "REDUCE of posix.system": pickled(call("posix", "system", touch)),
        "protocol 0, text alone": b"cos\nsystem\n(S'" + touch.encode() + b"'\ntR.",
        "INST": b"(S'" + touch.encode() + b"'\nios\nsystem\n.",
        "OBJ": b"(cos\nsystem\nS'" + touch.encode() + b"'\no.",
        "NEWOBJ": pickled(b"csubprocess\nPopen\n" + text(touch) + b"\x85\x81"),
        "NEWOBJ_EX": pickled(b"csubprocess\nPopen\n" + text(touch) + b"\x85}" + text("shell") + b"\x88s\x92", 4),
        "BUILD with a harmful __setstate__": pickled(
            b"cos\nsystem\n0ccodeop\nCommandCompiler\n)\x81}"
            + text("__setstate__")
            + b"cos\nsystem\nsb"
            + text(touch)
            + b"b"
        ),
        "STACK_GLOBAL": pickled(text("os") + text("system") + b"\x93" + text(touch) + b"\x85R", 4),
        "STACK_GLOBAL from the memo": pickled(memo + text(touch) + b"\x85R", 4),
        "STACK_GLOBAL, the memo filled otherwise": pickled(
            text("os") + b"q\x05" + text("system") + b"q\x07000" + b"N" + b"h\x05h\x07\x93" + text(touch) + b"\x85R", 4
        ),
        "STACK_GLOBAL over a DUP": pickled(
            text("system") + text("os") + b"20" + b"q\x010q\x020h\x01h\x02\x93" + text(touch) + b"\x85R", 4
        ),
        "STACK_GLOBAL, its texts swapped by a tuple": pickled(
            text("os") + text("system") + b"\x86q\x000" + hidden + text(touch) + b"\x85R", 4
        ),
        "EXT1": pickled(b"\x82\x01" + text(touch) + b"\x85R"),
        "EXT4": pickled(b"\x84\x01\x00\x00\x00" + text(touch) + b"\x85R"),
        "broken after the call": b"\x80\x02" + system + b"\xff\xff\xff",
        "no STOP after the call": b"\x80\x02" + system,
        "a STOP, and a second pickle": pickled(b"N") + pickled(system),
        "a STOP, bytes, and a second pickle": pickled(b"N") + b"\x00\x01\x02" * 9 + pickled(system),
        "seven pickles, the last harmful": pickled(b"N") * 6 + pickled(system),
        "wrong FRAME length": b"\x80\x04\x95" + struct.pack("<Q", 3) + system + b".",
        "names in another script": pickled("c\u043es\nsystem\n".encode() + b"(" + text(touch) + b"tR"),
        "module and name on one line": pickled(b"cos system\nsystem\n(" + text(touch) + b"tR"),
        "builtins.exec": pickled(call("builtins", "exec", code)),
        "__builtin__.eval": pickled(call("__builtin__", "eval", code)),
    }


def _callables(marker: str, touch: str, code: str) -> dict[str, bytes]:
    """Callables of the standard library and of what is installed beside models."""
    getter = b"cbuiltins\ngetattr\n(cbuiltins\n__import__\n(" + text("os") + b"tR" + text("system") + b"tR("
    attr = b"coperator\nattrgetter\n(" + text("system") + b"tR(" + b"cbuiltins\n__import__\n(" + text("os") + b"tRtR("
    dotted = text("functools") + text("reduce.__globals__") + b"\x93"
    return {
        "getattr of an import": getter + text(touch) + b"tR",
        "operator.attrgetter": attr + text(touch) + b"tR",
        "operator.methodcaller": b"coperator\nmethodcaller\n(" + text("system") + text(touch) + b"tR(cos\n__dict__\ntR",
        "functools.partial": b"cfunctools\npartial\n(cos\nsystem\n" + text(touch) + b"tR)R",
        "a dotted name": dotted,
        "importlib.import_module": call("importlib", "import_module", "antigravity"),
        "runpy.run_path": call("runpy", "run_path", marker),
        "runpy._run_code": call("runpy", "_run_code", code),
        "pip.main": b"cpip\nmain\n((" + text("install") + text(marker) + b"ltR",
        "pip._internal": b"cpip._internal\nmain\n((" + text("install") + text(marker) + b"ltR",
        "asyncio": call("asyncio.unix_events", "_UnixSubprocessTransport._start", touch),
        "ctypes.CDLL": call("ctypes", "CDLL", marker),
        "numpy.testing": call("numpy.testing._private.utils", "runstring", code),
        "numpy.f2py": call("numpy.f2py.crackfortran", "getlincoef", code, ""),
        "timeit.timeit": call("timeit", "timeit", code),
        "cProfile.run": call("cProfile", "run", code),
        "pdb.run": call("pdb", "run", code),
        "code.interact": b"ccode\nInteractiveInterpreter\n)R",
        "doctest.debug_script": call("doctest", "debug_script", code),
        "idlelib": call("idlelib.pyshell", "ModifiedInterpreter.runcode", code),
        "lib2to3": call("lib2to3.pgen2.grammar", "Grammar.loads", code),
        "venv.create": call("venv", "create", marker),
        "webbrowser.open": call("webbrowser", "open", marker),
        "pickle.loads": b"cpickle\nloads\n(" + text("x") + b"tR",
        "torch.load": call("torch", "load", marker),
        "joblib.load": call("joblib", "load", marker),
        "pandas.read_pickle": call("pandas", "read_pickle", marker),
        "pandas.eval": call("pandas.core.computation.eval", "eval", code),
        "logging.FileHandler": call("logging", "FileHandler", marker),
        "shutil.copyfile": call("shutil", "copyfile", "/dev/null", marker),
        "io.open": call("_io", "open", marker, "w"),
        "pathlib.Path.touch": call("pathlib", "Path.touch", marker),
        "a package of one's own": call("evil_package.models", "Model", marker),
        "sqlite3": call("sqlite3", "connect", marker),
        "tempfile of a name": call("tempfile", "TemporaryDirectory", marker),
        "sklearn.utils": call("sklearn.utils._testing", "check_skip_network", marker),
        "a class of sklearn that reads": call("sklearn.utils._testing", "TempMemmap", marker),
    }


def _containers(plain: bytes, marker: str) -> dict[str, tuple[str, bytes]]:
    """The same pickle, inside of something."""
    stored = zipped({"archive/data.pkl": plain, "archive/version": b"3\n"})
    wrong_sum = bytearray(stored)
    wrong_sum[14:18] = b"\x00\x00\x00\x00"
    encrypted = bytearray(stored)
    encrypted[6] |= 1
    encrypted[stored.index(b"PK\x01\x02") + 8] |= 1
    nested = zipped({"inner.zip": stored})
    return {
        "torch zip, a bad data.pkl": ("model.pt", stored),
        "torch zip, data under another name": ("model.pt", zipped({"archive/weights": plain, "archive/version": b"3"})),
        "zip with wrong CRC": ("model.pt", bytes(wrong_sum)),
        "zip said to be encrypted": ("model.pt", bytes(encrypted)),
        "zip of a zip": ("model.zip", nested),
        "zip after other bytes": ("model.bin", b"\x00" * 100 + stored),
        "a pickle before a zip": ("model.pt", plain + zipped({"archive/data.pkl": pickled(b"N")})),
        "joblib, zlib": ("model.joblib", zlib.compress(plain)),
        "joblib, gzip": ("model.joblib.gz", gzip.compress(plain)),
        "joblib, bz2": ("model.pkl.bz2", bz2.compress(plain)),
        "joblib, xz": ("model.pkl.xz", lzma.compress(plain)),
        "gzip twice": ("model.pkl.gz", gzip.compress(gzip.compress(plain))),
        "a second gzip member": ("model.pkl.gz", gzip.compress(pickled(b"N")) + gzip.compress(plain)),
        "an object array": ("array.npy", object_array(plain)),
        "an object array in .npz": ("arrays.npz", zipped({"a.npy": object_array(plain)})),
        "under the name of a text": ("README.md", plain),
        "without a name's end": ("weights", plain),
        "protocol 0 under the name of a text": ("notes.txt", b"cos\nsystem\n(S'touch " + marker.encode() + b"'\ntR."),
        "7z": ("model.7z", b"7z\xbc\xaf\x27\x1c" + plain),
        "tar": ("model.tar", b"model.pkl".ljust(257, b"\0") + b"ustar" + plain),
    }
