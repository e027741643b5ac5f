package io.diptych.data;

/**
 * The shuffle of NumPy's {@code RandomState}, which published splits were drawn with: the Mersenne
 * twister MT19937 in its original seeding (Matsumoto and Nishimura, 1998), and the Fisher–Yates
 * shuffle from the end with numbers that are rejected until they fit. One generator goes on from
 * shuffle to shuffle.
 */
final class NumpyShuffle {
  private static final int N = 624;
  private static final int M = 397;
  private static final int MATRIX = 0x9908b0df;
  private static final int UPPER = 0x80000000;
  private static final int LOWER = 0x7fffffff;

  private final int[] state = new int[N];
  private int at = N;

  NumpyShuffle(int seed) {
    state[0] = seed;
    for (int i = 1; i < N; i++) {
      state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
    }
  }

  /** Returns the numbers 0 to n − 1, shuffled. */
  int[] permutation(int n) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      order[i] = i;
    }
    for (int i = n - 1; i >= 1; i--) {
      int j = atMost(i);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    return order;
  }

  private int atMost(int max) {
    int mask = -1 >>> Integer.numberOfLeadingZeros(max);
    int drawn = next() & mask;
    while (drawn > max) {
      drawn = next() & mask;
    }
    return drawn;
  }

  private int next() {
    if (at == N) {
      for (int k = 0; k < N; k++) {
        int y = (state[k] & UPPER) | (state[(k + 1) % N] & LOWER);
        state[k] = state[(k + M) % N] ^ (y >>> 1) ^ ((y & 1) == 0 ? 0 : MATRIX);
      }
      at = 0;
    }
    int y = state[at++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return y ^ (y >>> 18);
  }
}
