"""Milliseconds of one step of PyTorch's foreach optimisers over ResNet-50's parameters, median.

The counterpart of io.diptych.bench.OptimizerCost: the same shapes, one thread.
Needs PyTorch (Debian: python3-torch). usage: optimizer_cost.py [threads [repeats]]
"""
import sys
import time

import torch


def shapes():
    yield (64, 3, 7, 7)
    yield from [(64,)] * 2
    width_in = 64
    for blocks, width in ((3, 64), (4, 128), (6, 256), (3, 512)):
        for block in range(blocks):
            yield (width, width_in, 1, 1)
            yield from [(width,)] * 2
            yield (width, width, 3, 3)
            yield from [(width,)] * 2
            yield (4 * width, width, 1, 1)
            yield from [(4 * width,)] * 2
            if block == 0:
                yield (4 * width, width_in, 1, 1)
                yield from [(4 * width,)] * 2
            width_in = 4 * width


threads = int(sys.argv[1]) if len(sys.argv) > 1 else 1
repeats = int(sys.argv[2]) if len(sys.argv) > 2 else 30
torch.set_num_threads(threads)
parameters = [torch.nn.Parameter(torch.randn(s) * 0.01) for s in shapes()]
for p in parameters:
    p.grad = torch.full_like(p, 1e-3)
decayed = [p for p in parameters if p.dim() > 1]
rest = [p for p in parameters if p.dim() == 1]


def groups(decay):
    return [{"params": decayed, "weight_decay": decay}, {"params": rest, "weight_decay": 0}]


print("PyTorch", torch.__version__, sum(p.numel() for p in parameters), "parameters")
for name, make in {
    "sgd": lambda: torch.optim.SGD(groups(1e-4), lr=1e-6, momentum=0.9, foreach=True),
    "adam": lambda: torch.optim.Adam(groups(0), lr=1e-6, foreach=True),
    "adamw": lambda: torch.optim.AdamW(groups(1e-2), lr=1e-6, foreach=True),
}.items():
    optimizer = make()
    millis = []
    for i in range(-3, repeats):
        begin = time.perf_counter()
        optimizer.step()
        if i >= 0:
            millis.append(1e3 * (time.perf_counter() - begin))
    print(f"{name:6} {sorted(millis)[repeats // 2]:8.1f} ms")
