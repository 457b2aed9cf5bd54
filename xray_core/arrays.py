"""The types of arrays, named once."""

import numpy as np
from numpy.typing import NDArray

BoolArray = NDArray[np.bool_]
Float16Array = NDArray[np.float16]
Float32Array = NDArray[np.float32]
Float64Array = NDArray[np.float64]
IndexArray = NDArray[np.intp]
Int64Array = NDArray[np.int64]
Int8Array = NDArray[np.int8]
UInt8Array = NDArray[np.uint8]
