import json
import random
import struct
import subprocess
from shutil import which

import pytest

from workbench.errors import WorkbenchError
from workbench.runs.canonical import canonical, digest

# Appendix B of RFC 8785: the bits of a double, and how it is written.
APPENDIX_B = {
    "0000000000000000": "0",
    "8000000000000000": "0",
    "0000000000000001": "5e-324",
    "8000000000000001": "-5e-324",
    "7fefffffffffffff": "1.7976931348623157e+308",
    "ffefffffffffffff": "-1.7976931348623157e+308",
    "4340000000000000": "9007199254740992",
    "c340000000000000": "-9007199254740992",
    "4430000000000000": "295147905179352830000",
    "44b52d02c7e14af5": "9.999999999999997e+22",
    "44b52d02c7e14af6": "1e+23",
    "44b52d02c7e14af7": "1.0000000000000001e+23",
    "444b1ae4d6e2ef4e": "999999999999999700000",
    "444b1ae4d6e2ef4f": "999999999999999900000",
    "444b1ae4d6e2ef50": "1e+21",
    "3eb0c6f7a0b5ed8c": "9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d": "0.000001",
    "41b3de4355555553": "333333333.3333332",
    "41b3de4355555554": "333333333.33333325",
    "41b3de4355555555": "333333333.3333333",
    "41b3de4355555556": "333333333.3333334",
    "41b3de4355555557": "333333333.33333343",
    "becbf647612f3696": "-0.0000033333333333333333",
    "43143ff3c1cb0959": "1424953923781206.2",
}


@pytest.mark.parametrize("bits", APPENDIX_B)
def test_numbers_as_the_standard_writes_them(bits):
    assert canonical(struct.unpack(">d", bytes.fromhex(bits))[0]) == APPENDIX_B[bits]


def test_the_standards_own_document():
    document = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": '€$\u000f\nA\'B"\\\\"/',
        "literals": [None, True, False],
    }
    assert canonical(document) == (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


def test_names_are_sorted_by_utf_16_units():
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    in_order = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    assert list(json.loads(canonical(dict.fromkeys(names, 0)))) == in_order


@pytest.mark.skipif(which("node") is None, reason="needs node")
def test_random_numbers_as_a_javascript_engine_writes_them():
    draw = random.Random(0)
    numbers = [struct.unpack(">d", draw.randbytes(8))[0] for _ in range(5000)]
    numbers = [n for n in numbers if n == n and abs(n) != float("inf")] + [
        draw.uniform(-1e3, 1e3) for _ in range(5000)
    ]
    script = (
        "let s='';process.stdin.on('data',d=>s+=d).on('end',()=>console.log(JSON.stringify(JSON.parse(s))))"
    )
    made = subprocess.run(
        ["node", "-e", script], input=json.dumps(numbers), capture_output=True, text=True, check=True
    )
    assert canonical(numbers) == made.stdout.strip()


def test_equal_content_has_one_hash_and_reads_back():
    one, other = {"b": [1, 2.50], "a": "x"}, {"a": "x", "b": [1.0, 2.5]}
    assert digest(one) == digest(other)
    assert json.loads(canonical(one)) == one


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (float("nan"), "nan is not representable"),
        (2**53, "exceeds safe integer domain"),
        ({1: 2}, "keys must be strings"),
        ({"a": {1, 2}}, "unsupported type.*set"),
        ("\ud800", "non-UTF-8"),
        ({"\ud800": 1}, "half a character"),
    ],
)
def test_what_json_cannot_hold_is_said(value, says):
    with pytest.raises(WorkbenchError, match=says):
        canonical(value)
