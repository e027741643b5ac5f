"""Reads what Diptych exported for Detectron2: read_detectron.py WEIGHTS.pkl OUT.

OUT receives name, sum and shape of each array."""
import pickle
import sys

import numpy

with open(sys.argv[1], "rb") as raw:
    content = pickle.load(raw)
assert list(content) == ["model", "__author__", "matching_heuristics"], list(content)
assert content["matching_heuristics"] is True
with open(sys.argv[2], "w") as out:
    for name, array in content["model"].items():
        assert isinstance(array, numpy.ndarray), name
        assert array.dtype == (numpy.int64 if name.endswith("tracked") else numpy.float32), name
        print(name, repr(float(array.astype(numpy.float64).sum())), list(array.shape), file=out)
