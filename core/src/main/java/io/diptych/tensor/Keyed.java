package io.diptych.tensor;

/**
 * Random numbers as a function instead of a stream: the same key, counter and slot give the same
 * number, whatever was drawn before, on any device, in any batch.
 *
 * <p>A key is folded from what the draw belongs to (seed, epoch, view, …). A counter names the
 * sample, a slot the draw within it. The number is SplitMix64's finaliser (Steele, Lea and Flood,
 * "Fast splittable pseudorandom number generators", OOPSLA 2014) of their combination, evaluated in
 * 64-bit integers, on tensors and in plain Java alike. Immutable.
 */
public final class Keyed {
  private static final long GAMMA = 0x9E3779B97F4A7C15L;
  private static final long MIX_1 = 0xBF58476D1CE4E5B9L;
  private static final long MIX_2 = 0x94D049BB133111EBL;
  private static final long SLOT = 0xD1342543DE82EF95L;
  private static final double UNIT = 0x1.0p-24;
  private static final int TRIES = 32;

  /** So many numbers at a time, what is between them and the counters stays in the cache. */
  private static final long CHUNK = 1 << 16;

  private final long key;

  private Keyed(long key) {
    this.key = key;
  }

  /** Returns the randomness of a seed. */
  public static Keyed of(long seed) {
    return new Keyed(mix(seed + GAMMA));
  }

  /** Returns the randomness of a part of this one, such as an epoch or a view. */
  public Keyed fold(long part) {
    return new Keyed(mix(key ^ mix(part + GAMMA)));
  }

  /** Returns the randomness of a named part of this one, such as a parameter. */
  public Keyed fold(String part) {
    long hash = part.length();
    for (int i = 0; i < part.length(); i++) {
      hash = mix(hash ^ (part.charAt(i) * GAMMA));
    }
    return fold(hash);
  }

  /** Returns 64 random bits. */
  public long bits(long counter, long slot) {
    return mix(mix(key ^ (counter * GAMMA)) + slot * SLOT);
  }

  /** Returns a number uniform in [0, 1), a multiple of 2⁻²⁴. */
  public double uniform(long counter, long slot) {
    return (bits(counter, slot) >>> 40) * UNIT;
  }

  /**
   * Returns numbers uniform in [0, 1), multiples of 2⁻²⁴, equal to those of {@link #uniform(long,
   * long)}.
   *
   * @param counters int64 [N]
   * @param slots how many numbers each counter gets, for the slots from 0
   * @return float32 [N, slots] on the device of the counters
   */
  public Tensor uniform(Tensor counters, int slots) {
    try (Scope scope = Scope.open()) {
      Tensor offsets = times(Tensor.arange(slots, counters.device()), SLOT);
      Tensor rows = mix(times(counters, GAMMA).xor(fill(counters, key)));
      Tensor bits = mix(rows.unsqueeze(1).add(offsets.unsqueeze(0)));
      return scope.escape(shift(bits, 40).to(DType.FLOAT32).mul(UNIT));
    }
  }

  /**
   * Returns standard normal numbers by the Box–Muller transform.
   *
   * @param counters int64 [N]
   * @return float64 [N]
   */
  public Tensor normal(Tensor counters) {
    long count = counters.numel();
    if (count <= CHUNK || !counters.device().equals(Device.CPU)) {
      return boxMuller(counters);
    }
    try (Scope scope = Scope.open()) {
      Tensor all = Tensor.empty(DType.FLOAT64, Device.CPU, count);
      for (long at = 0; at < count; at += CHUNK) {
        long length = Math.min(CHUNK, count - at);
        try (Scope chunk = Scope.open()) {
          all.narrow(0, at, length).copy_(boxMuller(counters.narrow(0, at, length)));
        }
      }
      return scope.escape(all);
    }
  }

  private Tensor boxMuller(Tensor counters) {
    try (Scope scope = Scope.open()) {
      Tensor pair = uniform(counters, 2).to(DType.FLOAT64);
      // 1 − u lies in (0, 1], so the logarithm is finite.
      Tensor radius = pair.select(1, 0).rsub(1).log().mul(-2).sqrt();
      return scope.escape(radius.mul(pair.select(1, 1).mul(2 * Math.PI).cos()));
    }
  }

  /**
   * Returns numbers with the symmetric Beta(a, a) distribution, by the rejection method of Jöhnk
   * ("Erzeugung von betaverteilten und gammaverteilten Zufallszahlen", Metrika 1964), whose first
   * success among the tries is taken.
   *
   * @param counters int64 [N]
   * @param a above 0 and at most 1, where a try succeeds at least every other time
   * @return float64 [N], in (0, 1)
   */
  public Tensor beta(Tensor counters, double a) {
    if (!(a > 0 && a <= 1)) {
      throw new IllegalArgumentException("a of Beta(a, a) must be in (0, 1], was " + a);
    }
    try (Scope scope = Scope.open()) {
      Tensor powers = uniform(counters, 2 * TRIES).to(DType.FLOAT64).rsub(1).pow(1 / a);
      Tensor x = powers.narrow(1, 0, TRIES);
      Tensor sum = x.add(powers.narrow(1, TRIES, TRIES));
      Tensor triesLeft = Tensor.arange(TRIES, counters.device()).rsub(TRIES);
      Tensor first = sum.gt(1).not().mul(triesLeft);
      Tensor chosen = first.argmax(1).unsqueeze(1);
      return scope.escape(x.div(sum).gather(1, chosen).squeeze(1));
    }
  }

  /** Returns the numbers 0 to n − 1 in random order. */
  public long[] permutation(int n) {
    long[] order = new long[n];
    for (int i = 0; i < n; i++) {
      // The inside-out shuffle: a uniform place among the i + 1 so far.
      int place = (int) Long.remainderUnsigned(bits(i, 0), i + 1L);
      order[i] = order[place];
      order[place] = i;
    }
    return order;
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * MIX_1;
    z = (z ^ (z >>> 27)) * MIX_2;
    return z ^ (z >>> 31);
  }

  private static Tensor mix(Tensor z) {
    z = times(z.xor(shift(z, 30)), MIX_1);
    z = times(z.xor(shift(z, 27)), MIX_2);
    return z.xor(shift(z, 31));
  }

  /** Multiplies int64 modulo 2⁶⁴. */
  private static Tensor times(Tensor z, long factor) {
    return Native.scalarCall("keyed", factor, s -> z.handle().mul(s));
  }

  /** Shifts right, filling with zeros, which libtorch's shift does not. */
  private static Tensor shift(Tensor z, int bits) {
    return Native.scalarCall("keyed", (long) bits, s -> z.handle().bitwise_right_shift(s))
        .and(-1L >>> bits);
  }

  private static Tensor fill(Tensor like, long value) {
    return Native.scalarCall("keyed", value, s -> torchFullLike(like, s));
  }

  private static org.bytedeco.pytorch.Tensor torchFullLike(
      Tensor like, org.bytedeco.pytorch.Scalar value) {
    return org.bytedeco.pytorch.global.torch.full_like(like.handle(), value);
  }
}
