package io.diptych;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Damaged copies of a file: as transfers and disks damage it, and as someone hostile would. */
public final class Mutations {
  /** How many copies of each file; {@code -Pfuzz} asks for many more. */
  public static final int ROUNDS = Integer.getInteger("fuzz.rounds", 200);

  /** The seed, which a failing test prints. */
  public static final long SEED = Long.getLong("test.seed", 20_261_125L);

  private static final long[] NUMBERS = {
    0,
    1,
    -1,
    0x7f,
    0x80,
    0xff,
    0x7fff,
    0xffff,
    0x7fffffffL,
    0x80000000L,
    0xffffffffL,
    Long.MAX_VALUE
  };

  private Mutations() {}

  /** Returns the damaged copy of a round. */
  public static byte[] of(byte[] whole, int round) {
    SplittableRandom random = new SplittableRandom(SEED + round);
    byte[] bytes = whole.clone();
    int times = 1 + random.nextInt(1 + round % 4);
    for (int i = 0; i < times; i++) {
      bytes = once(bytes, random);
    }
    return bytes;
  }

  private static byte[] once(byte[] bytes, SplittableRandom random) {
    if (bytes.length < 2) {
      return bytes;
    }
    int at = random.nextInt(bytes.length);
    int length = 1 + random.nextInt(Math.min(64, bytes.length - at));
    switch (random.nextInt(9)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes[at] = (byte) random.nextInt(256);
      case 2 -> {
        // A number of a common width, at an edge.
        long number = NUMBERS[random.nextInt(NUMBERS.length)];
        int width = 1 << random.nextInt(4);
        boolean big = random.nextBoolean();
        for (int i = 0; i < width && at + i < bytes.length; i++) {
          bytes[at + i] = (byte) (number >> 8 * (big ? width - 1 - i : i));
        }
      }
      case 3 -> {
        return Arrays.copyOf(bytes, at);
      }
      case 4 -> {
        byte[] longer = Arrays.copyOf(bytes, bytes.length + length);
        for (int i = bytes.length; i < longer.length; i++) {
          longer[i] = (byte) random.nextInt(256);
        }
        return longer;
      }
      case 5 -> {
        // A part is missing.
        byte[] shorter = Arrays.copyOf(bytes, bytes.length - length);
        System.arraycopy(bytes, at + length, shorter, at, bytes.length - at - length);
        return shorter;
      }
      case 6 -> {
        // A part comes twice.
        byte[] longer = new byte[bytes.length + length];
        System.arraycopy(bytes, 0, longer, 0, at + length);
        System.arraycopy(bytes, at, longer, at + length, bytes.length - at);
        return longer;
      }
      case 7 ->
          System.arraycopy(bytes, at, bytes, random.nextInt(bytes.length - length + 1), length);
      default -> Arrays.fill(bytes, at, at + length, (byte) (random.nextBoolean() ? 0 : 0xff));
    }
    return bytes;
  }
}
