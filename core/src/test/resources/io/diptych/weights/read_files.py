"""Reads what Diptych exported: read_files.py WEIGHTS.pth WEIGHTS.safetensors IMAGES OUT.

IMAGES holds float32 [2, 3, 64, 64]; OUT receives the features of a ResNet-18 for each file."""
import json
import struct
import sys
import zipfile

import torch
from torch.nn import functional

pth, safetensors, images, out = sys.argv[1:]

archive = torch.load(pth, weights_only=True)
assert type(archive).__name__ == "OrderedDict", type(archive)
with zipfile.ZipFile(pth) as opened:
    assert opened.testzip() is None
    for entry in opened.infolist():
        assert entry.compress_type == zipfile.ZIP_STORED, entry
        with open(pth, "rb") as raw:
            raw.seek(entry.header_offset + 26)
            name, extra = struct.unpack("<HH", raw.read(4))
        assert (entry.header_offset + 30 + name + extra) % 64 == 0, entry
    notes = json.loads(opened.read("archive/diptych.json"))
assert notes["method"] == "simclr", notes

TYPES = {"F32": torch.float32, "I64": torch.int64}
with open(safetensors, "rb") as raw:
    length, = struct.unpack("<Q", raw.read(8))
    header = json.loads(raw.read(length))
    data = bytearray(raw.read())
metadata = header.pop("__metadata__")
assert metadata["classes"] == notes["classes"], metadata
tensors = {}
for name, entry in header.items():
    begin, end = entry["data_offsets"]
    values = torch.frombuffer(data, dtype=TYPES[entry["dtype"]], count=(end - begin) // (
        4 if entry["dtype"] == "F32" else 8), offset=begin)
    tensors[name] = values.reshape(entry["shape"])
assert list(archive) == list(tensors), "names or their order differ"
for name, tensor in archive.items():
    assert torch.equal(tensor, tensors[name]), name


def norm(state, name, x):
    return functional.batch_norm(
        x, state[name + ".running_mean"], state[name + ".running_var"],
        state[name + ".weight"], state[name + ".bias"])


def resnet18(state, x):
    x = functional.relu(norm(state, "bn1", functional.conv2d(
        x, state["conv1.weight"], stride=2, padding=3)))
    x = functional.max_pool2d(x, 3, 2, 1)
    for stage in range(1, 5):
        for block in range(2):
            at = f"layer{stage}.{block}."
            stride = 2 if stage > 1 and block == 0 else 1
            y = functional.conv2d(x, state[at + "conv1.weight"], stride=stride, padding=1)
            y = functional.relu(norm(state, at + "bn1", y))
            y = norm(state, at + "bn2", functional.conv2d(
                y, state[at + "conv2.weight"], padding=1))
            if at + "downsample.0.weight" in state:
                x = norm(state, at + "downsample.1", functional.conv2d(
                    x, state[at + "downsample.0.weight"], stride=stride))
            x = functional.relu(x + y)
    return x.mean((2, 3))


with open(images, "rb") as raw:
    batch = torch.frombuffer(bytearray(raw.read()), dtype=torch.float32).reshape(2, 3, 64, 64)
with torch.no_grad(), open(out, "wb") as raw:
    for state in (archive, tensors):
        raw.write(resnet18(state, batch).numpy().tobytes())
