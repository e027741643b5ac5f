"""Writes one small encoder as each reference project saves it: make_checkpoints.py DIRECTORY."""
import argparse
import collections
import sys

import torch
from torch import nn

torch.manual_seed(0)
directory = sys.argv[1]


class Block(nn.Module):
    def __init__(self, inner, out, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inner, out, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(out)
        self.conv2 = nn.Conv2d(out, out, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out)
        self.downsample = nn.Sequential()
        if stride > 1 or inner != out:
            self.downsample = nn.Sequential(
                nn.Conv2d(inner, out, 1, stride, bias=False), nn.BatchNorm2d(out)
            )


class Encoder(nn.Module):
    """The tensors of a ResNet-10 for small images; it is never run here."""

    def __init__(self, width=2):
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        for stage in range(4):
            inner = width * 2 ** max(stage - 1, 0)
            block = Block(inner, width * 2**stage, 1 if stage == 0 else 2)
            setattr(self, f"layer{stage + 1}", nn.Sequential(block))


encoder = Encoder()
for name, buffer in encoder.named_buffers():
    if "running" in name:
        buffer.uniform_(0.5, 1.5)
state = encoder.state_dict()
projector = {"0.weight": torch.randn(8, 16), "0.bias": torch.randn(8)}
optimizer = torch.optim.SGD(encoder.parameters(), lr=0.1, momentum=0.9)
for parameter in encoder.parameters():
    parameter.grad = torch.zeros_like(parameter)
saved = {name: value.clone() for name, value in state.items()}
optimizer.step()


def renamed(name):
    """The name with each part counted, as nn.Sequential of the children counts them."""
    parts = {"conv1": 0, "bn1": 1, "layer1": 3, "layer2": 4, "layer3": 5, "layer4": 6}
    first, rest = name.split(".", 1)
    return f"{parts[first]}.{rest}"


def under(prefix, tensors, rename=lambda name: name):
    return collections.OrderedDict(
        (prefix + rename(name), tensor) for name, tensor in tensors.items()
    )


def shortcut(name):
    return name.replace("downsample", "shortcut")


def write(name, root, **how):
    torch.save(root, f"{directory}/{name}.pth", **how)


options = argparse.Namespace(model="resnet10", learning_rate=0.5, temp=0.1, lr_decay_epochs=[7, 8])

write("plain", collections.OrderedDict(saved))
write(
    "insdis-simclr-byol",
    {
        "epoch": 200,
        "state_dict": under("module.", {**under("", saved, shortcut), **under("linear.", projector)}),
        "optimizer": optimizer.state_dict(),
        "memory_banks": torch.randn(10, 8),
        "neigh": torch.arange(20).reshape(10, 2),
    },
    _use_new_zipfile_serialization=False,
)
write(
    "mixed-barlow-twins",
    {
        "total_ops": torch.zeros(1, dtype=torch.float64),
        **under("f.", saved, renamed),
        "f.3.0.total_params": torch.zeros(1, dtype=torch.float64),
        **under("g.", projector),
    },
)
write(
    "selfcon",
    {
        "opt": options,
        "model": {
            **under("encoder.", saved, shortcut),
            "encoder.selfcon_layer.1.0.weight": torch.randn(4, 4),
            **under("head.", projector),
        },
        "optimizer": optimizer.state_dict(),
        "epoch": 1000,
    },
)
write(
    "corinfomax",
    {
        "epoch": 10,
        "model_state_dict": {**under("backbone.", saved), **under("projector.", projector)},
        "optimizer_state_dict": optimizer.state_dict(),
        "parameters_dict": {"lr": 0.5, "con_name": "cov", "normalize_on": True},
        "loss": 1.5,
    },
)
write(
    "twist",
    {
        "model": {**under("backbone.", saved), **under("projection_heads.", projector)},
        "backbone": collections.OrderedDict(saved),
        "optimizer": optimizer.state_dict(),
        "epoch": 3,
        "args": options,
        "teacher": under("backbone.", {n: torch.zeros_like(t) for n, t in saved.items()}),
        "teacher_backbone": {n: torch.zeros_like(t) for n, t in saved.items()},
    },
)
