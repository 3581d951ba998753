"""Annotations of arrays with their type and shape, in jaxtyping's language: `Float32[np.ndarray, "time batch"]`.

Only the tests check them, and jaxtyping takes 30 ms and 5 MB of each command to load: it imports asyncio and
unittest.mock. So where no checker is loaded, an annotation is the plain type of its array.
"""

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or sys.modules.get("jaxtyping"):
    from jaxtyping import Bool, Float, Float32, Float64, Int32, Int64, Integer, Shaped, UInt, UInt8, UInt32
else:

    class _Unchecked:
        def __class_getitem__(cls, array_and_shape: tuple[type, str]) -> Any:
            return array_and_shape[0]

    Bool = Float = Float32 = Float64 = Int32 = Int64 = Integer = Shaped = UInt = UInt8 = UInt32 = _Unchecked

__all__ = [
    "Bool",
    "Float",
    "Float32",
    "Float64",
    "Int32",
    "Int64",
    "Integer",
    "Shaped",
    "UInt",
    "UInt8",
    "UInt32",
]
