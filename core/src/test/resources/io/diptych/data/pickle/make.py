"""Makes the fixtures beside it: one batch of CIFAR as Python and numpy themselves pickle it.

Usage: make.py PROTOCOL labels|fine_labels FILE, then gzip -9n FILE. The files named python2-*
come from Python 2.7.18 with numpy 1.16.6, python3-* from Python 3.11 with numpy 2.4.6.
Pixel j of image i is (i * 7 + j // 16) % 256.
"""
import sys

try:
    import cPickle as pickle
except ImportError:
    import pickle
import numpy

protocol, key, path = int(sys.argv[1]), sys.argv[2], sys.argv[3]
n = 12
data = numpy.array(
    [[(i * 7 + j // 16) % 256 for j in range(3072)] for i in range(n)], dtype=numpy.uint8)
if protocol == 5:
    batch = {b'batch_label': b'x', b'labels': [i % 10 for i in range(n)], b'data': data,
             b'filenames': [b'a.png'] * n}
else:
    batch = {'batch_label': 'training batch 1 of 5', 'data': data,
             'filenames': ['a_%d.png' % i for i in range(n)]}
    if key == 'fine_labels':
        batch['coarse_labels'] = [i % 20 for i in range(n)]
        batch['fine_labels'] = [90 + i % 10 for i in range(n)]
    else:
        batch['labels'] = [i % 10 for i in range(n)]
with open(path, 'wb') as f:
    pickle.dump(batch, f, protocol)
