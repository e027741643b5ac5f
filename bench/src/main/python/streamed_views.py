"""Views per second of torchvision with Pillow, on the photographs of StreamedViews.

python3 streamed_views.py DIR [workers]
"""

import multiprocessing
import os
import sys
import time

import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms

BATCH = 64


class TwoViews(Dataset):
    def __init__(self, folder, transform):
        self.files = sorted(os.path.join(folder, name) for name in os.listdir(folder))
        self.transform = transform

    def __len__(self):
        return len(self.files)

    def __getitem__(self, index):
        with Image.open(self.files[index]) as file:
            image = file.convert("RGB")
        return self.transform(image), self.transform(image)


def measure(what, folder, workers, steps):
    normalize = transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
    transform = transforms.Compose(steps + [transforms.ToTensor(), normalize])
    loader = DataLoader(
        TwoViews(folder, transform),
        batch_size=BATCH,
        shuffle=True,
        drop_last=True,
        num_workers=workers,
        persistent_workers=True,
    )
    for _ in loader:
        pass
    used = cpu_seconds()
    begin = time.perf_counter()
    images = 0
    for _ in range(2):
        for first, _ in loader:
            images += len(first)
    views = 2 * images
    seconds = time.perf_counter() - begin
    print(
        f"{what:8s} {views / seconds:8,.0f} views/s, "
        f"{views / (cpu_seconds() - used):6,.0f} for a second of one core ({workers} workers)",
        flush=True,
    )


def cpu_seconds():
    """Of this process and the workers, which are still alive."""
    ticks = 0
    for pid in [os.getpid()] + [child.pid for child in multiprocessing.active_children()]:
        with open(f"/proc/{pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def main():
    folder = sys.argv[1]
    workers = int(sys.argv[2]) if len(sys.argv) > 2 else os.cpu_count()
    torch.set_num_threads(1)
    crop = [
        transforms.RandomResizedCrop(224, scale=(0.08, 1.0)),
        transforms.RandomHorizontalFlip(),
    ]
    measure("crop", folder, workers, crop)
    jitter = transforms.ColorJitter(0.4, 0.4, 0.4, 0.1)
    blur = transforms.GaussianBlur(23, sigma=(0.1, 2.0))
    colour = [
        transforms.RandomApply([jitter], p=0.8),
        transforms.RandomGrayscale(p=0.2),
        transforms.RandomApply([blur], p=0.5),
    ]
    measure("simclr", folder, workers, crop + colour)


if __name__ == "__main__":
    main()
