"""Images per second of PyTorch's bare training step on a GPU: ResNet-18 for 32x32, 2 x 512 rows.

No views, no data: random tensors that stay on the GPU. Prints one line for each precision.
"""

import time

import torch
import torchvision

ROWS, STEPS = 1024, 20


def measure(tf32, bf16):
    torch.backends.cuda.matmul.allow_tf32 = tf32
    torch.backends.cudnn.allow_tf32 = tf32
    network = torchvision.models.resnet18(num_classes=128)
    network.conv1 = torch.nn.Conv2d(3, 64, 3, 1, 1, bias=False)
    network.maxpool = torch.nn.Identity()
    network = network.cuda()
    optimizer = torch.optim.SGD(network.parameters(), 0.01, momentum=0.9)
    views = torch.randn(ROWS, 3, 32, 32, device="cuda")

    def step():
        with torch.autocast("cuda", torch.bfloat16, enabled=bf16):
            z = torch.nn.functional.normalize(network(views))
            logits = z @ z.T / 0.5
            target = torch.arange(ROWS, device="cuda")
            loss = torch.nn.functional.cross_entropy(logits.float(), target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    for _ in range(8):
        step()
    torch.cuda.synchronize()
    start = time.time()
    for _ in range(STEPS):
        step()
    torch.cuda.synchronize()
    return ROWS / 2 * STEPS / (time.time() - start)


for tf32 in (False, True):
    for bf16 in (False, True):
        print(f"tf32 {tf32} bfloat16 {bf16}: {measure(tf32, bf16):.0f} images/s")
