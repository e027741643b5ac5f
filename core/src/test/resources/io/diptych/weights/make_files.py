"""Writes files as torch.save makes them, and what is in them as JSON: make_files.py DIRECTORY."""
import argparse
import collections
import json
import sys

import torch

torch.manual_seed(0)
directory = sys.argv[1]

base = torch.randn(4, 6)
model = collections.OrderedDict()
for name, dtype in [
    ("float32", torch.float32),
    ("float64", torch.float64),
    ("float16", torch.float16),
    ("bfloat16", torch.bfloat16),
]:
    model["types." + name] = torch.randn(3, 2).to(dtype)
for name, dtype in [
    ("int64", torch.int64),
    ("int32", torch.int32),
    ("int16", torch.int16),
    ("int8", torch.int8),
    ("uint8", torch.uint8),
]:
    model["types." + name] = torch.arange(5).mul(23).to(dtype)
model["types.bool"] = torch.tensor([True, False, True])
model["views.whole"] = base
model["views.transposed"] = base.t()
model["views.row"] = base[2]
model["views.steps"] = base[1:, ::2]
model["views.expanded"] = base[:1, :1].expand(2, 3)
model["views.channels_last"] = torch.randn(2, 3, 4, 5).to(memory_format=torch.channels_last)
model["views.scalar"] = torch.tensor(37)
model["views.empty"] = torch.zeros(0, 3)
model["views.parameter"] = torch.nn.Parameter(torch.randn(2))

layer = torch.nn.Linear(3, 2)
optimizer = torch.optim.SGD(layer.parameters(), lr=0.5, momentum=0.9)
layer(torch.ones(1, 3)).sum().backward()
optimizer.step()

checkpoint = {
    "args": argparse.Namespace(lr=0.1, names=["a", "b"], inner=argparse.Namespace(x=1),
                               none=None, pair=(1, 2.5), device=torch.device("cpu"),
                               size=torch.Size([2, 3])),
    "epoch": 7,
    "large": 2**40,
    "accuracy": 91.25,
    "milestones": collections.Counter([30, 60]),
    "model": model,
    "optimizer": optimizer.state_dict(),
}
checkpoint["itself"] = checkpoint["model"]

torch.save(checkpoint, directory + "/archive.pth")
torch.save(checkpoint, directory + "/stream.pth", _use_new_zipfile_serialization=False)
torch.save(model, directory + "/plain.pth")
expected = {
    name: {
        "dtype": str(tensor.dtype)[6:],
        "shape": list(tensor.shape),
        "data": tensor.detach().double().flatten().tolist(),
    }
    for name, tensor in model.items()
}
momentum = optimizer.state_dict()["state"][0]["momentum_buffer"]
with open(directory + "/expected.json", "w") as out:
    json.dump({"model": expected, "momentum": momentum.flatten().tolist()}, out)
