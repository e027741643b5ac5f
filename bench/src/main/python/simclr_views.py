"""Views per second of torchvision and Pillow: SimCLR's pipeline on 32 x 32 colour images.

    python simclr_views.py [--threads 1] [--seconds 10]

Prints one line, to be compared with that of io.diptych.bench.ViewThroughput. Every thread is a
process of its own, as the workers of a DataLoader are; they only make views, which no queue or
copy to another process slows down.
"""

import argparse
import multiprocessing
import random
import time

import numpy
import PIL
import torch
import torchvision
from PIL import Image, ImageFilter
from torchvision import transforms

IMAGES = 1024


class Blur:
    """Pillow's Gaussian blur by a random radius, as the published code of the methods has it."""

    def __call__(self, image):
        return image.filter(ImageFilter.GaussianBlur(random.uniform(0.1, 2.0)))


def pipeline():
    return transforms.Compose(
        [
            transforms.RandomResizedCrop(32, scale=(0.2, 1.0)),
            transforms.RandomHorizontalFlip(),
            transforms.RandomApply([transforms.ColorJitter(0.4, 0.4, 0.4, 0.1)], p=0.8),
            transforms.RandomGrayscale(p=0.2),
            transforms.RandomApply([Blur()], p=0.5),
            transforms.ToTensor(),
            transforms.Normalize((0.4914, 0.4822, 0.4465), (0.2023, 0.1994, 0.2010)),
        ]
    )


def images():
    """Smooth waves with noise, the images that ViewThroughput makes."""
    noise = numpy.random.default_rng(1)
    n, y, x, c = numpy.ogrid[0:IMAGES, 0:32, 0:32, 0:3]
    waves = 128 + 90 * numpy.sin(n + 0.2 * x * (1 + c) + 0.15 * y)
    pixels = waves + 20 * noise.standard_normal(waves.shape)
    return pixels.clip(0, 255).astype(numpy.uint8)


def work(seconds, seed, result):
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    random.seed(seed)
    pixels = images()
    make = pipeline()
    for pixel in pixels[:200]:
        make(Image.fromarray(pixel))
    start, cpu, count = time.perf_counter(), time.process_time(), 0
    while time.perf_counter() - start < seconds:
        for pixel in pixels[:128]:
            image = Image.fromarray(pixel)
            make(image)
            make(image)
            count += 2
    result.put((count / (time.perf_counter() - start), (time.process_time() - cpu) / count))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=10)
    options = parser.parse_args()
    queue = multiprocessing.Queue()
    workers = [
        multiprocessing.Process(target=work, args=(options.seconds, seed, queue))
        for seed in range(options.threads)
    ]
    for worker in workers:
        worker.start()
    results = [queue.get() for _ in workers]
    for worker in workers:
        worker.join()
    speed = sum(views for views, _ in results)
    cost = sum(cpu for _, cpu in results) / len(results)
    print(
        f"torchvision {torchvision.__version__}, Pillow {PIL.__version__}: "
        f"{options.threads} threads, {speed:,.0f} views/s, {cost * 1e6:.1f} us of CPU a view"
    )
