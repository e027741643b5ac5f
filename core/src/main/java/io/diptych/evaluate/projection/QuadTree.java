package io.diptych.evaluate.projection;

import java.util.Arrays;

/**
 * Points in squares within squares, for forces that fall with the distance: a square that is far
 * away acts as one body (Barnes and Hut, "A hierarchical O(N log N) force-calculation algorithm",
 * Nature 324, 1986).
 *
 * <p>Points are sorted along a Z-shaped curve, on which every square is one stretch. Squares lie in
 * memory in the order in which they are visited, each with the place to go on at if what is inside
 * does not matter: a visit is one pass forwards. Squares that hold but one smaller square are left
 * out. May be built anew again and again.
 */
final class QuadTree implements Repulsion {
  /** Bits of a place along each axis; points that have all of them in common are one body. */
  private static final int BITS = 21;

  private static final int LARGEST = (1 << BITS) - 1;

  private static final int STRIDE = 4;
  private static final int WIDTH = 2;
  private static final int COUNT = 3;

  /** The squared width of what is always one body. */
  private static final double BODY = -1;

  private final double thetaSquared;

  /** Of each point its place on the curve, and in the lowest bits its number. */
  private final long[] keys;

  /** Of each square x and y of its centre of mass, its squared width, and its points. */
  private final double[] squares;

  private final int[] after;
  private int count;
  private double cell;

  /**
   * Makes room.
   *
   * @param points how many, at most 2²¹
   * @param theta a square acts as one body from where it looks smaller than this: width / distance;
   *     below √½, as from inside none may
   */
  QuadTree(int points, double theta) {
    thetaSquared = theta * theta;
    keys = new long[points];
    squares = new double[2 * points * STRIDE];
    after = new int[2 * points];
  }

  @Override
  public int point(int turn) {
    return (int) keys[turn] & LARGEST;
  }

  @Override
  public double push(int point, double[] points, double[] forces) {
    double x = points[2 * point];
    double y = points[2 * point + 1];
    double forceX = 0;
    double forceY = 0;
    double sum = 0;
    int square = 0;
    while (square < count) {
      int at = square * STRIDE;
      double dx = x - squares[at];
      double dy = y - squares[at + 1];
      double distance = dx * dx + dy * dy;
      if (squares[at + WIDTH] < thetaSquared * distance) {
        double q = 1 / (1 + distance);
        double bodies = squares[at + COUNT] * q;
        sum += bodies;
        bodies *= q;
        forceX += bodies * dx;
        forceY += bodies * dy;
        square = after[square];
      } else {
        square++;
      }
    }
    forces[2 * point] = forceX;
    forces[2 * point + 1] = forceY;
    return sum - 1; // without itself
  }

  @Override
  public void prepare(double[] points) {
    double lowX = Double.POSITIVE_INFINITY;
    double lowY = Double.POSITIVE_INFINITY;
    double highX = Double.NEGATIVE_INFINITY;
    double highY = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < points.length; i += 2) {
      lowX = Math.min(lowX, points[i]);
      highX = Math.max(highX, points[i]);
      lowY = Math.min(lowY, points[i + 1]);
      highY = Math.max(highY, points[i + 1]);
    }
    double span = Math.max(highX - lowX, highY - lowY);
    cell = span / (1 << BITS);
    for (int i = 0; i < keys.length; i++) {
      long curve =
          spread(place(points[2 * i] - lowX)) | spread(place(points[2 * i + 1] - lowY)) << 1;
      keys[i] = curve << BITS | i;
    }
    Arrays.sort(keys);
    count = 0;
    add(points, 0, keys.length);
  }

  private int place(double offset) {
    return cell == 0 ? 0 : (int) Math.min(LARGEST, offset / cell);
  }

  /** Returns bits with a zero above each, so that two such numbers interleave. */
  static long spread(int bits) {
    long x = bits;
    x = (x | x << 16) & 0x0000FFFF0000FFFFL;
    x = (x | x << 8) & 0x00FF00FF00FF00FFL;
    x = (x | x << 4) & 0x0F0F0F0F0F0F0F0FL;
    x = (x | x << 2) & 0x3333333333333333L;
    return (x | x << 1) & 0x5555555555555555L;
  }

  /** Adds the smallest square around a stretch of the curve, and all that is inside. */
  private void add(double[] points, int first, int end) {
    int square = count++;
    long difference = (keys[first] ^ keys[end - 1]) >>> BITS;
    double x = 0;
    double y = 0;
    double squaredWidth = BODY;
    if (difference == 0) {
      for (int i = first; i < end; i++) {
        int point = point(i);
        x += points[2 * point];
        y += points[2 * point + 1];
      }
    } else {
      int level = (Long.SIZE - 1 - Long.numberOfLeadingZeros(difference)) / 2;
      double width = (2L << level) * cell;
      squaredWidth = width * width;
      int shift = BITS + 2 * level;
      for (int from = first; from < end; ) {
        int to = quadrantEnd(from, end, shift);
        int inner = count * STRIDE;
        add(points, from, to);
        x += squares[inner] * squares[inner + COUNT];
        y += squares[inner + 1] * squares[inner + COUNT];
        from = to;
      }
    }
    int at = square * STRIDE;
    squares[at] = x / (end - first);
    squares[at + 1] = y / (end - first);
    squares[at + WIDTH] = squaredWidth;
    squares[at + COUNT] = end - first;
    after[square] = count;
  }

  /** Returns where the stretch ends that agrees with its first key from a bit on. */
  private int quadrantEnd(int first, int end, int shift) {
    long last = keys[first] | (1L << shift) - 1;
    int found = Arrays.binarySearch(keys, first, end, last);
    return found >= 0 ? found + 1 : -found - 1;
  }
}
