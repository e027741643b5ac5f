"""Runs a TorchScript file: run_script.py FILE IMAGES SIZE FEATURES NAMES."""

import json
import sys

import numpy
import torch

file, images, size, features, names = sys.argv[1:]
extra = {"diptych.json": ""}
network = torch.jit.load(file, _extra_files=extra)
assert json.loads(extra["diptych.json"])["method"] == "simclr"
assert not network.training
network.eval()
pixels = numpy.fromfile(images, dtype="<f4").reshape(-1, 3, int(size), int(size))
with torch.no_grad():
    network(torch.from_numpy(pixels)).numpy().astype("<f4").tofile(features)
with open(names, "w") as out:
    for name, value in network.state_dict().items():
        out.write(f"{name} {list(value.shape)}\n")
